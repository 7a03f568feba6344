import { Injectable } from '@nestjs/common';
import { currency, money } from '../../../core/money/index.js';
import type { KnownLine, ReconciliationClass, Verdict } from '../../../core/payments/reconcile.js';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import { payableMinor } from '../due.rules.js';
import type { LineState } from '../payment-line.machine.js';

/** A line with the batch it went out in. */
export interface OurLine extends KnownLine {
  readonly batchId?: string;
}

export interface NewItem {
  readonly n: number;
  readonly kind: 'status' | 'booking';
  readonly verdict: Verdict;
  readonly batchId?: string;
  readonly endToEndId?: string;
  readonly bookingKey?: string;
  /** On the bank's account, with its sign; only where this booking counts. */
  readonly bankMinor?: bigint;
  readonly bookedOn?: string;
  readonly said: string;
}

export interface ItemRow {
  readonly id: string;
  readonly messageId: string;
  readonly n: number;
  readonly kind: 'status' | 'booking';
  readonly class: ReconciliationClass;
  readonly remark: Verdict['remark'] | null;
  readonly lineId: string | null;
  readonly batchId: string | null;
  readonly movedTo: LineState | null;
  readonly endToEndId: string | null;
  readonly bookingKey: string | null;
  readonly isCounted: boolean;
  readonly bankMinor: string | null;
  readonly bookedOn: string | null;
  readonly said: string;
}

interface LineRow {
  readonly lineId: string;
  readonly endToEndId: string;
  readonly netMinor: string;
  readonly currency: string;
  readonly state: LineState;
  readonly batchId: string | null;
  readonly messageId: string | null;
  readonly isReplaced: boolean;
  readonly debitKey: string | null;
  readonly returnKey: string | null;
  readonly isDoubled: boolean;
}

const LINES_A_STEP = 5_000;
const LINE = `l.id AS "lineId", l.end_to_end_id AS "endToEndId", l.net_minor::text AS "netMinor", l.currency, l.state, l.batch_id AS "batchId", b.message_id AS "messageId",
  EXISTS (SELECT FROM payment_line r WHERE r.replaces_id = l.id) AS "isReplaced",
  (SELECT k.booking_key FROM payment_line_booking k WHERE k.line_id = l.id AND k.kind = 'debit') AS "debitKey",
  (SELECT k.booking_key FROM payment_line_booking k WHERE k.line_id = l.id AND k.kind = 'return') AS "returnKey",
  EXISTS (SELECT FROM reconciliation_break d WHERE d.line_id = l.id AND d.kind = 'duplicate' AND d.suspense_minor > 0
    AND (d.state = 'open' OR d.resolution = 'bank_error' AND NOT EXISTS (SELECT FROM reconciliation_break o WHERE o.reverses_id = d.id))) AS "isDoubled"`;
const ITEM = `id, message_id AS "messageId", n, kind, class, remark, line_id AS "lineId", batch_id AS "batchId", moved_to AS "movedTo", end_to_end_id AS "endToEndId", booking_key AS "bookingKey",
  is_counted AS "isCounted", bank_minor::text AS "bankMinor", booked_on::text AS "bookedOn", said::text AS said`;

/** Our file has one group, and both have the id of the batch. */
const ourLine = ({ lineId, endToEndId, netMinor, currency: code, state, batchId, messageId, isReplaced, debitKey, returnKey, isDoubled }: LineRow): OurLine => ({
  lineId, endToEndId, amount: money(BigInt(netMinor), currency(code)), state, isReplaced, isDoubled, ...(batchId === null ? {} : { batchId }), ...(messageId === null ? {} : { messageId, paymentId: messageId }),
  ...(debitKey === null ? {} : { debitKey }), ...(returnKey === null ? {} : { returnKey }),
});

/** What was understood of messages, and the lines as banks' words find them. */
@Injectable()
export class BankItemsRepository {
  /** Lines of this account by their references, locked in the order of their ids; and those that never left, which are of no account yet. */
  async linesNamed(tx: Tx, payingAccountId: string, references: readonly string[]): Promise<Map<string, OurLine>> {
    const rows = await tx.named<LineRow>('bank_lines_named', `
      SELECT ${LINE} FROM payment_line l LEFT JOIN payout_batch b ON b.id = l.batch_id
      WHERE l.end_to_end_id = ANY ($2::text[]) AND (b.id IS NULL OR b.paying_account_id = $1) ORDER BY l.id FOR NO KEY UPDATE OF l`, [payingAccountId, references]);
    return new Map(rows.map((row) => [row.endToEndId, ourLine(row)]));
  }

