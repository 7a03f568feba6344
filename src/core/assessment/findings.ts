import { addRatio, compareRatio, formatRatio, multiplyRatio, parseRatio, ratio, ZERO } from '../money/index.js';
import { durationMs, hull, overlaps } from '../time/index.js';
import { type PolicyDocument, type PolicyFacts, type PolicyRun, troubledTime, type TimeValue } from '../policy/index.js';
import type { Finding, Lanes } from './result.js';

/** Refunds that name no sale refer above this share of the window's sales. */
const LOOSE_REFUND_LIMIT = ratio(5n, 100n);

type Rule = (facts: PolicyFacts, run: PolicyRun, lanes: Lanes, time: TimeValue | undefined, document: PolicyDocument) => Finding | undefined;

const windowWiderThanTrouble: Rule = (facts, _run, lanes) => {
  const troubled = lanes.recorded.filter(({ state }) => state !== 'up' && state !== 'presumed_up');
  const outside = durationMs([facts.claim.window]) - durationMs(troubled);
  return outside === 0 || troubled.length === 0 ? undefined
    : { code: 'window_wider_than_recorded', effect: 'informs', audience: 'merchant', params: { outsideMs: String(outside) } };
};

/** A person has put what was sold, or a figure further on: what is amiss in the records has been looked at. */
function soldWasPut(run: PolicyRun): boolean {
  const sold = run.trace.filter(({ block }) => block.startsWith('actual@'));
  return sold.length > 0 && !sold.some(({ id }) => run.restsOn(id));
}

const looseRefunds: Rule = (facts, run, _lanes, time) => {
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

const hoursEnteredAfterwards: Rule = ({ site, outages }) => {
  const start = hull(outages.flatMap(({ segments }) => segments))?.from;
  return start === undefined || site.openingHoursEnteredAt < start ? undefined
    : { code: 'hours_entered_after_outage', effect: 'informs', audience: 'staff', params: { enteredAt: String(site.openingHoursEnteredAt) } };
};

const salesOfOtherCurrency: Rule = ({ sales }, run) => {
  const paid = run.demand.currency;
  return sales === undefined || sales.currency === paid ? undefined
    : { code: 'sales_in_other_currency', effect: 'blocks', audience: 'merchant', params: { sales: sales.currency, policy: paid } };
};

const salesDoNotCover: Rule = ({ sales }, run) => {
  const missing = run.trace.some(({ id, block, working }) =>
    run.restsOn(id) && block.startsWith('actual@') && typeof working === 'object' && working !== null && 'why' in working && working.why === 'not_covered');
  return sales === undefined || !missing ? undefined
    : { code: 'sales_do_not_cover_window', effect: 'refers', audience: 'merchant', params: {} };
};

const nothingRecorded: Rule = (facts) =>
  (overlaps(troubledTime(facts), [facts.claim.window]) ? undefined
    : { code: 'no_trouble_recorded', effect: 'informs', audience: 'merchant', params: {} });

/** The version that the start of the outage picks is used for all of the window; where the policy says `refuse` it is a refusal instead. */
const straddlesVersions: Rule = ({ policy: { straddles } }, _run, _lanes, _time, document) =>
  (straddles === undefined || document.process.straddle === 'refuse' ? undefined
    : { code: 'window_straddles_versions', effect: 'informs', audience: 'merchant', params: { versions: straddles.join(', ') } });

const RULES: readonly Rule[] = [
  salesOfOtherCurrency, salesDoNotCover, looseRefunds, nothingRecorded, windowWiderThanTrouble, hoursEnteredAfterwards, straddlesVersions,
];

/** What is worth knowing beside the amount: each names its effect and who may see it. None ever refuses. */
export const findingsOf = (facts: PolicyFacts, run: PolicyRun, lanes: Lanes, time: TimeValue | undefined, document: PolicyDocument): Finding[] =>
  RULES.flatMap((rule) => rule(facts, run, lanes, time, document) ?? []);
