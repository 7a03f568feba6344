import { Injectable } from '@nestjs/common';
import { ENGINE } from '../../core/assessment/index.js';
import { ok, type Result } from '../../core/errors/index.js';
import { selectionInstant, type InputFact, type PolicyFacts } from '../../core/policy/index.js';
import type { Instant, Interval } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { ClaimQueries, Entitlements, type ClaimRow } from '../claims/index.js';
import { SalesQueries } from '../evidence/index.js';
import { MerchantQueries } from '../merchants/index.js';
import { RegisterQueries } from '../outages/index.js';
import { PolicyQueries, type ReadyPolicy } from '../policies/index.js';
import { SchemeQueries } from '../schemes/index.js';

export interface LoadedFacts {
  readonly facts: PolicyFacts;
  readonly policy: ReadyPolicy;
}

/** Comparables lie before the window: the register is read this far back, so that troubled weeks are seen. */
const LOOK_BACK_MS = 13 * 7 * 86_400_000;

/** What was filed, as frozen in a claim version. */
interface FrozenClaim {
  readonly services: readonly string[];
  readonly window: Interval;
  readonly declaredMinor: string | null;
  readonly currency: string;
  readonly answers: Readonly<Record<string, unknown>>;
  readonly salesSetId: string | null;
}

/** Collects the facts of one claim through the front doors below: one statement a module, all at one register version. */
@Injectable()
export class FactsLoader {
  constructor(
    private readonly claims: ClaimQueries,
    private readonly entitlements: Entitlements,
    private readonly sites: MerchantQueries,
    private readonly register: RegisterQueries,
    private readonly policies: PolicyQueries,
    private readonly schemes: SchemeQueries,
    private readonly sales: SalesQueries,
  ) {}

  async load(reader: Reader, claim: ClaimRow): Promise<Result<LoadedFacts>> {
    const frozen = (await this.claims.frozen(reader, claim.id, claim.claimVersion)) as FrozenClaim;
    const site = await this.sites.siteFacts(reader, claim.siteId);
    if (site === undefined) throw new TypeError(`site ${claim.siteId} of claim ${claim.id} is gone`);
    const scheme = await this.schemes.get(reader, claim.schemeId);
    if (!scheme.ok) return scheme;
    const { services, window } = frozen;
    const span = { from: (window.from - LOOK_BACK_MS) as Instant, to: window.to };
    const { registerVersion, outages } = await this.register.facts(reader, { services, span });
    const base: PolicyFacts = {
      schema: 1, engine: ENGINE, policy: { key: '', version: 0, hash: '' }, registerVersion,
      claim: {
        id: claim.id, version: claim.claimVersion, filedAt: claim.submittedAt ?? claim.createdAt, window, services,
        ...(frozen.declaredMinor === null ? {} : { declaredLoss: { minor: frozen.declaredMinor, currency: frozen.currency } }),
      },
      site: site.site, merchant: site.merchant, enrolments: site.enrolments, outages, inputs: inputsOf(frozen.answers),
      earlier: await this.entitlements.earlier(reader, claim.siteId, claim.id), overrides: [],
      ...(await this.#sales(reader, frozen.salesSetId)),
    };
    const policy = await this.#policy(reader, scheme.value.policyKey, base);
    if (!policy.ok) return policy;
    const { key, version, hash } = policy.value;
    return ok({ facts: { ...base, policy: { key, version, hash } }, policy: policy.value });
  }

  /** Sums of the windows an assessment asked for, in one statement. */
  async withSums(reader: Reader, facts: PolicyFacts, windows: readonly Interval[]): Promise<PolicyFacts> {
    if (facts.sales === undefined) return facts;
    const sums = await this.sales.sums(reader, facts.sales.setId, windows);
    const all = [...facts.sales.sums, ...sums].sort((a, b) => a.from - b.from || a.to - b.to);
    return { ...facts, sales: { ...facts.sales, sums: all } };
  }

  async #sales(reader: Reader, setId: string | null): Promise<Pick<PolicyFacts, 'sales'>> {
    const header = setId === null ? undefined : await this.sales.headerOfSet(reader, setId);
    if (header === undefined) return {};
    const { number: _number, coverageConfirmed: _confirmed, recordsSha256: _records, ...sales } = header;
    return { sales: { ...sales, sums: [] } };
  }

  /** The version in force on the date that the policy itself says picks it: asked with the window, then with what the policy says. */
  async #policy(reader: Reader, key: string, facts: PolicyFacts): Promise<Result<ReadyPolicy>> {
    const first = await this.policies.effective(reader, key, facts.claim.window.from);
    if (!first.ok) return first;
    return this.policies.effective(reader, key, selectionInstant(facts, first.value.resolved.document.selectBy));
  }
}

const inputsOf = (answers: Readonly<Record<string, unknown>>): Record<string, InputFact> =>
  Object.fromEntries(Object.entries(answers).map(([name, value]) => [name, { value, provenance: 'declared' as const }]));
