import { Injectable } from '@nestjs/common';
import { ENGINE } from '../../core/assessment/index.js';
import type { EarlierAward, InputFact, OutageFacts, OverrideFact, PolicyFacts } from '../../core/policy/index.js';
import type { Instant, Interval } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { Entitlements, type FiledClaim, type FrozenClaim } from '../claims/index.js';
import { SalesQueries, type SalesHeader } from '../evidence/index.js';
import { MerchantQueries, type FactsOfSite } from '../merchants/index.js';
import { RegisterQueries } from '../outages/index.js';
import { PolicyQueries, type PolicyChoice } from '../policies/index.js';
import { SchemeQueries } from '../schemes/index.js';
import { Overrides } from './overrides.service.js';

/** What is known of a claim, before a version of the policy is picked. */
export interface LoadedFacts {
  readonly filed: FiledClaim;
  readonly facts: PolicyFacts;
  readonly choice: PolicyChoice;
}

const DAY_MS = 86_400_000;

/** Comparables lie before the window: the register is read this far back, so that troubled weeks are seen. */
const LOOK_BACK_MS = 13 * 7 * DAY_MS;

/** What the front doors below answered for a batch, by id. */
interface Collected {
  readonly registerVersion: number;
  readonly sites: ReadonlyMap<string, FactsOfSite>;
  readonly earlier: ReadonlyMap<string, readonly EarlierAward[]>;
  readonly headers: ReadonlyMap<string, SalesHeader>;
  readonly overrides: ReadonlyMap<string, readonly OverrideFact[]>;
}

/** Collects the facts of filed claims through the front doors below: one statement a module for all of them, all at one register version. */
@Injectable()
export class FactsLoader {
  constructor(
    private readonly entitlements: Entitlements,
    private readonly sites: MerchantQueries,
    private readonly register: RegisterQueries,
    private readonly policies: PolicyQueries,
    private readonly schemes: SchemeQueries,
    private readonly sales: SalesQueries,
    private readonly overrides: Overrides,
  ) {}

  async load(reader: Reader, filed: readonly FiledClaim[]): Promise<LoadedFacts[]> {
    const claims = filed.map(({ claim }) => claim);
    const collected: Collected = {
      registerVersion: await this.register.registerVersion(reader),
      sites: await this.sites.siteFactsOf(reader, claims.map(({ siteId }) => siteId)),
      earlier: await this.entitlements.earlier(reader, claims),
      headers: await this.sales.headersOfSets(reader, filed.flatMap(({ frozen }) => frozen.salesSetId ?? [])),
      overrides: await this.overrides.factsOf(reader, claims.map(({ id }) => id)),
    };
    const outages = await this.#outages(reader, filed, collected.registerVersion);
    const choices = await this.#choices(reader, filed);
    return filed.map((one) => ({
      filed: one, facts: factsOf(one, collected, outages.get(registerQuestion(one.frozen)) ?? []), choice: choices.get(one.claim.schemeId) as PolicyChoice,
    }));
  }

  /** Claims for the same services on the same day ask the register the same question; it is asked once. */
  async #outages(reader: Reader, filed: readonly FiledClaim[], registerVersion: number): Promise<ReadonlyMap<string, OutageFacts[]>> {
    const answers = new Map<string, OutageFacts[]>();
    for (const { frozen } of filed) {
      const question = registerQuestion(frozen);
      if (!answers.has(question)) answers.set(question, (await this.register.facts(reader, { services: frozen.services, span: spanOf(frozen.window), registerVersion })).outages);
    }
    return answers;
  }

  async #choices(reader: Reader, filed: readonly FiledClaim[]): Promise<ReadonlyMap<string, PolicyChoice>> {
    const keys = await this.schemes.policyKeys(reader, [...new Set(filed.map(({ claim }) => claim.schemeId))]);
    const choices = new Map<string, PolicyChoice>();
    for (const key of new Set(keys.values())) choices.set(key, await this.policies.choice(reader, key));
    return new Map([...keys].map(([schemeId, key]) => [schemeId, choices.get(key) as PolicyChoice]));
  }
}

/** Whole days in UTC: what is open at its end is closed there, outside every window. */
const spanOf = ({ from, to }: Interval): Interval => ({
  from: (Math.floor((from - LOOK_BACK_MS) / DAY_MS) * DAY_MS) as Instant, to: (Math.ceil(to / DAY_MS) * DAY_MS) as Instant,
});

function registerQuestion({ services, window }: FrozenClaim): string {
  const { from, to } = spanOf(window);
  return `${services.join(' ')} ${from} ${to}`;
}

function factsOf({ claim, frozen }: FiledClaim, collected: Collected, outages: readonly OutageFacts[]): PolicyFacts {
  const site = collected.sites.get(claim.siteId);
  if (site === undefined) throw new TypeError(`site ${claim.siteId} of claim ${claim.id} is gone`);
  const { services, window } = frozen;
  return {
    schema: 1, engine: ENGINE, policy: { key: '', version: 0, hash: '' }, registerVersion: collected.registerVersion,
    claim: {
      id: claim.id, version: claim.claimVersion, filedAt: claim.submittedAt ?? claim.createdAt, window, services,
      ...(frozen.declaredMinor === null ? {} : { declaredLoss: { minor: frozen.declaredMinor, currency: frozen.currency } }),
    },
    site: site.site, merchant: site.merchant, enrolments: site.enrolments, outages, inputs: inputsOf(frozen.answers),
    earlier: collected.earlier.get(claim.id) ?? [], overrides: collected.overrides.get(claim.id) ?? [],
    ...salesOf(frozen.salesSetId === null ? undefined : collected.headers.get(frozen.salesSetId)),
  };
}

function salesOf(header: SalesHeader | undefined): Pick<PolicyFacts, 'sales'> {
  if (header === undefined) return {};
  const { number: _number, coverageConfirmed: _confirmed, recordsSha256: _records, ...sales } = header;
  return { sales: { ...sales, sums: [] } };
}

const inputsOf = (answers: Readonly<Record<string, unknown>>): Record<string, InputFact> =>
  Object.fromEntries(Object.entries(answers).map(([name, value]) => [name, { value, provenance: 'declared' as const }]));
