import { addRatio, compareRatio, formatRatio, multiplyRatio, parseRatio, ratio, ZERO } from '../money/index.js';
import { durationMs, hull, overlaps } from '../time/index.js';
import { salesBasisOf, type PolicyDocument, type PolicyFacts, type PolicyRun, troubledTime, type TimeValue } from '../policy/index.js';
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

/** A person has put what was sold, or a figure further on: what is amiss in the records has been looked at. */
function soldWasPut(run: PolicyRun): boolean {
  const sold = run.stepsOf('actual');
  return sold.length > 0 && !sold.some(({ id }) => run.restsOn(id));
}

const looseRefunds: Rule = ({ facts, run, time }) => {
  if (facts.sales === undefined || soldWasPut(run) || time === undefined || time.pieces.length === 0) return undefined;
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

/** Sales with tax and sales without never meet in one figure. */
const salesOnOtherBasis: Rule = ({ facts: { sales }, document }) => {
  const wanted = salesBasisOf(document);
  return sales === undefined || wanted === undefined || sales.basis === wanted ? undefined
    : { code: `sales_${sales.basis}_policy_${wanted}`, effect: 'refers', audience: 'merchant', params: {} };
};

const salesConverted: Rule = ({ facts: { sales } }) => {
  const conversion = sales?.conversion;
  if (conversion === undefined) return undefined;
  return { code: `sales_to_${conversion.to}_by_${conversion.by}`, effect: 'informs', audience: 'merchant', params: conversion.by === 'rate' ? { percent: conversion.ratePercent } : {} };
};

const salesDoNotCover: Rule = ({ facts: { sales }, run }) => {
  const missing = run.stepsOf('actual').some(({ id, working }) => run.restsOn(id) && typeof working === 'object' && working !== null && 'why' in working && working.why === 'not_covered');
  return sales === undefined || !missing ? undefined
    : { code: 'sales_do_not_cover_window', effect: 'refers', audience: 'merchant', params: {} };
};

const nothingRecorded: Rule = ({ facts }) =>
  (overlaps(troubledTime(facts), [facts.claim.window]) ? undefined
    : { code: 'no_trouble_recorded', effect: 'informs', audience: 'merchant', params: {} });

/** The version that the start of the outage picks is used for all of the window; where the policy says `refuse` it is a refusal instead. */
const straddlesVersions: Rule = ({ facts: { policy: { straddles } }, document }) =>
  (straddles === undefined || document.process.straddle === 'refuse' ? undefined
    : { code: 'window_straddles_versions', effect: 'informs', audience: 'merchant', params: { versions: straddles.join(', ') } });

/** What is worth knowing beside the amount: each names its effect and who may see it. None ever refuses. */
export const findingsOf = (ground: FindingGround, lanes: Lanes): Finding[] => [
  salesOfOtherCurrency(ground), salesOnOtherBasis(ground), salesConverted(ground), salesDoNotCover(ground), looseRefunds(ground), nothingRecorded(ground), windowWiderThanTrouble(ground, lanes),
  hoursEnteredAfterwards(ground), straddlesVersions(ground),
].filter((finding) => finding !== undefined);

const WEIGHING: readonly Rule[] = [salesOfOtherCurrency, salesOnOtherBasis, salesDoNotCover, looseRefunds];

/** Those that send a claim to a person; all others only inform. */
export const weighingFindings = (ground: FindingGround): Finding[] =>
  WEIGHING.flatMap((rule) => rule(ground) ?? []).filter(({ effect }) => effect !== 'informs');
