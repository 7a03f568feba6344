import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { RepaymentHints } from './repayment-hints.rules.js';

export const OVERPAYMENT_ENTRY_KINDS = ['repaid', 'offset', 'offset_undone', 'written_off', 'annulled'] as const;
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
  readonly version: number;
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
  /** Of what was repaid: the booking that brought it. */
  readonly breakId?: string;
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
  o.closed_at AS "closedAt", o.version`;
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
      INSERT INTO overpayment_entry (overpayment_id, currency, kind, amount_minor, line_id, proposed_by, decided_by, note_digest, paying_account_id, break_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [id, currency, entry.kind, String(entry.amountMinor), entry.lineId ?? null, entry.proposedBy ?? null, entry.decidedBy ?? null, entry.noteDigest ?? null, entry.payingAccountId ?? null, entry.breakId ?? null, formatInstant(at)]);
    await tx.execute('UPDATE overpayment SET closed_at = CASE WHEN overpayment_left(id) = 0 THEN $2::timestamptz END, version = version + 1 WHERE id = $1', [id, formatInstant(at)]);
  }

  async agree(tx: Tx, id: string, by: string, at: Instant): Promise<void> {
    await tx.execute('UPDATE overpayment SET offset_agreed_by = $2, offset_agreed_at = $3, version = version + 1 WHERE id = $1', [id, by, formatInstant(at)]);
  }

  /** Open ones that are named, in the currency of the account, oldest first. */
  named(reader: Reader, payingAccountId: string, { references, overpaymentIds }: RepaymentHints): Promise<OverpaymentRow[]> {
    if (references.length + overpaymentIds.length === 0) return Promise.resolve([]);
    return reader.query<OverpaymentRow>(`
      SELECT ${COLUMNS} FROM ${FROM} JOIN claim c ON c.id = o.claim_id
      WHERE o.currency = (SELECT currency FROM paying_account WHERE id = $1) AND o.closed_at IS NULL AND (c.reference = ANY ($2::text[]) OR o.id = ANY ($3::uuid[])) ORDER BY o.id LIMIT 20`, [payingAccountId, references, overpaymentIds]);
  }

  /** In the order in which it was placed. */
  placedFrom(reader: Reader, breakId: string): Promise<PlacedRepayment[]> {
    return reader.query<PlacedRepayment>(`
      SELECT o.id AS "overpaymentId", c.reference, e.amount_minor::text AS "amountMinor" FROM overpayment_entry e JOIN overpayment o ON o.id = e.overpayment_id JOIN claim c ON c.id = o.claim_id
      WHERE e.break_id = $1 ORDER BY e.id LIMIT 100`, [breakId]);
  }

  /** Newest first. */
  list(reader: Reader, { merchantIds, open, before, limit }: { merchantIds?: readonly string[]; open?: boolean; before?: string; limit: number }): Promise<OverpaymentRow[]> {
    return reader.query<OverpaymentRow>(`
      SELECT ${COLUMNS} FROM ${FROM} WHERE ($1::uuid[] IS NULL OR o.merchant_id = ANY ($1)) AND ($2::boolean IS NULL OR (o.closed_at IS NULL) = $2) AND ($3::uuid IS NULL OR o.id < $3)
      ORDER BY o.id DESC LIMIT $4`, [merchantIds ?? null, open ?? null, before ?? null, limit]);
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
