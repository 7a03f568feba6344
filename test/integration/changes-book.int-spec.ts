import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { readFileSync, writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bookClaim, bookFacts, bookSum, type BookClaim } from '../../src/demo/generated-book.js';
import { loadBook, BOOK_POLICY } from '../../src/demo/load-book.js';
import { rehearseBook } from '../../src/demo/rehearse-book.js';
import { AssessmentVerification, settleRuns } from '../../src/modules/assessments/index.js';
import { ChangeApplication, ChangeCommands, ChangeQueries, ChangeRehearsals, type ChangeDetail, type PolicyRunDetail } from '../../src/modules/changes/index.js';
import { People } from '../../src/modules/identity/index.js';
import { PolicyQueries } from '../../src/modules/policies/index.js';
import type { Context } from '../../src/platform/access/context.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { asSystem } from '../support/lower-floors.js';
import { value } from '../support/kt-world.js';

const CLAIMS = 400;
let app: TestApp;
let run: PolicyRunDetail;
let approver: Context;
const reader = () => app.app.get(Database).reader;
const change = async (): Promise<ChangeDetail> => {
  const [latest] = await app.app.get(ChangeQueries).page(reader(), { limit: 1 });
  return value(await app.app.get(ChangeQueries).get(reader(), latest?.id ?? ''));
};

async function approve(bound: bigint): Promise<{ ok: boolean; refusal?: { code: string; params: object } }> {
  const { id, version } = await change();
  return app.app.get(ChangeCommands).approve(approver, id, version, run.n, { digest: run.digest ?? '', movesLessThan: [{ minor: bound, currency: 'GBP' as never }] });
}

/** Files the claim again with another answer, as an amendment would. */
async function amend(claimId: string): Promise<void> {
  await reader().query(`INSERT INTO claim_version SELECT claim_id, n + 1, merchant_id, jsonb_set(frozen, '{answers,takeTariff}', to_jsonb(NOT (frozen #> '{answers,takeTariff}')::boolean)), filed_by, filed_at
    FROM claim_version WHERE claim_id = $1 ORDER BY n DESC LIMIT 1`, [claimId]);
  await reader().query('UPDATE claim SET claim_version = claim_version + 1, version = version + 1 WHERE id = $1', [claimId]);
}

beforeAll(async () => {
  app = await startTestApp();
  // Cut short, and gone on with: the book is the same.
  for (const claims of [CLAIMS - 37, CLAIMS]) expect(await loadBook(app.app, { claims, seed: 5, policyFolder: 'policies', onProgress: () => undefined })).toBe(true);
  const made = value(await app.app.get(People).create(asSystem, { email: 'approver@test.example', name: 'Approver', password: 'correct horse battery staple' }));
  await app.app.get(People).grant(asSystem, made.id, 'policy_approver');
  approver = { actor: { kind: 'user', userId: made.id, roles: ['policy_approver'], memberships: [] }, requestId: 'test' };
  const file = join(mkdtempSync(join(tmpdir(), 'policy-')), 'next.yaml');
  const gbp = readFileSync('policies/default-gbp.yaml', 'utf8');
  writeFileSync(file, `${gbp.slice(0, gbp.indexOf('examples:')).replace('value: "60" }', 'value: "30" }').replace('food: "0.62"', 'food: "0.65"')}examples:
  - name: the tariff
    given: { window: 2026-03-03T09:00Z/2026-03-03T15:00Z, segments: [ { state: down, at: 2026-03-03T10:00Z/2026-03-03T12:00Z } ], inputs: { takeTariff: "true" } }
    expect: { outcome: eligible }
`);
  const done = await rehearseBook(app.app, file, () => undefined);
  if (done === undefined) throw new Error('no book');
  run = done;
});

afterAll(() => app.close());

describe('a generated book', () => {
  it('is only written into a database that nobody has used, or gone on with under its own seed', async () => {
    expect(await loadBook(app.app, { claims: 1, seed: 1, policyFolder: 'policies', onProgress: () => undefined })).toBe(false);
  });

  it('is the same in memory and in the database: every claim comes to the same amount', async () => {
    const policy = value(await app.app.get(PolicyQueries).byNumber(reader(), BOOK_POLICY, '1'));
    const claims = Array.from({ length: CLAIMS }, (_, index) => bookClaim(5, index));
    const bySet = new Map(claims.map((claim) => [claim.ids.set, claim]));
    const settled = await settleRuns(claims.map((claim) => ({ policy, facts: bookFacts(claim, policy.resolved.document) })),
      (windows) => Promise.resolve(windows.map(({ setId, from, to }) => bookSum(bySet.get(setId) as BookClaim, { from, to }))));
    const stored = await reader().query<{ id: string; cash: string | null }>('SELECT claim_id AS id, cash_minor::text AS cash FROM assessment');
    const cash = new Map(stored.map((row) => [row.id, row.cash]));
    expect(settled.map(({ facts, assessed }) => [facts.claim.id, assessed?.cashMinor])).toEqual(claims.map(({ ids }) => [ids.claim, cash.get(ids.claim)]));
  });
});

