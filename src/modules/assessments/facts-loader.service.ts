import { Injectable } from '@nestjs/common';
import type { PolicyFacts } from '../../core/policy/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { CapUses, ClaimFacts, type FiledClaim } from '../claims/index.js';
import { PolicyQueries, type PolicyChoice } from '../policies/index.js';
import { SchemeQueries } from '../schemes/index.js';
import { Overrides } from './overrides.service.js';

/** What is known of a claim, before a version of the policy is picked. */
export interface LoadedFacts {
  readonly filed: FiledClaim;
  readonly facts: PolicyFacts;
  readonly choice: PolicyChoice;
}

/** Collects the facts of filed claims with the figures people put, and the versions that may decide them, for all of them at once. */
@Injectable()
export class FactsLoader {
  constructor(
    private readonly claims: ClaimFacts,
    private readonly policies: PolicyQueries,
    private readonly schemes: SchemeQueries,
    private readonly overrides: Overrides,
    private readonly caps: CapUses,
  ) {}

  /** `registerVersion`: as of which; left out, as the register stands. */
  async load(reader: Reader, filed: readonly FiledClaim[], registerVersion?: number): Promise<LoadedFacts[]> {
    const facts = await this.claims.of(reader, filed, registerVersion);
    const overrides = await this.overrides.factsOf(reader, filed.map(({ claim }) => claim.id));
    const caps = await this.caps.of(reader, filed.map(({ claim }) => claim));
    const keys = await this.schemes.policyKeys(reader, [...new Set(filed.map(({ claim }) => claim.schemeId))]);
    const choices = await this.#choices(reader, keys);
    return filed.map((one, index) => ({
      filed: one, choice: choices.get(one.claim.schemeId) as PolicyChoice,
      facts: { ...facts[index] as PolicyFacts, overrides: overrides.get(one.claim.id) ?? [], ...capUseOf(caps.get(one.claim.id), keys.get(one.claim.schemeId)) },
    }));
  }

  /** The facts of loaded claims as the register would say them if a revision were recorded as the next thing. */
  async asIf(reader: Reader, loaded: readonly LoadedFacts[], revisionId: string): Promise<PolicyFacts[]> {
    const registerVersion = loaded[0]?.facts.registerVersion ?? 0;
    const outages = await this.claims.outagesAsIf(reader, loaded.map(({ filed }) => filed), { registerVersion, asIf: revisionId });
    return loaded.map(({ facts }, index) => ({ ...facts, registerVersion: registerVersion + 1, outages: outages[index] ?? [] }));
  }

  async #choices(reader: Reader, keys: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, PolicyChoice>> {
    const choices = new Map<string, PolicyChoice>();
    for (const key of new Set(keys.values())) choices.set(key, await this.policies.choice(reader, key));
    return new Map([...keys].map(([schemeId, key]) => [schemeId, choices.get(key) as PolicyChoice]));
  }
}

/** Caps of the policy itself: what other policies cap leaves the frozen input as it is. */
function capUseOf(used: Readonly<Record<string, string>> | undefined, policyKey: string | undefined): Pick<PolicyFacts, 'capUse'> {
  const own = Object.entries(used ?? {}).filter(([key]) => key.startsWith(`${policyKey ?? ''}:`));
  return own.length === 0 ? {} : { capUse: Object.fromEntries(own) };
}
