import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { RepaymentHints } from './repayment-hints.rules.js';

/** `booked`: the bank has told of what two people had said was repaid. It was taken off then, and is not again. */
export const OVERPAYMENT_ENTRY_KINDS = ['repaid', 'booked', 'offset', 'offset_undone', 'written_off', 'annulled'] as const;
/** Which to list. `unbooked`: the bank has still to tell of what people said came back. */
export const OVERPAYMENT_LISTINGS = ['open', 'closed', 'unbooked'] as const;
export type OverpaymentListing = (typeof OVERPAYMENT_LISTINGS)[number];

export type OverpaymentEntryKind = (typeof OVERPAYMENT_ENTRY_KINDS)[number];

/** Paid above what was granted, and what is left of it to come back. Amounts are minor units as text. */
export interface OverpaymentRow {
  readonly id: string;
  readonly claimId: string;
  readonly reference: string;
  readonly merchantId: string;
  readonly fundId: string;
  readonly entitlementNo: number;
  readonly currency: string;
  readonly openedMinor: string;
  readonly leftMinor: string;
  readonly repaidMinor: string;
  /** Without what was undone. */
  readonly offsetMinor: string;
  readonly writtenOffMinor: string;
  readonly annulledMinor: string;
  readonly openedAt: Date;
  readonly offsetAgreedBy: string | null;
  readonly offsetAgreedAt: Date | null;
  readonly closedAt: Date | null;
  /** Of what was repaid: what no bank has told of yet, by the word of two people. */
  readonly unbookedMinor: string;
  /** What one person says came back, until another answers. */
  readonly repayment: ProposedRepayment | null;
  readonly version: number;
}

export interface ProposedRepayment {
  readonly amountMinor: string;
  readonly payingAccountId: string;
  /** What shows it, as somebody wrote; null once that was erased. */
  readonly evidence: string | null;
  readonly noteDigest: string;
  readonly by: string;
  /** RFC 3339, as JSON of the database has it. */
  readonly at: string;
  /** More was placed of it since. */
  readonly isOvertaken: boolean;
}

export interface OverpaymentEntryRow {
  readonly kind: OverpaymentEntryKind;
  readonly amountMinor: string;
  readonly lineId: string | null;
  readonly proposedBy: string | null;
  readonly decidedBy: string | null;
  /** What shows it, as somebody wrote. */
  readonly note: string | null;
  readonly at: Date;
}

export interface NewOverpaymentEntry {
  readonly kind: OverpaymentEntryKind;
  readonly amountMinor: bigint;
  readonly lineId?: string;
  readonly proposedBy?: string;
  readonly decidedBy?: string;
  readonly noteDigest?: string;
  /** Of what was repaid: the account it came back on. */
  readonly payingAccountId?: string;
  /** Of what was repaid or booked: the booking that brought it. */
  readonly breakId?: string;
  /** Of what was repaid by the word of people: the bank is to tell of it yet. */
  readonly awaitsBooking?: boolean;
}

/** What was paid back out of one booking. */
export interface PlacedRepayment {
  readonly overpaymentId: string;
  readonly reference: string;
  readonly amountMinor: string;
}

const COLUMNS = `
  o.id, o.claim_id AS "claimId", (SELECT reference FROM claim WHERE id = o.claim_id) AS reference, o.merchant_id AS "merchantId", o.fund_id AS "fundId", o.entitlement_no AS "entitlementNo", o.currency,
  o.opened_minor::text AS "openedMinor", overpayment_left(o.id)::text AS "leftMinor", back."repaidMinor", back."offsetMinor", back."writtenOffMinor", back."annulledMinor", o.opened_at AS "openedAt", o.offset_agreed_by AS "offsetAgreedBy", o.offset_agreed_at AS "offsetAgreedAt",
  o.closed_at AS "closedAt", overpayment_unbooked(o.id)::text AS "unbookedMinor", CASE WHEN o.repayment_at IS NOT NULL THEN jsonb_build_object('amountMinor', o.repayment_minor::text, 'payingAccountId', o.repayment_account_id,
    'evidence', (SELECT body FROM text_body WHERE digest = o.repayment_digest), 'noteDigest', o.repayment_digest, 'by', o.repayment_by, 'at', o.repayment_at,
    'isOvertaken', o.repayment_overtaken) END AS repayment, o.version`;
const sumOf = (kind: OverpaymentEntryKind, less?: OverpaymentEntryKind): string =>
  `coalesce(sum(CASE e.kind WHEN '${kind}' THEN e.amount_minor ${less === undefined ? '' : `WHEN '${less}' THEN -e.amount_minor `}END), 0)::text`;
const FROM = `overpayment o CROSS JOIN LATERAL (
  SELECT ${sumOf('repaid')} AS "repaidMinor", ${sumOf('offset', 'offset_undone')} AS "offsetMinor", ${sumOf('written_off')} AS "writtenOffMinor", ${sumOf('annulled')} AS "annulledMinor"
  FROM overpayment_entry e WHERE e.overpayment_id = o.id) back`;

