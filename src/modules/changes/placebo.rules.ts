import { troubledTime, type OutageFacts, type PolicyFacts } from '../../core/policy/index.js';
import { addLocalDays, contains, intersect, openIntervals, overlaps, type Instant, type Interval } from '../../core/time/index.js';

/** So many weeks back a quiet one is looked for; comparables of that week lie before it. */
const MOST_WEEKS = 8;

export interface Placebo {
  /** How many weeks earlier the outage is pretended to have been. */
  readonly weeks: number;
  readonly facts: PolicyFacts;
}

/**
 * The same claim in the latest earlier week in which nothing was wrong: window and recorded segments are moved there, the sales of
 * that week are the real ones. What a rule pays on these facts it pays for nothing.
 *
 * A week counts when no claimed service had trouble in the moved window, and the records speak for it. Edge: no such week, undefined.
 */
export function placeboOf(facts: PolicyFacts): Placebo | undefined {
  const troubled = troubledTime(facts);
  for (let weeks = 1; weeks <= MOST_WEEKS; weeks += 1) {
    const move = moveBy(facts.site.zone, weeks);
    const window = move(facts.claim.window);
    if (window.to - window.from !== facts.claim.window.to - facts.claim.window.from || overlaps([window], troubled) || !recordsSpeakFor(window, facts)) continue;
    return { weeks, facts: { ...facts, claim: { ...facts.claim, window }, outages: facts.outages.map((outage) => (concerns(outage, facts) ? moved(outage, move) : outage)) } };
  }
  return undefined;
}

type Move = <T extends Interval>(piece: T) => T;

const moveBy = (zone: string, weeks: number): Move => {
  const back = (at: Instant): Instant => addLocalDays(at, zone, -7 * weeks);
  return (piece) => ({ ...piece, from: back(piece.from), to: back(piece.to) });
};

const concerns = ({ scopes }: OutageFacts, { claim }: PolicyFacts): boolean =>
  scopes.some(({ service, from, to }) => claim.services.includes(service) && from < claim.window.to && to > claim.window.from);

const moved = (outage: OutageFacts, move: Move): OutageFacts => ({
  ...outage, scopes: outage.scopes.map(move), officialWindows: outage.officialWindows.map(move), segments: outage.segments.map(move),
});

const recordsSpeakFor = (window: Interval, { sales, site }: PolicyFacts): boolean =>
  sales === undefined || contains(sales.coverage, intersect([window], openIntervals(site.openingHours, window)));
