import { canonicalJson, sha256Hex } from '../../core/audit/index.js';
import type { AllocationStage, StoredRule } from '../funds/index.js';
import type { RehearsedClaim } from './rehearsal.rules.js';

/** What was rehearsed, and everything that was held still meanwhile. */
export interface ReportHead {
  readonly kind: 'policy_version';
  readonly candidate: { readonly key: string; readonly number: number; readonly hash: string; readonly effectiveFrom: string | null; readonly reach: string };
  readonly snapshot: { readonly engine: string; readonly registerVersion: number; readonly standing: readonly { readonly number: number; readonly hash: string }[] };
  readonly currency: string;
}

/** What the money of a run is in: one currency, or several, of which each has totals of its own. */
type Currencies = { readonly currency: string } | { readonly currencies: readonly string[] };

/** In the order of their codes. */
export const currenciesOf = (head: Currencies): readonly string[] => ('currency' in head ? [head.currency] : head.currencies);

/** An amendment of the register, and everything that was held still. */
export type AmendmentHead = Currencies & {
  readonly kind: 'amendment';
  readonly candidate: { readonly outageId: string; readonly code: string; readonly revision: number; readonly base: number };
  readonly snapshot: {
    readonly engine: string; readonly registerVersion: number;
    readonly standing: readonly { readonly key: string; readonly number: number; readonly hash: string }[];
  };
};

/** What an allocation was worked out from: the rule, what there was to share, and every claim that shares in it. */
export interface AllocationHead {
  readonly kind: 'allocation';
  readonly candidate: { readonly fundId: string; readonly code: string; readonly stage: AllocationStage; /** Of an interim one: what is kept back instead of what the rule says. */ readonly keptBack: string | null };
  readonly snapshot: { readonly engine: string; readonly rule: StoredRule; readonly fundMinor: string; readonly claims: string };
  readonly currency: string;
}

/** What a fund comes to when it is shared; amounts are minor units. */
export interface Sharing {
  readonly sharedMinor: string;
  readonly keptMinor: string;
  readonly leftMinor: string;
  readonly pointsMinor: string;
  readonly tiers: readonly { readonly tier: string; readonly factor: string; readonly claims: number; readonly pointsMinor: string; readonly sharedMinor: string }[];
  /** Claims that nobody has decided, and what they come to in full: what is kept back is no less. */
  readonly undecided: { readonly claims: number; readonly minor: string };
}

interface Share {
  readonly claims: number;
  readonly minor: string;
}

interface Totals {
  readonly claims: number;
  readonly beforeMinor: string;
  readonly afterMinor: string;
  readonly differenceMinor: string;
  readonly winners: Share;
  readonly losers: Share;
  readonly unchanged: number;
  readonly newlyEligible: number;
  readonly newlyIneligible: number;
  readonly newlyReferred: number;
  readonly causes: readonly (Share & { readonly cause: string })[];
  /** Differences of the claims that change, in bins of equal width: `edgesMinor[i] ≤ difference < edgesMinor[i + 1]`. */
  readonly histogram: { readonly edgesMinor: readonly string[]; readonly counts: readonly number[] };
  readonly claimsDigest: string;
}

/** What a run came to. Amounts are minor units as text; the digest covers all of it, and every claim through `claimsDigest`. */
export interface RunReport extends ReportHead, Totals {
  readonly schema: 1;
  /** What the candidate would pay the same claims in a week without any outage. */
  readonly placebo: Share & { readonly tried: number; readonly withoutQuietWeek: number };
}

/** Totals of the claims in one currency. */
export type CurrencyTotals = Totals & { readonly currency: string };

/** What an amendment comes to: its totals, or those of each currency where there are several. Money of two is never added up. */
export type AmendmentReport = AmendmentHead & (CurrencyTotals | { readonly claims: number; readonly totals: readonly CurrencyTotals[] }) & {
  readonly schema: 1;
  /** It changes no rule, so a week without any outage is paid as before: there is nothing to try. */
  readonly placebo: { readonly applies: false; readonly why: 'no_rule_changes' };
  /** Merchants who would hear of it. */
  readonly toTell: number;
};

/** The totals of a report, of each currency for itself. */
export const totalsIn = (report: RunReport | AmendmentReport | AllocationReport): readonly CurrencyTotals[] => ('totals' in report ? report.totals : [report]);

export interface AllocationReport extends AllocationHead, Totals {
  readonly placebo: { readonly applies: false; readonly why: 'no_rule_changes' };
  readonly sharing: Sharing;
}

export const HISTOGRAM_BINS = 20;

/** Claims in the order of their ids, as often as asked. */
export type RehearsedClaims = () => AsyncIterable<RehearsedClaim> | Iterable<RehearsedClaim>;

const differenceOf = ({ before, after }: RehearsedClaim): bigint => after.minor - before.minor;

/** The claim as the digest covers it. */
const textOf = ({ claimId, claimVersion, before, after, causes, placebo }: RehearsedClaim): string => canonicalJson({
  claimId, claimVersion, before: { outcome: before.outcome, minor: String(before.minor) },
  after: { outcome: after.outcome, minor: String(after.minor), assessedMinor: after.assessedMinor === null ? null : String(after.assessedMinor), inputHash: after.inputHash },
  causes: causes.map(({ cause, minor }) => ({ cause, minor: String(minor) })),
  placebo: placebo === null ? null : { weeks: placebo.weeks, outcome: placebo.outcome, minor: String(placebo.minor) },
});