  async line(reader: Reader, payingAccountId: string, lineId: string): Promise<OurLine | undefined> {
    const [row] = await reader.query<LineRow>(`SELECT ${LINE} FROM payment_line l JOIN payout_batch b ON b.id = l.batch_id WHERE l.id = $2 AND b.paying_account_id = $1`, [payingAccountId, lineId]);
    return row === undefined ? undefined : ourLine(row);
  }

  /** Those of them that left from this account, locked in the order of their ids. */
  async linesLocked(tx: Tx, payingAccountId: string, lineIds: readonly string[]): Promise<OurLine[]> {
    const rows = await tx.query<LineRow>(`SELECT ${LINE} FROM payment_line l JOIN payout_batch b ON b.id = l.batch_id WHERE l.id = ANY ($2::uuid[]) AND b.paying_account_id = $1 ORDER BY l.id FOR NO KEY UPDATE OF l`, [payingAccountId, lineIds]);
    return rows.map(ourLine);
  }

  /** Whether a line that was refused, or came back, may be counted as paid after all: nothing was paid in its stead, nothing was set off with it, and all of it is still due. */
  async isPayable(reader: Reader, lineId: string): Promise<boolean> {
    return (await reader.query(`
      SELECT 1 FROM payment_line l WHERE l.id = $1 AND l.offset_minor = 0 AND NOT EXISTS (SELECT FROM payment_line f WHERE f.replaces_id = l.id) AND ${payableMinor('l.claim_id')} >= l.gross_minor`, [lineId])).length > 0;
  }

  async isReleased(reader: Reader, payingAccountId: string, batchId: string): Promise<boolean> {
    return (await reader.query('SELECT 1 FROM payout_batch WHERE id = $2 AND paying_account_id = $1 AND released_at IS NOT NULL', [payingAccountId, batchId])).length > 0;
  }

  /** Lines and batches that left from an account, by what a person writes of each: its id, the reference of a payment, or the id of a file. */
  async known(reader: Reader, payingAccountId: string, written: readonly { word: string; id?: string }[]): Promise<{ word: string; lineId: string | null; batchId: string | null }[]> {
    return reader.query(`
      SELECT w.word, (SELECT l.id FROM payment_line l JOIN payout_batch o ON o.id = l.batch_id AND o.paying_account_id = $1 WHERE l.end_to_end_id = upper(w.word) OR l.id = w.id) AS "lineId",
        (SELECT b.id FROM payout_batch b WHERE b.paying_account_id = $1 AND b.released_at IS NOT NULL AND (b.message_id = upper(w.word) OR b.id = w.id)) AS "batchId"
      FROM unnest($2::text[], $3::uuid[]) AS w (word, id)`, [payingAccountId, written.map(({ word }) => word), written.map(({ id }) => id ?? null)]);
  }

  /** Lines of a batch in the order of their ids, after one of them. */
  async linesOf(tx: Tx, batchId: string, { after, limit }: { after?: string; limit: number }): Promise<OurLine[]> {
    const rows = await tx.named<LineRow>('bank_lines_of', `
      SELECT ${LINE} FROM payment_line l JOIN payout_batch b ON b.id = l.batch_id WHERE l.batch_id = $1 AND ($2::uuid IS NULL OR l.id > $2) ORDER BY l.id LIMIT $3`, [batchId, after ?? null, limit]);
    return rows.map(ourLine);
  }

  /** All of a batch, some at a time. */
  async *allOf(tx: Tx, batchId: string): AsyncGenerator<OurLine[]> {
    for (let after: string | undefined; ;) {
      const lines = await this.linesOf(tx, batchId, { ...(after === undefined ? {} : { after }), limit: LINES_A_STEP });
      yield lines;
      if (lines.length < LINES_A_STEP) return;
      after = lines.at(-1)?.lineId;
    }
  }

  /** Lines at the bank that a message says nothing of by themselves. */
  async unnamed(tx: Tx, messageId: string, batchId: string, states: readonly LineState[], limit: number): Promise<{ lineId: string }[]> {
    return tx.named('bank_lines_unnamed', `
      SELECT l.id AS "lineId" FROM payment_line l WHERE l.batch_id = $2 AND l.state = ANY ($3::text[])
        AND NOT EXISTS (SELECT FROM bank_item i WHERE i.message_id = $1 AND i.line_id = l.id AND i.kind = 'status') ORDER BY l.id LIMIT $4`, [messageId, batchId, states, limit]);
  }

