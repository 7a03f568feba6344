import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ClaimsRepository } from '../../src/modules/claims/claims.repository.js';
import { createTestDatabase } from '../support/database.js';

const BOOK = 200_000;
/** One outage of a day, and the thirteen weeks after it in which comparables would meet it. */
const ASKED = [['s-7'], ['2025-03-01T00:00:00Z'], ['2025-06-02T00:00:00Z']] as const;

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Heap Fetches'?: number;
  readonly 'Actual Rows': number;
  readonly Plans?: readonly PlanNode[];
}

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let owner: pg.Client;
let app: pg.Client;

const nodesOf = (plan: PlanNode): PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

async function planOf(client: pg.Client, sql: string): Promise<PlanNode[]> {
  const { rows: [row] } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, ASKED as unknown as unknown[]);
  return nodesOf((row as NonNullable<typeof row>)['QUERY PLAN'][0].Plan);
}

beforeAll(async () => {
  database = await createTestDatabase();
  [owner, app] = [new pg.Client(database.adminUrl), new pg.Client(database.appUrl)];
  await Promise.all([owner.connect(), app.connect()]);
  // Claims, sites and merchants of the book are left out: the search must not look at any of them.
  await owner.query('SET session_replication_role = replica');
  await owner.query(`
    INSERT INTO claim_occupancy (claim_id, merchant_id, head, site_id, service, span, live)
    SELECT uuidv7(), uuidv7(), 'lost_sales', uuidv7(), 's-' || n % 40, tstzrange(begins, begins + (1 + n % 48) * interval '1 hour', '[)'), false
    FROM generate_series(1, ${BOOK}) n CROSS JOIN LATERAL (SELECT timestamptz '2023-01-01' + (n::bigint * 7919 % 26280) * interval '1 hour') AS b (begins)`);
  // Commits of a test do not wait for the disk: what the first pass finds in flight, the second marks as seen by everybody.
  for (let pass = 0; pass < 2; pass += 1) await owner.query('VACUUM (FREEZE, DISABLE_PAGE_SKIPPING, ANALYZE) claim_occupancy');
}, 60_000);

afterAll(async () => {
  await Promise.all([owner.end(), app.end()]);
  await database.drop();
});

describe(`the claims an amendment touches, of ${BOOK.toLocaleString('en')}`, () => {
  it('are found in one index alone', async () => {
    const nodes = await planOf(app, ClaimsRepository.TOUCHED);
    const scans = nodes.filter(({ 'Relation Name': relation }) => relation === 'claim_occupancy');
    expect(scans.map((node) => [node['Node Type'], node['Index Name'], node['Heap Fetches']])).toEqual([['Index Only Scan', 'claim_occupancy_touched_ix', 0]]);
    expect(nodes.some(({ 'Node Type': type }) => type === 'Seq Scan')).toBe(false);
  });

  it('are those that a look at every claim finds, and few of the book', async () => {
    const { rows } = await app.query<{ claim_id: string }>(ClaimsRepository.TOUCHED, ASKED as unknown as unknown[]);
    const { rows: [all] } = await owner.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM claim_occupancy WHERE service = 's-7' AND lower(span) < '2025-06-02T00:00:00Z' AND upper(span) > '2025-03-01T00:00:00Z'`);
    expect(rows).toHaveLength(all?.count ?? 0);
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.length).toBeLessThan(BOOK / 100);
  });

  it('without the index it would look at every claim: the plan is what the test holds', async () => {
    await owner.query('BEGIN');
    await owner.query('DROP INDEX claim_occupancy_touched_ix');
    const nodes = await planOf(owner, ClaimsRepository.TOUCHED);
    await owner.query('ROLLBACK');
    expect(nodes.some((node) => node['Node Type'].includes('Seq Scan') && node['Relation Name'] === 'claim_occupancy')).toBe(true);
  });
});
