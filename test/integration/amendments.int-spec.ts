import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Refusal, Result } from '../../src/core/errors/index.js';
import { AssessmentVerification } from '../../src/modules/assessments/index.js';
import { Amendments, ChangeApplication, ChangeQueries } from '../../src/modules/changes/index.js';
import { Casework, Offers } from '../../src/modules/review/index.js';
import { ClaimNotices, ClaimQueries } from '../../src/modules/claims/index.js';
import { OutageRegister, RegisterQueries } from '../../src/modules/outages/index.js';
import { Clock } from '../../src/platform/clock/clock.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Amending, said, VOID, type AmendmentRun } from '../support/amendments.js';
import { asSystem } from '../support/lower-floors.js';
import { openKt, rule, value, type KtWorld } from '../support/kt-world.js';

let world: KtWorld;
let amending: Amending;
const claims: Record<string, string> = {};
const reader = () => world.app.get(Database).reader;
const refusal = (result: Result<unknown>): Refusal | undefined => (result.ok ? undefined : result.refusal);
const queries = () => world.app.get(ChangeQueries);

/** All that a preview must leave alone. */
const untouched = async () => reader().query(`SELECT (SELECT count(*) FROM assessment) AS assessments, (SELECT count(*) FROM determination) AS determinations,
  (SELECT count(*) FROM entitlement) AS entitlements, (SELECT coalesce(sum(version), 0) FROM claim) AS claims, (SELECT count(*) FROM event_log WHERE aggregate_type = 'claim') AS events,
  (SELECT count(*) FROM task) AS tasks, (SELECT version FROM register) AS register, (SELECT count(*) FROM letter) AS letters`);
const granted = async (name: string): Promise<string[]> =>
  (await reader().query<{ gross: string }>('SELECT gross_minor::text AS gross FROM entitlement WHERE claim_id = $1 ORDER BY n', [claims[name]])).map(({ gross }) => gross);
const verdictOf = async (changeId: string, name: string) =>
  value(await queries().applied(reader(), changeId, { limit: 100 })).find(({ claimId }) => claimId === claims[name])?.verdict;
const tasksOf = (changeId: string) => reader().query<{ kind: string; claim: string }>('SELECT kind, subject_id AS claim, reasons, figures FROM task WHERE cause_id = $1 ORDER BY subject_id', [changeId]);

/** The owner takes what is offered. */
async function accept(name: string): Promise<void> {
  const id = claims[name] ?? '';
  const claim = await world.app.get(ClaimQueries).find(reader(), id);
  const [owner] = await reader().query<{ id: string }>('SELECT m.user_id AS id FROM membership m WHERE m.merchant_id = $1', [claim?.merchantId]);
  const ctx = { actor: { kind: 'user', userId: owner?.id ?? '', roles: [], memberships: [{ merchantId: claim?.merchantId ?? '', role: 'owner' }], session: { id: owner?.id ?? '', provedAt: world.app.get(Clock).now() } }, requestId: 'test' } as const;
  const [terms] = world.scheme.texts.filter(({ kind }) => kind === 'terms');
  value(await world.app.get(Offers).acceptInFull(ctx, id, 1, claim?.version ?? 0, { termsHash: terms?.hash ?? '' }));
}

/** One person recommends to refuse, another does. */
async function refuse(name: string): Promise<void> {
  const id = claims[name] ?? '';
  for (const [by, event] of [[world.author, 'recommend'], [world.approver, 'decide']] as const) {
    const claim = await world.app.get(ClaimQueries).find(reader(), id);
    const verdict = { outcome: 'refuse', assessmentId: claim?.assessmentId ?? '', reasons: ['outage_not_recorded'] } as const;
    value(await world.app.get(Casework)[event](by, id, claim?.version ?? 0, verdict));
  }
}

beforeAll(async () => {
  world = await openKt(rule(5, '3000000000'));
  amending = new Amending(world);
  claims['r1'] = await world.file({ region: 'r1', turnover: '100000000' });
  claims['r1taken'] = await world.file({ region: 'r1', turnover: '100000000' });
  claims['r3'] = await world.file({ region: 'r3', turnover: '100000000' });
  claims['large'] = await world.file({ region: 'r1', turnover: '9000000000' });
  await accept('r1taken');
});

