import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { LineState } from '../payment-line.machine.js';
import type { BreakKind, Resolution } from './breaks.rules.js';
import { BOOKED } from './missing-bookings.repository.js';

export interface NewBreak {
  readonly kind: BreakKind;
  readonly itemId?: string;
  readonly lineId?: string;
  readonly batchId?: string;
  readonly statement?: { readonly messageId: string; readonly statement: number };
  readonly suspenseMinor?: bigint;
  readonly statedMinor?: bigint;
  readonly foundMinor?: bigint;
}

export interface BreakRow {
  readonly id: string;
  readonly payingAccountId: string;
  readonly kind: BreakKind;
  readonly itemId: string | null;
  readonly lineId: string | null;
  readonly lineState: LineState | null;
  readonly lineMinor: string | null;
  readonly endToEndId: string | null;
  readonly batchId: string | null;
  readonly messageId: string | null;
  readonly currency: string;
  readonly suspenseMinor: string;
  readonly statedMinor: string | null;
  readonly foundMinor: string | null;
  readonly state: 'open' | 'resolved';
  readonly openedAt: Date;
  readonly proposal: Resolution | null;
  readonly proposedBy: string | null;
  readonly proposedAt: Date | null;
  readonly resolution: Resolution | null;
  readonly note: string | null;
  readonly resolvedBy: string | null;
  readonly resolvedAt: Date | null;
  readonly version: number;
}

const COLUMNS = `k.id, k.paying_account_id AS "payingAccountId", k.kind, k.item_id AS "itemId", k.line_id AS "lineId", l.state AS "lineState", l.net_minor::text AS "lineMinor", l.end_to_end_id AS "endToEndId", coalesce(k.batch_id, l.batch_id) AS "batchId",
  coalesce(k.message_id, i.message_id) AS "messageId", k.currency, k.suspense_minor::text AS "suspenseMinor", k.stated_minor::text AS "statedMinor", k.found_minor::text AS "foundMinor", k.state,
  k.opened_at AS "openedAt", k.proposal, k.proposed_by AS "proposedBy", k.proposed_at AS "proposedAt", k.resolution, k.note, k.resolved_by AS "resolvedBy",
  k.resolved_at AS "resolvedAt", k.version`;
const FROM = 'reconciliation_break k LEFT JOIN payment_line l ON l.id = k.line_id LEFT JOIN bank_item i ON i.id = k.item_id';

/** What somebody says something of: a batch, or payments of one or more. */
export interface OfBatches {
  readonly batchId?: string | null;
  readonly lineIds?: readonly string[];
}

@Injectable()
export class BreaksRepository {
  async open(tx: Tx, { payingAccountId, currency, at }: { payingAccountId: string; currency: string; at: Instant }, breaks: readonly NewBreak[]): Promise<number> {
    if (breaks.length === 0) return 0;
    return tx.execute(`
      INSERT INTO reconciliation_break (paying_account_id, currency, opened_at, kind, item_id, line_id, batch_id, message_id, statement, suspense_minor, stated_minor, found_minor)
      SELECT $1, $2, $3, w.* FROM unnest($4::text[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::int[], $10::bigint[], $11::bigint[], $12::bigint[]) AS w
      ON CONFLICT DO NOTHING`,
    [payingAccountId, currency, formatInstant(at), breaks.map(({ kind }) => kind), breaks.map(({ itemId }) => itemId ?? null), breaks.map(({ lineId }) => lineId ?? null), breaks.map(({ batchId }) => batchId ?? null),
      breaks.map(({ statement }) => statement?.messageId ?? null), breaks.map(({ statement }) => statement?.statement ?? null), breaks.map(({ suspenseMinor }) => String(suspenseMinor ?? 0n)),
      breaks.map(({ statedMinor }) => statedMinor?.toString() ?? null), breaks.map(({ foundMinor }) => foundMinor?.toString() ?? null)]);
  }

