import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { sha256Hex } from '../../src/core/audit/index.js';
import type { Refusal, Result } from '../../src/core/errors/index.js';
import { exampleGiven, type ExampleDefinition } from '../../src/core/policy/index.js';
import { createTestDatabase } from '../support/database.js';
import { asSystem, at, openLowerFloors, type LowerFloors } from '../support/lower-floors.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let floors: LowerFloors;
const gbp = readFileSync('policies/default-gbp.yaml', 'utf8');
const reasons = readFileSync('policies/reasons.yaml', 'utf8');

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}
const refusal = (result: Result<unknown>): Refusal | undefined => (result.ok ? undefined : result.refusal);
const swap = (from: string, to: string, text = gbp): string => {
  if (!text.includes(from)) throw new Error(`no "${from}" to swap`);
  return text.replace(from, to);
};
const stored = async (): Promise<number> =>
  (await floors.reader.query<{ n: number }>('SELECT count(*)::int AS n FROM policy_version'))[0]?.n ?? -1;

beforeAll(async () => {
  database = await createTestDatabase();
  floors = openLowerFloors(database.appUrl);
});

afterAll(async () => {
  await floors.close();
  await database.drop();
});

describe('publishing', () => {
  it('without reasons is refused in words', async () => {
    expect(refusal(await floors.catalogue.publish(asSystem, gbp))?.code).toBe('policies.reasons_missing');
  });

  it('the folder that ships stores every policy, and a second time nothing', async () => {
    const first = value(await floors.policyImports.importFolder(asSystem, 'policies'));
    expect(first.reasons).toBe('published');
    expect(first.files.length).toBeGreaterThanOrEqual(4);
    expect(first.files.filter(({ outcome }) => outcome !== 'published')).toEqual([]);
    const count = await stored();
    const second = value(await floors.policyImports.importFolder(asSystem, 'policies'));
    expect([second.reasons, ...second.files.map(({ outcome }) => outcome)]).toEqual(['unchanged', ...first.files.map(() => 'unchanged')]);
    expect(await stored()).toBe(count);
  });

  it('a faulty document is refused with every fault, its line and its column, and nothing is stored', async () => {
    const count = await stored();
    const broken = swap('unit: GBP per claim, source: Makegood default policy 1, value: "25000.00"', 'unit: parsecs, source: none, value: "25000.00"', swap('head: lost_sales', 'head: lost_patience'));
    const found = refusal(await floors.catalogue.publish(asSystem, broken));
    expect(found?.code).toBe('policies.document_faulty');
    expect(found?.params).toEqual({ count: found?.causes?.length });
    const lines = broken.split('\n');
    const causes = (found?.causes ?? []).map(({ code, params }) => ({ code, line: lines[Number(params['line']) - 1] }));
    expect(causes).toEqual(expect.arrayContaining([
      { code: 'policy.shape', line: 'head: lost_patience' }, { code: 'policy.wrong_unit', line: expect.stringContaining('$params.cap') },
    ]));
    expect(found?.causes?.every(({ params }) => Number(params['column']) >= 1 && String(params['message']).length > 0)).toBe(true);
    expect(await stored()).toBe(count);
  });

  it('a failing example is refused at its line', async () => {
    const [, amount = ''] = /cash: "([\d.]+)"/.exec(gbp) ?? [];
    const found = refusal(await floors.catalogue.publish(asSystem, swap(`cash: "${amount}"`, 'cash: "1234567.89"')));
    expect(found?.causes).toMatchObject([{ code: 'policy.example_failed' }]);
  });

  it('text that is no YAML is a fault with a place, not an error', async () => {
    expect(refusal(await floors.catalogue.publish(asSystem, 'policy: [1,'))?.causes?.[0]).toMatchObject({ code: 'policy.syntax', params: { line: 1 } });
  });

  it('the same version published by many at once is stored once', async () => {
    const text = swap('Makegood default policy, revision 1', 'Makegood default policy, revision 1b');
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => floors.catalogue.publish(asSystem, text)));
    const published = outcomes.map(value);
    expect(published.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(published.map(({ id }) => id)).size).toBe(1);
  });
});

