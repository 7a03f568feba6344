import type { Json } from '../audit/index.js';
import { releasedBlocks } from './blocks/index.js';
import type { Block, ParamSpec } from './block.js';
import { FUND, FUND_MODES, HEADS, INPUT_TYPES, LANGUAGES, PROCESS, SAYINGS, SELECTORS, STRADDLES, TAX_BASES, TIER_ORDERS } from './document/index.js';

const TEXT: Json = { type: ['string', 'number', 'boolean'] };
const TEXTS: Json = { type: 'object', required: [...LANGUAGES], additionalProperties: false, properties: Object.fromEntries(LANGUAGES.map((language) => [language, { type: 'string' }])) };
const REFERENCE: Json = { type: 'string', pattern: '^\\$[A-Za-z]\\w*(\\.\\w+)*$' };

const object = (properties: Readonly<Record<string, Json>>, required: readonly string[] = []): Json => ({ type: 'object', additionalProperties: false, required: [...required], properties });
const oneOf = (options: readonly string[]): Json => ({ enum: [...options] });
const listOf = (items: Json): Json => ({ type: 'array', items });
const mapOf = (values: Json): Json => ({ type: 'object', additionalProperties: values });

function paramSchema({ kind, options, about }: ParamSpec): Json {
  if (options !== undefined) return { anyOf: [oneOf(options), REFERENCE], description: about };
  return kind === 'custom' ? { description: about } : { type: ['string', 'number', 'boolean'], description: about };
}

const isNeeded = ({ optional, byDefault }: ParamSpec): boolean => optional !== true && byDefault === undefined;

/** One kind of step: with the name of its block, exactly its inputs and parameters. */
function stepSchema(block: Block): Json {
  const inputs = Object.entries(block.inputs);
  const params = Object.entries(block.params);
  const needed = params.filter(([, spec]) => isNeeded(spec)).map(([name]) => name);
  return {
    if: { properties: { use: { enum: [block.name, `${block.name}@${block.version}`] } }, required: ['use'] },
    then: {
      properties: {
        in: object(
          Object.fromEntries(inputs.map(([name, { about, many }]) => [name, many === true ? { anyOf: [REFERENCE, listOf(REFERENCE)], description: about } : { ...(REFERENCE as object), description: about }])),
          inputs.filter(([, { optional }]) => optional !== true).map(([name]) => name),
        ),
        with: object(Object.fromEntries(params.map(([name, spec]) => [name, paramSchema(spec)])), needed),
      },
      required: [...(inputs.some(([, { optional }]) => optional !== true) ? ['in'] : []), ...(needed.length > 0 ? ['with'] : [])],
    },
  };
}

const input: Json = object({
  type: oneOf(INPUT_TYPES), label: TEXTS, help: TEXTS, words: object({ example: TEXTS, unit: TEXTS, options: mapOf(TEXTS), fields: mapOf(TEXTS) }), source: oneOf(['asked', 'sales']), scope: oneOf(['merchant', 'site']), required: TEXT, options: listOf(TEXT),
  fields: mapOf(oneOf(INPUT_TYPES)), period: TEXT, range: listOf(TEXT), containing: TEXT, evidence: TEXT, basis: oneOf(TAX_BASES),
}, ['type', 'label', 'source', 'scope']);

const table = mapOf(TEXT);
const param: Json = object({
  unit: TEXT, source: TEXT, value: TEXT, table, otherwise: TEXT, list: listOf(TEXT),
  rows: listOf(object({ from: TEXT, value: TEXT, table }, ['from'])),
}, ['unit', 'source']);

const process: Json = object({
  evidence: listOf(TEXT), automatic: object({ upTo: TEXT, perMerchant: TEXT, endedIsEnough: TEXT }, ['upTo', 'perMerchant']), refuseByRule: listOf(TEXT),
  late: oneOf(['refer', 'refuse']), noAnswer: oneOf(['decide_on_file', 'expire']), offerDays: TEXT, objectionDays: TEXT, acceptance: oneOf(['required', 'not_required']),
  straddle: { ...(oneOf(STRADDLES) as object), description: PROCESS.straddle },
}, ['evidence', 'automatic', 'refuseByRule', 'late', 'noAnswer', 'offerDays', 'objectionDays', 'acceptance']);

const told = (schema: Json, about: string): Json => ({ ...(schema as object), description: about });
const fund: Json = object({
  mode: told(oneOf(FUND_MODES), FUND.mode), keptBack: told(TEXT, FUND.keptBack), order: told(oneOf(TIER_ORDERS), FUND.order), tierBy: told(TEXT, FUND.tierBy),
  tiers: told(listOf(object({ key: TEXT, least: TEXT, most: TEXT, floor: TEXT, cap: TEXT, fraction: TEXT }, ['key'])), FUND.tiers),
  minimum: told(object({ amount: TEXT, passes: oneOf(['once', 'repeated']) }, ['amount', 'passes']), FUND.minimum), surplus: told(oneOf(['stays']), FUND.surplus),
}, ['mode']);

const PROPERTIES: Readonly<Record<string, Json>> = {
  policy: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' },
  use: oneOf(['template', 'reference']),
  title: TEXTS,
  sources: listOf({ type: 'string' }),
  currency: { type: 'string', pattern: '^[A-Z]{3}$' },
  head: oneOf(HEADS),
  selectBy: { anyOf: [oneOf(SELECTORS), { type: 'string', pattern: '^inputs\\.\\w+$' }] },
  says: object(Object.fromEntries(SAYINGS.map((name) => [name, TEXT])), SAYINGS),
  salesBasis: { ...(oneOf(TAX_BASES) as object), description: 'whether sales count with or without value added tax; sales brought otherwise are converted by a stated rate' },
  inputs: mapOf(input),
  params: mapOf(param),
  steps: listOf({ $ref: '#/$defs/step' }),
  result: object({ cash: REFERENCE, benefits: listOf(REFERENCE), receivable: REFERENCE, withheld: REFERENCE, counted: REFERENCE, shown: REFERENCE }, ['cash']),
  process,
  fund,
  reasons: mapOf(TEXTS),
  examples: listOf(object({ name: TEXT, like: TEXT, given: { type: 'object' }, expect: { type: 'object' } }, ['name', 'expect'])),
};

const OPTIONAL = ['salesBasis', 'inputs', 'params', 'reasons'];

/**
 * JSON Schema (2020-12) of a policy document, for editors: what is there, and which blocks take what. It finds faults of shape
 * while typing; references, units and examples are checked by `policy check` alone.
 */
export function policySchema(): Json {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Makegood policy',
    ...(object(PROPERTIES, Object.keys(PROPERTIES).filter((name) => !OPTIONAL.includes(name))) as object),
    $defs: {
      step: {
        ...(object({
          id: { type: 'string', pattern: '^[A-Za-z]\\w*$' }, label: TEXTS, use: oneOf(releasedBlocks().flatMap(({ name, version }) => [name, `${name}@${version}`])),
          in: { type: 'object' }, with: { type: 'object' }, when: REFERENCE, discretionary: TEXT,
        }, ['id', 'use']) as object),
        allOf: releasedBlocks().map(stepSchema),
      },
    },
  };
}
