import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Refusal, Result } from '../../src/core/errors/index.js';
import { structuralFaults, transitionRows } from '../../src/core/machine/index.js';
import { AssessmentVerification } from '../../src/modules/assessments/index.js';
import { CHANGE_MACHINE, ChangeCommands, ChangeProposals, ChangeQueries, type PolicyRunDetail } from '../../src/modules/changes/index.js';
import { PolicyQueries } from '../../src/modules/policies/index.js';
import { Database } from '../../src/platform/database/database.js';
import { asSystem, at } from '../support/lower-floors.js';
import { KEY, openKt, rule, value, type KtWorld } from '../support/kt-world.js';

let world: KtWorld;
const claims: Record<string, string> = {};
const reader = () => world.app.get(Database).reader;
const refusal = (result: Result<unknown>): Refusal | undefined => (result.ok ? undefined : result.refusal);
const queries = () => world.app.get(ChangeQueries);

/** Tables a rehearsal must leave alone. */
const untouched = async () => reader().query(`SELECT (SELECT count(*) FROM assessment) AS assessments, (SELECT count(*) FROM determination) AS determinations,
  (SELECT count(*) FROM entitlement) AS entitlements, (SELECT coalesce(sum(version), 0) FROM claim) AS claims, (SELECT count(*) FROM event_log WHERE aggregate_type = 'claim') AS events`);

const itemsOf = async (changeId: string, run: PolicyRunDetail) =>
  new Map(value(await queries().claims(reader(), changeId, run.n, { order: 'filed', limit: 200 })).map((item) => [item.claimId, item]));

async function standing(claimId: string): Promise<{ outcome: string; cash: string | null } | undefined> {
  const [row] = await reader().query<{ outcome: string; cash: string | null }>('SELECT a.outcome, a.cash_minor::text AS cash FROM claim c JOIN assessment a ON a.id = c.assessment_id WHERE c.id = $1', [claimId]);
  return row;
}

beforeAll(async () => {
  world = await openKt(rule(1, '500000000'));
  claims['small1'] = await world.file({ region: 'r1', turnover: '100000000' });
  claims['small7'] = await world.file({ region: 'r7', turnover: '100000000' });
  claims['middle3'] = await world.file({ region: 'r3', turnover: '900000000' });
  claims['large'] = await world.file({ region: 'r7', turnover: '9000000000' });
});

afterAll(() => world.close());

describe('the machine of changes', () => {
  it('has no dead ends, and is the table of the database', async () => {
    expect(structuralFaults(CHANGE_MACHINE)).toEqual([]);
    const rows = await reader().query('SELECT event, from_state AS "from", to_state AS "to" FROM change_transition');
    const sort = (all: readonly unknown[]): string[] => all.map((row) => JSON.stringify(row)).sort();
    expect(sort(rows)).toEqual(sort(transitionRows(CHANGE_MACHINE)));
  });

  it.each([['amendment', 'changes.subject_missing'], ['allocation', 'changes.subject_missing']] as const)('says of %s why it is not proposed here', async (kind, code) => {
    expect(refusal(await world.app.get(ChangeProposals).propose(world.author, { kind, policy: { key: KEY, number: 9 } }))).toMatchObject({ code, params: { kind } });
  });
});

