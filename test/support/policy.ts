import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { compilePolicy, exampleFacts, readReasons, runPolicy, SAYINGS, type CompiledPolicy, type PolicyFacts, type PolicyRun } from '../../src/core/policy/index.js';

export const { reasons } = readReasons(readFileSync('policies/reasons.yaml', 'utf8'));

const texts = { en: 'x', ko: 'x', fr: 'x' };

export interface SmallPolicy {
  readonly currency?: string;
  readonly selectBy?: string;
  /** Type of each asked input; rows as `{ field: type }`. */
  readonly inputs?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly params?: Readonly<Record<string, object>>;
  readonly steps: readonly object[];
  readonly result?: Readonly<Record<string, unknown>>;
}

/** The text of a policy that is nothing but its steps. */
export function policyText({ currency = 'GBP', selectBy = 'outage.from', inputs = {}, params = {}, steps, result = { cash: '$out' } }: SmallPolicy): string {
  const input = (type: string | Readonly<Record<string, string>>): object =>
    ({ ...(typeof type === 'string' ? { type } : { type: 'list', fields: type }), source: 'asked', scope: 'site', required: 'false', label: texts });
  return stringify({
    policy: 'small', use: 'reference', title: texts, sources: ['x'], currency, head: 'lost_sales', selectBy,
    says: Object.fromEntries(SAYINGS.map((name) => [name, 'none'])),
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, type]) => [name, input(type)])),
    params: Object.fromEntries(Object.entries(params).map(([name, param]) => [name, { source: 'x', ...param }])),
    steps, result,
    process: {
      evidence: [], automatic: { upTo: '0', perMerchant: '0' }, refuseByRule: [], late: 'refer', noAnswer: 'expire', offerDays: '1', objectionDays: '1', acceptance: 'required',
    },
    fund: { mode: 'open' }, examples: [{ name: 'x', given: {}, expect: {} }],
  }, { aliasDuplicateObjects: false, defaultStringType: 'QUOTE_DOUBLE' });
}

export function smallPolicy(policy: SmallPolicy): CompiledPolicy {
  const { policy: compiled, faults } = compilePolicy(policyText(policy), reasons);
  if (compiled === undefined) throw new Error(faults.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return compiled;
}

export const faultsOf = (policy: SmallPolicy): string[] => compilePolicy(policyText(policy), reasons).faults.map(({ code }) => code);

/** Facts of an example, with what the test changes. */
export const factsOf = (policy: CompiledPolicy, given: Readonly<Record<string, unknown>>, change: Partial<PolicyFacts> = {}): PolicyFacts =>
  ({ ...exampleFacts(policy.document, given), ...change });

export function ran(policy: CompiledPolicy, given: Readonly<Record<string, unknown>>, change: Partial<PolicyFacts> = {}): PolicyRun {
  const run = runPolicy(policy, factsOf(policy, given, change));
  if (run.kind === 'needs') throw new Error(`sales are not given for ${JSON.stringify(run.windows)}`);
  return run;
}
