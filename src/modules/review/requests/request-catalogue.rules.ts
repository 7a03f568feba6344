import { ok, refuse, type Refusal, type Result } from '../../../core/errors/index.js';
import type { PolicyDocument } from '../../../core/policy/index.js';
import { addDays, startOf, type Instant, type Interval } from '../../../core/time/index.js';
import { kindsOf } from '../../evidence/index.js';

/** What a merchant may be asked for. There is no item of free text alone: even an explanation is about one of a few things. */
export const ITEM_KINDS = ['sales_records', 'evidence', 'answer', 'opening_hours', 'identity', 'explanation'] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

/** What an explanation may be about. */
export const EXPLAINED = ['trading', 'sales_pattern', 'services', 'paid_elsewhere'] as const;

export const REQUEST_STATES = ['open', 'answered', 'unanswered', 'ended'] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** What may be said to an item: here it is, or it cannot be had. */
export const OUTCOMES = ['given', 'cannot'] as const;
export type ItemOutcome = (typeof OUTCOMES)[number];

/** An item as a reviewer chose it; days are calendar dates at the place of business, both counted. */
export interface AskedItem {
  readonly kind: ItemKind;
  /** Of evidence its kind, of an answer the policy's input, of an explanation what it is about. */
  readonly subject?: string;
  readonly fromOn?: string;
  readonly toOn?: string;
}

/** An item as it is kept; the period is half-open. */
export interface RequestItem {
  readonly kind: ItemKind;
  readonly subject?: string;
  readonly period?: Interval;
}

/** What the items of a claim are made from. */
export interface ItemGround {
  readonly document: PolicyDocument;
  /** Of the place of business. */
  readonly zone: string;
  readonly now: Instant;
}

/** The subjects there are for each kind that has one. */
export const subjectsIn = ({ process, inputs }: Pick<PolicyDocument, 'process' | 'inputs'>): Readonly<Record<'evidence' | 'answer' | 'explanation', readonly string[]>> => ({
  evidence: kindsOf(process.evidence, Object.values(inputs).map(({ evidence }) => evidence)).taken, answer: Object.keys(inputs), explanation: EXPLAINED,
});

const MOST_ITEMS = 20;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Reads chosen items; all faults at once, each at its item. Codes: `requests.items_missing` and those of one item. */
export function readItems(asked: readonly AskedItem[], ground: ItemGround): Result<readonly RequestItem[]> {
  if (asked.length === 0 || asked.length > MOST_ITEMS) return refuse('requests.items_missing', { most: MOST_ITEMS }, { pointer: '/items' });
  const seen = new Set<string>();
  const causes: Refusal[] = [];
  const items = asked.flatMap((item, index): RequestItem[] => {
    const key = `${item.kind} ${item.subject ?? ''}`;
    const read = seen.has(key) ? refuse('requests.item_repeated', { kind: item.kind }) : readItem(item, ground);
    seen.add(key);
    if (read.ok) return [read.value];
    causes.push({ ...read.refusal, pointer: `/items/${index}${read.refusal.pointer ?? ''}` });
    return [];
  });
  return causes.length === 0 ? ok(items) : refuse('requests.items_faulty', { count: causes.length }, { causes });
}

function readItem({ kind, subject, fromOn, toOn }: AskedItem, { document, zone, now }: ItemGround): Result<RequestItem> {
  switch (kind) {
    case 'sales_records': return readPeriod(fromOn ?? '', toOn ?? '', zone, now);
    case 'opening_hours':
    case 'identity': return ok({ kind });
    default: {
      const known = subjectsIn(document)[kind];
      return subject !== undefined && known.includes(subject) ? ok({ kind, subject }) : refuse('requests.subject_unknown', { subject: (subject ?? '').slice(0, 80), known: [...known] }, { pointer: '/subject' });
    }
  }
}

function readPeriod(fromOn: string, toOn: string, zone: string, now: Instant): Result<RequestItem> {
  if (!isDay(fromOn)) return refuse('requests.day_unreadable', { value: fromOn.slice(0, 20) }, { pointer: '/fromOn' });
  if (!isDay(toOn)) return refuse('requests.day_unreadable', { value: toOn.slice(0, 20) }, { pointer: '/toOn' });
  if (fromOn > toOn) return refuse('requests.period_reversed', { fromOn, toOn }, { pointer: '/toOn' });
  const period = { from: startOf(fromOn, zone), to: startOf(addDays(toOn, 1), zone) };
  return period.to <= now ? ok({ kind: 'sales_records', period }) : refuse('requests.period_ahead', { toOn }, { pointer: '/toOn' });
}

/** Whether it is a day of the calendar: 2026-02-30 is none. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  try {
    return addDays(text, 0) === text;
  } catch {
    return false;
  }
}
