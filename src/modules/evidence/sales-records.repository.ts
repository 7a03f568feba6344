import { Injectable } from '@nestjs/common';
import type { RecordKind } from '../../core/sales/index.js';
import type { Tx } from '../../platform/database/tx.js';
import type { LineFaults } from './line-faults.rules.js';
import type { RecordBatch } from './till/till-batches.importer.js';
import type { UnderstoodFile } from './till/till-understood.importer.js';

/** A line that cannot stand beside another one of its file; `count` of all there are. */
interface RecordClash {
  readonly line: number;
  readonly other: number;
  readonly count: number;
  readonly id?: string;
  readonly kind?: RecordKind;
}

interface OfSet {
  readonly id: string;
  readonly merchantId: string;
}

const EPOCH = `'1970-01-01T00:00:00Z'::timestamptz`;
const atMs = (column: string): string => `${EPOCH} + ${column} * interval '1 millisecond'`;

/** Lists of a batch as rows. */
const BATCH = 'unnest($3::int[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::text[])';
const BATCH_COLUMNS = 'line, kind, at_ms, period_ms, amount, external_id, refund_of';

const ADD_OTHERS = `
  WITH added AS (
    INSERT INTO sales_record (set_id, merchant_id, line, kind, at, counts_at, period_ms, amount_minor, net_minor, loose_minor, external_id, refund_of)
    SELECT $1, $2, u.line, u.kind, ${atMs('u.at_ms')}, COALESCE(s.at, ${atMs('u.at_ms')}), COALESCE(s.period_ms, u.period_ms), taken.minor,
      CASE WHEN s.line IS NULL THEN 0 ELSE -taken.minor END, CASE WHEN u.kind = 'refund' AND s.line IS NULL THEN u.amount ELSE 0 END, u.external_id, u.refund_of
    FROM ${BATCH} AS u(${BATCH_COLUMNS})
    LEFT JOIN sales_record s ON s.set_id = $1 AND s.kind = 'sale' AND s.external_id IS NOT NULL AND s.external_id = u.refund_of
    CROSS JOIN LATERAL (SELECT CASE u.kind WHEN 'void' THEN COALESCE(s.amount_minor, 0) ELSE u.amount END AS minor) taken
    RETURNING net_minor, loose_minor
  )
  SELECT COALESCE(-sum(net_minor), 0)::text AS named, COALESCE(sum(loose_minor), 0)::text AS loose FROM added`;

const MOST_CLASHES = 100;

const OVERDRAWN = `
  SELECT line, other, id, kind, (count(*) OVER ())::int AS count FROM (
    SELECT r.line, r.kind, r.refund_of AS id, s.line AS other, s.amount_minor, sum(-r.net_minor) OVER (PARTITION BY r.refund_of ORDER BY r.line, r.kind) AS taken
    FROM (SELECT DISTINCT refund_of FROM unnest($2::text[]) AS u(refund_of) WHERE refund_of IS NOT NULL) touched
    JOIN sales_record r ON r.set_id = $1 AND r.kind <> 'sale' AND r.refund_of IS NOT NULL AND r.refund_of = touched.refund_of
    JOIN sales_record s ON s.set_id = $1 AND s.kind = 'sale' AND s.external_id IS NOT NULL AND s.external_id = touched.refund_of
  ) running WHERE taken > amount_minor AND line BETWEEN $3 AND $4 ORDER BY line LIMIT ${MOST_CLASHES}`;

const ENDS = `at + period_ms * interval '1 millisecond'`;

const OVERLAPPING = `
  SELECT greatest(t.line, e.line) AS line, least(t.line, e.line) AS other, t.count FROM (
    SELECT *, (count(*) OVER ())::int AS count FROM (
      SELECT line, at, period_ms, max(${ENDS}) OVER (ORDER BY at, line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
      FROM sales_record WHERE set_id = $1 AND kind = 'sale' AND period_ms > 0
    ) totals WHERE at < busy_until ORDER BY line LIMIT ${MOST_CLASHES}
  ) t CROSS JOIN LATERAL (
    SELECT line FROM sales_record b WHERE b.set_id = $1 AND b.kind = 'sale' AND b.period_ms > 0 AND (b.at, b.line) < (t.at, t.line) AND b.${ENDS.replace('period_ms', 'b.period_ms')} > t.at
    ORDER BY b.at DESC, b.line LIMIT 1
  ) e ORDER BY line`;

/** The records of a set: written once, by the transaction that writes the set, batch by batch; refunds meet their sales in the database. */
@Injectable()
export class SalesRecordsRepository {
  /** All records of a file, sales first. What cannot be between lines goes to `faults`. Answers with what refunds came to. */
  async write(tx: Tx, set: OfSet, { sales, others, granularityMs }: UnderstoodFile, faults: LineFaults): Promise<{ named: bigint; loose: bigint }> {
    for await (const batch of sales.batches()) await this.#addSales(tx, set, batch);
    let [named, loose] = [0n, 0n];
    for await (const batch of others.batches()) {
      const taken = await this.#addOthers(tx, set, batch);
      [named, loose] = [named + taken.named, loose + taken.loose];
      note(faults, 'evidence.refund_exceeds_sale', await this.#overdrawn(tx, set.id, batch));
    }
    if (granularityMs > 0) note(faults, 'evidence.periods_overlap', await this.#overlapping(tx, set.id));
    return { named, loose };
  }

  /** Sales of one batch, as they stand. */
  async #addSales(tx: Tx, set: OfSet, { lists }: RecordBatch): Promise<void> {
    await tx.named('sales_record_add', `
      INSERT INTO sales_record (set_id, merchant_id, line, kind, at, counts_at, period_ms, amount_minor, net_minor, loose_minor, external_id)
      SELECT $1, $2, line, kind, ${atMs('at_ms')}, ${atMs('at_ms')}, period_ms, amount, amount, 0, external_id FROM ${BATCH} AS u(${BATCH_COLUMNS})`,
    [set.id, set.merchantId, ...lists]);
  }

  /**
   * Refunds and cancellations of one batch, each at the sale it names, if that is among the sales of the set: these are all stored before.
   * A cancellation takes its sale back whole; one that names none was never a sale and adds nothing. Answers with what they come to.
   */
  async #addOthers(tx: Tx, set: OfSet, { lists }: RecordBatch): Promise<{ named: bigint; loose: bigint }> {
    const [row] = await tx.named<{ named: string; loose: string }>('sales_record_add_others', ADD_OTHERS, [set.id, set.merchantId, ...lists]);
    return { named: BigInt(row?.named ?? '0'), loose: BigInt(row?.loose ?? '0') };
  }

  /** Among the refunds of a batch those that take back more than was left of their sale, in the order of the file. */
  async #overdrawn(tx: Tx, setId: string, { firstLine, lastLine, lists }: RecordBatch): Promise<RecordClash[]> {
    return tx.named<RecordClash>('sales_record_overdrawn', OVERDRAWN, [setId, lists[6], firstLine, lastLine]);
  }

  /** Totals of the same time, as in a file pasted twice, would count it twice. */
  async #overlapping(tx: Tx, setId: string): Promise<RecordClash[]> {
    return tx.query<RecordClash>(OVERLAPPING, [setId]);
  }
}

function note(faults: LineFaults, code: string, clashes: readonly RecordClash[]): void {
  faults.addSome(clashes[0]?.count ?? 0, clashes.map(({ line, other, id, kind }) => (
    { code, params: { line, other, ...(id === undefined ? {} : { id }), ...(kind === undefined ? {} : { value: kind }) } })));
}
