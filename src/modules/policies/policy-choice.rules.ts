import { refuse, ok, type Result } from '../../core/errors/index.js';
import { selectionInstant, type CompiledPolicy, type PolicyFacts } from '../../core/policy/index.js';
import { formatInstant, type Instant, type Interval } from '../../core/time/index.js';

/** A published version, ready to run. Shared between callers: never changed. */
export interface ReadyPolicy {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly hash: string;
  readonly currency: string;
  readonly resolved: CompiledPolicy;
}

/** A version and the events it is for, half-open; open where a side is missing. */
export interface OfferedPolicy {
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  readonly policy: ReadyPolicy;
}

export interface AppliedPolicy {
  readonly policy: ReadyPolicy;
  /** The facts with the version named in them: what is frozen. */
  readonly facts: PolicyFacts;
}

/** Which version of a policy answers for an event; as things stand, or as they would once a candidate is published. */
export class PolicyChoice {
  constructor(readonly key: string, private readonly offers: readonly OfferedPolicy[]) {}

  /** As publishing would leave it: the candidate for every event from `from` on. */
  with(policy: ReadyPolicy, from: Instant | undefined): PolicyChoice {
    const kept = from === undefined ? [] : this.offers.flatMap((offer): OfferedPolicy[] => {
      if (offer.from !== undefined && offer.from >= from) return [];
      return [{ ...offer, to: offer.to === undefined || offer.to > from ? from : offer.to }];
    });
    return new PolicyChoice(this.key, [...kept, { from, to: undefined, policy }]);
  }

  at(event: Instant): ReadyPolicy | undefined {
    return this.offers.find(({ from, to }) => (from === undefined || from <= event) && (to === undefined || event < to))?.policy;
  }

  /** Numbers of the versions that are for some part of a window, in the order of their numbers. */
  within(window: Interval): number[] {
    return this.offers.filter(({ from, to }) => (from === undefined || from < window.to) && (to === undefined || window.from < to))
      .map(({ policy }) => policy.version).sort((a, b) => a - b);
  }

  /**
   * The version for a claim, on the date that the policy itself says picks it: asked with the window, then with what it says.
   * A window that more than one version is for is noted in the facts. Code: `policies.none_effective`.
   */
  apply(facts: PolicyFacts): Result<AppliedPolicy> {
    const { window } = facts.claim;
    const first = this.at(window.from);
    const event = first === undefined ? window.from : selectionInstant(facts, first.resolved.document.selectBy);
    const policy = this.at(event);
    if (policy === undefined) return refuse('policies.none_effective', { key: this.key, at: formatInstant(event) });
    const { key, version, hash } = policy;
    const straddles = policy.resolved.document.selectBy === 'outage.from' ? this.within(window) : [];
    return ok({ policy, facts: { ...facts, policy: { key, version, hash, ...(straddles.length > 1 ? { straddles } : {}) } } });
  }
}
