import { assess, type AssessmentResult } from '../../core/assessment/index.js';
import { canonicalJson, sha256Hex } from '../../core/audit/index.js';
import type { CompiledPolicy, PolicyFacts } from '../../core/policy/index.js';
import type { StoredRun } from './assessments.repository.js';

/**
 * `input`: the frozen input is not what its hash says. `result`: neither is the result. `recomputation`: the policy does not get to an
 * end on the frozen input. `result.…`: the part that comes out otherwise. `gone`: there is no such assessment.
 */
export type RunFault = 'input' | 'result' | 'recomputation' | `result.${string}` | 'gone';

/** Everything that is wrong with a stored run, found by working it out again; nothing when it comes out byte for byte. Never throws. */
export function runFaults({ frozen, result, inputHash, resultHash }: Pick<StoredRun, 'frozen' | 'result' | 'inputHash' | 'resultHash'>, policy: CompiledPolicy): RunFault[] {
  const stored: RunFault[] = [...(sha256Hex(frozen) === inputHash ? [] : ['input' as const]), ...(sha256Hex(result) === resultHash ? [] : ['result' as const])];
  const again = recomputed(frozen, policy);
  if (again === undefined) return [...stored, 'recomputation'];
  return canonicalJson(again) === result ? stored : [...stored, ...partsThatDiffer(again, result)];
}

function recomputed(frozen: string, policy: CompiledPolicy): AssessmentResult | undefined {
  try {
    const run = assess(JSON.parse(frozen) as PolicyFacts, policy);
    return run.kind === 'assessed' ? run.result : undefined;
  } catch {
    return undefined;
  }
}

function partsThatDiffer(again: AssessmentResult, stored: string): RunFault[] {
  try {
    const parts = JSON.parse(stored) as Record<string, unknown>;
    const fresh = again as unknown as Record<string, unknown>;
    const differing = [...new Set([...Object.keys(parts), ...Object.keys(fresh)])].filter((part) => textOf(parts[part]) !== textOf(fresh[part])).sort();
    return differing.length === 0 ? ['result'] : differing.map((part): RunFault => `result.${part}`);
  } catch {
    return ['result'];
  }
}

const textOf = (part: unknown): string => (part === undefined ? '' : canonicalJson(part));