afterAll(() => world.close());

describe('a stretch that was forgotten', () => {
  let changeId = '';
  let run: AmendmentRun;

  it('is proposed as a change, and says nothing yet', async () => {
    expect(await Promise.all(['r1', 'r1taken', 'r3', 'large'].map((name) => world.state(claims[name] ?? '')))).toEqual(['offered', 'accepted', 'offered', 'rejected']);
    const before = value(await world.app.get(RegisterQueries).outage(reader(), world.author.actor, (await amending.outage()).id));
    const proposed = value(await amending.propose(said({ r1: 2, r3: 3, r7: 7 })));
    changeId = proposed.id;
    expect(value(await queries().get(reader(), changeId))).toMatchObject({ kind: 'amendment', state: 'open', outage: { revision: 3 } });
    const after = value(await world.app.get(RegisterQueries).outage(reader(), world.author.actor, before.id));
    expect(after.segments).toEqual(before.segments);
  });

  it('there is one amendment of an outage at a time', async () => {
    expect(refusal(await amending.propose(said({ r1: 3, r3: 3, r7: 7 })))?.code).toBe('changes.amended_already');
  });

  it('is previewed without a trace but the report: who gets more, why, and whom to tell', async () => {
    const before = await untouched();
    run = await amending.rehearse(changeId);
    expect(await untouched()).toEqual(before);
    expect(run.report).toMatchObject({
      kind: 'amendment', claims: 4, beforeMinor: '2000000', afterMinor: '2800000', differenceMinor: '800000', winners: { claims: 2, minor: '800000' }, losers: { claims: 0 }, unchanged: 2,
      causes: [{ cause: 'amendment', claims: 2, minor: '800000' }], placebo: { applies: false, why: 'no_rule_changes' }, toTell: 2, currency: 'KRW',
    });
    expect((await amending.rehearse(changeId)).digest).toBe(run.digest);
  });

  it('is approved by another person only, by its digest', async () => {
    expect(refusal(await amending.approve(changeId, run, world.author))?.code).toBe('changes.four_eyes');
    expect(refusal(await amending.approve(changeId, { ...run, digest: 'f'.repeat(64) }))?.code).toBe('changes.digest_differs');
    const reviewer = { ...world.approver, actor: { ...world.approver.actor, roles: ['policy_approver'] } } as typeof world.approver;
    expect(refusal(await amending.approve(changeId, run, reviewer))).toMatchObject({ code: 'changes.not_yours', params: { permission: 'outage.confirm' } });
    expect(await world.app.get(RegisterQueries).registerVersion(reader())).toBe(3);
  });

  it('lines written anew put the run out of date, and make their writer an author', async () => {
    const { version } = value(await queries().get(reader(), changeId));
    value(await world.app.get(Amendments).rewrite(world.author, changeId, version, { reason: 'the probe log', content: said({ r1: 2, r3: 2, r7: 7 }) }));
    expect(refusal(await amending.approve(changeId, run))).toMatchObject({ code: 'changes.run_stale', params: { changed: ['the draft'] } });
    run = await amending.rehearse(changeId);
    expect(run.report).toMatchObject({ winners: { claims: 2, minor: '800000' }, losers: { claims: 0 }, differenceMinor: '800000', causes: [{ cause: 'amendment', claims: 3, minor: '400000' }, { cause: 'never_falls', claims: 1, minor: '400000' }] });
  });

  it('applied, gives exactly what was previewed: what was offered rises, what was accepted rises and stays accepted, a fall is a task', async () => {
    claims['meanwhile'] = await world.file({ region: 'r1', turnover: '100000000' });
    value(await amending.approve(changeId, run));
    expect(refusal(await amending.propose(VOID))?.code).toBe('changes.amended_already');
    await world.applyAll(changeId);
    expect(value(await queries().get(reader(), changeId))).toMatchObject({ state: 'applied', application: { verdicts: { raised: 3, falls: 1, kept: 1 }, toldMerchants: 3 } });
    expect([await granted('r1'), await granted('r1taken'), await granted('r3'), await granted('large'), await granted('meanwhile')])
      .toEqual([['400000', '800000'], ['400000', '800000'], ['1200000'], [], ['400000', '800000']]);
    expect([await world.state(claims['r1'] ?? ''), await world.state(claims['r1taken'] ?? '')]).toEqual(['offered', 'accepted']);
    const applied = value(await queries().applied(reader(), changeId, { limit: 100 }));
    expect(applied.filter(({ verdict }) => verdict === 'raised').map(({ rehearsed, applied: now }) => [rehearsed?.amount, now?.amount]))
      .toEqual(expect.arrayContaining([['800000', '800000'], ['800000', '800000'], [undefined, '800000']]));
    expect(await tasksOf(changeId)).toEqual([{ kind: 'entitlement_fall', claim: claims['r3'], reasons: [], figures: { currency: 'KRW', grantedMinor: '1200000', assessedMinor: '800000', outcome: 'eligible' } }]);
    expect(await reader().query('SELECT kind, entitlement_no AS n FROM acceptance WHERE claim_id = $1 ORDER BY 2', [claims['r1taken']])).toEqual([{ kind: 'in_full', n: 1 }, { kind: 'raised', n: 2 }]);
  });

  it('tells each business once, and says of each raise that it was one', async () => {
    const letters = await reader().query<{ template: string }>(`SELECT template FROM letter WHERE about_kind = 'change' AND about_id::text = $1`, [changeId]);
    expect(letters).toEqual(Array.from({ length: 3 }, () => ({ template: 'claims.register-corrected' })));
    // What is still offered is a new offer with its own clock; what was accepted needs no answer.
    const notices = async (name: string) => (await reader().query<{ kind: string; n: number; raised: boolean }>(`
      SELECT n.kind, n.entitlement_no AS n, EXISTS (SELECT FROM letter l WHERE l.id = ANY (n.letter_ids) AND l.template = 'claim.raised') AS raised FROM decision_notice n WHERE n.claim_id = $1 ORDER BY n.id`, [claims[name]]));
    expect([await notices('r1'), await notices('r1taken')]).toEqual([[{ kind: 'offer', n: 1, raised: false }, { kind: 'raise', n: 2, raised: true }], [{ kind: 'offer', n: 1, raised: false }]]);
    const clocks = await world.app.get(ClaimNotices).clocksOf(world.app.get(Database).reader, claims['r1'] ?? '');
    expect([clocks.offer?.n, clocks.base.objections, clocks.objection?.until?.at === clocks.offer?.until?.at]).toEqual([2, 0, true]);
    const events = await reader().query<{ claim: string }>(`SELECT payload ->> 'afterMinor' AS after, count(*)::int AS n FROM event_log WHERE topic = 'entitlement.raised' GROUP BY 1`);
    expect(events).toEqual([{ after: '800000', n: 3 }]);
    // A step that is delivered once more finds nothing to do.
    expect(value(await world.app.get(UnitOfWork).run(asSystem, (tx) => world.app.get(ChangeApplication).step(tx, asSystem, changeId))).done).toBe(true);
    expect(await granted('r1')).toEqual(['400000', '800000']);
  });

  it('is what anybody works out again from what is kept', async () => {
    expect(value(await world.app.get(AssessmentVerification).run(asSystem)).faults).toEqual([]);
  });
});

