import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { refuse } from '../../src/core/errors/index.js';
import type { RecordKind, SalesLine } from '../../src/core/sales/index.js';
import { HOUR, type Instant } from '../../src/core/time/index.js';
import { LineFaults } from '../../src/modules/evidence/line-faults.rules.js';
import { SalesRecordsRepository } from '../../src/modules/evidence/sales-records.repository.js';
import { SalesSetsRepository } from '../../src/modules/evidence/sales-sets.repository.js';
import { BatchFile } from '../../src/modules/evidence/till/till-batches.importer.js';
import type { UnderstoodFile } from '../../src/modules/evidence/till/till-understood.importer.js';
import { createTestDatabase } from '../support/database.js';
import { actingAs, at, openLowerFloors, type LowerFloors } from '../support/lower-floors.js';
import { matchRefunds, totalsOf, type SalesFault } from '../support/refunds-reference.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let floors: LowerFloors;
let owner = '';
let shop = { merchantId: '', siteId: '' };
let folder = '';

beforeAll(async () => {
  database = await createTestDatabase();
  floors = openLowerFloors(database.appUrl);
  owner = await floors.person('owner');
  shop = await floors.shop();
  folder = await mkdtemp(join(tmpdir(), 'makegood-refunds-'));
});

afterAll(async () => {
  await floors.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

interface Drawn {
  readonly kind: RecordKind;
  readonly minor: number;
  readonly isTotal: boolean;
  /** Which id it has, or names; some of them no sale has. */
  readonly id: number | undefined;
}

const START = at('2026-07-01T00:00Z');
const IDS = 5;

/** Lines of a file that the reader lets through: ids of sales stand once, totals do not overlap; what names a sale may stand above it. */
function linesOf(drawn: readonly Drawn[]): SalesLine[] {
  const taken = new Set<number>();
  return drawn.map(({ kind, minor, isTotal, id }, index): SalesLine => {
    const line = { line: index + 2, kind, at: (START + index * HOUR) as Instant, periodMs: isTotal ? HOUR : 0, amountMinor: BigInt(minor) };
    if (id === undefined || (kind === 'sale' && taken.has(id))) return line;
    if (kind !== 'sale') return { ...line, refundOf: `x${id}` };
    taken.add(id);
    return { ...line, id: `x${id}` };
  });
}

const drawing = fc.array(fc.record<Drawn>({
  kind: fc.constantFrom('sale', 'refund', 'void'), minor: fc.nat(6), isTotal: fc.boolean(), id: fc.option(fc.nat(IDS), { nil: undefined }),
}), { maxLength: 16 });

interface Stored {
  readonly records: readonly object[];
  readonly taken: { readonly named: bigint; readonly loose: bigint };
  readonly faults: readonly object[];
}

async function understood(lines: readonly SalesLine[], most: number): Promise<UnderstoodFile> {
  const [sales, others] = ['sales', 'others'].map((name) => new BatchFile(join(folder, name), most)) as [BatchFile, BatchFile];
  for (const line of lines) await (line.kind === 'sale' ? sales : others).add({ ...line, tipMinor: 0n, taxMinor: 0n });
  await Promise.all([sales.close(), others.close()]);
  return { sales, others, granularityMs: Math.max(0, ...lines.map(({ periodMs }) => periodMs)) } as UnderstoodFile;
}

/** What the database makes of the lines, in batches of so many; nothing stays. */
async function stored(lines: readonly SalesLine[], most: number): Promise<Stored> {
  const file = await understood(lines, most);
  let seen: Stored | undefined;
  const undone = await floors.work.run(actingAs(owner), async (tx) => {
    await tx.allow(60);
    const set = await new SalesSetsRepository().add(tx, {
      subjectId: '0199aaaa-0000-7000-8000-00000000000a', ...shop, state: 'parsed', fileName: null, fileBytes: 1, fileSha256: '0'.repeat(64), recordsSha256: '0'.repeat(64), reading: {},
      currency: 'GBP', basis: 'gross', conversion: undefined, granularityMs: 0, lineCount: lines.length, faultCount: 0, faults: [], proposedCoverage: [], coverage: undefined,
      source: 'file', handoverId: null, uploadedBy: owner, uploadedAt: START,
    });
    const faults = new LineFaults();
    const taken = await new SalesRecordsRepository().write(tx, set, file, faults);
    const records = await tx.query<object>(`
      SELECT line, kind, (extract(epoch FROM counts_at) * 1000)::float8 AS "countsAt", period_ms::float8 AS "countsPeriodMs",
        amount_minor::text AS "amountMinor", net_minor::text AS "netMinor", loose_minor::text AS "looseMinor"
      FROM sales_record WHERE set_id = $1 ORDER BY line, kind`, [set.id]);
    seen = { records, taken, faults: faults.inOrder.map(({ code, params }) => ({ code, ...params })) };
    return refuse('platform.busy');
  });
  if (seen === undefined) throw new Error(JSON.stringify(undone));
  return seen;
}

function expected(lines: readonly SalesLine[]): Stored {
  const faults: SalesFault[] = [];
  const matched = matchRefunds(lines, (fault) => faults.push(fault));
  const { namedMinor, looseMinor } = totalsOf(matched);
  return {
    records: [...matched].map(({ line, kind, countsAt, countsPeriodMs, amountMinor, netMinor, looseMinor: loose }) => (
      { line, kind, countsAt, countsPeriodMs, amountMinor: amountMinor.toString(), netMinor: netMinor.toString(), looseMinor: loose.toString() })),
    taken: { named: namedMinor, loose: looseMinor },
    faults: faults.map(({ code, kind: value, ...rest }) => ({ code: `evidence.${code}`, ...rest, value })),
  };
}

describe('refunds and cancellations, matched with their sales by the database', () => {
  it('of nothing from a sale that is overdrawn already are told like the others', async () => {
    const lines = linesOf([{ kind: 'sale', minor: 0, isTotal: false, id: 1 }, { kind: 'refund', minor: 1, isTotal: false, id: 1 }, { kind: 'refund', minor: 0, isTotal: false, id: 1 }]);
    expect(await stored(lines, 1)).toEqual(expected(lines));
  });

  it('come to what the simple way with all lines in memory makes of them, however the lines are cut into batches', async () => {
    await fc.assert(fc.asyncProperty(drawing, fc.integer({ min: 1, max: 6 }), async (drawn, most) => {
      const lines = linesOf(drawn);
      expect(await stored(lines, most)).toEqual(expected(lines));
    }), { numRuns: 150 });
  }, 120_000);
});
