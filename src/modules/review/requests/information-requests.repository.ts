import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { ItemKind, ItemOutcome, RequestItem, RequestState } from './request-catalogue.rules.js';
import type { RequestRow } from '../views/request-row.js';

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const COLUMNS = `
  r.id, r.claim_id AS "claimId", r.merchant_id AS "merchantId", r.n, r.state, r.asked_by AS "askedBy", ${ms('r.asked_at')} AS "askedAt", to_char(r.due_on, 'YYYY-MM-DD') AS "dueOn",
  ${ms('r.promised_at')} AS "promisedAt", (SELECT body FROM text_body WHERE digest = r.note_digest) AS note, r.note_language AS "noteLanguage", r.notice_ids AS "noticeIds",
  ${ms('r.noticed_at')} AS "noticedAt", r.reminder_count AS "reminderCount", ${ms('r.next_at')} AS "nextAt", ${ms('r.settled_at')} AS "settledAt"`;
const ITEMS = `(SELECT json_agg(json_build_object('n', i.n, 'kind', i.kind, 'subject', i.subject, 'from', ${ms('lower(i.period)')}, 'to', ${ms('upper(i.period)')},
  'outcome', a.outcome, 'text', (SELECT body FROM text_body WHERE digest = a.text_digest)) ORDER BY i.n)
  FROM information_item i LEFT JOIN information_answer a USING (request_id, n) WHERE i.request_id = r.id) AS items`;

interface RawItem {
  readonly n: number;
  readonly kind: ItemKind;
  readonly subject: string | null;
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly outcome: ItemOutcome | null;
  readonly text: string | null;
}

type Raw = Omit<RequestRow, 'items'> & { readonly items: readonly RawItem[] };

const rowOf = ({ items, ...row }: Raw): RequestRow => ({
  ...row, items: items.map(({ n, kind, subject, from, to, outcome, text }) => ({
    n, kind, ...(subject === null ? {} : { subject }), ...(from === null || to === null ? {} : { period: { from, to } }),
    ...(outcome === null ? {} : { reply: { outcome, text } }),
  })),
});

export interface NewRequest {
  readonly claimId: string;
  readonly merchantId: string;
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly dueOn: string;
  readonly promisedAt: Instant;
  readonly note: { readonly digest: string; readonly language: string } | undefined;
  readonly items: readonly RequestItem[];
}

@Injectable()
export class InformationRequestsRepository {
  /** Stores a request that is looked at at once; its id and number. The claim is held by the caller. */
  async insert(tx: Tx, request: NewRequest): Promise<{ id: string; n: number }> {
    const { claimId, merchantId, items } = request;
    const [row] = await tx.query<{ id: string; n: number }>(`
      INSERT INTO information_request (claim_id, merchant_id, n, asked_by, asked_at, noticed_at, next_at, due_on, promised_at, note_digest, note_language)
      SELECT $1, $2, coalesce(max(n), 0) + 1, $3, $4::timestamptz, $4::timestamptz, $6::timestamptz, $5, $6::timestamptz, $7, $8 FROM information_request WHERE claim_id = $1 RETURNING id, n`,
    [claimId, merchantId, request.askedBy, formatInstant(request.askedAt), request.dueOn, formatInstant(request.promisedAt), request.note?.digest ?? null, request.note?.language ?? null]);
    if (row === undefined) throw new Error('the request was not stored');
    await tx.execute(`
      INSERT INTO information_item (request_id, n, merchant_id, kind, subject, period)
      SELECT $1, t.n, $2, t.kind, t.subject, CASE WHEN t.begins IS NOT NULL THEN tstzrange(t.begins, t.ends, '[)') END
      FROM unnest($3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[]) WITH ORDINALITY AS t (kind, subject, begins, ends, n)`,
    [row.id, merchantId, items.map(({ kind }) => kind), items.map(({ subject }) => subject ?? null),
      items.map(({ period }) => (period === undefined ? null : formatInstant(period.from))), items.map(({ period }) => (period === undefined ? null : formatInstant(period.to)))]);
    return row;
  }

  /** Every request of these claims, oldest first. */
  async of(reader: Reader, claimIds: readonly string[]): Promise<RequestRow[]> {
    const rows = claimIds.length === 0 ? [] : await reader.query<Raw>(`SELECT ${COLUMNS}, ${ITEMS} FROM information_request r WHERE r.claim_id = ANY ($1::uuid[]) ORDER BY r.claim_id, r.n`, [claimIds]);
    return rows.map(rowOf);
  }

  /** The open one of a claim that the caller holds. */
  async open(reader: Reader, claimId: string): Promise<RequestRow | undefined> {
    const [row] = await reader.query<Raw>(`SELECT ${COLUMNS}, ${ITEMS} FROM information_request r WHERE r.claim_id = $1 AND r.state = 'open'`, [claimId]);
    return row === undefined ? undefined : rowOf(row);
  }

  /** The claim of the one that has waited longest to be looked at; nothing is held: a claim is held before what belongs to it. */
  async firstDue(reader: Reader, now: Instant): Promise<string | undefined> {
    const [row] = await reader.query<{ claimId: string }>(
      'SELECT claim_id AS "claimId" FROM information_request WHERE state = \'open\' AND next_at <= $1 ORDER BY next_at, id LIMIT 1', [formatInstant(now)]);
    return row?.claimId;
  }

  /** The letters by which it was asked, when, and by when it is to be answered. */
  async noticed(tx: Tx, id: string, notice: { ids: readonly string[]; at: Instant; dueOn: string; promisedAt: Instant; nextAt: Instant }): Promise<void> {
    await tx.execute('UPDATE information_request SET notice_ids = $2::uuid[], noticed_at = $3, due_on = $4, promised_at = $5, next_at = $6, reminder_count = 0, version = version + 1 WHERE id = $1',
      [id, notice.ids, formatInstant(notice.at), notice.dueOn, formatInstant(notice.promisedAt), formatInstant(notice.nextAt)]);
  }

  async lookAgain(tx: Tx, id: string, { nextAt, reminderCount }: { nextAt: Instant; reminderCount: number }): Promise<void> {
    await tx.execute('UPDATE information_request SET next_at = $2, reminder_count = $3, version = version + 1 WHERE id = $1', [id, formatInstant(nextAt), reminderCount]);
  }

  async answer(tx: Tx, request: RequestRow, replies: readonly { n: number; outcome: ItemOutcome; textDigest: string | undefined }[]): Promise<void> {
    await tx.execute(`
      INSERT INTO information_answer (request_id, n, merchant_id, outcome, text_digest)
      SELECT $1, t.n, $2, t.outcome, t.digest FROM unnest($3::int[], $4::text[], $5::text[]) AS t (n, outcome, digest)`,
    [request.id, request.merchantId, replies.map(({ n }) => n), replies.map(({ outcome }) => outcome), replies.map(({ textDigest }) => textDigest ?? null)]);
  }

  /** Settles the open one of a claim, if there is one. */
  async settle(tx: Tx, claimId: string, { state, at, by }: { state: Exclude<RequestState, 'open'>; at: Instant; by?: string }): Promise<void> {
    await tx.execute('UPDATE information_request SET state = $2, settled_at = $3, settled_by = $4, version = version + 1 WHERE claim_id = $1 AND state = \'open\'', [claimId, state, formatInstant(at), by ?? null]);
  }
}
