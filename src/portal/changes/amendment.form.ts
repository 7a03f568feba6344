import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { contentIn, REGION_CODE, SEGMENT_STATES, type ContentView, type RevisionContent } from '../../modules/outages/index.js';
import { formText } from '../shared/form-fields.form.js';

/** A line as it stands in its fields. */
export type TypedLine = Readonly<Record<string, string>>;

/** An amendment as it stands in the form: every line of the outage, and why it is altered. */
export interface AmendmentForm {
  readonly reason: string;
  /** The outage is said not to have been: its lines go. */
  readonly voids: boolean;
  readonly complete: boolean;
  readonly scope: readonly TypedLine[];
  readonly officialWindows: readonly TypedLine[];
  readonly segments: readonly TypedLine[];
}

const PARTS = { scope: ['service', 'region', 'from', 'to'], officialWindows: ['service', 'from', 'to'], segments: ['service', 'region', 'from', 'to', 'state', 'level', 'notice', 'source', 'evidence'] } as const;
type Part = keyof typeof PARTS;
const LIMITS: Readonly<Record<string, number>> = { service: 80, region: 80, from: 40, to: 40, state: 20, level: 40, notice: 500, source: 120, evidence: 500 };

/** More lines than anybody writes by hand; longer lists come over the API. */
const MOST_LINES = 200;
export const BLANK_LINES: Readonly<Record<Part, number>> = { scope: 1, officialWindows: 1, segments: 3 };

/** To the minute where that is all there is to say. */
const short = (text: string | undefined): string => (text ?? '').replace(/:00\.000Z$/, 'Z');

const plain = ({ service, region, from, to, ...more }: Readonly<Record<string, string | undefined>>): TypedLine =>
  Object.fromEntries(Object.entries({ service, region, from: short(from), to: short(to), ...more }).map(([name, value]) => [name, value ?? '']));

/** What an outage says, as fields. */
export const amendmentForm = ({ complete, scope, officialWindows, segments }: ContentView, reason = ''): AmendmentForm => ({
  reason, voids: scope.length === 0, complete, scope: scope.map((line) => plain({ ...line })), officialWindows: officialWindows.map((line) => plain({ ...line })), segments: segments.map((line) => plain({ ...line })),
});

const hasField = (body: unknown, name: string): boolean => typeof body === 'object' && body !== null && Object.hasOwn(body, name);

/** Lines as they were typed; those that are blank or ticked to be taken out are left out, so that a place in the list is a place on the page. */
function linesIn(body: unknown, part: Part): TypedLine[] {
  const lines: TypedLine[] = [];
  for (let index = 0; index < MOST_LINES && hasField(body, `${part}-${index}-service`); index += 1) {
    const line = Object.fromEntries(PARTS[part].map((name) => [name, formText(body, `${part}-${index}-${name}`, LIMITS[name] ?? 80).trim()]));
    const isBlank = ['from', 'to', 'level', 'notice'].every((name) => (line[name] ?? '') === '');
    if (!isBlank && formText(body, `${part}-${index}-out`, 5) !== 'yes') lines.push(line);
  }
  return lines;
}

export const readAmendmentForm = (body: unknown): AmendmentForm => ({
  reason: formText(body, 'reason', 500).trim(), voids: formText(body, 'what', 10) === 'void', complete: formText(body, 'complete', 5) === 'yes',
  scope: linesIn(body, 'scope'), officialWindows: linesIn(body, 'officialWindows'), segments: linesIn(body, 'segments'),
});

const missing = (field: string): Refusal => ({ code: 'portal.field_missing', params: {}, pointer: `/${field}` });

function faultsOf(form: AmendmentForm): Refusal[] {
  const needed = (part: Part, names: readonly string[]): Refusal[] =>
    form[part].flatMap((line, index) => names.filter((name) => line[name] === '').map((name) => missing(`${part}/${index}/${name}`)));
  const places = (part: 'scope' | 'segments'): Refusal[] => form[part].flatMap(({ region = '' }, index) =>
    (region === '' || REGION_CODE.test(region) ? [] : [{ code: 'outages.region_malformed', params: { region }, pointer: `/${part}/${index}/region` }]));
  return [
    ...(form.reason === '' ? [missing('reason')] : []),
    ...(form.voids ? [] : [...needed('scope', ['service', 'from']), ...needed('officialWindows', ['service', 'from', 'to']), ...needed('segments', ['service', 'from', 'source']), ...places('scope'), ...places('segments')]),
  ];
}

const given = (line: TypedLine, names: readonly string[]): Record<string, string> => Object.fromEntries(names.flatMap((name) => ((line[name] ?? '') === '' ? [] : [[name, line[name] ?? '']])));

/** The content of the revision; every fault with the field it is about. */
export function contentOf(form: AmendmentForm): Result<RevisionContent> {
  const faults = faultsOf(form);
  if (faults.length > 0) return refuse('outages.content_faulty', { count: faults.length }, { causes: faults.slice(0, 100) });
  if (form.voids) return ok({ complete: true, scope: [], officialWindows: [], segments: [] });
  return contentIn({
    complete: form.complete,
    scope: form.scope.map((line) => ({ services: [line['service'] ?? ''], ...((line['region'] ?? '') === '' ? {} : { regions: [line['region'] ?? ''] }), from: line['from'] ?? '', ...given(line, ['to']) })),
    officialWindows: form.officialWindows.map((line) => ({ service: line['service'] ?? '', from: line['from'] ?? '', to: line['to'] ?? '' })),
    segments: form.segments.map((line) => ({
      service: line['service'] ?? '', from: line['from'] ?? '', source: line['source'] ?? '', state: SEGMENT_STATES.find((state) => state === line['state']) ?? 'down',
      ...given(line, ['region', 'to', 'level', 'notice', 'evidence']),
    })),
  });
}
