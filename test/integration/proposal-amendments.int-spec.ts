import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ProposalsOfWithdrawnChanges2026112810010 } from '../../migrations/202611281001-proposals-of-withdrawn-changes.js';
import { Amendments, ChangeQueries, ProposalAmendments } from '../../src/modules/changes/index.js';
import { FeedSending, ImportQueries, OutageSources, RegisterQueries, type ProposalDetail } from '../../src/modules/outages/index.js';
import { Database } from '../../src/platform/database/database.js';
import { Amending, said } from '../support/amendments.js';
import { openKt, rule, value, type KtWorld } from '../support/kt-world.js';

let world: KtWorld;
let amending: Amending;
let sourceId = '';
let claim = '';
const reader = () => world.app.get(Database).reader;
const register = async () => ({
  version: await world.app.get(RegisterQueries).registerVersion(reader()),
  outage: value(await world.app.get(RegisterQueries).outage(reader(), world.author.actor, (await amending.outage()).id)).segments,
});
const granted = async (): Promise<string[]> => (await reader().query<{ gross: string }>('SELECT gross_minor::text AS gross FROM entitlement WHERE claim_id = $1 ORDER BY n', [claim])).map(({ gross }) => gross);

/** What the source proposes once it has sent that the first region was down on other stretches, each from a day to another at two in the morning. */
async function proposedOf(...stretches: readonly (readonly [from: string, to: string])[]): Promise<ProposalDetail> {
  const bytes = Buffer.from(['id,component,region,from,to,state,title', ...stretches.map(([from, to]) => `x1,KT,r1,${from}T02:00:00Z,${to}T02:00:00Z,down,Fire`), ''].join('\r\n'));
  const [id = ''] = value(await world.app.get(FeedSending).upload(world.author, sourceId, (async function* one() { yield await Promise.resolve(bytes); })())).proposals;
  return value(await world.app.get(ImportQueries).proposal(id));
}
/** The same once it was down from the first day on, until a day. */
const proposed = (to: string): Promise<ProposalDetail> => proposedOf(['2018-11-24', to]);
const accept = ({ id, version }: ProposalDetail, revisesOutageId?: string) =>
  world.app.get(ProposalAmendments).accept(world.author, id, version, { settled: [], reason: 'the feed says so', ...(revisesOutageId === undefined ? {} : { revisesOutageId }) });

beforeAll(async () => {
  world = await openKt(rule(5, '3000000000'));
  amending = new Amending(world);
  claim = await world.file({ region: 'r1', turnover: '100000000' });
  const added = value(await world.app.get(OutageSources).add(world.author, {
    kind: 'csv', name: 'probe', url: null, scheduleSeconds: null, joinGapSeconds: 300, sampleSeconds: null, levels: {}, mapping: [{ component: 'KT', feedRegion: '*', service: 'kt', region: 'r1' }],
  }));
  sourceId = added.source.id;
});

afterAll(() => world.close());

it('a new proposal beside a recorded outage says so, and may amend it instead: by a change, with nothing in the register moved', async () => {
  const before = await register();
  const proposal = await proposed('2018-11-26');
  const { id } = await amending.outage();
  expect(await world.app.get(ImportQueries).recordedBeside(proposal.id)).toEqual([expect.objectContaining({ id, code: 'ahyeon', state: 'final' })]);
  const { changeId = '', revision } = value(await accept(proposal, id));
  expect(value(await world.app.get(ChangeQueries).get(reader(), changeId))).toMatchObject({ kind: 'amendment', state: 'open', outage: { revision } });
  expect(await register()).toEqual(before);
  const run = await amending.rehearse(changeId);
  expect(run.report).toMatchObject({ claims: 1, winners: { claims: 1, minor: '400000' } });
  const own = await amending.approve(changeId, run, world.author);
  expect(own.ok ? undefined : own.refusal.code).toBe('changes.four_eyes');
  value(await amending.approve(changeId, run));
  await world.applyAll(changeId);
  expect([await granted(), (await register()).version]).toEqual([['400000', '800000'], before.version + 1]);
});