describe('the period of a version', () => {
  it('a first version is for every event; a successor takes over from its start on', async () => {
    const key = 'default-krw';
    const krw = readFileSync('policies/default-krw.yaml', 'utf8');
    const next = value(await floors.catalogue.publish(asSystem, swap('Makegood default policy, revision 1', 'Makegood default policy, revision 2', krw), { effectiveFrom: at('2026-12-01T00:00Z') }));
    expect([next.version, next.effective]).toEqual([2, { from: '2026-12-01T00:00:00.000Z' }]);
    const answers = await Promise.all(['1990-01-01T00:00Z', '2026-11-30T23:59:59.999Z', '2026-12-01T00:00Z', '2099-01-01T00:00Z']
      .map(async (instant) => value(await floors.policyQueries.effective(floors.reader, key, at(instant))).version));
    expect(answers).toEqual([1, 1, 2, 2]);
    const [first] = value(await floors.policyQueries.versions(floors.reader, key));
    expect(first?.effective).toEqual({ to: '2026-12-01T00:00:00.000Z' });
  });

  it('a start inside a period that was closed is refused', async () => {
    const krw = readFileSync('policies/default-krw.yaml', 'utf8');
    const late = await floors.catalogue.publish(asSystem, swap('Makegood default policy, revision 1', 'Makegood default policy, revision 3', krw), { effectiveFrom: at('2026-06-01T00:00Z') });
    expect(refusal(late)?.code).toBe('policies.period_taken');
  });

  it('no version in force is said in words', async () => {
    expect(refusal(await floors.policyQueries.effective(floors.reader, 'nothing', at('2026-06-01T00:00Z')))?.code).toBe('policies.none_effective');
  });

  it('is only ever closed, once, and never two answer for one instant', async () => {
    const client = new pg.Client(database.appUrl);
    await client.connect();
    const refused = (sql: string) => client.query(sql).then(() => 'ok', (error: { constraint?: string; code: string }) => error.constraint ?? error.code);
    expect(await refused(`UPDATE policy_period SET effective = '[2020-01-01Z,)' WHERE key = 'default-krw' AND lower_inf(effective)`)).toBe('policy_period_only_closes_ck');
    expect(await refused(`UPDATE policy_period SET effective = '[2026-12-01Z,2020-01-01Z)' WHERE key = 'default-krw' AND upper_inf(effective)`)).toBe('22000');
    expect(await refused(`INSERT INTO policy_period SELECT id, key, '[2026-06-01Z,2026-07-01Z)' FROM policy_version WHERE key = 'default-krw' AND number = 1`)).toBe('policy_period_pk');
    expect(await refused(`UPDATE policy_version SET hash = hash`)).toBe('42501');
    expect(await refused(`DELETE FROM policy_version`)).toBe('42501');
    await client.end();
    const owner = new pg.Client(database.ownerUrl);
    await owner.connect();
    await expect(owner.query('UPDATE policy_version SET source = source')).rejects.toMatchObject({ constraint: 'policy_version_append_only_ck' });
    await expect(owner.query('DELETE FROM policy_period')).rejects.toMatchObject({ constraint: 'policy_period_append_only_ck' });
    await owner.end();
  });
});

describe('a stored version', () => {
  it('is ready to run, the same as when it was published, and kept', async () => {
    const [version] = value(await floors.policyQueries.versions(floors.reader, 'default-gbp'));
    const ready = await floors.policyQueries.version(floors.reader, version?.id ?? '');
    expect([ready.key, ready.version, ready.currency, ready.hash, ready.resolved.hash]).toEqual(['default-gbp', 1, 'GBP', version?.hash, version?.hash]);
    expect(await floors.policyQueries.version(floors.reader, version?.id ?? '')).toBe(ready);
    const document = value(await floors.policyQueries.document(floors.reader, 'default-gbp', '1'));
    expect(document.source).toBe(gbp);
    expect(ready.resolved.document.steps.every(({ use }) => /@\d+$/.test(use))).toBe(true);
    const [raw] = await floors.reader.query<{ resolved: string }>('SELECT resolved FROM policy_version WHERE id = $1', [version?.id]);
    expect(sha256Hex(raw?.resolved ?? '')).toBe(version?.hash);
  });

  it.each(['0', '99', '1.0', 'one', '9'.repeat(30)])('version %s of a policy is not there', async (number) => {
    expect(refusal(await floors.policyQueries.document(floors.reader, 'default-gbp', number))?.code).toBe('policies.version_not_found');
  });
});

