import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Client } from 'pg';
import { refuse } from '../../src/core/errors/index.js';
import { ChangeApplication, ChangeQueries } from '../../src/modules/changes/index.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Amending, REGIONS, said, VOID, type Region } from '../support/amendments.js';
import { brokenPromises } from '../support/invariants.js';
import { asSystem } from '../support/lower-floors.js';
import { openKt, rule, value, type KtWorld } from '../support/kt-world.js';

const A_DAY = 400_000n;
const MOST_DAYS = 5;

let world: KtWorld;
let amending: Amending;
let database: Client;
const claims = new Map<string, Region>();
const reader = () => world.app.get(Database).reader;

/** What the register says, and what each claim was granted: the walk's own account of the ratchet. */
let days: Readonly<Record<Region, number>> = { r1: 1, r3: 3, r7: 7 };
const granted = new Map<string, bigint>();
let rises = 0;

const figure = (region: Region, of: Readonly<Record<Region, number>> = days): bigint => A_DAY * BigInt(Math.min(of[region], MOST_DAYS));

/** All but what the preview is for. */
const untouched = async () => reader().query(`SELECT (SELECT count(*) FROM assessment) AS assessments, (SELECT count(*) FROM determination) AS determinations,
  (SELECT count(*) FROM entitlement) AS entitlements, (SELECT coalesce(sum(version), 0) FROM claim) AS claims, (SELECT count(*) FROM claim_version) AS versions,
  (SELECT count(*) FROM event_log WHERE aggregate_type = 'claim') AS events, (SELECT count(*) FROM task) AS tasks, (SELECT coalesce(sum(version), 0) FROM register) AS register`);

/** One step of the job that dies before its commit, and one that is delivered to two workers at once. */
async function apply(changeId: string, crashes: readonly boolean[]): Promise<void> {
  const step = () => world.app.get(UnitOfWork).run(asSystem, (tx) => world.app.get(ChangeApplication).step(tx, asSystem, changeId));
  for (const dies of crashes) {
    if (dies) {
      const died = await world.app.get(UnitOfWork).run(asSystem, async (tx) => {
        const stepped = await world.app.get(ChangeApplication).step(tx, asSystem, changeId);
        return stepped.ok ? refuse('test.died') : stepped;
      });
      expect(died).toMatchObject({ ok: false, refusal: { code: 'test.died' } });
    } else {
      for (const stepped of await Promise.all([step(), step()])) value(stepped);
    }
  }
  while (!value(await step()).done);
  expect(value(await step()).done).toBe(true);
}

beforeAll(async () => {
  world = await openKt(rule(MOST_DAYS, '3000000000'));
  amending = new Amending(world);
  for (const region of [...REGIONS, 'r1', 'r3'] as const) claims.set(await world.file({ region, turnover: '100000000' }), region);
  for (const [id, region] of claims) granted.set(id, figure(region));
  database = new Client(world.database.ownerUrl);
  await database.connect();
});

afterAll(async () => {
  await database.end();
  await world.close();
});

const dayCount = fc.integer({ min: 0, max: 7 });
const amendment = fc.record({
  to: fc.oneof({ weight: 5, arbitrary: fc.record({ r1: dayCount, r3: dayCount, r7: dayCount }) }, { weight: 1, arbitrary: fc.constant('void' as const) }),
  crashes: fc.array(fc.boolean(), { maxLength: 4 }),
});

it('whatever is amended, in whatever order, nothing that was granted falls, each rise raises once, and what comes is what was previewed', async () => {
  await fc.assert(fc.asyncProperty(fc.array(amendment, { minLength: 1, maxLength: 5 }), async (series) => {
    for (const { to, crashes } of series) {
      const next: Readonly<Record<Region, number>> = to === 'void' ? { r1: 0, r3: 0, r7: 0 } : to;
      const { id: changeId, version } = value(await amending.propose(to === 'void' ? VOID : said(next)));
      const before = await untouched();
      const started = await amending.tryStart(changeId);
      if (started === 'outages.amends_nothing') {
        await amending.withdraw(changeId, version);
        continue;
      }
      const run = await amending.rehearse(changeId);
      expect(await untouched()).toEqual(before);
      const expected = new Map([...claims].map(([id, region]) => [id, { given: figure(region, next), had: granted.get(id) ?? 0n }]));
      const previewed = new Map(value(await world.app.get(ChangeQueries).claims(reader(), changeId, run.n, { order: 'filed', limit: 100 })).map(({ claimId, after }) => [claimId, after.cash.amount]));
      for (const [id, { given, had }] of expected) expect([id, previewed.get(id)]).toEqual([id, String(given > had ? given : had)]);

      value(await amending.approve(changeId, run));
      await apply(changeId, crashes);
      days = next;
      for (const [id, { given, had }] of expected) {
        if (given > had) rises += 1;
        granted.set(id, given > had ? given : had);
      }
      const applied = new Map(value(await world.app.get(ChangeQueries).applied(reader(), changeId, { limit: 100 })).map((item) => [item.claimId, item]));
      for (const [id, { given, had }] of expected) {
        const { verdict, applied: figureNow, rehearsed } = applied.get(id) ?? {};
        expect([id, verdict]).toEqual([id, given > had ? 'raised' : applied.get(id)?.outcome === 'refer' ? 'unclear' : given < had ? 'falls' : 'kept']);
        expect(figureNow).toEqual(rehearsed);
      }
      const rows = await reader().query<{ id: string; gross: string }>('SELECT DISTINCT ON (claim_id) claim_id AS id, gross_minor::text AS gross FROM entitlement ORDER BY claim_id, n DESC');
      expect(new Map(rows.map(({ id, gross }) => [id, BigInt(gross)]))).toEqual(granted);
      const [events] = await reader().query<{ n: number }>(`SELECT count(*)::int AS n FROM event_log WHERE topic = 'entitlement.raised'`);
      expect(events?.n).toBe(rises);
      const [letters] = await reader().query<{ n: number; merchants: number }>(
        `SELECT count(*)::int AS n, count(DISTINCT merchant_id)::int AS merchants FROM letter WHERE about_kind = 'change' AND about_id::text = $1`, [changeId]);
      expect(letters).toEqual({ n: letters?.merchants, merchants: [...expected.values()].filter(({ given, had }) => given > had).length });
      expect(await brokenPromises(database)).toEqual([]);
    }
  }), { numRuns: 6, seed: 20261127, endOnFailure: true });
});
