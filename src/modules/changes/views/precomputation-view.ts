import { formatInstant } from '../../../core/time/index.js';
import type { ClaimState } from '../../claims/index.js';
import type { LeftOut, PrecomputedSite, SiteVerdict } from '../precomputation.rules.js';
import type { OpenedRow } from '../precomputations.repository.js';
import { moneyText, type MoneyText } from './change-view.js';

/** One site of a run: the claim it would get, or why none. */
export interface PrecomputedSiteView {
  readonly siteId: string;
  readonly merchantId: string;
  readonly services: readonly string[];
  readonly window: { readonly from: string; readonly to: string };
  readonly answers: PrecomputedSite['answers'];
  readonly cash?: MoneyText;
  readonly leftOut?: LeftOut;
  /** Why the rule would give the claim to people, or the policy's reasons against one. */
  readonly codes: readonly string[];
}

/** What became of one site of an approved run. */
export interface OpenedClaimView {
  readonly siteId: string;
  readonly merchantId: string;
  readonly verdict: SiteVerdict;
  readonly leftOut?: LeftOut;
  readonly rehearsed: MoneyText;
  readonly claimId?: string;
  /** Where the claim stands now. */
  readonly state?: ClaimState;
}

export const precomputedSiteView = ({ siteId, merchantId, services, window, answers, given }: PrecomputedSite, code: string): PrecomputedSiteView => ({
  siteId, merchantId, services, window: { from: formatInstant(window.from), to: formatInstant(window.to) }, answers, codes: given.codes,
  ...(given.opens ? { cash: moneyText(given.minor, code) } : { leftOut: given.why }),
});

export const openedClaimView = ({ siteId, merchantId, verdict, why, claimId, rehearsedMinor }: OpenedRow, state: ClaimState | undefined, code: string): OpenedClaimView => ({
  siteId, merchantId, verdict, rehearsed: moneyText(rehearsedMinor, code),
  ...(why === null ? {} : { leftOut: why }), ...(claimId === null ? {} : { claimId }), ...(state === undefined ? {} : { state }),
});
