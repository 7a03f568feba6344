import { isCurrency, currency } from '../money/index.js';
import { canonicalJson } from '../audit/index.js';
import {
  answered, OVERRIDE_REASONS, type EarlierAward, type InputDefinition, type InputFact, type MerchantFacts, type OverrideFact, type PolicyDocument, type PolicyFacts,
  type SalesFacts, type SiteFacts,
} from '../policy/index.js';

/** Every member of `T`, named: a fact that is new does not compile until somebody has said whether a receipt may carry it. */
type Named<T> = { [Member in keyof Required<T>]: T[Member] | undefined };

/** What stands where a text was left out. It is a value still, so that a test for presence holds as before. */
export const WITHHELD = '(withheld)';

/** Year, month or date: a label of a period, not of a person. */
const PERIOD = /^\d{4}(-\d{2}){0,2}$/;

/**
 * Frozen facts without what points to a person or a business: ids become their role, texts that somebody typed are kept only
 * where the very text stands in the published policy, and a reason that is no code of the catalogue is dropped.
 *
 * A policy can tell texts apart only by comparing them with its own (a choice, a table's key), so leaving the others out changes
 * no figure; `receiptOf` runs the policy again and refuses to write a receipt where it would.
 * Edge: an answer that is no value of its input's type is left out, as the run leaves it out.
 */
export function receiptFacts(facts: PolicyFacts, document: PolicyDocument, reference: string): PolicyFacts {
  const published = new Set(textsIn(document));
  const said = (text: string): string => (published.has(text) ? text : WITHHELD);
  const { schema, engine, policy, registerVersion, claim, enrolments, outages, capUse } = facts;
  const kept: Named<PolicyFacts> = {
    schema, engine, policy, registerVersion,
    claim: { ...claim, id: reference },
    site: siteOf(facts.site),
    merchant: merchantOf(facts.merchant),
    enrolments, outages,
    inputs: Object.fromEntries(Object.entries(facts.inputs).flatMap(([name, fact]) => inputOf(fact, document.inputs[name], facts, document, said).map((one) => [name, one]))),
    sales: facts.sales === undefined ? undefined : salesOf(facts.sales),
    earlier: facts.earlier.map(earlierOf),
    overrides: facts.overrides.map((override) => overrideOf(override, said)),
    capUse: capUse === undefined ? undefined : Object.fromEntries(Object.entries(capUse).map(([key, used]) => [key.replaceAll(facts.site.id, 'site').replaceAll(facts.merchant.id, 'merchant'), used])),
  };
  return JSON.parse(canonicalJson(kept)) as PolicyFacts;
}

const siteOf = ({ online, zone, country, openingHours, openingHoursEnteredAt }: SiteFacts): SiteFacts =>
  ({ id: 'site', online, zone, country, openingHours, openingHoursEnteredAt }) satisfies Named<SiteFacts>;

const merchantOf = ({ verified, sector, sizes }: MerchantFacts): MerchantFacts =>
  ({ id: 'merchant', verified, sector, sizes: sizes.map((size) => ({ ...size, source: WITHHELD })) }) satisfies Named<MerchantFacts>;

/** The file's digest stays: it is how a merchant shows which file was counted. */
function salesOf({ fileSha256, currency: code, basis, conversion, coverage, granularityMs, sums }: SalesFacts): SalesFacts {
  const kept: Named<SalesFacts> = { setId: 'sales', fileSha256, currency: code, basis, conversion, coverage, granularityMs, sums };
  return kept as SalesFacts;
}

const earlierOf = ({ head, intervals, gross }: EarlierAward, index: number): EarlierAward =>
  ({ claimId: `earlier-${index + 1}`, head, intervals, gross }) satisfies Named<EarlierAward>;

function overrideOf({ step, value, waives, basis, reason }: OverrideFact, said: (text: string) => string): OverrideFact {
  const figure = value === undefined || /^-?\d[\d./]*$|^(true|false)$/.test(value) ? value : said(value);
  const kept: Named<OverrideFact> = { step, value: figure, waives, basis, reason: (OVERRIDE_REASONS as readonly string[]).includes(reason) ? reason : WITHHELD };
  return kept as OverrideFact;
}

/** None, when the run would not read the answer anyway. */
function inputOf(fact: InputFact, definition: InputDefinition | undefined, { claim }: PolicyFacts, { currency: code }: PolicyDocument, said: (text: string) => string): InputFact[] {
  if (definition === undefined || !isCurrency(code)) return [];
  const readable = answered(fact.value, definition, { currency: currency(code), window: claim.window }) !== null;
  return readable ? [{ value: plain(fact.value, definition, said), provenance: fact.provenance }] : [];
}

type Shape = Pick<InputDefinition, 'type' | 'fields'>;

function plain(given: unknown, { type, fields }: Shape, said: (text: string) => string): unknown {
  const label = (text: unknown): unknown => (typeof text !== 'string' || PERIOD.test(text) ? text : said(text));
  if (Array.isArray(given)) {
    if (type === 'list' && fields === undefined) return given.filter((item) => typeof item === 'string').map(label);
    const shapes: Readonly<Record<string, Shape>> = fields === undefined ? ROWS[type] ?? {} : Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, { type: field }]));
    return given.map((row) => rowOf(row, shapes, said));
  }
  return type === 'text' || type === 'choice' ? label(given) : given;
}

/** What a row of these holds; anything else beside it is not read, and left out. */
const ROWS: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  series: { from: { type: 'text' }, amount: { type: 'money' } },
  intervals: { from: { type: 'instant' }, to: { type: 'instant' } },
};

function rowOf(row: unknown, shapes: Readonly<Record<string, Shape>>, said: (text: string) => string): Record<string, unknown> {
  const members: Readonly<Record<string, unknown>> = typeof row === 'object' && row !== null ? (row as Record<string, unknown>) : {};
  return Object.fromEntries(Object.entries(shapes).flatMap(([name, shape]) => {
    const member = members[name];
    if (member === undefined) return [];
    const typed = shape.type === 'text' || shape.type === 'choice' || isFigure(member);
    return [[name, typed ? plain(member, shape, said) : WITHHELD]];
  }));
}

/** Amounts, numbers, durations, dates and instants; never a word that somebody typed. */
const isFigure = (value: unknown): boolean => typeof value === 'boolean' || (typeof value === 'string' && /^-?\d[\d./:TZ+-]*( (seconds?|minutes?|hours?|days?|weeks?))?$/.test(value));

/** Every text of a document, names of members included. */
function textsIn(tree: unknown): string[] {
  if (typeof tree === 'string') return [tree];
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([name, member]) => [name, ...textsIn(member)]);
}