  /** Of our batches those whose files these are, by the ids of the files. */
  async batchesNamed(reader: Reader, payingAccountId: string, messageIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await reader.named<{ id: string; messageId: string }>('bank_batches_named', `
      SELECT id, message_id AS "messageId" FROM payout_batch WHERE message_id = ANY ($2::text[]) AND paying_account_id = $1 AND released_at IS NOT NULL`, [payingAccountId, messageIds]);
    return new Map(rows.map(({ id, messageId }) => [messageId, id]));
  }

  async countedKeys(reader: Reader, payingAccountId: string, keys: readonly string[]): Promise<Set<string>> {
    const rows = await reader.named<{ key: string }>('bank_items_counted', 'SELECT booking_key AS key FROM bank_item WHERE paying_account_id = $1 AND booking_key = ANY ($2::text[]) AND is_counted', [payingAccountId, keys]);
    return new Set(rows.map(({ key }) => key));
  }

  /** Ids in the order given. */
  async add(tx: Tx, { messageId, payingAccountId, at }: { messageId: string; payingAccountId: string; at: Instant }, items: readonly NewItem[]): Promise<string[]> {
    const rows = await tx.named<{ id: string; n: number }>('bank_items_add', `
      INSERT INTO bank_item (message_id, paying_account_id, at, n, kind, class, remark, line_id, batch_id, fact, moved_to, end_to_end_id, booking_key, is_counted, bank_minor, booked_on, said)
      SELECT $1, $2, $3, w.n, w.kind, w.class, w.remark, w.line_id, w.batch_id, w.fact, w.moved_to, w.end_to_end_id, w.booking_key, w.bank_minor IS NOT NULL, w.bank_minor, w.booked_on, w.said
      FROM unnest($4::int[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::uuid[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bigint[], $15::date[], $16::jsonb[])
        AS w (n, kind, class, remark, line_id, batch_id, fact, moved_to, end_to_end_id, booking_key, bank_minor, booked_on, said)
      RETURNING id, n`,
    [messageId, payingAccountId, formatInstant(at), items.map(({ n }) => n), items.map(({ kind }) => kind), items.map(({ verdict }) => verdict.class), items.map(({ verdict }) => verdict.remark ?? null),
      items.map(({ verdict }) => verdict.lineId ?? null), items.map(({ batchId }) => batchId ?? null), items.map(({ verdict }) => verdict.fact ?? null), items.map(({ verdict }) => verdict.to ?? null),
      items.map(({ endToEndId }) => endToEndId ?? null), items.map(({ bookingKey }) => bookingKey ?? null), items.map(({ bankMinor }) => bankMinor?.toString() ?? null),
      items.map(({ bookedOn }) => bookedOn ?? null), items.map(({ said }) => said)]);
    const ids = new Map(rows.map(({ id, n }) => [n, id]));
    return items.map(({ n }) => ids.get(n) ?? '');
  }

  async find(reader: Reader, id: string): Promise<ItemRow | undefined> {
    const [row] = await reader.query<ItemRow>(`SELECT ${ITEM} FROM bank_item WHERE id = $1`, [id]);
    return row;
  }

  /** In the order of the file. */
  list(reader: Reader, messageId: string, { of, after, limit }: { of?: ReconciliationClass; after: number; limit: number }): Promise<ItemRow[]> {
    return reader.query(`SELECT ${ITEM} FROM bank_item WHERE message_id = $1 AND n > $2 AND ($3::text IS NULL OR class = $3) ORDER BY n LIMIT $4`, [messageId, after, of ?? null, limit]);
  }

  /** What banks said of a line, in the order in which it came. */
  ofLine(reader: Reader, lineId: string, limit: number): Promise<ItemRow[]> {
    return reader.query(`SELECT ${ITEM} FROM bank_item WHERE line_id = $1 ORDER BY id LIMIT $2`, [lineId, limit]);
  }

  /** Which booking was counted for which line; a line is debited once and comes back once. */
  async count(tx: Tx, counted: readonly { lineId: string; kind: 'debit' | 'return'; key: string }[], at: Instant): Promise<void> {
    if (counted.length === 0) return;
    await tx.named('payment_line_bookings_add', `
      INSERT INTO payment_line_booking (line_id, kind, booking_key, at) SELECT w.line_id, w.kind, w.key, $4 FROM unnest($1::uuid[], $2::text[], $3::text[]) AS w (line_id, kind, key)`,
    [counted.map(({ lineId }) => lineId), counted.map(({ kind }) => kind), counted.map(({ key }) => key), formatInstant(at)]);
  }
}