describe('an outage that was none', () => {
  it('voided, takes nothing back: every claim that was granted something is a task', async () => {
    const { changeId, run } = await amending.amend(VOID);
    expect(run.report).toMatchObject({ differenceMinor: '0', winners: { claims: 0 }, losers: { claims: 0 } });
    expect(await Promise.all(['r1', 'r1taken', 'r3', 'meanwhile', 'large'].map((name) => verdictOf(changeId, name)))).toEqual(['falls', 'falls', 'falls', 'falls', 'kept']);
    expect(await granted('r3')).toEqual(['1200000']);
  });

  it('with one region that was never down, refuses who files for it', async () => {
    await amending.amend(said({ r1: 1, r3: 0, r7: 7 }));
    claims['refused'] = await world.file({ region: 'r3', turnover: '100000000' });
    claims['open'] = await world.file({ region: 'r3', turnover: '100000000' });
    expect(await world.state(claims['open'])).toBe('in_review');
    await refuse('refused');
    expect(await world.state(claims['refused'])).toBe('rejected');
  });

  it('that was one after all: what was refused meanwhile goes to people, what was granted stands', async () => {
    const { changeId } = await amending.amend(said({ r1: 1, r3: 3, r7: 7 }));
    expect(await verdictOf(changeId, 'refused')).toBe('reopened');
    expect(await world.state(claims['refused'] ?? '')).toBe('in_review');
    expect(await verdictOf(changeId, 'open')).toBe('as_rehearsed');
    const [stands] = await reader().query<{ cash: string; version: number }>('SELECT cash_minor::text AS cash, register_version::int AS version FROM claim c JOIN assessment a ON a.id = c.assessment_id WHERE c.id = $1', [claims['open']]);
    expect(stands).toEqual({ cash: '1200000', version: await world.app.get(RegisterQueries).registerVersion(reader()) });
    expect(await verdictOf(changeId, 'r3')).toBe('kept');
    expect(await verdictOf(changeId, 'r1')).toBe('falls');
  });

  it('that says the same again amends nothing', async () => {
    const { id } = value(await amending.propose(said({ r1: 1, r3: 3, r7: 7 })));
    await expect(amending.start(id)).rejects.toThrow('outages.amends_nothing');
  });
});

