import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { formatRatio, parseRatio } from '../../core/money/index.js';
import { SEGMENT_STATES } from '../../core/policy/index.js';
import { formatInstant, formatLocal, isZone, localToInstant, parseInstant, toLocal, type Instant } from '../../core/time/index.js';
import { EVERYWHERE, REGION_CODE, type RevisionContent, type SegmentLine } from '../../modules/outages/index.js';
import { formText } from '../shared/form-fields.form.js';

/** What a form may hold; beyond it the API takes a list. */
const MOST_ROWS = 200;

/** A line as it stands in the fields of a row. */
export type Row = Readonly<Record<string, string>>;

/** One kind of rows: the letter their fields begin with, and the fields. */
const KINDS = {
  scope: { prefix: 'c', fields: ['service', 'region', 'from', 'to'] },
  officialWindows: { prefix: 'w', fields: ['service', 'from', 'to'] },
  segments: { prefix: 's', fields: ['service', 'region', 'from', 'to', 'state', 'level', 'notice', 'source', 'evidence'] },
} as const;
export type RowKind = keyof typeof KINDS;
export const ROW_KINDS = Object.keys(KINDS) as readonly RowKind[];

/** Everything a revision says, as it was typed. */
export interface OutageForm {
  readonly zone: string;
  readonly complete: boolean;
  readonly rows: Readonly<Record<RowKind, readonly Row[]>>;
}

const blank = (kind: RowKind): Row => Object.fromEntries(KINDS[kind].fields.map((field) => [field, field === 'state' ? 'down' : '']));
export const blankForm = (zone: string): OutageForm =>
  ({ zone, complete: false, rows: { scope: [blank('scope')], officialWindows: [], segments: [blank('segments')] } });

/** That an outage has more lines than a form takes; `request`: the one of the API that takes them all. */
export const tooLong = (lines: Readonly<Record<RowKind, readonly unknown[]>>, request: string): Refusal | undefined =>
  (ROW_KINDS.some((kind) => lines[kind].length > MOST_ROWS) ? { code: 'portal.too_many_rows', params: { limit: MOST_ROWS, request } } : undefined);

/** A row that says nothing is none: a service and a state are chosen by themselves. */
const isBlank = (row: Row): boolean => ['from', 'to', 'source', 'notice', 'evidence', 'level'].every((field) => (row[field] ?? '') === '');

/** An instant as somebody of the zone would write it; as RFC 3339 where their clock cannot say it. */
export function typedMoment(at: Instant | undefined, zone: string): string {
  if (at === undefined) return '';
  const text = formatLocal(toLocal(at, zone)).replace('T', ' ').replace(/:00$/, '');
  const read = localToInstant(text, zone);
  return read.ok && read.value === at ? text : formatInstant(at);
}

/** What was typed as a moment: a local day and time, or RFC 3339 with its offset. Codes: those of `localToInstant`. */
export function momentIn(text: string, zone: string): Result<Instant> {
  const exact = parseInstant(text);
  if (exact.ok || exact.refusal.code === 'time.too_fine') return exact;
  const read = localToInstant(text, zone);
  return read.ok || read.refusal.code !== 'time.malformed' ? read : refuse('portal.moment_unreadable');
}

/** A stored revision as a form. */
export function outageForm(content: RevisionContent, zone: string): OutageForm {
  const line = ({ service, region, from, to }: { service: string; region?: string; from: Instant; to?: Instant }): Row =>
    ({ service, region: region === EVERYWHERE ? '' : region ?? '', from: typedMoment(from, zone), to: typedMoment(to, zone) });
  return {
    zone, complete: content.complete,
    rows: {
      scope: content.scope.map(line), officialWindows: content.officialWindows.map(line),
      segments: content.segments.map((segment) => ({
        ...line(segment), state: segment.state, level: segment.level === undefined ? '' : formatRatio(segment.level), notice: segment.notice ?? '', source: segment.source, evidence: segment.evidence ?? '',
      })),
    },
  };
}

/** Which rows say what a revision says already; a page about what changes folds them. Edge: none in a zone that cannot be read. */
export function rowsStanding(form: OutageForm, stored: RevisionContent): Readonly<Record<RowKind, readonly boolean[]>> {
  const standing = isZone(form.zone) ? outageForm(stored, form.zone).rows : undefined;
  const of = (kind: RowKind): boolean[] => {
    const text = (row: Row): string => JSON.stringify(KINDS[kind].fields.map((field) => row[field]));
    const texts = new Set(standing?.[kind].map(text));
    return form.rows[kind].map((row) => texts.has(text(row)));
  };
  return { scope: of('scope'), officialWindows: of('officialWindows'), segments: of('segments') };
}

/** Everything as it stands in the fields, whichever button was pressed. */
export function readOutageForm(body: unknown): OutageForm {
  const rowsOf = (kind: RowKind): Row[] => {
    const { prefix, fields } = KINDS[kind];
    const found: Row[] = [];
    while (found.length < MOST_ROWS && typeof body === 'object' && body !== null && Object.hasOwn(body, `${prefix}${found.length}-from`)) {
      const at = found.length;
      found.push(Object.fromEntries(fields.map((field) => [field, formText(body, `${prefix}${at}-${field}`, 500).trim()])));
    }
    return found;
  };
  return {
    zone: formText(body, 'zone', 60).trim(), complete: formText(body, 'complete', 5) === 'yes',
    rows: { scope: rowsOf('scope'), officialWindows: rowsOf('officialWindows'), segments: rowsOf('segments') },
  };
}

