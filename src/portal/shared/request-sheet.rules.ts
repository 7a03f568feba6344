import type { InputDefinition, Language } from '../../core/policy/index.js';
import { addDays, dateAt, formatInstant, parseInstant, type Instant, type Interval } from '../../core/time/index.js';
import type { Formatting } from '../../platform/i18n/formatting.js';
import type { Translate } from '../../platform/i18n/translations.js';
import { itemWords, type Askable, type InformationRequestView, type ItemView, type RequestList } from '../../modules/review/index.js';
import { kindWords } from '../evidence/evidence-words.rules.js';

/** An item with its words. */
export interface AskedThing extends ItemView {
  readonly text: string;
}

export interface AskedRequest extends Omit<InformationRequestView, 'items'> {
  readonly items: readonly AskedThing[];
  /** The last moment that is in time: it lies in the day that is shown. */
  readonly lastAt: string;
}

/** What a reviewer may tick: one box each, so that nobody writes a code. */
export interface AskableThing {
  readonly value: string;
  readonly text: string;
}

export interface Askables {
  readonly things: readonly AskableThing[];
  readonly due: { readonly earliest: string; readonly latest: string; readonly usual: string };
  /** Days that sales records are mostly asked for: the outage and the twelve weeks before. */
  readonly days: { readonly from: string; readonly to: string };
}

export interface RequestSheet {
  /** Newest first. */
  readonly requests: readonly AskedRequest[];
  readonly open: AskedRequest | undefined;
  /** How long the claim has waited for its merchant. */
  readonly paused: string | undefined;
  readonly askable: Askables | undefined;
}

export interface RequestTongue {
  readonly f: Formatting;
  readonly t: Translate;
  readonly language: Language;
  readonly inputs: Readonly<Record<string, InputDefinition>>;
  readonly zone: string;
  readonly window: Interval;
}

/** Added to the earliest day, this makes a fortnight. */
const USUAL_DAYS = 11;
const WEEKS_BEFORE = 12;

/** Requests in the reader's language: items from the catalogue, questions from the policy, kinds of evidence as every page says them. */
export function requestSheet(list: RequestList, tongue: RequestTongue): RequestSheet {
  const requests = list.items.map((request): AskedRequest => ({
    ...request, lastAt: lastMinuteBefore(request.dueAt), items: request.items.map((item) => ({ ...item, text: wordsOf(item, tongue) })),
  })).reverse();
  return {
    requests, open: requests.find(({ state }) => state === 'open'), paused: list.pausedMs === 0 ? undefined : tongue.f.duration(list.pausedMs - (list.pausedMs % 60_000)),
    askable: list.askable === undefined ? undefined : askablesOf(list.askable, tongue),
  };
}

const askablesOf = ({ due, subjects }: Askable, tongue: RequestTongue): Askables => ({
  due: { ...due, usual: addDays(due.earliest, USUAL_DAYS) }, things: thingsOf(subjects, tongue),
  days: { from: addDays(dateAt(tongue.window.from, tongue.zone), -WEEKS_BEFORE * 7), to: dateAt((tongue.window.to - 1) as Instant, tongue.zone) },
});

/** Every item there is for a claim, as `kind` or `kind:subject`. */
function thingsOf(subjects: Askable['subjects'], tongue: RequestTongue): AskableThing[] {
  const thing = (kind: ItemView['kind'], subject?: string): AskableThing =>
    ({ value: subject === undefined ? kind : `${kind}:${subject}`, text: wordsOf({ kind, ...(subject === undefined ? {} : { subject }) }, tongue) });
  return [
    thing('sales_records'), ...subjects.evidence.map((subject) => thing('evidence', subject)), ...subjects.answer.map((subject) => thing('answer', subject)),
    thing('opening_hours'), thing('identity'), ...subjects.explanation.map((subject) => thing('explanation', subject)),
  ];
}

function wordsOf({ kind, subject = '', days }: Pick<ItemView, 'kind' | 'subject' | 'days'>, { f, t, language, inputs }: RequestTongue): string {
  const day = (on: string): string => f.date(`${on}T00:00:00Z`, 'UTC');
  const period = days === undefined ? t('requests.of_a_time') : t('requests.days', { from: day(days.from), to: day(days.to) });
  return itemWords({ kind, subject }, { period, evidence: kindWords(t, subject), question: inputs[subject]?.label[language] ?? subject }, language);
}

function lastMinuteBefore(text: string): string {
  const read = parseInstant(text);
  return read.ok ? formatInstant((read.value - 60_000) as Instant) : text;
}
