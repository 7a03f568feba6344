import { parseMoney, isCurrency } from '../money/index.js';
import { parseInstant, type Instant, type Interval, type OpeningHours } from '../time/index.js';
import type { PolicyDocument } from './document/index.js';
import type { PolicyFacts, SegmentFact, SegmentState, WindowSum } from './facts.js';

const FAR_PAST = 0 as Instant;

/** What an example of a policy may give; everything has a harmless default, so an example names only what it is about. */
interface Given {
  readonly window?: string;
  readonly filedAt?: string;
  readonly services?: readonly string[];
  readonly zone?: string;
  readonly hours?: string;
  readonly sector?: string;
  readonly turnover?: string;
  readonly employees?: string;
  readonly enrolled?: string;
  readonly complete?: string;
  readonly scope?: string;
  readonly official?: string;
  readonly segments?: readonly { readonly state: string; readonly at: string; readonly level?: string }[];
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly coverage?: string;
  readonly sales?: readonly { readonly at: string; readonly net: string }[];
  readonly earlier?: readonly { readonly at: string; readonly gross: string }[];
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
  const [opens = '00:00', closes = '24:00'] = text.split('-');
  return { zone, rows: [{ days: [1, 2, 3, 4, 5, 6, 7], opens, closes }], exceptions: [] };
}

/** `true`, `false` and texts as they stand in an answer; series entries keep their members. */
function answer(value: unknown): unknown {
  if (value === 'true' || value === 'false') return value === 'true';
  return value;
}

function sizes(given: Given, year: number, currency: string): PolicyFacts['merchant']['sizes'] {
  return [
    ...(given.turnover === undefined ? [] : [{ measure: 'turnover', year: year - 1, value: minor(given.turnover, currency), currency, source: 'example' }]),
    ...(given.employees === undefined ? [] : [{ measure: 'employees', year: year - 1, value: given.employees, source: 'example' }]),
  ];
}

function outageOf(given: Given, services: readonly string[], window: Interval): PolicyFacts['outages'][number] {
  const scope = given.scope === undefined ? window : between(given.scope);
  const segments = (given.segments ?? []).flatMap((segment): SegmentFact[] => services.map((service) => ({
    ...between(segment.at), service, region: '*', state: segment.state as SegmentState, source: 'example',
    ...(segment.level === undefined ? {} : { level: segment.level }),
  })));
  return {
    id: 'example', revision: 1, ended: true, final: true, complete: given.complete !== 'false',
    scopes: services.map((service) => ({ ...scope, service, region: '*' })),
    officialWindows: given.official === undefined ? [] : services.map((service) => ({ ...between(given.official as string), service })),
    segments,
  };
}

function salesOf(given: Given, currency: string, window: Interval): Pick<PolicyFacts, 'sales'> {
  if (given.sales === undefined) return {};
  const sums = given.sales.map((row): WindowSum => ({ ...between(row.at), net: minor(row.net, currency), looseRefunds: '0', records: 1 }));
  const coverage = [given.coverage === undefined ? { from: FAR_PAST, to: window.to } : between(given.coverage)];
  return { sales: { setId: 'example', fileSha256: '', currency, basis: 'net_of_tax', granularityMs: 0, coverage, sums } };
}

/**
 * The facts of a worked example, from the few things it names.
 *
 * Throws TypeError with a sentence when a text cannot be read. Edge: `sales` must hold exactly the windows the policy asks for.
 */
export function exampleFacts(document: PolicyDocument, raw: Readonly<Record<string, unknown>>): PolicyFacts {
  const given = raw as Given;
  const { currency } = document;
  if (!isCurrency(currency)) throw new TypeError(`${currency} is not a currency`);
  const window = between(given.window ?? DEFAULTS.window);
  const services = given.services ?? ['service'];
  const zone = given.zone ?? DEFAULTS.zone;
  const year = new Date(window.from).getUTCFullYear();
  return {
    schema: 1, engine: 'example', policy: { key: document.policy, version: 0, hash: '' }, registerVersion: 0,
    claim: { id: 'example', version: 1, filedAt: given.filedAt === undefined ? window.to : at(given.filedAt), window, services },
    site: { id: 'example', online: false, zone, country: 'XX', openingHours: hoursOf(given.hours ?? DEFAULTS.hours, zone), openingHoursEnteredAt: FAR_PAST },
    merchant: { id: 'example', verified: true, sector: { system: 'example', code: given.sector ?? DEFAULTS.sector }, sizes: sizes(given, year, currency) },
    enrolments: given.enrolled === 'false' ? [] : services.map((service) => ({ service, region: '*', from: FAR_PAST })),
    outages: [outageOf(given, services, window)],
    inputs: Object.fromEntries(Object.entries(given.inputs ?? {}).map(([name, value]) => [name, { value: answer(value), provenance: 'declared' }])),
    ...salesOf(given, currency, window),
    earlier: (given.earlier ?? []).map((award) => ({
      claimId: 'earlier', head: document.head, intervals: [between(award.at)], gross: { minor: minor(award.gross, currency), currency },
    })),
    overrides: [],
  };
}
