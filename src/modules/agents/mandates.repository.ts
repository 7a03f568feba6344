import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant, type Interval } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { Fee } from './fee.rules.js';
import type { MandateState } from './mandate.machine.js';
import type { MandateRow } from './views/mandate-view.js';

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const SELECT = `
  SELECT d.id, d.agent_id AS "agentId", a.name AS "agentName", d.merchant_id AS "merchantId", m.legal_name AS "merchantName", d.state, d.opened_by_agent AS "openedByAgent",
         d.document_name AS "documentName", d.document_hash AS "documentHash",
         json_build_object('kind', d.fee_kind, 'share', d.fee_share, 'minor', d.fee_minor::text, 'currency', d.fee_currency, 'words', d.fee_words) AS fee,
         d.contact_name AS "contactName", d.contact_email AS "contactEmail", d.language, ${ms('d.asserted_at')} AS "assertedAt", d.asked_on::text AS "askedOn",
         ${ms('d.confirmed_at')} AS "confirmedAt", d.revoked_side AS "revokedSide", ${ms('d.revoked_at')} AS "revokedAt", d.version
  FROM mandate d JOIN agent a ON a.id = d.agent_id JOIN merchant m ON m.id = d.merchant_id`;

export interface NewMandateRow {
  readonly agentId: string;
  readonly merchantId: string;
  readonly openedByAgent: boolean;
  readonly document: { readonly name: string; readonly hash?: string };
  readonly fee: Fee;
  readonly contact: { readonly name: string; readonly email: string };
  readonly language: string;
  readonly assertedBy: string;
  readonly at: Instant;
}

export interface MandateMove {
  readonly to: MandateState;
  readonly at: Instant;
  readonly confirmedBy?: string;
  readonly revoked?: { readonly side: 'agent' | 'merchant' | 'term'; readonly by: string | undefined };
}

@Injectable()
export class MandatesRepository {
  async insert(tx: Tx, row: NewMandateRow): Promise<string> {
    const [made] = await tx.named<{ id: string }>('mandate_insert', `
      INSERT INTO mandate (agent_id, merchant_id, opened_by_agent, document_name, document_hash, fee_kind, fee_share, fee_minor, fee_currency, fee_words,
                           contact_name, contact_email, language, asserted_by, asserted_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id`,
    [row.agentId, row.merchantId, row.openedByAgent, row.document.name, row.document.hash ?? null, row.fee.kind, row.fee.share, row.fee.minor, row.fee.currency, row.fee.words,
      row.contact.name, row.contact.email, row.language, row.assertedBy, formatInstant(row.at)]);
    if (made === undefined) throw new Error('the mandate was not stored');
    return made.id;
  }

  async find(reader: Reader, id: string): Promise<MandateRow | undefined> {
    const [row] = await reader.named<MandateRow>('mandate_find', `${SELECT} WHERE d.id = $1`, [id]);
    return row;
  }

  async lock(tx: Tx, id: string): Promise<MandateRow | undefined> {
    const [row] = await tx.named<MandateRow>('mandate_lock', `${SELECT} WHERE d.id = $1 FOR NO KEY UPDATE OF d`, [id]);
    return row;
  }

  /** The mandate of an agent over a business that was not ended. */
  async counting(reader: Reader, agentId: string, merchantId: string): Promise<MandateRow | undefined> {
    const [row] = await reader.named<MandateRow>('mandate_counting', `${SELECT} WHERE d.agent_id = $1 AND d.merchant_id = $2 AND d.state <> 'revoked'`, [agentId, merchantId]);
    return row;
  }

  /** Confirmed mandates of an agent over some businesses. */
  confirmed(reader: Reader, agentId: string, merchantIds: readonly string[]): Promise<{ id: string; merchantId: string }[]> {
    return reader.query(`SELECT id, merchant_id AS "merchantId" FROM mandate WHERE agent_id = $1 AND merchant_id = ANY ($2::uuid[]) AND state = 'confirmed'`, [agentId, merchantIds]);
  }

  /** Whether the business, or whoever reads its address, has said no to this agent. */
  async wasVetoed(reader: Reader, agentId: string, { merchantId, contact }: { merchantId: string; contact: { email: string } }): Promise<boolean> {
    const [row] = await reader.named<{ vetoed: boolean }>('mandate_vetoed', `
      SELECT EXISTS (SELECT FROM mandate WHERE agent_id = $1 AND revoked_side = 'merchant' AND (merchant_id = $2 OR contact_email = $3)) AS vetoed`, [agentId, merchantId, contact.email]);
    return row?.vetoed === true;
  }

  /** Newest first, of one agent or of some businesses. */
  page(reader: Reader, wanted: { agentId?: string; merchantIds?: readonly string[]; state?: string; before?: string; limit: number }): Promise<MandateRow[]> {
    return reader.query<MandateRow>(`${SELECT}
      WHERE (d.agent_id = $1 OR d.merchant_id = ANY ($2::uuid[])) AND ($3::text IS NULL OR d.state = $3) AND ($4::uuid IS NULL OR d.id < $4) ORDER BY d.id DESC LIMIT $5`,
    [wanted.agentId ?? null, wanted.merchantIds ?? [], wanted.state ?? null, wanted.before ?? null, wanted.limit]);
  }

