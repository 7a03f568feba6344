import { Injectable } from '@nestjs/common';
import { CasebookTimeline, type TimelineEntry, type VersionChange } from '../../modules/review/index.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import type { Formatting } from '../../platform/i18n/formatting.js';
import type { Translate } from '../../platform/i18n/translations.js';
import type { ClaimSheet } from '../shared/claim-sheet.service.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';
import { titleKey } from './record-titles.rules.js';

/** One entry of the timeline in words. */
export interface RecordLine {
  readonly kind: TimelineEntry['kind'];
  readonly at: string;
  readonly title: string;
  /** Undefined: a rule or a job. */
  readonly who: string | undefined;
  readonly lines: readonly string[];
  /** What somebody wrote. */
  readonly text: string | undefined;
}

export interface RecordPart {
  readonly items: readonly RecordLine[];
  readonly nextCursor: string | undefined;
  readonly isOlder: boolean;
}

const ON_A_PAGE = 25;
const LETTER_STATES: readonly string[] = ['kept', 'queued', 'deferred', 'sent', 'failed', 'bounced'];
const FIELDS: readonly string[] = ['services', 'window', 'declaredMinor', 'salesSetId', 'evidence'];

interface Words { readonly t: Translate; readonly has: (key: string) => boolean; readonly f: Formatting; readonly sheet: ClaimSheet; readonly language: Visit['language'] }

const strings = (value: unknown): string[] => (Array.isArray(value) ? (value as readonly unknown[]).filter((one) => typeof one === 'string') : []);
const moneyIn = (value: unknown): { amount: string; currency: string } | undefined =>
  (typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value ? value as { amount: string; currency: string } : undefined);

/** Everything that happened to a claim and who looked at it, in the reader's language, in the zone of the place. */
@Injectable()
export class CaseRecord {
  constructor(private readonly timeline: CasebookTimeline, private readonly renderer: PageRenderer) {}

  /** `before`: the cursor of the page before. */
  async of(visit: Visit, sheet: ClaimSheet, before: string | undefined): Promise<RecordPart> {
    const page = unwrap(await this.timeline.page(visit.ctx, sheet.row, { limit: ON_A_PAGE, ...(before === undefined ? {} : { before }) }));
    const words = { ...this.renderer.speaking(visit.language), sheet };
    return {
      items: page.items.map((entry) => ({ kind: entry.kind, at: entry.at, title: titleOf(entry, words), who: entry.by, lines: linesOf(entry, words), text: entry.text })),
      nextCursor: page.nextCursor, isOlder: before !== undefined,
    };
  }
}

function titleOf({ kind, what, data }: TimelineEntry, { t }: Words): string {
  switch (kind) {
    case 'event': return t(titleKey(what));
    case 'version': return t('case.record.version', { n: String(data['n']) });
    case 'assessment': return t('case.record.assessment', { n: String(data['n']), outcome: t(`outcomes.${what}`) });
    case 'letter': return t('case.record.letter');
    case 'task': return t(`case.record.task_${what}`, { kind: t(`tasks_page.kinds.${String(data['kind'])}`) });
    case 'sight': return t('case.record.sight');
  }
}

function linesOf(entry: TimelineEntry, words: Words): string[] {
  const { kind, data } = entry;
  const { t, f, sheet } = words;
  switch (kind) {
    case 'event': return eventLines(data, words);
    case 'version': return (data['changes'] as readonly VersionChange[]).map((change) => changeLine(change, words));
    case 'assessment': {
      const [before, after] = [moneyIn(data['before']), moneyIn(data['after'])];
      const none = t('case.record.no_amount');
      return [before === undefined ? t('case.record.amount', { after: after === undefined ? none : f.money(after) })
        : t('case.record.amount_changed', { before: f.money(before), after: after === undefined ? none : f.money(after) })];
    }
    case 'letter': return [
      ...(typeof data['subject'] === 'string' ? [data['subject']] : []),
      ...(LETTER_STATES.includes(String(data['state'])) ? [t(`case.record.letter_states.${String(data['state'])}`)] : []),
    ];
    case 'task': return [];
    case 'sight': return String(data['lastAt']) === entry.at ? [] : [t('case.record.until', { time: f.stamp(String(data['lastAt']), sheet.site.zone) })];
  }
}

function eventLines(data: TimelineEntry['data'], { t, sheet }: Words): string[] {
  const reasons = [...strings(data['why']), ...strings(data['reasons'])].map((code) => sheet.reasonText({ code }));
  const reason = typeof data['reason'] === 'string' ? [sheet.reasonText({ code: data['reason'] })] : [];
  const hold = typeof data['kind'] === 'string' ? [t(`case.record.holds.${data['kind']}`)] : [];
  return [...reasons, ...reason, ...hold];
}

/** A field that a merchant filed otherwise, in words: what it was, and what it is. */
function changeLine({ field, before, after }: VersionChange, words: Words): string {
  const { t, sheet, language } = words;
  const input = field.startsWith('answers.') ? field.slice('answers.'.length) : undefined;
  const name = input === undefined ? (FIELDS.includes(field) ? t(`case.record.fields.${field}`) : field)
    : sheet.assessment?.policy.resolved.document.inputs[input]?.label[language] ?? input;
  if (field === 'salesSetId') return t('case.record.other_sales');
  return t('case.record.changed', { field: name, before: valueText(field, before, words), after: valueText(field, after, words) });
}

function valueText(field: string, value: unknown, { t, f, sheet }: Words): string {
  if (value === undefined || value === null) return t('case.record.nothing');
  if (typeof value === 'boolean') return t(value ? 'claim.yes' : 'claim.no');
  if (field === 'declaredMinor' && typeof value === 'string') return f.minor(value, sheet.claim.currency);
  if (field === 'window') {
    const { from, to } = value as { from: number; to: number };
    return f.period(from as never, to as never, sheet.site.zone);
  }
  if (field === 'evidence') return t('case.record.files', { number: f.number(strings(value).length) });
  const money = moneyIn(value);
  return money === undefined ? bareText(value) : f.money(money);
}

function bareText(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}
