import { canonicalJson, sha256Hex } from '../../core/audit/index.js';
import type { Interval } from '../../core/time/index.js';
import { histogramOf } from './report.rules.js';

/** Why no claim is opened for a site; the first that holds. Beside some of them stand the policy's own reasons. */
export const LEFT_OUT = [
  'claimed_already', 'taken_back', 'draft_begun', 'claimed_elsewhere', 'not_verified', 'not_fileable', 'answers_needed', 'sales_needed', 'not_eligible', 'nothing_due', 'needs_a_person',
] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

/** What became of a site when the claims were opened. */
export const SITE_VERDICTS = ['opened', 'changed_since', 'left_out'] as const;
export type SiteVerdict = (typeof SITE_VERDICTS)[number];

/** A site that used the scheme's services while they were troubled, and what its claim would be for. */
export interface EnrolledSite {
  readonly siteId: string;
  readonly merchantId: string;
  readonly services: readonly string[];
  readonly window: Interval;
}

/** What the policy gives a site from what is known of it: a claim to open, or why there is to be none. */
export interface PrecomputedSite extends EnrolledSite {
  readonly answers: Readonly<Record<string, boolean | string>>;
  readonly given:
    | { readonly opens: true; readonly minor: bigint; /** Digest of all that the sum rests on. */ readonly basisHash: string; /** Why the rule would give the claim to people; empty when it would offer. */ readonly codes: readonly string[] }
    | { readonly opens: false; readonly why: LeftOut; /** The policy's reasons, where it has some. */ readonly codes: readonly string[] };
}

/** What the policy gives a site now, beside what is kept of it. */
export interface SiteForecast extends PrecomputedSite {
  /** Of the sum, as tax; undefined where no claim is opened, or where its fund is shared and nobody knows yet what reaches it. */
  readonly withheldMinor: bigint | undefined;
}

/** Which sites of a run: all, those that get a claim, or those left out for a reason. */
export interface SitesWanted {
  readonly leftOut?: LeftOut;
  readonly opening?: boolean;
  readonly after?: string;
  readonly limit: number;
}

/** What was worked out, and everything that was held still meanwhile. */
export interface PrecomputationHead {
  readonly kind: 'pre_computation';
  readonly candidate: { readonly schemeId: string; readonly code: string; readonly policyKey: string; /** What the policy pays for. */ readonly lossHead: string };
  readonly snapshot: {
    readonly engine: string; readonly registerVersion: number; readonly schemeVersion: number;
    readonly standing: readonly { readonly number: number; readonly hash: string }[];
  };
  readonly currency: string;
}

interface Share {
  readonly claims: number;
  readonly minor: string;
}

/** What a run came to. Amounts are minor units as text; the digest covers all of it, and every site through `sitesDigest`. */
export interface PrecomputationReport extends PrecomputationHead {
  readonly schema: 1;
  readonly sites: number;
  /** Claims to open, and the sum of them: nothing is granted before, so this is also by how much the book grows. */
  readonly claims: number;
  readonly differenceMinor: string;
  readonly leastMinor: string;
  readonly mostMinor: string;
  readonly byRule: Share;
  readonly byPeople: Share;
  readonly codes: readonly { readonly code: string; readonly claims: number }[];
  readonly leftOut: readonly { readonly why: LeftOut; readonly sites: number }[];
  /** Sums of the claims, in bins of equal width: `edgesMinor[i] ≤ sum < edgesMinor[i + 1]`. */
  readonly histogram: { readonly edgesMinor: readonly string[]; readonly counts: readonly number[] };
  readonly sitesDigest: string;
}

/** Sites in the order of their ids, as often as asked. */
export type PrecomputedSites = () => AsyncIterable<PrecomputedSite>;

/** The site as the digest covers it. */
const textOf = ({ siteId, services, window, answers, given }: PrecomputedSite): string => canonicalJson({
  siteId, services, window, answers, given: given.opens ? { minor: String(given.minor), basisHash: given.basisHash, codes: given.codes } : { why: given.why, codes: given.codes },
});

const counted = <Key extends string>(counts: Map<Key, number>, key: Key): Map<Key, number> => counts.set(key, (counts.get(key) ?? 0) + 1);

class Tally {
  sites = 0;
  claims = 0;
  sum = 0n;
  least: bigint | undefined;
  most = 0n;
  readonly byRule = { claims: 0, minor: 0n };
  readonly byPeople = { claims: 0, minor: 0n };
  readonly codes = new Map<string, number>();
  readonly leftOut = new Map<LeftOut, number>();
  chain = '';

  add(site: PrecomputedSite): void {
    this.sites += 1;
    this.chain = sha256Hex(`${this.chain}${textOf(site)}`);
    const { given } = site;
    if (!given.opens) {
      counted(this.leftOut, given.why);
      return;
    }
    this.claims += 1;
    this.sum += given.minor;
    this.least = this.least === undefined || given.minor < this.least ? given.minor : this.least;
    if (given.minor > this.most) this.most = given.minor;
    const side = given.codes.length === 0 ? this.byRule : this.byPeople;
    side.claims += 1;
    side.minor += given.minor;
    for (const code of given.codes) counted(this.codes, code);
  }
}

const byName = <Row>(name: (row: Row) => string) => (a: Row, b: Row): number => (name(a) < name(b) ? -1 : 1);

/** The report of a run. Reads the sites twice, one at a time, so that its size does not grow with the book. */
export async function precomputationReportOf(head: PrecomputationHead, sites: PrecomputedSites): Promise<{ report: PrecomputationReport; digest: string }> {
  const tally = new Tally();
  for await (const site of sites()) tally.add(site);
  const share = ({ claims, minor }: { claims: number; minor: bigint }): Share => ({ claims, minor: String(minor) });
  const least = tally.least ?? 0n;
  const report: PrecomputationReport = {
    schema: 1, ...head, sites: tally.sites, claims: tally.claims, differenceMinor: String(tally.sum), leastMinor: String(least), mostMinor: String(tally.most),
    byRule: share(tally.byRule), byPeople: share(tally.byPeople), codes: [...tally.codes].map(([code, claims]) => ({ code, claims })).sort(byName(({ code }) => code)),
    leftOut: LEFT_OUT.flatMap((why) => (tally.leftOut.has(why) ? [{ why, sites: tally.leftOut.get(why) ?? 0 }] : [])),
    histogram: await histogramOf(sumsOf(sites), least, tally.most), sitesDigest: tally.chain,
  };
  return { report, digest: sha256Hex(canonicalJson(report)) };
}

const sumsOf = (sites: PrecomputedSites) => async function* sums(): AsyncGenerator<bigint> {
  for await (const { given } of sites()) if (given.opens) yield given.minor;
};