it('what the source says otherwise afterwards is one more change; while that is open, the next is refused and stays open', async () => {
  const before = await register();
  const corrected = await proposed('2018-11-27');
  expect(corrected.revisesOutageId).toBe((await amending.outage()).id);
  const { changeId = '' } = value(await accept(corrected));
  expect(await register()).toEqual(before);
  const next = await proposed('2018-11-28');
  const refused = await accept(next);
  expect(refused.ok ? undefined : refused.refusal.code).toBe('changes.amended_already');
  expect(value(await world.app.get(ImportQueries).proposal(next.id)).state).toBe('open');
  const run = await amending.rehearse(changeId);
  value(await amending.approve(changeId, run));
  await world.applyAll(changeId);
  expect(await granted()).toEqual(['400000', '800000', '1200000']);
});

it('a change that is given up gives its proposal back, in the same transaction; it may be accepted again, unless the source has said something else since', async () => {
  const before = await register();
  const proposal = await proposed('2018-11-29');
  const first = value(await accept(proposal)).changeId ?? '';
  const versionOf = async (id: string): Promise<number> => value(await world.app.get(ChangeQueries).get(reader(), id)).version;
  // Written anew meanwhile: the proposal stands at an earlier revision of the same change.
  value(await world.app.get(Amendments).rewrite(world.author, first, await versionOf(first), { reason: 'a day more', content: said({ r1: 6, r3: 1, r7: 0 }) }));
  await amending.withdraw(first, await versionOf(first));
  const back = value(await world.app.get(ImportQueries).proposal(proposal.id));
  expect(back).toMatchObject({ state: 'open', revisesOutageId: (await amending.outage()).id });
  expect(back).not.toHaveProperty('outageId');
  expect(back).not.toHaveProperty('decidedAt');
  const trail = await reader().query<{ data: object }>(`SELECT data FROM audit_entry WHERE aggregate_type = 'outage_proposal' AND aggregate_id = $1 AND action = 'outage_proposal.given_back'`, [proposal.id]);
  expect(trail).toEqual([{ data: expect.objectContaining({ to: 'open' }) }]);

  const second = value(await accept(back)).changeId ?? '';
  const newer = await proposed('2018-11-30');
  await amending.withdraw(second, await versionOf(second));
  const states = await Promise.all([proposal.id, newer.id].map(async (id) => value(await world.app.get(ImportQueries).proposal(id)).state));
  expect([states, await register()]).toEqual([['superseded', 'open'], before]);
  await expect(reader().query(`UPDATE outage_proposal SET state = 'open' WHERE id = $1`, [proposal.id])).rejects.toThrow();
});

it('what the source said since of another time does not take the place of what is given back, though the feed calls both by one id; the same moved to another time does', async () => {
  const stateOf = async ({ id }: ProposalDetail): Promise<string> => value(await world.app.get(ImportQueries).proposal(id)).state;
  const givenUp = async (changeId = ''): Promise<void> => amending.withdraw(changeId, value(await world.app.get(ChangeQueries).get(reader(), changeId)).version).then(() => undefined);
  const proposal = await proposed('2018-12-01');
  const { changeId } = value(await accept(proposal));
  const elsewhen = await proposedOf(['2018-11-24', '2018-12-01'], ['2018-12-05', '2018-12-06']);
  expect(elsewhen).not.toHaveProperty('revisesOutageId');
  await givenUp(changeId);
  expect([await stateOf(proposal), await stateOf(elsewhen)]).toEqual(['open', 'open']);

  const again = value(await accept(value(await world.app.get(ImportQueries).proposal(proposal.id))));
  const moved = await proposedOf(['2018-11-10', '2018-11-12'], ['2018-12-05', '2018-12-06']);
  expect(moved.revisesOutageId).toBe((await amending.outage()).id);
  await givenUp(again.changeId);
  expect([await stateOf(proposal), await stateOf(moved)]).toEqual(['superseded', 'open']);
});