  /** The figures of a question that is open already, where they are others by now: what somebody proposed was of those before. */
  async restate(tx: Tx, of: { batchId: string } | { messageId: string; statement: number }, { suspenseMinor = 0n, statedMinor, foundMinor }: { suspenseMinor?: bigint; statedMinor: bigint; foundMinor: bigint }): Promise<void> {
    await tx.execute(`
      UPDATE reconciliation_break SET suspense_minor = $4, stated_minor = $5, found_minor = $6, proposal = NULL, note = NULL, proposed_by = NULL, proposed_at = NULL, version = version + 1
      WHERE state = 'open' AND (suspense_minor, stated_minor, found_minor) IS DISTINCT FROM ($4::bigint, $5::bigint, $6::bigint) AND (kind = 'sum_differs' AND batch_id = $1 OR kind = 'balance_differs' AND message_id = $2 AND statement = $3)`,
    ['batchId' in of ? of.batchId : null, 'messageId' in of ? of.messageId : null, 'statement' in of ? of.statement : null, String(suspenseMinor), String(statedMinor), String(foundMinor)]);
  }

  /** The bank said what was missing. */
  async closeByItself(tx: Tx, of: { batchId: string } | { messageId: string; statement: number }, at: Instant): Promise<void> {
    await tx.execute(`
      UPDATE reconciliation_break SET state = 'resolved', resolution = 'by_itself', resolved_at = $4, suspense_minor = 0, version = version + 1
      WHERE state = 'open' AND (kind = 'sum_differs' AND batch_id = $1 OR kind = 'balance_differs' AND message_id = $2 AND statement = $3)`,
    ['batchId' in of ? of.batchId : null, 'messageId' in of ? of.messageId : null, 'statement' in of ? of.statement : null, formatInstant(at)]);
  }

  /** Breaks that what is booked by now has answered; also of a refused line that was debited all the same, once its money is back. */
  async closeAnswered(tx: Tx, payingAccountId: string, at: Instant): Promise<void> {
    await tx.execute(`
      UPDATE reconciliation_break k SET state = 'resolved', resolution = 'by_itself', resolved_at = $2, suspense_minor = 0, version = k.version + 1
      FROM payment_line l WHERE l.id = k.line_id AND k.paying_account_id = $1 AND k.state = 'open' AND CASE k.kind
        WHEN 'missing_external' THEN l.state NOT IN ('in_transit', 'accepted_by_bank')
        WHEN 'missing_debit' THEN ${BOOKED('debit')} OR l.state <> 'settled' AND NOT ${BOOKED('return')}
        WHEN 'missing_return' THEN ${BOOKED('return')}
        WHEN 'contradicts' THEN k.suspense_minor <> 0 AND ${BOOKED('return')}
        WHEN 'duplicate' THEN ${BOOKED('return')} AND EXISTS (SELECT FROM bank_item i WHERE i.id = k.item_id AND i.remark = 'replaced')
        ELSE false END`, [payingAccountId, formatInstant(at)]);
  }

  async find(reader: Reader, id: string): Promise<BreakRow | undefined> {
    const [row] = await reader.query<BreakRow>(`SELECT ${COLUMNS} FROM ${FROM} WHERE k.id = $1`, [id]);
    return row;
  }

  /** Behind the lock of its account, as everything that moves what banks said. */
  async lock(tx: Tx, id: string): Promise<BreakRow | undefined> {
    await tx.query('SELECT FROM paying_account p JOIN reconciliation_break k ON k.paying_account_id = p.id WHERE k.id = $1 FOR NO KEY UPDATE OF p', [id]);
    await tx.query('SELECT FROM reconciliation_break WHERE id = $1 FOR NO KEY UPDATE', [id]);
    return this.find(tx, id);
  }

  /** Behind the lock of its account; undefined where it never left. */
  async lockLine(tx: Tx, lineId: string): Promise<{ lineId: string; batchId: string; payingAccountId: string; currency: string; state: LineState } | undefined> {
    await tx.query('SELECT FROM paying_account p JOIN payout_batch b ON b.paying_account_id = p.id JOIN payment_line l ON l.batch_id = b.id WHERE l.id = $1 FOR NO KEY UPDATE OF p', [lineId]);
    const [row] = await tx.query<{ lineId: string; batchId: string; payingAccountId: string; currency: string; state: LineState }>(`
      SELECT l.id AS "lineId", l.batch_id AS "batchId", b.paying_account_id AS "payingAccountId", b.currency, l.state FROM payment_line l JOIN payout_batch b ON b.id = l.batch_id
      WHERE l.id = $1 AND b.released_at IS NOT NULL FOR NO KEY UPDATE OF l`, [lineId]);
    return row;
  }