@Injectable()
export class OverpaymentsRepository {
  /** The id; undefined where one was opened for this entitlement already. The fund is that of the scheme. */
  async insert(tx: Tx, row: { claimId: string; amountMinor: bigint; at: Instant }): Promise<string | undefined> {
    const [made] = await tx.query<{ id: string }>(`
      INSERT INTO overpayment (claim_id, merchant_id, fund_id, entitlement_no, currency, opened_minor, opened_at)
      SELECT c.id, c.merchant_id, s.fund_id, (SELECT max(n) FROM entitlement e WHERE e.claim_id = c.id), c.currency, $2, $3 FROM claim c JOIN scheme s ON s.id = c.scheme_id WHERE c.id = $1
      ON CONFLICT (claim_id, entitlement_no) DO NOTHING RETURNING id`, [row.claimId, String(row.amountMinor), formatInstant(row.at)]);
    return made?.id;
  }

  async find(reader: Reader, id: string): Promise<OverpaymentRow | undefined> {
    const [row] = await reader.query<OverpaymentRow>(`SELECT ${COLUMNS} FROM ${FROM} WHERE o.id = $1`, [id]);
    return row;
  }

  /** Under its lock, after that of its claim: the order in which everything about money locks. */
  async lock(tx: Tx, id: string): Promise<OverpaymentRow | undefined> {
    await tx.query('SELECT FROM claim c JOIN overpayment o ON o.claim_id = c.id WHERE o.id = $1 FOR NO KEY UPDATE OF c', [id]);
    await tx.query('SELECT FROM overpayment WHERE id = $1 FOR UPDATE', [id]);
    return this.find(tx, id);
  }

  /** Open ones of claims, oldest first, locked; the claims are locked by the caller. */
  async openOf(tx: Tx, claimIds: readonly string[]): Promise<OverpaymentRow[]> {
    await tx.query('SELECT FROM overpayment WHERE claim_id = ANY ($1::uuid[]) AND closed_at IS NULL ORDER BY id FOR UPDATE', [claimIds]);
    return tx.query<OverpaymentRow>(`SELECT ${COLUMNS} FROM ${FROM} WHERE o.claim_id = ANY ($1::uuid[]) AND o.closed_at IS NULL ORDER BY o.id`, [claimIds]);
  }

  /** What may be set off against payments of a business from a fund, oldest first, locked. */
  async agreedOf(tx: Tx, merchantId: string, fundId: string): Promise<OverpaymentRow[]> {
    const which = 'merchant_id = $1 AND fund_id = $2 AND closed_at IS NULL AND offset_agreed_at IS NOT NULL';
    await tx.query(`SELECT FROM overpayment WHERE ${which} ORDER BY id FOR UPDATE`, [merchantId, fundId]);
    return tx.query<OverpaymentRow>(`SELECT ${COLUMNS} FROM ${FROM} WHERE ${which} ORDER BY o.id`, [merchantId, fundId]);
  }

  async offsetsOf(tx: Tx, lineIds: readonly string[]): Promise<{ overpaymentId: string; lineId: string; amountMinor: string }[]> {
    return tx.query(`
      SELECT e.overpayment_id AS "overpaymentId", e.line_id AS "lineId", e.amount_minor::text AS "amountMinor" FROM overpayment_entry e
      WHERE e.line_id = ANY ($1::uuid[]) AND e.kind = 'offset' AND NOT EXISTS (SELECT FROM overpayment_entry u WHERE u.overpayment_id = e.overpayment_id AND u.line_id = e.line_id AND u.kind = 'offset_undone')
      ORDER BY e.overpayment_id, e.line_id`, [lineIds]);
  }