describe('a rule that changes while claims come in', () => {
  let changeId = '';
  let run: PolicyRunDetail;

  it('decides by its first version: one day, turnover up to 0.5bn', async () => {
    expect(await Promise.all(['small1', 'small7', 'middle3', 'large'].map(async (name) => [await world.state(claims[name] ?? ''), (await standing(claims[name] ?? ''))?.cash])))
      .toEqual([['offered', '400000'], ['offered', '400000'], ['rejected', null], ['rejected', null]]);
  });

  it('two days, for undecided claims: nothing that was decided is in reach, and nothing is written but the report', async () => {
    ({ changeId } = await world.propose(rule(2, '500000000'), 'undecided'));
    const before = await untouched();
    run = await world.rehearse(changeId);
    expect(await untouched()).toEqual(before);
    expect(run).toMatchObject({ state: 'finished', report: { claims: 0, differenceMinor: '0' } });
    value(await world.approve(world.approver, changeId, run));
    await world.applyAll(changeId);
    expect(value(await queries().get(reader(), changeId))).toMatchObject({ state: 'applied', application: { done: 0 } });
    expect((await standing(claims['small7'] ?? ''))?.cash).toBe('400000');
    claims['later7'] = await world.file({ region: 'r7', turnover: '100000000' });
    expect((await standing(claims['later7'] ?? ''))?.cash).toBe('800000');
  });

  it('five days and 3.0bn, for all: what was refused becomes payable, what was granted rises, each with its cause', async () => {
    ({ changeId } = await world.propose(rule(5, '3000000000'), 'all'));
    run = await world.rehearse(changeId);
    const items = await itemsOf(changeId, run);
    const shown = (name: string) => {
      const { before, after, causes } = items.get(claims[name] ?? '') ?? { before: undefined, after: undefined, causes: [] };
      return [before?.cash.amount, after?.outcome, after?.cash.amount, causes.map(({ cause, difference }) => [cause, difference.amount])];
    };
    // `facts` is what the version in force already gives beyond the standing assessment: the second day.
    expect(shown('small1')).toEqual(['400000', 'eligible', '400000', []]);
    expect(shown('small7')).toEqual(['400000', 'eligible', '2000000', [['facts', '400000'], ['flat', '1200000']]]);
    expect(shown('later7')).toEqual(['800000', 'eligible', '2000000', [['flat', '1200000']]]);
    expect(shown('middle3')).toEqual(['0', 'eligible', '1200000', [['gate', '800000'], ['flat', '400000']]]);
    expect(shown('large')).toEqual(['0', 'ineligible', '0', []]);
    expect(run.report).toMatchObject({
      claims: 5, beforeMinor: '1600000', afterMinor: '5600000', differenceMinor: '4000000', winners: { claims: 3, minor: '4000000' }, losers: { claims: 0 }, unchanged: 2,
      newlyEligible: 1, causes: [{ cause: 'facts', claims: 1, minor: '400000' }, { cause: 'flat', claims: 3, minor: '2800000' }, { cause: 'gate', claims: 1, minor: '800000' }],
    });
    expect(run.report?.histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(3);
  });

  it('lists those that change most first, page by page, also where several change by the same', async () => {
    const seen: string[] = [];
    for (let after: string | undefined; ;) {
      const [item, ...more] = value(await queries().claims(reader(), changeId, run.n, { order: 'winners', limit: 1, ...(after === undefined ? {} : { after }) }));
      if (item === undefined) break;
      expect(more).toEqual([]);
      seen.push(item.difference.amount);
      after = item.claimId;
    }
    expect(seen).toEqual(['1600000', '1200000', '1200000']);
    expect(value(await queries().claims(reader(), changeId, run.n, { order: 'losers', limit: 5 }))).toEqual([]);
  });

  it('is in the list of open changes with its last run, and says whose it is', async () => {
    expect((await queries().page(reader(), { state: 'open', policyKey: KEY, limit: 9 })).map(({ id }) => id)).toEqual([changeId]);
    expect(await queries().page(reader(), { policyKey: 'another', limit: 9 })).toEqual([]);
    expect(await queries().tally(reader())).toEqual([{ policyKey: KEY, state: 'applied', count: 1 }, { policyKey: KEY, state: 'open', count: 1 }]);
    expect((await queries().latestRuns(reader(), [changeId])).get(changeId)).toMatchObject({ n: run.n, report: { differenceMinor: '4000000' } });
    expect(value(await queries().outlook(reader(), world.author, changeId, run.n))).toEqual({ isAuthor: true, changedSince: [] });
    expect(value(await queries().outlook(reader(), world.approver, changeId, run.n))).toEqual({ isAuthor: false, changedSince: [] });
  });

  it('is the same run by run: the digest says so', async () => {
    expect((await world.rehearse(changeId)).digest).toBe(run.digest);
  });

  it('is approved by another person only, by its digest; the database says the same', async () => {
    expect(refusal(await world.approve(world.author, changeId, run))?.code).toBe('changes.four_eyes');
    expect(refusal(await world.approve(world.approver, changeId, { ...run, digest: 'f'.repeat(64) }))).toMatchObject({ code: 'changes.digest_differs', params: { digest: run.digest } });
    const owner = new pg.Client(world.database.ownerUrl);
    await owner.connect();
    await expect(owner.query(`
      INSERT INTO change_approval (change_id, run_id, digest, rerun_count, policy_version_id, approved_by, approved_at) SELECT c.id, r.id, r.digest, 0, (SELECT id FROM policy_version LIMIT 1), c.created_by, now()
      FROM change c JOIN change_run r ON r.change_id = c.id WHERE c.id = $1 AND r.n = 1`, [changeId])).rejects.toMatchObject({ constraint: 'change_approval_four_eyes_ck' });
    for (const sql of [`UPDATE change_run SET report = '{}' WHERE change_id = '${changeId}'`, 'DELETE FROM change_run', 'UPDATE change_run_item SET after_minor = 0']) {
      await expect(owner.query(sql)).rejects.toMatchObject({ code: 'P0001' });
    }
    await owner.end();
  });

  it('is applied as rehearsed: assessments are kept, what was granted rises, what was refused goes to people, and nothing falls', async () => {
    const rehearsed = await itemsOf(changeId, run);
    value(await world.approve(world.approver, changeId, run));
    claims['arrived'] = await world.file({ region: 'r7', turnover: '2000000000' });
    await world.applyAll(changeId);
    expect(value(await queries().arrivals(reader(), changeId, run.n, 9))).toMatchObject([{ state: await world.state(claims['arrived'] ?? '') }]);
    expect(value(await queries().get(reader(), changeId))).toMatchObject({ state: 'applied', approval: { digest: run.digest, rerunCount: 0 }, application: { done: 6, verdicts: { raised: 2, reopened: 1, kept: 2, arrived_since: 1 } } });
    for (const { claimId, applied } of value(await queries().applied(reader(), changeId, { limit: 100 }))) {
      if (claimId !== claims['arrived']) expect([claimId, applied?.amount ?? '0']).toEqual([claimId, rehearsed.get(claimId)?.after.cash.amount]);
    }
    expect((await standing(claims['small7'] ?? ''))?.cash).toBe('2000000');
    expect([await world.state(claims['small7'] ?? ''), await world.state(claims['middle3'] ?? '')]).toEqual(['offered', 'in_review']);
    expect((await standing(claims['arrived'] ?? ''))?.cash).toBe('2000000');
    const newest = await reader().query<{ cash: string }>('SELECT cash_minor::text AS cash FROM assessment WHERE claim_id = $1 ORDER BY n DESC LIMIT 1', [claims['middle3']]);
    expect(newest).toEqual([{ cash: '1200000' }]);
    expect(value(await world.app.get(AssessmentVerification).run(asSystem)).faults).toEqual([]);
  });

  it('never takes back what was granted: a lower rule keeps it', async () => {
    const lower = await world.propose(rule(1, '3000000000'), 'all');
    const lowered = await world.rehearse(lower.changeId);
    const item = (await itemsOf(lower.changeId, lowered)).get(claims['later7'] ?? '');
    expect([item?.before.cash.amount, item?.after.cash.amount, item?.causes.at(-1)?.cause]).toEqual(['2000000', '2000000', 'never_falls']);
    expect(item?.causes.reduce((sum, { difference }) => sum + BigInt(difference.amount), 0n)).toBe(0n);
    // What was refused and is looked at again is undecided: nothing of it was granted.
    expect(lowered.report?.losers).toMatchObject({ claims: 1 });
  });

  it('has every version on record, and one that answers', async () => {
    const versions = value(await world.app.get(PolicyQueries).versions(reader(), KEY));
    expect(versions.map(({ state }) => state)).toEqual(['superseded', 'superseded', 'effective']);
    expect(value(await world.app.get(PolicyQueries).effective(reader(), KEY, at('2018-11-24T02:00Z'))).version).toBe(3);
  });

  it('takes claims longer each time: three extensions, each a row', async () => {
    for (const year of [2037, 2038, 2039]) await world.extend(at(`${year}-01-01T00:00Z`));
    const scheme = await world.extend(at('2040-01-01T00:00Z'));
    expect([scheme.closesAt, scheme.extensions.length]).toEqual(['2040-01-01T00:00:00.000Z', 4]);
  });
});

describe('a run that is out of date', () => {
  it('fails, or is refused, when a version takes over; and a draft is proposed once', async () => {
    const [one, two] = [await world.propose(rule(4, '3000000000'), 'undecided'), await world.propose(rule(3, '3000000000'), 'undecided')];
    const [first, second] = [await world.rehearse(one.changeId), await world.rehearse(two.changeId)];
    value(await world.approve(world.approver, one.changeId, first));
    expect(refusal(await world.approve(world.approver, two.changeId, second))).toMatchObject({ code: 'changes.run_stale', params: { changed: ['the versions in force'] } });
    const detail = value(await queries().get(reader(), two.changeId));
    expect(refusal(await world.app.get(ChangeProposals).propose(world.author, { kind: 'policy_version', policy: { key: KEY, number: detail.policy?.number ?? 0 } }))?.code).toBe('changes.proposed_already');
    expect(value(await world.app.get(ChangeCommands).withdraw(world.author, two.changeId, detail.version)).state).toBe('withdrawn');
  });
});
