import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { countStatement, pageStatement, type Statement } from '../../src/modules/review/queues/queue-entries.repository.js';
import { QUEUES, readFilter, SORTS, type QueueName, type Sort } from '../../src/modules/review/queues/queue.rules.js';
import { createTestDatabase } from '../support/database.js';

const BOOK = 100_000;
const LIMIT = 51;
const ME = '01900000-0000-7000-8000-000000000001';
const INDEX: Readonly<Record<string, string>> = { filed: 'claim_assignment_filed_at_ix', money: 'claim_assignment_money_ix', deadline: 'claim_assignment_due_at_ix', risk: 'claim_assignment_risk_count_ix' };

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let owner: pg.Client;
let app: pg.Client;

const nodesOf = (plan: PlanNode): PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

async function planOf({ sql, params }: Statement): Promise<PlanNode[]> {
  const { rows: [row] } = await app.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, params as unknown[]);
  return nodesOf((row as NonNullable<typeof row>)['QUERY PLAN'][0].Plan);
}

const asked = (queue: QueueName, sort: Sort, text = {}): Statement => {
  const filter = readFilter(queue, text, { userId: ME, now: 0 as never });
  if (!filter.ok) throw new Error(filter.refusal.code);
  return pageStatement(filter.value, sort, { limit: LIMIT });
};

beforeAll(async () => {
  database = await createTestDatabase();
  [owner, app] = [new pg.Client(database.adminUrl), new pg.Client(database.appUrl)];
  await Promise.all([owner.connect(), app.connect()]);
  // Claims, businesses and people of the book are left out: what is looked at is how a list finds its rows.
  await owner.query('SET session_replication_role = replica');
  await owner.query(`
    INSERT INTO claim_assignment (claim_id, merchant_id, scheme_id, state, filed_at, amount_minor, currency, outcome, due_at, risk_count, language, country, owner_id, assigned_at)
    SELECT uuidv7(), uuidv7(), uuidv7(), (ARRAY['submitted', 'in_review', 'in_review', 'in_review', 'info_requested', 'recommended', 'offered', 'accepted'])[1 + n % 8],
      timestamptz '2026-10-14' + (n::bigint * 7919 % 100000) * interval '1 minute', (n::bigint * 104729) % 500000, (ARRAY['GBP', 'EUR', 'KRW'])[1 + n % 3], 'eligible', timestamptz '2026-10-28' + (n::bigint * 7919 % 100000) * interval '1 minute',
      n % 3, 'en', 'GB', CASE WHEN n % 1000 = 0 THEN '${ME}'::uuid WHEN n % 4 = 0 THEN uuidv7() END, CASE WHEN n % 1000 = 0 OR n % 4 = 0 THEN timestamptz '2026-10-14' END
    FROM generate_series(1, ${BOOK}) n`);
  for (let pass = 0; pass < 2; pass += 1) await owner.query('VACUUM (FREEZE, ANALYZE) claim_assignment');
}, 60_000);

afterAll(async () => {
  await Promise.all([owner.end(), app.end()]);
  await database.drop();
});

describe(`a page of ${BOOK.toLocaleString('en')} claims`, () => {
  it.each(SORTS)('sorted by %s is read from the index of the sort, and no further than it is long', async (sort) => {
    for (const queue of ['review', 'decision', 'all', 'unassigned'] as const) {
      const scans = (await planOf(asked(queue, sort))).filter(({ 'Relation Name': relation, 'Node Type': type }) => relation === 'claim_assignment' || type === 'Bitmap Index Scan');
      expect(scans.map((scan) => scan['Index Name'])).toEqual(QUEUES[queue].states.map(() => INDEX[sort.replace('-', '')]));
      for (const scan of scans) expect(scan['Actual Rows'] + (scan['Rows Removed by Filter'] ?? 0)).toBeLessThanOrEqual(LIMIT * 4);
    }
  });

  it('of one person\'s claims is found by the person, and a number is counted no further than it is shown', async () => {
    const mine = (await planOf(asked('mine', 'filed'))).filter(({ 'Index Name': index }) => index !== undefined).map((node) => node['Index Name']);
    expect(mine.filter((index) => index !== 'claim_pk')).toEqual(QUEUES.mine.states.map(() => 'claim_assignment_owner_ix'));
    const filter = readFilter('all', {}, { userId: ME, now: 0 as never });
    const counted = filter.ok ? await planOf(countStatement(filter.value, 10_001)) : [];
    expect(Math.max(...counted.map((node) => node['Actual Rows']))).toBe(10_001);
  });
});