class Tally {
  claims = 0;
  before = 0n;
  after = 0n;
  unchanged = 0;
  newlyEligible = 0;
  newlyIneligible = 0;
  newlyReferred = 0;
  readonly winners = { claims: 0, minor: 0n };
  readonly losers = { claims: 0, minor: 0n };
  readonly placebo = { claims: 0, minor: 0n, tried: 0, withoutQuietWeek: 0 };
  readonly causes = new Map<string, { claims: number; minor: bigint }>();
  least = 0n;
  most = 0n;
  chain = '';

  add(claim: RehearsedClaim): void {
    const difference = differenceOf(claim);
    this.claims += 1;
    this.before += claim.before.minor;
    this.after += claim.after.minor;
    if (difference === 0n) this.unchanged += 1;
    else this.#changed(difference);
    this.#outcomes(claim);
    for (const { cause, minor } of claim.causes) grown(this.causes, cause, minor);
    this.#placebo(claim.placebo);
    this.chain = sha256Hex(`${this.chain}${textOf(claim)}`);
  }

  #changed(difference: bigint): void {
    const side = difference > 0n ? this.winners : this.losers;
    side.claims += 1;
    side.minor += difference;
    if (difference < this.least) this.least = difference;
    if (difference > this.most) this.most = difference;
  }

  #outcomes({ before, after }: RehearsedClaim): void {
    if (after.outcome === 'refer' && before.outcome !== 'refer') this.newlyReferred += 1;
    if (after.outcome === 'eligible' && before.outcome !== 'eligible') this.newlyEligible += 1;
    if (before.outcome === 'eligible' && (after.outcome === 'ineligible' || after.outcome === 'nil')) this.newlyIneligible += 1;
  }

  #placebo(placebo: RehearsedClaim['placebo']): void {
    if (placebo === null) {
      this.placebo.withoutQuietWeek += 1;
      return;
    }
    this.placebo.tried += 1;
    this.placebo.minor += placebo.minor;
    if (placebo.minor > 0n) this.placebo.claims += 1;
  }
}

function grown(causes: Map<string, { claims: number; minor: bigint }>, cause: string, minor: bigint): void {
  const found = causes.get(cause) ?? { claims: 0, minor: 0n };
  causes.set(cause, { claims: found.claims + 1, minor: found.minor + minor });
}

/** Amounts between the least and the most of them, in bins of equal width. */
export async function histogramOf(amounts: () => AsyncIterable<bigint>, least: bigint, most: bigint): Promise<RunReport['histogram']> {
  const bins = BigInt(HISTOGRAM_BINS);
  const width = (most - least) / bins + 1n;
  const counts = Array.from({ length: HISTOGRAM_BINS }, () => 0);
  for await (const amount of amounts()) {
    const bin = Number.parseInt(String((amount - least) / width), 10);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { edgesMinor: Array.from({ length: HISTOGRAM_BINS + 1 }, (_, index) => String(least + BigInt(index) * width)), counts };
}

const differencesOf = (claims: RehearsedClaims) => async function* differences(): AsyncGenerator<bigint> {
  for await (const claim of claims()) {
    const difference = differenceOf(claim);
    if (difference !== 0n) yield difference;
  }
};

/** The report of a run. Reads the claims twice, one at a time, so that its size does not grow with the book. */
export async function reportOf(head: ReportHead, claims: RehearsedClaims): Promise<{ report: RunReport; digest: string }> {
  const { totals, tally: { placebo } } = await totalsOf(claims);
  return sealed({ ...head, schema: 1, ...totals, placebo: { ...share(placebo), tried: placebo.tried, withoutQuietWeek: placebo.withoutQuietWeek } });
}

/** As `reportOf`, of an amendment; `claimsIn`: those in one currency. */
export async function amendmentReportOf(head: AmendmentHead, claimsIn: (currency: string) => ReturnType<RehearsedClaims>, toTell: number): Promise<{ report: AmendmentReport; digest: string }> {
  const totals: CurrencyTotals[] = [];
  for (const currency of currenciesOf(head)) totals.push({ currency, ...(await totalsOf(() => claimsIn(currency))).totals });
  const [only, ...others] = totals;
  const rest = { schema: 1, placebo: { applies: false, why: 'no_rule_changes' }, toTell } as const;
  if (only !== undefined && others.length === 0) return sealed({ ...head, ...only, ...rest });
  return sealed({ ...head, claims: totals.reduce((sum, { claims }) => sum + claims, 0), totals, ...rest });
}

/** As `reportOf`, of an allocation. */
export async function allocationReportOf(head: AllocationHead, claims: RehearsedClaims, sharing: Sharing): Promise<{ report: AllocationReport; digest: string }> {
  const { totals } = await totalsOf(claims);
  return sealed({ ...head, ...totals, placebo: { applies: false, why: 'no_rule_changes' }, sharing });
}

const sealed = <Report extends object>(report: Report): { report: Report; digest: string } => ({ report, digest: sha256Hex(canonicalJson(report)) });

const share = ({ claims: count, minor }: { claims: number; minor: bigint }): Share => ({ claims: count, minor: String(minor) });

async function totalsOf(claims: RehearsedClaims): Promise<{ totals: Totals; tally: Tally }> {
  const tally = new Tally();
  for await (const claim of claims()) tally.add(claim);
  return { tally, totals: {
    claims: tally.claims, beforeMinor: String(tally.before), afterMinor: String(tally.after), differenceMinor: String(tally.after - tally.before),
    winners: share(tally.winners), losers: share(tally.losers), unchanged: tally.unchanged,
    newlyEligible: tally.newlyEligible, newlyIneligible: tally.newlyIneligible, newlyReferred: tally.newlyReferred,
    causes: [...tally.causes].map(([cause, sum]) => ({ cause, ...share(sum) })).sort((a, b) => (a.cause < b.cause ? -1 : 1)),
    histogram: await histogramOf(differencesOf(claims), tally.least, tally.most),
    claimsDigest: tally.chain,
  } };
}
