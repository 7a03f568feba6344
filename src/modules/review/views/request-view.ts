import type { Language } from '../../../core/policy/index.js';
import { addDays, dateAt, formatInstant, type Deadline, type Instant } from '../../../core/time/index.js';
import type { ItemKind, ItemOutcome, RequestState } from '../requests/request-catalogue.rules.js';
import type { NoticeFate } from '../requests/request-letters.service.js';
import type { RequestRow } from './request-row.js';

export interface ItemView {
  readonly n: number;
  readonly kind: ItemKind;
  readonly subject?: string;
  /** Half-open; and the same as days at the place of business, both counted. */
  readonly period?: { readonly from: string; readonly to: string };
  readonly days?: { readonly from: string; readonly to: string };
  /** Of an open request: whether it has come since it was asked for. Left out where only the merchant can say. */
  readonly arrived?: boolean;
  readonly reply?: { readonly outcome: ItemOutcome; readonly text?: string };
}

export interface InformationRequestView {
  readonly n: number;
  readonly state: RequestState;
  readonly askedAt: string;
  /** The last day for an answer at the place of business. */
  readonly dueOn: string;
  /** The first instant that is too late, moved by our own downtime. */
  readonly dueAt: string;
  readonly movedMs: number;
  readonly note?: { readonly text: string; readonly language: Language };
  readonly items: readonly ItemView[];
  readonly reminders: number;
  readonly settledAt?: string;
  /** For staff: who asked, and whether anybody was told. */
  readonly askedBy?: string;
  readonly notice?: NoticeFate;
}

interface Around {
  readonly deadline: Deadline;
  readonly zone: string;
  /** Of an open request: what has come. */
  readonly arrived?: (item: RequestRow['items'][number]) => boolean;
  readonly staff?: { readonly askedBy: string; readonly notice: NoticeFate };
}

const COMES: readonly ItemKind[] = ['sales_records', 'evidence', 'identity'];

export function requestView(row: RequestRow, { deadline, zone, arrived, staff }: Around): InformationRequestView {
  return {
    n: row.n, state: row.state, askedAt: formatInstant(row.askedAt), dueOn: row.dueOn, dueAt: formatInstant(deadline.at), movedMs: deadline.movedMs, reminders: row.reminderCount,
    ...(row.note === null || row.noteLanguage === null ? {} : { note: { text: row.note, language: row.noteLanguage } }),
    ...(row.settledAt === null ? {} : { settledAt: formatInstant(row.settledAt) }), ...staff,
    items: row.items.map((item) => itemView(item, zone, arrived)),
  };
}

function itemView(item: RequestRow['items'][number], zone: string, arrived: Around['arrived']): ItemView {
  const { n, kind, subject, period, reply } = item;
  return {
    n, kind, ...(subject === undefined ? {} : { subject }), ...(arrived === undefined || !COMES.includes(kind) ? {} : { arrived: arrived(item) }),
    ...(period === undefined ? {} : { period: { from: formatInstant(period.from), to: formatInstant(period.to) }, days: { from: dateAt(period.from, zone), to: lastDay(period.to, zone) } }),
    ...(reply === undefined ? {} : { reply: { outcome: reply.outcome, ...(reply.text === null ? {} : { text: reply.text }) } }),
  };
}

const lastDay = (to: Instant, zone: string): string => addDays(dateAt(to, zone), -1);