  /** The open question of that kind about a line. */
  async openOf(reader: Reader, lineId: string, kind: BreakKind): Promise<BreakRow | undefined> {
    const [row] = await reader.query<BreakRow>(`SELECT ${COLUMNS} FROM ${FROM} WHERE k.line_id = $1 AND k.kind = $2 AND k.state = 'open'`, [lineId, kind]);
    return row;
  }

  /** Newest first. */
  list(reader: Reader, { payingAccountId, kind, state, batchId, before, limit }: { payingAccountId?: string; kind?: BreakKind; state?: 'open' | 'resolved'; batchId?: string; before?: string; limit: number }): Promise<BreakRow[]> {
    return reader.query(`
      SELECT ${COLUMNS} FROM ${FROM} WHERE ($1::uuid IS NULL OR k.paying_account_id = $1) AND ($2::text IS NULL OR k.kind = $2) AND ($3::text IS NULL OR k.state = $3)
        AND ($4::uuid IS NULL OR k.batch_id = $4 OR l.batch_id = $4) AND ($5::uuid IS NULL OR k.id < $5) ORDER BY k.id DESC LIMIT $6`,
    [payingAccountId ?? null, kind ?? null, state ?? null, batchId ?? null, before ?? null, limit]);
  }

  /** Whether somebody released the batch, or that of any of the lines. */
  async isReleasedBy(tx: Tx, { batchId, lineIds = [] }: OfBatches, userId: string): Promise<boolean> {
    const rows = await tx.query(`
      SELECT 1 FROM payout_batch b WHERE b.released_by = $3 AND (b.id = $1 OR b.id IN (SELECT l.batch_id FROM payment_line l WHERE l.id = ANY ($2::uuid[]))) LIMIT 1`, [batchId ?? null, lineIds, userId]);
    return rows.length > 0;
  }

  async propose(tx: Tx, id: string, { resolution, note, by, at }: { resolution: Resolution; note: string; by: string; at: Instant }): Promise<void> {
    await tx.execute('UPDATE reconciliation_break SET proposal = $2, note = $3, proposed_by = $4, proposed_at = $5, version = version + 1 WHERE id = $1',
      [id, resolution, note, by, formatInstant(at)]);
  }

  /** Taken back by who proposed it, or turned down by another; it is open as before. */
  async withdraw(tx: Tx, id: string): Promise<void> {
    await tx.execute('UPDATE reconciliation_break SET proposal = NULL, note = NULL, proposed_by = NULL, proposed_at = NULL, version = version + 1 WHERE id = $1', [id]);
  }

  /** Part of it was placed. */
  async lower(tx: Tx, id: string, suspenseMinor: bigint): Promise<void> {
    await tx.execute('UPDATE reconciliation_break SET suspense_minor = $2, version = version + 1 WHERE id = $1', [id, String(suspenseMinor)]);
  }

  /** Whether another one cancels it out already. */
  async isReversed(reader: Reader, id: string): Promise<boolean> {
    return (await reader.query('SELECT 1 FROM reconciliation_break WHERE reverses_id = $1', [id])).length > 0;
  }

  /** `suspense` is what is left of it there, which is its amount until it is placed. */
  async resolve(tx: Tx, id: string, { resolution, note, by, at, suspenseMinor, reversesId }: { resolution: Resolution; note?: string; by: string; at: Instant; suspenseMinor: bigint; reversesId?: string }): Promise<void> {
    await tx.execute(`
      UPDATE reconciliation_break SET state = 'resolved', resolution = $2, note = coalesce($3, note), resolved_by = $4, resolved_at = $5, suspense_minor = $6, reverses_id = $7, version = version + 1 WHERE id = $1`,
    [id, resolution, note ?? null, by, formatInstant(at), String(suspenseMinor), reversesId ?? null]);
  }
}