  async counts(reader: Reader, agentId: string): Promise<ReadonlyMap<string, number>> {
    const rows = await reader.query<{ state: string; count: number }>('SELECT state, count(*)::int AS count FROM mandate WHERE agent_id = $1 GROUP BY state', [agentId]);
    return new Map(rows.map(({ state, count }) => [state, count]));
  }

  /** How many were confirmed, and how many ended, in a stretch of time. */
  /** Of an agent, those that nobody has ended. */
  async standingOf(reader: Reader, agentId: string): Promise<string[]> {
    return (await reader.query<{ id: string }>('SELECT id FROM mandate WHERE agent_id = $1 AND revoked_at IS NULL', [agentId])).map(({ id }) => id);
  }

  async answeredIn(reader: Reader, agentId: string, { from, to }: Interval): Promise<{ confirmed: number; ended: number }> {
    const [row] = await reader.query<{ confirmed: number; ended: number }>(`
      SELECT count(*) FILTER (WHERE confirmed_at >= $2 AND confirmed_at < $3)::int AS confirmed, count(*) FILTER (WHERE revoked_at >= $2 AND revoked_at < $3)::int AS ended
      FROM mandate WHERE agent_id = $1`, [agentId, formatInstant(from), formatInstant(to)]);
    return row ?? { confirmed: 0, ended: 0 };
  }

  async moveTo(tx: Tx, id: string, { to, at, confirmedBy, revoked }: MandateMove): Promise<void> {
    await tx.execute(`
      UPDATE mandate SET state = $2, confirmed_by = coalesce($3, confirmed_by), confirmed_at = CASE WHEN $3::uuid IS NULL THEN confirmed_at ELSE $4 END,
             revoked_side = $5, revoked_by = $6, revoked_at = CASE WHEN $5::text IS NULL THEN revoked_at ELSE $4 END, version = version + 1
      WHERE id = $1`, [id, to, confirmedBy ?? null, formatInstant(at), revoked?.side ?? null, revoked?.by ?? null]);
  }

  /** The mandate by which somebody may act for a business: confirmed, or over a business that their own agent opened. */
  async acting(reader: Reader, userId: string, merchantId: string): Promise<string | undefined> {
    const [row] = await reader.named<{ id: string }>('mandate_acting', `
      SELECT d.id FROM mandate d JOIN agent_member w ON w.agent_id = d.agent_id JOIN user_role r ON r.user_id = w.user_id AND r.role = 'agent'
      WHERE w.user_id = $1 AND d.merchant_id = $2 AND (d.state = 'confirmed' OR (d.state = 'asserted' AND d.opened_by_agent))`, [userId, merchantId]);
    return row?.id;
  }

  /** Confirmed once: what ended later does not take back what the business agreed to. */
  async isConfirmed(reader: Reader, id: string): Promise<boolean> {
    const [row] = await reader.named<{ confirmed: boolean }>('mandate_confirmed', 'SELECT confirmed_at IS NOT NULL AS confirmed FROM mandate WHERE id = $1', [id]);
    return row?.confirmed === true;
  }

  /** A new link in place of the one before. */
  async putLink(tx: Tx, link: { mandateId: string; merchantId: string; tokenHash: Buffer; at: Instant; expiresAt: Instant }): Promise<void> {
    await tx.execute('UPDATE mandate_link SET used_at = $2 WHERE mandate_id = $1 AND used_at IS NULL', [link.mandateId, formatInstant(link.at)]);
    await tx.execute('INSERT INTO mandate_link (token_hash, mandate_id, merchant_id, issued_at, expires_at) VALUES ($1, $2, $3, $4, $5)',
      [link.tokenHash, link.mandateId, link.merchantId, formatInstant(link.at), formatInstant(link.expiresAt)]);
  }

  /** The mandate behind a link that is still good. */
  async byLink(reader: Reader, tokenHash: Buffer, now: Instant): Promise<string | undefined> {
    const [row] = await reader.query<{ mandateId: string }>(
      'SELECT mandate_id AS "mandateId" FROM mandate_link WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2', [tokenHash, formatInstant(now)]);
    return row?.mandateId;
  }

  async useLinks(tx: Tx, mandateId: string, at: Instant): Promise<void> {
    await tx.execute('UPDATE mandate_link SET used_at = $2 WHERE mandate_id = $1 AND used_at IS NULL', [mandateId, formatInstant(at)]);
  }

  /** Notes that the business was written to on a day; false when it was before, so that two askers send one letter. */
  async noteAsked(tx: Tx, id: string, day: string): Promise<boolean> {
    return await tx.execute('UPDATE mandate SET asked_on = $2, version = version + 1 WHERE id = $1 AND asked_on IS DISTINCT FROM $2::date', [id, day]) === 1;
  }
}
