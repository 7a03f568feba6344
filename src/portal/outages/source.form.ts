import type { Refusal } from '../../core/errors/index.js';
import { FEED_KINDS, type FeedKind, type NewSource, type SourceView } from '../../modules/outages/index.js';
import { formText } from '../shared/form-fields.form.js';

export interface TypedSource {
  readonly kind: string;
  readonly name: string;
  readonly url: string;
  readonly minutes: string;
  readonly joinMinutes: string;
  readonly sampleSeconds: string;
  readonly partial: string;
  readonly degraded: string;
  readonly info: string;
  readonly mapping: string;
}

const LIMITS: Readonly<Record<keyof TypedSource, number>> = { kind: 20, name: 120, url: 2_000, minutes: 6, joinMinutes: 5, sampleSeconds: 5, partial: 40, degraded: 40, info: 40, mapping: 60_000 };

export const typedSource = (body: unknown): TypedSource =>
  Object.fromEntries(Object.entries(LIMITS).map(([name, limit]) => [name, formText(body, name, limit).trim()])) as unknown as TypedSource;

export const EMPTY_SOURCE: TypedSource = { kind: '', name: '', url: '', minutes: '', joinMinutes: '5', sampleSeconds: '', partial: '', degraded: '', info: '', mapping: '' };

const minutesText = (seconds: number | undefined): string => (seconds === undefined ? '' : String(Math.floor(seconds / 60)));

/** A source as its form shows it; names that nobody has mapped wait at the end to be filled in. */
export function sourceTyped(source: SourceView): TypedSource {
  const lines = source.mapping.map(({ component, feedRegion, service, region }) => [component, feedRegion, service ?? '-', region]);
  const asked = source.unmapped.map(({ component, feedRegion }) => [component, feedRegion, '', '*']);
  return {
    kind: source.kind, name: source.name, url: source.url ?? '', minutes: minutesText(source.scheduleSeconds), joinMinutes: minutesText(source.joinGapSeconds),
    sampleSeconds: source.sampleSeconds === undefined ? '' : String(source.sampleSeconds),
    partial: source.levels.partial ?? '', degraded: source.levels.degraded ?? '', info: source.levels.info ?? '',
    mapping: [...lines, ...asked].map((line) => line.join(' | ')).join('\n'),
  };
}

/** What was typed, or everything that cannot be read. A mapping is a line each: `name | place of the feed | service | our region`, `-` for none of ours. */
export function sourceFrom(typed: TypedSource): { source?: NewSource; faults: Refusal[] } {
  const faults: Refusal[] = [];
  const fault = (pointer: string, code: string, params: Refusal['params'] = {}): void => void faults.push({ code, params, pointer });
  const whole = (name: 'minutes' | 'joinMinutes' | 'sampleSeconds', least: number, most: number): number | null => {
    if (typed[name] === '') return null;
    const value = /^\d{1,6}$/.test(typed[name]) ? Number.parseInt(typed[name], 10) : Number.NaN;
    if (value >= least && value <= most) return value;
    fault(`/${name}`, 'portal.number_between', { least, most });
    return null;
  };
  const [minutes, join, sampleSeconds] = [whole('minutes', 1, 10_080), whole('joinMinutes', 0, 1_440), whole('sampleSeconds', 1, 3_600)];
  if (typed.name === '') fault('/name', 'portal.name_needed');
  if (!(FEED_KINDS as readonly string[]).includes(typed.kind)) fault('/kind', 'imports.kind', { kinds: [...FEED_KINDS] });
  const mapping = typed.mapping.split(/\r?\n/).flatMap((line, index) => {
    const [component = '', feedRegion = '', service = '', region = ''] = line.split('|').map((part) => part.trim());
    if (line.trim() === '') return [];
    if (component === '' || service === '') fault('/mapping', 'portal.mapping_line', { line: index + 1 });
    return [{ component, feedRegion: feedRegion || '*', region: region || '*', ...(service === '-' ? {} : { service }) }];
  });
  if (mapping.length > 500) fault('/mapping', 'portal.mapping_long', { most: 500 });
  if (faults.length > 0) return { faults };
  const levels = Object.fromEntries((['partial', 'degraded', 'info'] as const).flatMap((name) => (typed[name] === '' ? [] : [[name, typed[name]]])));
  return {
    faults,
    source: {
      kind: typed.kind as FeedKind, name: typed.name, url: typed.url === '' ? null : typed.url, scheduleSeconds: minutes === null ? null : minutes * 60,
      joinGapSeconds: (join ?? 5) * 60, sampleSeconds, levels, mapping,
    },
  };
}
