import { renderDetail, type Refusal } from '../../core/errors/index.js';
import { isCalendarDate } from '../../core/time/index.js';
import type { Language } from '../../core/policy/index.js';
import { entryOf } from '../../platform/http/catalogue-registry.js';
import { Formatting } from '../../platform/i18n/formatting.js';
import type { Translations } from '../../platform/i18n/translations.js';
import { sentenceIn } from './fault-sentences.rules.js';

export interface FaultWords {
  readonly text: string;
  /** The language the text is in, when it is not the page's. */
  readonly lang?: Language;
  /** The form field at fault. */
  readonly field?: string;
  /** Where to see the claim that is in the way. */
  readonly address?: string;
}

/** What is said of a field that is missing; of a row's field, `segments-2-from`, with the row as people count. */
function missingField(field: string): { named: string; row: { row?: number } } {
  const [, part = '', row, name = ''] = /^(\w+)-(\d+)-(\w+)$/.exec(field) ?? [];
  return row === undefined ? { named: `missing.${field}`, row: {} } : { named: `missing.${part}_${name}`, row: { row: Number(row) + 1 } };
}

const SUMS = ['amount', 'granted', 'floor', 'left'] as const;

/** Sums that a refusal names beside their currency, as people of the language write them: `granted` is there as `grantedSum` too. */
function sumsIn(language: Language, params: Refusal['params']): Readonly<Record<string, string>> {
  const { currency } = params;
  if (typeof currency !== 'string') return {};
  const f = new Formatting(language);
  return Object.fromEntries(SUMS.flatMap((name): [string, string][] => {
    const amount = params[name];
    return typeof amount === 'string' ? [[`${name}Sum`, f.money({ amount, currency })]] : [];
  }));
}

/** What somebody typed is said as it was typed. */
const TYPED = 'value';

/** Days that a refusal names, as people of the language write them. */
function daysIn(language: Language, params: Refusal['params']): Readonly<Record<string, string>> {
  const f = new Formatting(language);
  return Object.fromEntries(Object.entries(params).flatMap(([name, day]): [string, string][] => (name !== TYPED && typeof day === 'string' && isCalendarDate(day) ? [[name, f.date(`${day}T12:00:00Z`, 'UTC')]] : [])));
}

const IN_THE_WAY = ['claims.already_claimed', 'claims.overlaps'];

/** A refusal for somebody who reads pages: in their language where it is translated, otherwise the catalogue's English, marked as such. */
export function refusalWords(words: Translations, language: Language, refusal: Refusal): FaultWords {
  const place = {
    ...(refusal.pointer === undefined ? {} : { field: refusal.pointer.slice(1).replaceAll('/', '-') }),
    ...(IN_THE_WAY.includes(refusal.code) && refusal.params['reference'] !== undefined ? { address: `/${language}/claims/${String(refusal.params['reference'])}` } : {}),
  };
  const { named, row } = missingField(place.field ?? '');
  const key = refusal.code === 'portal.field_missing' && words.has(language, named) ? named : `refusals.${refusal.code.replaceAll('.', '_')}`;
  if (words.has(language, key)) return { text: words.in(language)(key, { ...row, ...refusal.params, ...sumsIn(language, refusal.params), ...daysIn(language, refusal.params) }), ...place };
  if (refusal.code.startsWith('policy.')) {
    const { line, column, message } = refusal.params;
    const said = sentenceIn(words, language, String(message));
    return { ...said, text: `${words.in(language)('policies.at', { line, column })}${words.in(language)('layout.colon')} ${said.text}`, ...place };
  }
  const detail = renderDetail(entryOf(refusal.code)?.detail ?? refusal.code, refusal.params);
  return { text: detail, ...(language === 'en' ? {} : { lang: 'en' as const }), ...place };
}