it('what a change that was given up earlier had kept is given back when the database is brought up to date, and what is decided stays', async () => {
  const owner = new Client(world.database.ownerUrl);
  await owner.connect();
  const bringUpToDate = () => new ProposalsOfWithdrawnChanges2026112810010().up({ query: async (sql: string, values?: unknown[]) => (await owner.query<Record<string, unknown>>(sql, values)).rows } as never);
  const stateOf = async (id: string) => value(await world.app.get(ImportQueries).proposal(id)).state;
  try {
    const decided = await reader().query<{ id: string; version: number }>(`SELECT id, version FROM outage_proposal WHERE state <> 'open' ORDER BY id`);
    const [proposal] = await reader().query<{ id: string }>(`SELECT id FROM outage_proposal WHERE state = 'open' ORDER BY id DESC LIMIT 1`);
    const id = proposal?.id ?? '';
    const changeId = value(await accept(value(await world.app.get(ImportQueries).proposal(id)))).changeId ?? '';
    await bringUpToDate();
    expect(await stateOf(id)).toBe('accepted');
    const kept = await reader().query<{ outage: string; revision: number }>('SELECT outage_id AS outage, revision FROM outage_proposal WHERE id = $1', [id]);
    await amending.withdraw(changeId, value(await world.app.get(ChangeQueries).get(reader(), changeId)).version);
    const asBefore = () => owner.query(`UPDATE outage_proposal SET state = 'accepted', decided_by = (SELECT id FROM app_user LIMIT 1), decided_at = now(), outage_id = $2, revision = $3, version = version + 1 WHERE id = $1`, [id, kept[0]?.outage, kept[0]?.revision]);
    await asBefore();
    await bringUpToDate();
    expect(await stateOf(id)).toBe('open');
    await asBefore();
    const newer = await proposed('2018-12-02');
    await bringUpToDate();
    expect([await stateOf(id), await stateOf(newer.id)]).toEqual(['superseded', 'open']);
    expect(await reader().query(`SELECT id, version FROM outage_proposal WHERE id = ANY ($1::uuid[]) ORDER BY id`, [decided.map((one) => one.id)])).toEqual(decided);
  } finally {
    await owner.end();
  }
});

it('an outage that is named has to be there and to speak of the same; a proposal that knows its outage takes no other', async () => {
  const [elsewhere = ''] = value(await world.app.get(FeedSending).upload(world.author, sourceId, (async function* one() {
    yield await Promise.resolve(Buffer.from('id,component,region,from,to,state,title\r\nx9,KT,r1,2017-03-01T02:00:00Z,2017-03-01T05:00:00Z,down,Storm\r\n'));
  })())).proposals;
  const proposal = value(await world.app.get(ImportQueries).proposal(elsewhere));
  const { id } = await amending.outage();
  const refusals = async (...of: readonly (readonly [ProposalDetail, string])[]) => {
    const codes: unknown[] = [];
    for (const [one, named] of of) {
      const answer = await accept(one, named);
      codes.push(answer.ok ? undefined : [answer.refusal.code, answer.refusal.pointer]);
    }
    return codes;
  };
  const [open] = (await world.app.get(ImportQueries).proposalPage({ state: 'open', sourceId, limit: 50 })).items.filter(({ revisesOutageId }) => revisesOutageId === id);
  const knowing = value(await world.app.get(ImportQueries).proposal(open?.id ?? ''));
  expect(await refusals([proposal, id], [proposal, proposal.id], [knowing, proposal.id])).toEqual([
    ['imports.not_about', '/revisesOutageId'], ['outages.not_found', '/revisesOutageId'], ['imports.revises_another', '/revisesOutageId'],
  ]);
  expect(value(await world.app.get(ImportQueries).proposal(proposal.id)).state).toBe('open');
});
