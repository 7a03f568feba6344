import { Injectable } from '@nestjs/common';
import { assess, type AssessmentResult } from '../../core/assessment/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatMoney, isCurrency, money } from '../../core/money/index.js';
import { exampleFacts, type CompiledPolicy, type PolicyFacts } from '../../core/policy/index.js';
import { formatInstant } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { PolicyQueries } from './policy-queries.service.js';

/** What a version makes of given values; the same words as in the examples of a policy document. */
export type TestRun =
  | { readonly kind: 'needs'; readonly windows: readonly { readonly from: string; readonly to: string }[] }
  | {
    readonly kind: 'assessed';
    readonly outcome: AssessmentResult['outcome'];
    readonly cash?: { readonly amount: string; readonly currency: string };
    readonly reasons: AssessmentResult['reasons'];
    readonly findings: AssessmentResult['findings'];
    readonly lanes: AssessmentResult['lanes'];
    readonly trace: AssessmentResult['trace'];
  };

/** Runs a published version on made-up facts. Stores nothing. */
@Injectable()
export class PolicyTestRuns {
  constructor(private readonly queries: PolicyQueries) {}

  async run(reader: Reader, key: string, number: string, given: Readonly<Record<string, unknown>>): Promise<Result<TestRun>> {
    const policy = await this.queries.byNumber(reader, key, number);
    if (!policy.ok) return policy;
    const numeric = firstNumber(given, '/given');
    if (numeric !== undefined) return refuse('policies.given_not_text', { path: numeric }, { pointer: numeric });
    const { resolved } = policy.value;
    const facts = factsFrom(resolved, given);
    return facts.ok ? ok(testRunOf(assess(facts.value, resolved))) : facts;
  }
}

/** `exampleFacts` says in a TypeError what it cannot read. */
function factsFrom({ document }: CompiledPolicy, given: Readonly<Record<string, unknown>>): Result<PolicyFacts> {
  try {
    return ok(exampleFacts(document, textual(given)));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return refuse('policies.given_unreadable', { message: error.message });
  }
}

function testRunOf(run: ReturnType<typeof assess>): TestRun {
  if (run.kind === 'needs') {
    return { kind: 'needs', windows: run.windows.map(({ from, to }) => ({ from: formatInstant(from), to: formatInstant(to) })) };
  }
  const { outcome, cashMinor, currency, reasons, findings, lanes, trace } = run.result;
  const cash = cashMinor !== null && isCurrency(currency) ? { cash: { amount: formatMoney(money(BigInt(cashMinor), currency)), currency } } : {};
  return { kind: 'assessed', outcome, ...cash, reasons, findings, lanes, trace };
}

/** Pointer of the first JSON number: a number may have lost digits before it came here. */
function firstNumber(value: unknown, at: string): string | undefined {
  if (typeof value === 'number') return at;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const found = firstNumber(member, `${at}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Booleans as the words a document would hold. */
function textual(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const convert = (member: unknown): unknown => {
    if (typeof member === 'boolean') return String(member);
    if (Array.isArray(member)) return member.map(convert);
    return typeof member === 'object' && member !== null ? Object.fromEntries(Object.entries(member).map(([k, v]) => [k, convert(v)])) : member;
  };
  return convert(value) as Record<string, unknown>;
}
