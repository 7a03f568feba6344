import { parseMoney } from '../../core/money/index.js';
import { grantedMinor, type AssessmentResult } from '../../core/assessment/index.js';
import type { CompiledPolicy } from '../../core/policy/index.js';
import type { EvidenceFacts } from '../evidence/index.js';

/** What a rule looks at besides the assessment itself. */
export interface RuleFacts {
  readonly result: AssessmentResult;
  readonly policy: CompiledPolicy;
  readonly merchantVerified: boolean;
  readonly hasParsedSales: boolean;
  /** What was filed beside sales: kinds that are there and usable, and whether something among it is in doubt. */
  readonly evidence: EvidenceFacts;
  readonly late: boolean;
  readonly hasFund: boolean;
  /** A hold stands that stops offers. */
  readonly held: boolean;
  /** Drawn for a person to look at, whatever it comes to. */
  readonly drawn: boolean;
  /** Every outage that was used has at least ended. */
  readonly outagesEnded: boolean;
  /** A person put a figure, or put aside a refusal. */
  readonly overridden: boolean;
  /** Something odd about it sends it to a person. */
  readonly hasSignals: boolean;
  /** Minor units granted to the merchant by rule before. */
  readonly automaticTotalMinor: bigint;
  /** Minor units granted on this claim before and not accepted: it gets no less. Nought for most. */
  readonly floorMinor: bigint;
}

export type RuleVerdict =
  | { readonly kind: 'offer'; readonly amountMinor: bigint }
  | { readonly kind: 'refuse'; readonly reasons: AssessmentResult['reasons'] }
  | { readonly kind: 'refer'; readonly why: readonly string[] };

function minorOf(text: string, currency: string): bigint {
  const read = parseMoney(text, currency);
  if (!read.ok) throw new TypeError(`a published policy states an amount that cannot be read: ${text}`);
  return read.value.minor;
}

/** Refusing by rule: every reason is on the policy's list, and no time that counts or is unknown is in doubt. */
function mayRefuse({ result, policy, overridden, held, drawn }: RuleFacts): boolean {
  if (overridden || held || drawn) return false;
  const allowed = policy.document.process.refuseByRule;
  const inDoubt = result.lanes.counted.length > 0 || result.lanes.recorded.some(({ state }) => state === 'unknown');
  const onlyAboutPeople = result.reasons.every(({ code }) => code !== 'outage_not_recorded');
  return result.reasons.every(({ code }) => allowed.includes(code)) && (onlyAboutPeople || !inDoubt);
}

/** The steps that the amount was worked out from: those it names, and theirs, as far as they came to something. */
function stepsBehind({ result, policy }: RuleFacts): CompiledPolicy['steps'] {
  const came = new Set(result.trace.flatMap(({ id, output }) => (output === null ? [] : [id])));
  const behind = new Set<string>();
  const open = [policy.document.result.cash.slice(1)];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (!came.has(id) || behind.has(id)) continue;
    behind.add(id);
    open.push(...(policy.steps.find((step) => step.id === id)?.dependsOn ?? []));
  }
  return policy.steps.filter(({ id }) => behind.has(id));
}

/** Kinds that the policy asks for of everybody, and those that a step asks for of this claim. */
const askedKinds = ({ result, policy }: RuleFacts): string[] =>
  [...policy.document.process.evidence, ...result.routes.flatMap(({ evidence }) => evidence ?? [])];

/** What a person has to look at whatever the rest says: drawn, held, or called for by a finding or by the policy itself. */
function calls({ result, held, drawn }: RuleFacts): string[] {
  return [
    ...(held ? ['claim_held'] : []), ...(drawn ? ['drawn_for_review'] : []),
    ...result.findings.flatMap(({ effect, code }) => (effect === 'informs' ? [] : [code])),
    ...result.routes.flatMap(({ to, code }) => (to === 'second_approver' ? [code] : [])),
  ];
}

/** A kind the policy asks for, of which no usable file was filed. Sales have their own condition; as proof of sales, read records will do. */
function isMissing(kind: string, { evidence, hasParsedSales }: RuleFacts): boolean {
  if (kind === 'sales' || evidence.kinds.includes(kind)) return false;
  return kind !== 'sales_proof' || !hasParsedSales;
}

/** What goes without a person, in minor units: for one claim, and for a merchant in all. */
export const automaticLimits = ({ document, currency }: CompiledPolicy): { readonly upTo: bigint; readonly perMerchant: bigint } => ({
  upTo: minorOf(document.process.automatic.upTo, currency), perMerchant: minorOf(document.process.automatic.perMerchant, currency),
});

/** Every condition that keeps a claim from being decided without a person; the codes are reasons people can read. */
function obstacles(facts: RuleFacts): string[] {
  const { result, policy, merchantVerified, hasParsedSales, late, hasFund, outagesEnded, overridden, automaticTotalMinor } = facts;
  const { automatic, late: whenLate } = policy.document.process;
  const evidence = askedKinds(facts);
  const amount = grantedMinor(result, facts.floorMinor);
  const { upTo, perMerchant } = automaticLimits(policy);
  const behind = stepsBehind(facts);
  const restsOnSales = behind.some(({ block, asksFor }) => block.name === 'actual' || asksFor.some((input) => policy.document.inputs[input]?.source === 'sales'));
  const isMeasured = behind.some(({ block }) => block.name === 'shortfall');
  const conditions: [boolean, string][] = [
    [result.provisional && !(automatic.endedIsEnough && outagesEnded), 'outage_not_final'],
    [overridden, 'decided_with_override'],
    [facts.hasSignals, 'looked_at_closely'],
    [!merchantVerified, 'identity_not_verified'],
    [(evidence.includes('sales') && restsOnSales && !hasParsedSales) || evidence.some((kind) => isMissing(kind, facts)), 'evidence_missing'],
    [facts.evidence.isWaiting, 'evidence_unchecked'],
    [facts.evidence.isInfected, 'evidence_harmful'],
    [isMeasured && result.shownByRecords === false, 'loss_not_shown_by_records'],
    [amount > upTo || automaticTotalMinor + amount > perMerchant, 'automatic_limit'],
    [late && whenLate === 'refer', 'filed_late'],
    [!hasFund, 'fund_exhausted'],
  ];
  return [...new Set([...conditions.flatMap(([holds, code]) => (holds ? [code] : [])), ...calls(facts)])];
}

/**
 * Whether a rule may decide the claim, and how. Pure. A rule offers or refuses only when every condition of the policy's process
 * holds; otherwise it names why a person has to look. Eligible for nothing is decided by a person, with its own letter.
 * Edge: an amount of exactly the automatic limit is within it; what was granted before is offered again rather than refused. Source: docs/domain, "By rule".
 */
export function decideByRule(facts: RuleFacts): RuleVerdict {
  const { result } = facts;
  const amountMinor = grantedMinor(result, facts.floorMinor);
  if (result.outcome === 'ineligible' && (amountMinor === 0n || !mayRefuse(facts))) {
    return mayRefuse(facts) ? { kind: 'refuse', reasons: result.reasons } : { kind: 'refer', why: [...new Set([...result.reasons.map(({ code }) => code), ...calls(facts)])] };
  }
  if (result.outcome === 'refer') return { kind: 'refer', why: result.reasons.map(({ code }) => code) };
  if (amountMinor === 0n) return { kind: 'refer', why: ['nothing_due'] };
  const why = obstacles(facts);
  return why.length === 0 ? { kind: 'offer', amountMinor } : { kind: 'refer', why };
}
