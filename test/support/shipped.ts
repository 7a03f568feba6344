import { readdirSync, readFileSync } from 'node:fs';
import { assess, ENGINE, type AssessmentResult } from '../../src/core/assessment/index.js';
import { compilePolicy, exampleFacts, exampleGiven, readReasons, type CompiledPolicy, type PolicyFacts } from '../../src/core/policy/index.js';

export const { reasons: REASONS } = readReasons(readFileSync('policies/reasons.yaml', 'utf8'));

export interface ShippedExample {
  readonly title: string;
  readonly policy: CompiledPolicy;
  readonly facts: PolicyFacts;
  readonly result: AssessmentResult;
}

function compiled(file: string): CompiledPolicy {
  const { policy, faults } = compilePolicy(readFileSync(`policies/${file}`, 'utf8'), REASONS);
  if (policy === undefined) throw new Error(`${file}: ${JSON.stringify(faults)}`);
  return policy;
}

/** Every policy that ships. */
export const shippedPolicies = (): CompiledPolicy[] => readdirSync('policies').filter((file) => file.endsWith('.yaml') && file !== 'reasons.yaml').map(compiled);

/** Every worked example of every shipped policy, assessed as a filed claim is. */
export const shippedExamples = (): ShippedExample[] => shippedPolicies()
  .flatMap((policy) => policy.document.examples.map((example, index, all) => {
    const given = exampleFacts(policy.document, exampleGiven(all, index));
    const facts: PolicyFacts = { ...given, engine: ENGINE, policy: { key: policy.document.policy, version: 1, hash: policy.hash } };
    const run = assess(facts, policy);
    const title = `${policy.document.policy}: ${example.name}`;
    if (run.kind !== 'assessed') throw new Error(`${title} asks for sales it was not given`);
    return { title, policy, facts, result: run.result };
  }));