describe('a change over it', () => {
  it('finds winners, losers, causes and what would be paid for nothing', () => {
    expect(run).toMatchObject({ state: 'finished', progress: { done: CLAIMS, expected: CLAIMS }, arrivedSince: 0, report: { claims: CLAIMS, placebo: { tried: CLAIMS } } });
    expect(run.report?.causes.map(({ cause }) => cause)).toEqual(['counted', 'marginShare']);
    expect(run.report?.winners.claims).toBeGreaterThan(CLAIMS / 2);
  });

  it('comes to the same digest when a step is cut short and another process goes on from the last page', async () => {
    const { id } = await change();
    const author: Context = { actor: { kind: 'user', userId: (await change()).createdBy, roles: ['policy_author'], memberships: [] }, requestId: 'test' };
    const { n } = value(await app.app.get(ChangeCommands).startRun(author, id));
    const runId = value(await app.app.get(ChangeQueries).runId(reader(), id, n));
    const step = (work: UnitOfWork, after: () => void) => work.run(asSystem, async (tx) => {
      const stepped = await app.app.get(ChangeRehearsals).step(tx, runId);
      after();
      return stepped;
    });
    const done = async (): Promise<number> => value(await app.app.get(ChangeQueries).run(reader(), id, n)).progress.done;
    value(await step(app.app.get(UnitOfWork), () => undefined));
    const firstPage = await done();
    expect([firstPage > 0, firstPage < CLAIMS]).toEqual([true, true]);
    await expect(step(app.app.get(UnitOfWork), () => { throw new Error('the process ends here'); })).rejects.toThrow('ends here');
    expect(await done()).toBe(firstPage);
    for (let over = false; !over;) over = value(await step(new UnitOfWork(app.app.get(Database)), () => undefined)).done;
    const again = value(await app.app.get(ChangeQueries).run(reader(), id, n));
    expect([again.state, again.progress.done, again.digest]).toEqual(['finished', CLAIMS, run.digest]);
  });

  it('is approved although under one in a hundred claims have changed, when the total moves less than was named', async () => {
    const [first] = await reader().query<{ id: string }>(`SELECT claim_id AS id FROM change_run_item WHERE after_outcome = 'eligible' AND before_minor > 0 AND causes @> '[{"cause": "counted"}]'
      AND claim_id IN (SELECT claim_id FROM claim_version WHERE frozen #>> '{answers,takeTariff}' = 'true') AND claim_id IN (SELECT claim_id FROM assessment WHERE result::json ->> 'shownByRecords' = 'false') LIMIT 1`);
    await amend(first?.id ?? '');
    expect(await approve(1n)).toMatchObject({ ok: false, refusal: { code: 'changes.moved_too_far', params: { changed: 1 } } });
    expect(await approve(100_000n)).toMatchObject({ ok: true });
    expect((await change()).approval).toMatchObject({ rerunCount: 1, digest: run.digest });
  });

  it('gives every claim that has not changed exactly what was rehearsed', async () => {
    const { id } = await change();
    const step = () => app.app.get(UnitOfWork).run(asSystem, (tx) => app.app.get(ChangeApplication).step(tx, asSystem, id));
    for (let done = false; !done;) ({ done } = value(await step()));
    expect((await change()).application).toEqual({ done: CLAIMS, toldMerchants: 0, verdicts: { as_rehearsed: CLAIMS - 1, changed_since: 1 } });
    const differing = await reader().query(`
      SELECT i.claim_id FROM change_run_item i JOIN claim c ON c.id = i.claim_id JOIN assessment a ON a.id = c.assessment_id
      JOIN change_applied_item p ON p.claim_id = i.claim_id
      WHERE p.verdict = 'as_rehearsed' AND (a.input_hash <> i.input_hash OR a.cash_minor IS DISTINCT FROM i.assessed_minor OR a.outcome <> i.after_outcome)`);
    expect(differing).toEqual([]);
  });
});

describe('a run when more has changed', () => {
  it('is refused from one claim in a hundred on', async () => {
    const [draft] = await reader().query<{ source: string }>('SELECT source FROM policy_edition ORDER BY id DESC LIMIT 1');
    const file = join(mkdtempSync(join(tmpdir(), 'policy-')), 'next.yaml');
    writeFileSync(file, (draft?.source ?? '').replace('value: "30" }', 'value: "45" }'));
    const done = await rehearseBook(app.app, file, () => undefined);
    if (done === undefined) throw new Error('no book');
    run = done;
    const claims = await reader().query<{ id: string }>('SELECT claim_id AS id FROM change_run_item i JOIN change_run r ON r.id = i.run_id JOIN change c ON c.id = r.change_id WHERE c.state = $1 LIMIT 4', ['open']);
    for (const { id } of claims) await amend(id);
    expect(await approve(100_000_000n)).toMatchObject({ ok: false, refusal: { code: 'changes.claims_changed' } });
  });
});

describe('a recomputation of everything', () => {
  it('goes on where it was cut short, and names what comes out otherwise', async () => {
    const verification = app.app.get(AssessmentVerification);
    const all = await verification.count();
    await expect(verification.run(asSystem, () => { throw new Error('the process ends here'); })).rejects.toThrow('ends here');
    const seen: number[] = [];
    expect(value(await verification.run(asSystem, (checked) => { seen.push(checked); }))).toEqual({ checked: all, faultCount: 0, faults: [] });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen[0]).toBeGreaterThan(250);
    const owner = new pg.Client({ connectionString: app.database.ownerUrl });
    await owner.connect();
    try {
      const { rows: [broken] } = await owner.query<{ id: string }>('SELECT id FROM assessment ORDER BY id DESC LIMIT 1');
      await owner.query('ALTER TABLE assessment DISABLE TRIGGER assessment_append_only_tg');
      await owner.query(`UPDATE assessment SET result = replace(result, '"schema":1', '"schema":2') WHERE id = $1`, [broken?.id]);
      await owner.query('ALTER TABLE assessment ENABLE ALWAYS TRIGGER assessment_append_only_tg');
      expect(value(await verification.run(asSystem)).faults).toEqual([broken?.id]);
      expect(await verification.faultsOf(reader(), broken?.id ?? '')).toEqual(['result', 'result.schema']);
    } finally {
      await owner.end();
    }
  });
});