describe('an amendment that is given up', () => {
  const statusOf = async (number: number, actor = world.author.actor) =>
    value(await world.app.get(RegisterQueries).revisions(reader(), actor, (await amending.outage()).id)).find((revision) => revision.number === number)?.status;
  const open = async () => {
    const [change] = await queries().page(reader(), { outageId: (await amending.outage()).id, state: 'open', limit: 1 });
    return { id: change?.id ?? '', version: change?.version ?? 0, revision: change?.outage?.revision ?? 0 };
  };

  it('leaves its lines overtaken when they are written anew, and withdrawn when it is withdrawn', async () => {
    const first = await open();
    expect(await statusOf(first.revision)).toBe('waiting');
    value(await world.app.get(Amendments).rewrite(world.author, first.id, first.version, { reason: 'the probe log', content: said({ r1: 1, r3: 2, r7: 7 }) }));
    const second = await open();
    expect([await statusOf(first.revision), await statusOf(second.revision)]).toEqual(['overtaken', 'waiting']);
    await amending.withdraw(second.id, second.version);
    expect([await statusOf(first.revision), await statusOf(second.revision)]).toEqual(['overtaken', 'withdrawn']);
    const { revision: third } = value(await queries().get(reader(), value(await amending.propose(said({ r1: 1, r3: 1, r7: 7 }))).id)).outage ?? { revision: 0 };
    expect([await statusOf(second.revision), await statusOf(third)]).toEqual(['withdrawn', 'waiting']);
  });

  it('is nothing that the public is told of, and nothing that can be recorded after all', async () => {
    const { id, version, revision } = await open();
    await amending.withdraw(id, version);
    expect(await statusOf(revision, { kind: 'anonymous' } as never)).toBeUndefined();
    const { id: outageId } = await amending.outage();
    expect(refusal(await world.app.get(UnitOfWork).run(asSystem, (tx) => world.app.get(OutageRegister).recordIn(tx, world.approver, outageId, revision)))).toMatchObject({ code: 'outages.revision_withdrawn', params: { revision } });
    const [entry] = await reader().query<{ action: string; by: string }>(`SELECT action, actor AS by FROM audit_entry WHERE aggregate_type = 'outage' AND aggregate_id::text = $1 ORDER BY n DESC LIMIT 1`, [outageId]);
    expect(entry?.action).toBe('outage.revision_withdrawn');
    const withdrawn = await reader().query(`SELECT r.number FROM outage_revision_withdrawal w JOIN outage_revision r ON r.id = w.revision_id WHERE r.outage_id = $1 ORDER BY 1`, [outageId]);
    expect(withdrawn.at(-1)).toEqual({ number: revision });
  });
});
