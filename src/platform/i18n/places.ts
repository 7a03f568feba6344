import type { Language } from '../../core/policy/index.js';

export interface Place {
  readonly value: string;
  readonly text: string;
}

/** Where most of a country's businesses keep their clock, when it has several zones. */
const USUAL_ZONES: Readonly<Record<string, string>> = {
  US: 'America/New_York', AU: 'Australia/Sydney', CA: 'America/Toronto', BR: 'America/Sao_Paulo', MX: 'America/Mexico_City', ID: 'Asia/Jakarta', ES: 'Europe/Madrid',
  PT: 'Europe/Lisbon', FR: 'Europe/Paris', NZ: 'Pacific/Auckland', RU: 'Europe/Moscow', CL: 'America/Santiago', CN: 'Asia/Shanghai', DE: 'Europe/Berlin',
};

/** Zones of a country, its usual one first; none for a code that is no country. */
export function zonesOf(country: string): readonly string[] {
  if (!/^[A-Z]{2}$/.test(country)) return [];
  const all = (new Intl.Locale(`und-${country}`) as Intl.Locale & { getTimeZones?: () => string[] | undefined }).getTimeZones?.() ?? [];
  const usual = USUAL_ZONES[country];
  return usual === undefined ? all : [usual, ...all.filter((zone) => zone !== usual)];
}

/** Countries by their name in a language, in its order. */
export function countriesIn(language: Language, codes: readonly string[]): Place[] {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  const order = new Intl.Collator(language);
  return codes.map((value) => ({ value, text: names.of(value) ?? value })).sort((a, b) => order.compare(a.text, b.text));
}
