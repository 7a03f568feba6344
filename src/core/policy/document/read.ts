import {
  FUND, FUND_MODES, HEADS, INPUT_TYPES, LANGUAGES, SAYINGS, SELECTORS, STRADDLES, TAX_BASES, TIER_ORDERS,
  type ExampleDefinition, type FundDefinition, type InputDefinition, type InputWords, type ParamDefinition, type PolicyDocument, type ProcessDefinition, type StepDefinition,
  type Texts, type TierDefinition,
} from './document.js';
import type { PolicyFault } from './fault.js';
import { TreeReader } from './reader.js';
import { readSource, type SourceText, type Tree } from './source-text.js';

export interface ReadPolicy {
  readonly document?: PolicyDocument;
  readonly source?: SourceText;
  readonly faults: readonly PolicyFault[];
}

const TOP = [
  'policy', 'use', 'title', 'sources', 'currency', 'head', 'selectBy', 'says', 'salesBasis', 'inputs', 'params', 'steps', 'result', 'process', 'fund',
  'reasons', 'examples',
] as const;

/**
 * Reads the YAML text of a policy into its document. Finds every fault of shape in one pass: missing and unknown keys, wrong
 * kinds of value, a language left out, a boundary decision left unsaid. Never throws.
 * Edge: with a syntax fault there is no document.
 */
export function readPolicy(yaml: string): ReadPolicy {
  const { source, faults: syntax } = readSource(yaml);
  if (source === undefined) {
    return { faults: syntax.map(({ line, column, message }) => ({ code: 'policy.syntax', path: '', line, column, message })) };
  }
  const faults: PolicyFault[] = [];
  const root = new TreeReader(source, faults).only(TOP);
  const says = root.at('says').only(SAYINGS);
  const inputs = root.at('inputs').record(input);
  const document: PolicyDocument = {
    policy: root.at('policy').text(),
    use: root.at('use').oneOf(['template', 'reference']),
    title: texts(root.at('title')),
    sources: root.at('sources').texts(),
    currency: root.at('currency').text(),
    head: root.at('head').oneOf(HEADS),
    selectBy: selector(root.at('selectBy')),
    says: Object.fromEntries(SAYINGS.map((key) => [key, said(says, key)])),
    ...salesBasis(root, inputs),
    inputs,
    params: root.at('params').record(param),
    steps: root.at('steps').items().map(step),
    result: result(root.at('result')),
    process: process(root.at('process')),
    fund: fund(root.at('fund')),
    reasons: root.at('reasons').record(texts),
    examples: root.at('examples').items().map(example),
  };
  return { document, source, faults };
}

/** One basis for all sales: two would have to be mixed. */
function salesBasis(root: TreeReader, inputs: PolicyDocument['inputs']): Pick<PolicyDocument, 'salesBasis'> {
  const stated = root.has('salesBasis') ? root.at('salesBasis').oneOf(TAX_BASES) : undefined;
  const bases = new Set([stated, ...Object.values(inputs).map(({ basis }) => basis)].filter((basis) => basis !== undefined));
  if (bases.size > 1) root.at('inputs').fault('policy.shape', 'sales are counted with tax or without, not both: one basis for salesBasis and all inputs');
  return stated === undefined ? {} : { salesBasis: stated };
}

const selector = (at: TreeReader): PolicyDocument['selectBy'] =>
  (typeof at.tree === 'string' && /^inputs\.\w+$/.test(at.tree) ? (at.tree as `inputs.${string}`) : at.oneOf(SELECTORS));

/** The three texts of a label, title or reason; a language left out is a fault. */
export function texts(at: TreeReader): Texts {
  at.only(LANGUAGES);
  return { en: at.at('en').text(), ko: at.at('ko').text(), fr: at.at('fr').text() };
}

function said(says: TreeReader, key: string): string {
  if (says.has(key)) return says.at(key).text();
  says.fault('policy.unsaid', `the policy does not say "${key}": write the decision in one sentence, or "none"`);
  return '';
}

function input(at: TreeReader): InputDefinition {
  at.only(['type', 'label', 'source', 'scope', 'required', 'options', 'fields', 'help', 'words', 'period', 'range', 'containing', 'evidence', 'basis']);
  const range = at.at('range').texts();
  return defined<InputDefinition>({
    type: at.at('type').oneOf(INPUT_TYPES),
    label: texts(at.at('label')),
    source: at.at('source').oneOf<'asked' | 'sales'>(['asked', 'sales']),
    scope: at.at('scope').oneOf<'merchant' | 'site'>(['merchant', 'site']),
    required: !at.has('required') || at.at('required').oneOf(['true', 'false']) === 'true',
    options: at.has('options') ? at.at('options').texts() : undefined,
    fields: at.has('fields') ? at.at('fields').record((field) => field.oneOf(INPUT_TYPES)) : undefined,
    help: at.has('help') ? texts(at.at('help')) : undefined,
    words: at.has('words') ? inputWords(at.at('words'), at) : undefined,
    period: at.at('period').optionalText(),
    range: range.length === 0 ? undefined : [range[0] ?? '', range[1] ?? ''],
    containing: at.at('containing').optionalText(),
    evidence: at.at('evidence').optionalText(),
    basis: at.has('basis') ? at.at('basis').oneOf(TAX_BASES) : undefined,
  });
}

