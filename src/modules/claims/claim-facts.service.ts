import { Injectable } from '@nestjs/common';
import { ENGINE } from '../../core/assessment/index.js';
import type { EarlierAward, InputFact, OutageFacts, PolicyFacts } from '../../core/policy/index.js';
import type { Instant, Interval } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { SalesQueries, type SalesHeader } from '../evidence/index.js';
import { MerchantQueries, type FactsOfSite } from '../merchants/index.js';
import { RegisterQueries } from '../outages/index.js';
import { Entitlements } from './entitlements.service.js';
import type { FiledClaim, FrozenClaim } from './views/claim-row.js';

const DAY_MS = 86_400_000;

/** Comparables lie before the window: the register is read this far back, so that troubled weeks are seen. */
const LOOK_BACK_MS = 13 * 7 * DAY_MS;

/** What the front doors below answered for a batch, by id. */
interface Collected {
  readonly registerVersion: number;
  readonly sites: ReadonlyMap<string, FactsOfSite>;
  readonly earlier: ReadonlyMap<string, readonly EarlierAward[]>;
  readonly headers: ReadonlyMap<string, SalesHeader>;
}

/** The facts of claims, but for figures that people put: one statement a module for all of them, all at one register version. */
@Injectable()
export class ClaimFacts {
  constructor(
    private readonly entitlements: Entitlements,
    private readonly sites: MerchantQueries,
    private readonly register: RegisterQueries,
    private readonly sales: SalesQueries,
  ) {}

  /** In the order asked; the version of the policy is not picked yet. `registerVersion`: as of which; left out, as the register stands. */
  async of(reader: Reader, filed: readonly FiledClaim[], registerVersion?: number): Promise<PolicyFacts[]> {
    const claims = filed.map(({ claim }) => claim);
    const collected: Collected = {
      registerVersion: registerVersion ?? await this.register.registerVersion(reader),
      sites: await this.sites.siteFactsOf(reader, claims.map(({ siteId }) => siteId)),
      earlier: await this.entitlements.earlier(reader, claims),
      headers: await this.sales.headersOfSets(reader, filed.flatMap(({ frozen }) => frozen.salesSetId ?? [])),
    };
    const outages = await this.#outages(reader, filed, { registerVersion: collected.registerVersion });
    return filed.map((one) => factsOf(one, collected, outages.get(registerQuestion(one.frozen)) ?? []));
  }

  /** What the register would say to each, in the order asked, if a revision were recorded as the next thing after a version. */
  async outagesAsIf(reader: Reader, filed: readonly FiledClaim[], candidate: { registerVersion: number; asIf: string }): Promise<OutageFacts[][]> {
    const outages = await this.#outages(reader, filed, candidate);
    return filed.map(({ frozen }) => outages.get(registerQuestion(frozen)) ?? []);
  }

  /** Claims for the same services on the same day ask the register the same question; it is asked once. */
  async #outages(reader: Reader, filed: readonly FiledClaim[], view: { registerVersion: number; asIf?: string }): Promise<ReadonlyMap<string, OutageFacts[]>> {
    const answers = new Map<string, OutageFacts[]>();
    for (const { frozen } of filed) {
      const question = registerQuestion(frozen);
      if (!answers.has(question)) answers.set(question, (await this.register.facts(reader, { services: frozen.services, span: spanOf(frozen.window), ...view })).outages);
    }
    return answers;
  }
}

/** Whole days in UTC: what is open at its end is closed there, outside every window. */
const spanOf = ({ from, to }: Interval): Interval => ({
  from: (Math.floor((from - LOOK_BACK_MS) / DAY_MS) * DAY_MS) as Instant, to: (Math.ceil(to / DAY_MS) * DAY_MS) as Instant,
});

/** A claim whose window ends after this, and begins before the other, was told of trouble in the time: comparables lie before the window. */
export const reachedFrom = ({ from, to }: { from: Instant; to: Instant | undefined }): { from: Instant; to: Instant | undefined } => ({
  from: (from - DAY_MS) as Instant, to: to === undefined ? undefined : ((to + LOOK_BACK_MS + DAY_MS) as Instant),
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
    earlier: collected.earlier.get(claim.id) ?? [], overrides: [],
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
