import { addRatio, compareRatio, formatRatio, multiplyRatio, parseRatio, ratio, ZERO } from '../money/index.js';
import { durationMs, hull, overlaps } from '../time/index.js';
import { type PolicyDocument, type PolicyFacts, type PolicyRun, troubledTime, type TimeValue } from '../policy/index.js';
import type { Finding, Lanes } from './result.js';

/** Refunds that name no sale refer above this share of the window's sales. */
const LOOSE_REFUND_LIMIT = ratio(5n, 100n);

/** What a run says beside its amount is found in these. */
export interface FindingGround {
  readonly facts: PolicyFacts;
  readonly run: PolicyRun;
  /** The time that the policy's result names as counted. */
  readonly time: TimeValue | undefined;
  readonly document: PolicyDocument;
}

type Rule = (ground: FindingGround) => Finding | undefined;

const windowWiderThanTrouble = ({ facts }: FindingGround, lanes: Lanes): Finding | undefined => {
  const troubled = lanes.recorded.filter(({ state }) => state !== 'up' && state !== 'presumed_up');
  const outside = durationMs([facts.claim.window]) - durationMs(troubled);
  return outside === 0 || troubled.length === 0 ? undefined
    : { code: 'window_wider_than_recorded', effect: 'informs', audience: 'merchant', params: { outsideMs: String(outside) } };
};

const looseRefunds: Rule = ({ facts, time }) => {
  if (facts.sales === undefined || time === undefined || time.pieces.length === 0) return undefined;
  const read = (text: string) => {
    const value = parseRatio(text);
    return value.ok ? value.value : ZERO;
  };
  const inWindow = facts.sales.sums.filter((sum) => overlaps([sum], time.pieces));
  const refunds = inWindow.reduce((sum, row) => addRatio(sum, read(row.looseRefunds)), ZERO);
  const net = inWindow.reduce((sum, row) => addRatio(sum, read(row.net)), ZERO);
  if (compareRatio(refunds, multiplyRatio(net, LOOSE_REFUND_LIMIT)) <= 0) return undefined;
  return { code: 'loose_refunds', effect: 'refers', audience: 'merchant', params: { refundsMinor: formatRatio(refunds), salesMinor: formatRatio(net) } };
};

const hoursEnteredAfterwards: Rule = ({ facts: { site, outages } }) => {
  const start = hull(outages.flatMap(({ segments }) => segments))?.from;
  return start === undefined || site.openingHoursEnteredAt < start ? undefined
    : { code: 'hours_entered_after_outage', effect: 'informs', audience: 'staff', params: { enteredAt: String(site.openingHoursEnteredAt) } };
};

const salesOfOtherCurrency: Rule = ({ facts: { sales }, run }) => {
  const paid = run.demand.currency;
  return sales === undefined || sales.currency === paid ? undefined
    : { code: 'sales_in_other_currency', effect: 'blocks', audience: 'merchant', params: { sales: sales.currency, policy: paid } };
};

const salesDoNotCover: Rule = ({ facts: { sales }, run }) => {
  const missing = run.workingsOf('actual').some((working) => typeof working === 'object' && working !== null && 'why' in working && working.why === 'not_covered');
  return sales === undefined || !missing ? undefined
    : { code: 'sales_do_not_cover_window', effect: 'refers', audience: 'merchant', params: {} };
};

const nothingRecorded: Rule = ({ facts }) =>
  (overlaps(troubledTime(facts), [facts.claim.window]) ? undefined
    : { code: 'no_trouble_recorded', effect: 'informs', audience: 'merchant', params: {} });

/**
 * What becomes of a window that more than one version is for: `first` takes the version that `selectBy` picks for all of it,
 * `refuse` leaves it to a person. A document that is silent means `first`, which is what every "version" sentence says.
 */
export const straddleRule = ({ process }: { readonly process: object }): 'first' | 'refuse' => ('straddle' in process && process.straddle === 'refuse' ? 'refuse' : 'first');

const straddlesVersions: Rule = ({ facts: { policy: { straddles } }, document }) =>
  (straddles === undefined ? undefined
    : { code: 'window_straddles_versions', effect: straddleRule(document) === 'refuse' ? 'refers' : 'informs', audience: 'merchant', params: { versions: straddles.join(', ') } });

/** What is worth knowing beside the amount: each names its effect and who may see it. None ever refuses. */
export const findingsOf = (ground: FindingGround, lanes: Lanes): Finding[] => [
  salesOfOtherCurrency(ground), salesDoNotCover(ground), looseRefunds(ground), nothingRecorded(ground), windowWiderThanTrouble(ground, lanes),
  hoursEnteredAfterwards(ground), straddlesVersions(ground),
].filter((finding) => finding !== undefined);

const WEIGHING: readonly Rule[] = [salesOfOtherCurrency, salesDoNotCover, looseRefunds, straddlesVersions];

/** Those that send a claim to a person; all others only inform. */
export const weighingFindings = (ground: FindingGround): Finding[] =>
  WEIGHING.flatMap((rule) => rule(ground) ?? []).filter(({ effect }) => effect !== 'informs');