/** Words for an option or a field that is not there would never be read: a fault. */
function inputWords(at: TreeReader, of: TreeReader): InputWords {
  at.only(['example', 'unit', 'options', 'fields']);
  if (at.has('options')) at.at('options').only(of.at('options').texts());
  if (at.has('fields')) at.at('fields').only(of.at('fields').members().map(([name]) => name));
  return defined<InputWords>({
    example: at.has('example') ? texts(at.at('example')) : undefined,
    unit: at.has('unit') ? texts(at.at('unit')) : undefined,
    options: at.has('options') ? at.at('options').record(texts) : undefined,
    fields: at.has('fields') ? at.at('fields').record(texts) : undefined,
  });
}

function param(at: TreeReader): ParamDefinition {
  at.only(['unit', 'source', 'value', 'rows', 'table', 'otherwise', 'list']);
  const forms = ['value', 'rows', 'table', 'list'].filter((key) => at.has(key));
  if (forms.length !== 1) at.fault('policy.shape', 'a parameter has exactly one of value, rows (dated), table (by key) or list (of dates)');
  const table = (of: TreeReader) => (of.has('table') ? of.at('table').record((entry) => entry.text()) : undefined);
  return defined<ParamDefinition>({
    unit: at.at('unit').text(),
    source: at.at('source').text(),
    value: at.at('value').optionalText(),
    rows: at.has('rows')
      ? at.at('rows').items().map((row) => defined<NonNullable<ParamDefinition['rows']>[number]>({
        from: row.only(['from', 'value', 'table']).at('from').text(), value: row.has('table') ? undefined : row.at('value').text(), table: table(row),
      }))
      : undefined,
    table: table(at),
    otherwise: at.at('otherwise').optionalText(),
    list: at.has('list') ? at.at('list').texts() : undefined,
  });
}

/** One step; also used for the steps nested in an `each`. */
export function step(at: TreeReader): StepDefinition {
  at.only(['id', 'label', 'use', 'in', 'with', 'when', 'discretionary']);
  return defined<StepDefinition>({
    id: at.at('id').text(),
    label: at.has('label') ? texts(at.at('label')) : undefined,
    use: at.at('use').text(),
    in: at.at('in').record((ref) => (Array.isArray(ref.tree) ? ref.texts() : ref.text())),
    with: at.at('with').record((value): Tree => value.tree),
    when: at.at('when').optionalText(),
    discretionary: at.has('discretionary') && at.at('discretionary').oneOf(['true', 'false']) === 'true' ? true : undefined,
  });
}

function result(at: TreeReader): PolicyDocument['result'] {
  at.only(['cash', 'benefits', 'receivable', 'withheld', 'counted', 'shown']);
  return defined<PolicyDocument['result']>({
    cash: at.at('cash').text(), benefits: at.has('benefits') ? at.at('benefits').texts() : undefined,
    receivable: at.at('receivable').optionalText(), withheld: at.at('withheld').optionalText(), counted: at.at('counted').optionalText(), shown: at.at('shown').optionalText(),
  });
}

function process(at: TreeReader): ProcessDefinition {
  at.only(['evidence', 'automatic', 'refuseByRule', 'late', 'noAnswer', 'offerDays', 'objectionDays', 'acceptance', 'straddle']);
  const automatic = at.at('automatic').only(['upTo', 'perMerchant', 'endedIsEnough']);
  return defined<ProcessDefinition>({
    evidence: at.at('evidence').texts(),
    automatic: {
      upTo: automatic.at('upTo').text(),
      perMerchant: automatic.at('perMerchant').text(),
      endedIsEnough: automatic.has('endedIsEnough') && automatic.at('endedIsEnough').oneOf(['true', 'false']) === 'true',
    },
    refuseByRule: at.at('refuseByRule').texts(),
    late: at.at('late').oneOf(['refer', 'refuse']),
    noAnswer: at.at('noAnswer').oneOf(['decide_on_file', 'expire']),
    offerDays: at.at('offerDays').text(),
    objectionDays: at.at('objectionDays').text(),
    acceptance: at.at('acceptance').oneOf<ProcessDefinition['acceptance']>(['required', 'not_required']),
    straddle: at.has('straddle') ? at.at('straddle').oneOf(STRADDLES) : undefined,
  });
}

function fund(at: TreeReader): FundDefinition {
  at.only(Object.keys(FUND));
  const minimum = at.at('minimum').only(['amount', 'passes']);
  return defined<FundDefinition>({
    mode: at.at('mode').oneOf(FUND_MODES),
    keptBack: at.at('keptBack').optionalText(),
    order: at.has('order') ? at.at('order').oneOf(TIER_ORDERS) : undefined,
    tierBy: at.at('tierBy').optionalText(),
    tiers: at.has('tiers') ? at.at('tiers').items().map(tier) : undefined,
    minimum: at.has('minimum') ? { amount: minimum.at('amount').text(), passes: minimum.at('passes').oneOf(['once', 'repeated']) } : undefined,
    surplus: at.has('surplus') ? at.at('surplus').oneOf<'stays'>(['stays']) : undefined,
  });
}

function tier(at: TreeReader): TierDefinition {
  at.only(['key', 'least', 'most', 'floor', 'cap', 'fraction']);
  return defined<TierDefinition>({
    key: at.at('key').text(), least: at.at('least').optionalText(), most: at.at('most').optionalText(), floor: at.at('floor').optionalText(),
    cap: at.at('cap').optionalText(), fraction: at.at('fraction').optionalText(),
  });
}

function example(at: TreeReader): ExampleDefinition {
  at.only(['name', 'like', 'given', 'expect']);
  return defined<ExampleDefinition>({
    name: at.at('name').text(),
    like: at.at('like').optionalText(),
    given: at.at('given').record((value): Tree => value.tree),
    expect: at.at('expect').record((value): Tree => value.tree),
  });
}

/** Drops members that are undefined, so that documents compare and hash by what they say. */
const defined = <T extends object>(members: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