describe('a test run', () => {
  const given = { window: '2026-03-03T09:00Z/2026-03-03T17:00Z', inputs: {}, segments: [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-03T12:00Z' }] };

  it('says what it needs, then what comes out, and stores nothing', async () => {
    const tables = async () => floors.reader.query('SELECT (SELECT count(*) FROM event_log) AS events, (SELECT count(*) FROM audit_entry) AS audit');
    const before = await tables();
    const run = value(await floors.testRuns.run(floors.reader, 'default-gbp', '1', given));
    expect(['needs', 'assessed']).toContain(run.kind);
    expect(await tables()).toEqual(before);
  });

  it('runs every example of every shipped policy as written there', async () => {
    for (const { key } of await floors.policyQueries.list(floors.reader, { limit: 50 })) {
      const { document } = value(await floors.policyQueries.document(floors.reader, key, '1')) as unknown as { document: { examples: (ExampleDefinition & { expect: { outcome: string; cash?: string } })[] } };
      for (const [index, example] of document.examples.entries()) {
        const run = value(await floors.testRuns.run(floors.reader, key, '1', exampleGiven(document.examples, index)));
        expect(run.kind).toBe('assessed');
        if (run.kind === 'assessed' && example.expect.outcome !== 'refer') expect(run.outcome).toBe(example.expect.outcome);
        if (run.kind === 'assessed' && run.outcome === 'eligible' && example.expect.cash !== undefined) expect(run.cash?.amount).toBe(example.expect.cash);
      }
    }
  });

  it.each([
    [{ ...given, turnover: 1000.5 }, 'policies.given_not_text'], [{ ...given, window: 'yesterday' }, 'policies.given_unreadable'],
    [{ ...given, segments: [{ state: 'down', at: '2026-03-03T12:00Z/2026-03-03T10:00Z' }] }, 'policies.given_unreadable'],
  ])('%j is refused in words', async (faulty, code) => {
    expect(refusal(await floors.testRuns.run(floors.reader, 'default-gbp', '1', faulty))?.code).toBe(code);
  });
});

describe('the reasons', () => {
  it('may be worded better, and never lose a code', async () => {
    const better = swap('No trouble with the services you named is recorded', 'No trouble with these services is recorded', reasons);
    expect(value(await floors.catalogue.publishReasons(asSystem, better))).toEqual({ number: 2, isNew: true });
    expect(value(await floors.policyQueries.reasons(floors.reader))['outage_not_recorded']?.en).toMatch(/^No trouble with these services/);
    const fewer = better.slice(better.indexOf('not_enrolled:'));
    expect(refusal(await floors.catalogue.publishReasons(asSystem, fewer))).toMatchObject({ code: 'policies.reason_removed', params: { codes: ['outage_not_recorded'] } });
    const partial = swap('  fr: Aucune panne', '  de: Aucune panne', better);
    expect(refusal(await floors.catalogue.publishReasons(asSystem, partial))?.code).toBe('policies.reasons_faulty');
  });
});

describe('a folder', () => {
  it('with one bad file publishes the others and says what is wrong with it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'policies-'));
    writeFileSync(join(folder, 'a-bad.yaml'), 'policy: bad\n');
    writeFileSync(join(folder, 'b-good.yaml'), swap('policy: default-gbp', 'policy: copy-of-default'));
    const result = value(await floors.policyImports.importFolder(asSystem, folder));
    expect(result.files.map(({ file, outcome }) => [file, outcome])).toEqual([['a-bad.yaml', 'refused'], ['b-good.yaml', 'published']]);
    rmSync(folder, { recursive: true });
    expect(refusal(await floors.policyImports.importFolder(asSystem, folder))).toMatchObject({ code: 'policies.folder_unreadable', params: { reason: 'ENOENT' } });
  });
});
