import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { formatMoney, type Money } from '../../core/money/index.js';
import { recordedTimeline } from '../../core/policy/index.js';
import { formatInstant, HOUR, type Interval } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { RegisterQueries } from '../outages/index.js';
import { PolicyQueries, type ReadyPolicy } from '../policies/index.js';
import { SchemeQueries, type SchemeFacts } from '../schemes/index.js';
import { checkAnswers, checkComplete, type Answers } from './answers.rules.js';

export interface DraftContent {
  readonly services: readonly string[];
  readonly window: Interval;
  readonly declaredLoss?: Money;
  readonly answers: Answers;
}

const LONGEST_DAYS = 366;

/** What a draft may say, asked of the scheme, the register and the policy. */
@Injectable()
export class DraftChecks {
  constructor(
    private readonly schemes: SchemeQueries,
    private readonly policies: PolicyQueries,
    private readonly register: RegisterQueries,
    private readonly clock: Clock,
  ) {}

  scheme(reader: Reader, id: string): Promise<Result<SchemeFacts>> {
    return this.schemes.get(reader, id);
  }

  /**
   * What was named as the leaves that the scheme covers, sorted: a service with parts stands for those of its parts. What stands for none stays
   * as it was written, to be refused by its name.
   */
  async leaves(reader: Reader, scheme: SchemeFacts, named: readonly string[]): Promise<string[]> {
    const foreign = named.filter((code) => !scheme.services.includes(code));
    if (foreign.length === 0) return [...new Set(named)].sort();
    const found = await this.register.leavesOf(reader, foreign);
    return [...new Set(named.flatMap((code) => {
      const covered = (found.get(code) ?? []).filter((leaf) => scheme.services.includes(leaf));
      return covered.length === 0 ? [code] : covered;
    }))].sort();
  }

  /** Everything that can be said to be wrong with a draft, before it is stored; answers with the policy it would come under. */
  async check(tx: Tx, scheme: SchemeFacts, draft: DraftContent): Promise<Result<ReadyPolicy>> {
    const [plain] = this.#plain(scheme, draft);
    if (plain !== undefined) return { ok: false, refusal: plain };
    const recorded = await this.#recorded(tx, draft);
    if (!recorded.ok) return recorded;
    const policy = await this.policies.effective(tx, scheme.policyKey, draft.window.from);
    if (!policy.ok) return policy;
    const answers = checkAnswers(draft.answers, policy.value.resolved.document);
    return answers.ok ? policy : answers;
  }

  /** Whether answers can be those of a filed claim, by the policy it comes under. */
  async answers(reader: Reader, { schemeId, window }: { schemeId: string; window: Interval }, answers: Answers): Promise<Result<void>> {
    const scheme = await this.schemes.get(reader, schemeId);
    if (!scheme.ok) return scheme;
    const policy = await this.policies.effective(reader, scheme.value.policyKey, window.from);
    return policy.ok ? checkAnswers(answers, policy.value.resolved.document) : policy;
  }

  /** As `check` and what filing would ask besides, without sales, for somebody who wants to hear of every fault at once. */
  async faults(reader: Reader, scheme: SchemeFacts, written: DraftContent): Promise<Refusal[]> {
    const draft = { ...written, services: await this.leaves(reader, scheme, written.services) };
    const plain = this.#plain(scheme, draft);
    const recorded = plain.some(({ pointer }) => pointer?.startsWith('/window') === true || pointer === '/services') ? ok(undefined) : await this.#recorded(reader, draft);
    const policy = await this.policies.effective(reader, scheme.policyKey, draft.window.from);
    const answers = policy.ok ? checkComplete(draft.answers, policy.value.resolved.document, false) : policy;
    return [...plain, ...(recorded.ok ? [] : [recorded.refusal]), ...(answers.ok ? [] : answers.refusal.causes ?? [answers.refusal])];
  }

  /** What the scheme and the clock say, without looking anything up. */
  #plain(scheme: SchemeFacts, { services, window, declaredLoss }: DraftContent): Refusal[] {
    const now = this.clock.now();
    const foreign = services.filter((service) => !scheme.services.includes(service));
    return [
      ...(now < scheme.opensAt || now >= scheme.graceEndsAt
        ? [refuse('claims.scheme_not_open', { opensAt: formatInstant(scheme.opensAt), closesAt: formatInstant(scheme.closesAt) })] : []),
      ...foreign.map((service) => refuse('claims.service_not_covered', { service, covered: [...scheme.services] }, { pointer: '/services' })),
      ...(window.to - window.from > LONGEST_DAYS * 24 * HOUR ? [refuse('claims.window_too_long', { limitDays: LONGEST_DAYS }, { pointer: '/window' })] : []),
      ...(window.to > now ? [refuse('claims.window_in_future', { to: formatInstant(window.to) }, { pointer: '/window/to' })] : []),
      ...(declaredLoss === undefined ? [] : this.#declared(scheme, declaredLoss)),
    ].map(({ refusal }) => refusal);
  }

  #declared(scheme: SchemeFacts, loss: Money) {
    if (loss.currency !== scheme.currency) return [refuse('claims.currency_differs', { currency: scheme.currency }, { pointer: '/declaredLoss/currency' })];
    return loss.minor < 0n ? [refuse('claims.declared_negative', { amount: formatMoney(loss), currency: loss.currency }, { pointer: '/declaredLoss' })] : [];
  }

  async #recorded(reader: Reader, { services, window }: DraftContent): Promise<Result<void>> {
    const recorded = await this.#isRecorded(reader, services, window);
    return recorded ? ok(undefined) : refuse('claims.window_not_recorded', { from: formatInstant(window.from), to: formatInstant(window.to) }, { pointer: '/window' });
  }

  /** The register says something (if only "up") about some of the window. */
  async #isRecorded(reader: Reader, services: readonly string[], window: Interval): Promise<boolean> {
    const { outages } = await this.register.facts(reader, { services, span: window });
    return recordedTimeline({ claim: { services }, enrolments: [], outages }, window).length > 0;
  }
}