/** A row more. Edge: a segment goes on where the last one ends, by the same source. */
function nextRow(kind: RowKind, last: Row | undefined): Row {
  const { service = '', to = '', source = '', region = '' } = last ?? {};
  return { ...blank(kind), service, ...(kind === 'segments' ? { from: to, source, region } : {}) };
}

/** What one of the small buttons does; nothing is stored by it. Undefined for what is no such button. */
export function steppedRows(form: OutageForm, button: string): { form: OutageForm; focus?: string } | undefined {
  const [, what, kind, index = ''] = /^(add|remove)-(scope|officialWindows|segments)(?:-(\d{1,3}))?$/.exec(button) ?? [];
  if (kind === undefined) return button === 'preview' ? { form } : undefined;
  const rows = form.rows[kind as RowKind];
  const { prefix } = KINDS[kind as RowKind];
  const put = (list: readonly Row[]): OutageForm => ({ ...form, rows: { ...form.rows, [kind]: list } });
  if (what === 'remove') return { form: put(rows.filter((_row, at) => at !== Number.parseInt(index, 10))), focus: `add-${kind}` };
  if (rows.length >= MOST_ROWS) return { form };
  return { form: put([...rows, nextRow(kind as RowKind, rows.at(-1))]), focus: `${prefix}${rows.length}-service` };
}

/** The field that a pointer into a revision means; `kept` are the rows that were sent on. Edge: a fault of a whole row is at its beginning. */
export function fieldOf(pointer: string, kept: Readonly<Record<RowKind, readonly number[]>>): string {
  const [, kind = '', index = '', field = 'from'] = /^\/(scope|officialWindows|segments)(?:\/(\d+))?(?:\/(\w+))?$/.exec(pointer) ?? [];
  if (kind === '') return pointer.slice(1);
  if (index === '') return `add-${kind}`;
  const at = Number.parseInt(index, 10);
  return `${KINDS[kind as RowKind].prefix}${kept[kind as RowKind][at] ?? at}-${field}`;
}

export const keptRows = (form: OutageForm): Readonly<Record<RowKind, readonly number[]>> => {
  const of = (kind: RowKind): number[] => form.rows[kind].flatMap((row, at) => (isBlank(row) ? [] : [at]));
  return { scope: of('scope'), officialWindows: of('officialWindows'), segments: of('segments') };
};

/** Reads the fields of a form, keeping every fault at its own. */
class Fields {
  readonly faults: Refusal[] = [];
  constructor(private readonly zone: string) {}

  moment(text: string, field: string): Instant {
    const read = text === '' ? refuse('portal.field_missing') : momentIn(text, this.zone);
    if (!read.ok) this.faults.push({ ...read.refusal, pointer: `/${field}` });
    return read.ok ? read.value : (0 as Instant);
  }

  line(row: Row, at: string): { service: string; from: Instant; to?: Instant } {
    const [service = '', from = '', to = ''] = [row['service'], row['from'], row['to']];
    return { service, from: this.moment(from, `${at}-from`), ...(to === '' ? {} : { to: this.moment(to, `${at}-to`) }) };
  }

  segment(row: Row, at: string): SegmentLine {
    const { source = '' } = row;
    if (source === '') this.faults.push({ code: 'portal.field_missing', params: {}, pointer: `/${at}-source` });
    return {
      ...this.line(row, at), region: regionIn(row), state: SEGMENT_STATES.find((state) => state === row['state']) ?? 'unknown', source,
      ...this.level(row['level'] ?? '', `${at}-level`), ...said(row, 'notice'), ...said(row, 'evidence'),
    };
  }

  level(text: string, field: string): Pick<SegmentLine, 'level'> {
    if (text === '') return {};
    const share = parseRatio(text);
    if (!share.ok) this.faults.push({ ...share.refusal, pointer: `/${field}` });
    return share.ok ? { level: share.value } : {};
  }
}

const said = <Name extends string>(row: Row, name: Name): { readonly [N in Name]?: string } => ((row[name] ?? '') === '' ? {} : { [name]: row[name] }) as { readonly [N in Name]?: string };
const regionIn = (row: Row): string => ((row['region'] ?? '') === '' ? EVERYWHERE : row['region'] ?? '');

/** The form as a revision; all unreadable fields at once. Codes: `portal.field_missing`, `portal.moment_unreadable`, those of zones and ratios. */
export function contentOf(form: OutageForm): Result<RevisionContent> {
  if (!isZone(form.zone)) return refuse('time.zone_unknown', { zone: form.zone }, { pointer: '/zone' });
  const fields = new Fields(form.zone);
  const kept = keptRows(form);
  const each = <T>(kind: RowKind, read: (row: Row, field: string, index: number) => T): T[] =>
    kept[kind].map((at, index) => read(form.rows[kind][at] ?? {}, `${KINDS[kind].prefix}${at}`, index));
  for (const kind of ['scope', 'segments'] as const) {
    each(kind, (row, at) => { if (!REGION_CODE.test(regionIn(row))) fields.faults.push({ code: 'portal.region_unreadable', params: {}, pointer: `/${at}-region` }); });
  }
  const content: RevisionContent = {
    complete: form.complete,
    scope: each('scope', (row, at, entry) => ({ ...fields.line(row, at), region: regionIn(row), entry })),
    officialWindows: each('officialWindows', (row, at) => {
      const line = fields.line(row, at);
      if (line.to === undefined) fields.faults.push({ code: 'portal.field_missing', params: {}, pointer: `/${at}-to` });
      return { ...line, to: line.to ?? line.from };
    }),
    segments: each('segments', (row, at) => fields.segment(row, at)),
  };
  return fields.faults.length === 0 ? ok(content) : refuse('outages.content_faulty', { count: fields.faults.length }, { causes: fields.faults });
}
