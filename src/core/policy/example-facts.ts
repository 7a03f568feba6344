import { parseMoney, isCurrency } from '../money/index.js';
import { parseInstant, validateOpeningHours, type Instant, type Interval, type OpeningHours } from '../time/index.js';
import type { PolicyDocument } from './document/index.js';
import { SEGMENT_STATES, type PolicyFacts, type SegmentFact, type SegmentState, type WindowSum } from './facts.js';
import { own } from './own.js';

const FAR_PAST = 0 as Instant;

/** What an example of a policy may give; everything has a harmless default, so an example names only what it is about. */
type Given = Readonly<Record<string, unknown>>;

/** The text under a name; undefined when the example leaves it out. */
function textOf(given: Given, name: string): string | undefined {
  const value = own(given, name);
  if (value === undefined || typeof value === 'string') return value;
  throw new TypeError(`"${name}" needs a text`);
}

const needed = (given: Given, name: string): string => textOf(given, name) ?? missing(name);

function missing(name: string): never {
  throw new TypeError(`"${name}" is missing`);
}

function listOf(given: Given, name: string): readonly unknown[] | undefined {
  const value = own(given, name);
  if (value === undefined || Array.isArray(value)) return value;
  throw new TypeError(`"${name}" needs a list`);
}

const isMap = (value: unknown): value is Given => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of maps, such as segments. */
function rowsOf(given: Given, name: string): readonly Given[] | undefined {
  const list = listOf(given, name);
  if (list === undefined || list.every(isMap)) return list;
  throw new TypeError(`"${name}" needs a list of maps`);
}

function servicesOf(given: Given): readonly string[] {
  const list = listOf(given, 'services') ?? ['service'];
  if (list.every((item) => typeof item === 'string')) return list;
  throw new TypeError('"services" needs a list of texts');
}

const DEFAULTS = { window: '2026-03-03T09:00Z/2026-03-03T17:00Z', zone: 'UTC', hours: '00:00-24:00', sector: 'food' };

function at(text: string): Instant {
  const read = parseInstant(text);
  if (!read.ok) throw new TypeError(`"${text}" is not an instant such as 2026-03-03T09:00Z`);
  return read.value;
}

function between(text: string): Interval {
  const [from = '', to = ''] = text.split('/');
  const found = { from: at(from), to: at(to) };
  if (found.from >= found.to) throw new TypeError(`"${text}" does not end after it begins`);
  return found;
}

function minor(text: string, currency: string): string {
  const read = parseMoney(text, currency);
  if (!read.ok) throw new TypeError(`"${text}" is not an amount of ${currency}`);
  return read.value.minor.toString();
}

function hoursOf(text: string, zone: string): OpeningHours {
  const [opens = '', closes = ''] = text.split('-');
  const read = validateOpeningHours({ zone, rows: [{ days: [1, 2, 3, 4, 5, 6, 7], opens, closes }], exceptions: [] });
  if (!read.ok) throw new TypeError(`"${text}" in ${zone} are not hours such as 09:00-17:00 in Europe/London`);
  return read.value;
}

/** `true`, `false` and texts as they stand in an answer; series entries keep their members. */
function answer(value: unknown): unknown {
  if (value === 'true' || value === 'false') return value === 'true';
  return value;
}

function sizes(given: Given, year: number, currency: string): PolicyFacts['merchant']['sizes'] {
  const [turnover, employees] = [textOf(given, 'turnover'), textOf(given, 'employees')];
  return [
    ...(turnover === undefined ? [] : [{ measure: 'turnover', year: year - 1, value: minor(turnover, currency), currency, source: 'example' }]),
    ...(employees === undefined ? [] : [{ measure: 'employees', year: year - 1, value: employees, source: 'example' }]),
  ];
}

function stateOf(row: Given): SegmentState {
  const state = needed(row, 'state');
  if ((SEGMENT_STATES as readonly string[]).includes(state)) return state as SegmentState;
  throw new TypeError(`"${state}" is no state of a service; states are ${SEGMENT_STATES.join(', ')}`);
}

function outageOf(given: Given, services: readonly string[], window: Interval): PolicyFacts['outages'][number] {
  const [scope, official] = [textOf(given, 'scope'), textOf(given, 'official')];
  const segments = (rowsOf(given, 'segments') ?? []).flatMap((row): SegmentFact[] => {
    const level = textOf(row, 'level');
    return services.map((service) => ({
      ...between(needed(row, 'at')), service, region: '*', state: stateOf(row), source: 'example', ...(level === undefined ? {} : { level }),
    }));
  });
  return {
    id: 'example', revision: 1, ended: true, final: true, complete: textOf(given, 'complete') !== 'false',
    scopes: services.map((service) => ({ ...(scope === undefined ? window : between(scope)), service, region: '*' })),
    officialWindows: official === undefined ? [] : services.map((service) => ({ ...between(official), service })),
    segments,
  };
}

function salesOf(given: Given, currency: string, window: Interval): Pick<PolicyFacts, 'sales'> {
  const [rows, covered] = [rowsOf(given, 'sales'), textOf(given, 'coverage')];
  if (rows === undefined) return {};
  const sums = rows.map((row): WindowSum => ({ ...between(needed(row, 'at')), net: minor(needed(row, 'net'), currency), looseRefunds: '0', records: 1 }));
  const coverage = [covered === undefined ? { from: FAR_PAST, to: window.to } : between(covered)];
  return { sales: { setId: 'example', fileSha256: '', currency, basis: 'net_of_tax', granularityMs: 0, coverage, sums } };
}

const inputsOf = (given: Given): PolicyFacts['inputs'] => {
  const inputs = own(given, 'inputs') ?? {};
  if (!isMap(inputs)) throw new TypeError('"inputs" needs a map of names to answers');
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, { value: answer(value), provenance: 'declared' }]));
};

/**
 * The facts of a worked example, from the few things it names.
 *
 * Throws TypeError with a sentence when a text cannot be read. Edge: `sales` must hold exactly the windows the policy asks for.
 */
export function exampleFacts(document: PolicyDocument, given: Given): PolicyFacts {
  const { currency } = document;
  if (!isCurrency(currency)) throw new TypeError(`${currency} is not a currency`);
  const window = between(textOf(given, 'window') ?? DEFAULTS.window);
  const services = servicesOf(given);
  const zone = textOf(given, 'zone') ?? DEFAULTS.zone;
  const filedAt = textOf(given, 'filedAt');
  const year = new Date(window.from).getUTCFullYear();
  return {
    schema: 1, engine: 'example', policy: { key: document.policy, version: 0, hash: '' }, registerVersion: 0,
    claim: { id: 'example', version: 1, filedAt: filedAt === undefined ? window.to : at(filedAt), window, services },
    site: { id: 'example', online: false, zone, country: 'XX', openingHours: hoursOf(textOf(given, 'hours') ?? DEFAULTS.hours, zone), openingHoursEnteredAt: FAR_PAST },
    merchant: { id: 'example', verified: true, sector: { system: 'example', code: textOf(given, 'sector') ?? DEFAULTS.sector }, sizes: sizes(given, year, currency) },
    enrolments: textOf(given, 'enrolled') === 'false' ? [] : services.map((service) => ({ service, region: '*', from: FAR_PAST })),
    outages: [outageOf(given, services, window)],
    inputs: inputsOf(given),
    ...salesOf(given, currency, window),
    earlier: (rowsOf(given, 'earlier') ?? []).map((award) => ({
      claimId: 'earlier', head: document.head, intervals: [between(needed(award, 'at'))], gross: { minor: minor(needed(award, 'gross'), currency), currency },
    })),
    overrides: [],
  };
}