  async addEntry(tx: Tx, { id, currency }: Pick<OverpaymentRow, 'id' | 'currency'>, entry: NewOverpaymentEntry, at: Instant): Promise<void> {
    await tx.execute(`
      INSERT INTO overpayment_entry (overpayment_id, currency, kind, amount_minor, line_id, proposed_by, decided_by, note_digest, paying_account_id, break_id, awaits_booking, at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [id, currency, entry.kind, String(entry.amountMinor), entry.lineId ?? null, entry.proposedBy ?? null, entry.decidedBy ?? null, entry.noteDigest ?? null, entry.payingAccountId ?? null, entry.breakId ?? null,
      entry.awaitsBooking ?? false, formatInstant(at)]);
    await tx.execute('UPDATE overpayment SET closed_at = CASE WHEN overpayment_left(id) = 0 THEN $2::timestamptz END, version = version + 1 WHERE id = $1', [id, formatInstant(at)]);
  }

  async agree(tx: Tx, id: string, by: string, at: Instant): Promise<void> {
    await tx.execute('UPDATE overpayment SET offset_agreed_by = $2, offset_agreed_at = $3, version = version + 1 WHERE id = $1', [id, by, formatInstant(at)]);
  }

  async propose(tx: Tx, id: string, row: { amountMinor: bigint; payingAccountId: string; noteDigest: string; by: string; at: Instant }): Promise<void> {
    await tx.execute('UPDATE overpayment SET repayment_minor = $2, repayment_account_id = $3, repayment_digest = $4, repayment_by = $5, repayment_at = $6, version = version + 1 WHERE id = $1',
      [id, String(row.amountMinor), row.payingAccountId, row.noteDigest, row.by, formatInstant(row.at)]);
  }

  /** It was confirmed, turned down or taken back. */
  async answered(tx: Tx, id: string): Promise<void> {
    await tx.execute('UPDATE overpayment SET repayment_minor = NULL, repayment_account_id = NULL, repayment_digest = NULL, repayment_by = NULL, repayment_at = NULL, repayment_overtaken = false, version = version + 1 WHERE id = $1', [id]);
  }

  /** Something was placed while a proposal waits, which may be the same money. */
  async overtake(tx: Tx, id: string): Promise<void> {
    await tx.execute('UPDATE overpayment SET repayment_overtaken = true, version = version + 1 WHERE id = $1', [id]);
  }

  /** What people said came back on this account and its bank has not told of, in minor units. */
  async unbookedMinor(tx: Tx, id: string, payingAccountId: string): Promise<bigint> {
    const [row] = await tx.query<{ minor: string }>('SELECT overpayment_unbooked($1, $2)::text AS minor', [id, payingAccountId]);
    return BigInt(row?.minor ?? '0');
  }

  /** Open ones that are named, and closed ones of which this bank has still to tell, in the currency of the account: those first, then the oldest. */
  named(reader: Reader, payingAccountId: string, { references, overpaymentIds }: RepaymentHints): Promise<OverpaymentRow[]> {
    if (references.length + overpaymentIds.length === 0) return Promise.resolve([]);
    return reader.query<OverpaymentRow>(`
      SELECT ${COLUMNS} FROM ${FROM} JOIN claim c ON c.id = o.claim_id
      WHERE o.currency = (SELECT currency FROM paying_account WHERE id = $1) AND (o.closed_at IS NULL OR overpayment_unbooked(o.id, $1) > 0) AND (c.reference = ANY ($2::text[]) OR o.id = ANY ($3::uuid[]))
      ORDER BY overpayment_unbooked(o.id, $1) = 0, o.id LIMIT 20`, [payingAccountId, references, overpaymentIds]);
  }

  /** In the order in which it was placed. */
  placedFrom(reader: Reader, breakId: string): Promise<PlacedRepayment[]> {
    return reader.query<PlacedRepayment>(`
      SELECT o.id AS "overpaymentId", c.reference, e.amount_minor::text AS "amountMinor" FROM overpayment_entry e JOIN overpayment o ON o.id = e.overpayment_id JOIN claim c ON c.id = o.claim_id
      WHERE e.break_id = $1 ORDER BY e.id LIMIT 100`, [breakId]);
  }

  /** Newest first. */
  list(reader: Reader, { merchantIds, state, before, limit }: { merchantIds?: readonly string[]; state?: OverpaymentListing; before?: string; limit: number }): Promise<OverpaymentRow[]> {
    return reader.query<OverpaymentRow>(`
      SELECT ${COLUMNS} FROM ${FROM} WHERE ($1::uuid[] IS NULL OR o.merchant_id = ANY ($1))
        AND CASE $2 WHEN 'open' THEN o.closed_at IS NULL WHEN 'closed' THEN o.closed_at IS NOT NULL
          WHEN 'unbooked' THEN EXISTS (SELECT FROM overpayment_entry a WHERE a.overpayment_id = o.id AND a.awaits_booking) AND overpayment_unbooked(o.id) > 0 ELSE true END AND ($3::uuid IS NULL OR o.id < $3)
      ORDER BY o.id DESC LIMIT $4`, [merchantIds ?? null, state ?? null, before ?? null, limit]);
  }

  /** Newest first. */
  ofClaim(reader: Reader, claimId: string): Promise<OverpaymentRow[]> {
    return reader.query<OverpaymentRow>(`SELECT ${COLUMNS} FROM ${FROM} WHERE o.claim_id = $1 ORDER BY o.id DESC LIMIT 100`, [claimId]);
  }

  /** Oldest first. */
  entries(reader: Reader, id: string): Promise<OverpaymentEntryRow[]> {
    return reader.query<OverpaymentEntryRow>(`
      SELECT kind, amount_minor::text AS "amountMinor", line_id AS "lineId", proposed_by AS "proposedBy", decided_by AS "decidedBy",
        (SELECT body FROM text_body WHERE digest = note_digest) AS note, at FROM overpayment_entry WHERE overpayment_id = $1 ORDER BY id LIMIT 500`, [id]);
  }
}
