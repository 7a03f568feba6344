import { assess } from '../../core/assessment/index.js';
import { exampleFacts, recordedTimeline, type CompiledPolicy, type OutageFacts, type RecordedState } from '../../core/policy/index.js';
import { formatInstant, type Instant, type Interval } from '../../core/time/index.js';

export interface Possible {
  readonly services: readonly string[];
  readonly region: string;
  readonly window: Interval;
  readonly sector: string;
  readonly zone: string;
  readonly country: string;
  readonly now: Instant;
}

export interface Likely {
  readonly recorded: readonly { readonly state: RecordedState; readonly minutes: number }[];
  /** Minor units: what the published rule gives for the answers nobody has to prove; absent when it says nothing without more. */
  readonly range?: { readonly leastMinor: string; readonly mostMinor: string };
  /** Codes of what the rule would refuse it for, when it refuses whatever is answered. */
  readonly refusedFor: readonly string[];
}

const MINUTE_MS = 60_000;

/** Whole minutes of each state of the record inside the window. */
function minutesOf(outages: readonly OutageFacts[], { services, region, window }: Possible): Likely['recorded'] {
  const timeline = recordedTimeline({ claim: { services }, enrolments: services.map((service) => ({ service, region, from: 0 as Instant })), outages }, window);
  const sums = new Map<RecordedState, number>();
  for (const { from, to, value } of timeline) sums.set(value.state, (sums.get(value.state) ?? 0) + to - from);
  return [...sums].filter(([state]) => state !== 'up').map(([state, ms]) => ({ state, minutes: Math.floor(ms / MINUTE_MS) }));
}

/** Yes-or-no answers that the applicant gives without a document: each is tried both ways, at most five of them. */
const choices = ({ document }: CompiledPolicy): string[] =>
  Object.entries(document.inputs).filter(([, input]) => input.type === 'boolean' && input.source === 'asked' && input.evidence === undefined).map(([name]) => name).slice(0, 5);

/**
 * What a policy would likely give, by the engine that pays: a business that was open all the time, used the services, and has given no
 * sales yet, with every choice taken both ways. Never more than an indication; nothing is stored. Edge: a policy that needs sales or
 * another answer for every sum has no range.
 */
export function likely(policy: CompiledPolicy, outages: readonly OutageFacts[], possible: Possible): Likely {
  const { services, window, sector, zone, country, now, region } = possible;
  const names = choices(policy);
  const outcomes = Array.from({ length: 2 ** names.length }, (_, mask) => {
    const inputs = Object.fromEntries(names.map((name, at) => [name, String((mask >> at) % 2 === 1)]));
    const given = { window: `${formatInstant(window.from)}/${formatInstant(window.to)}`, services, sector, zone, filedAt: formatInstant(now), inputs };
    const facts = exampleFacts(policy.document, given);
    const run = assess({ ...facts, site: { ...facts.site, country }, outages, enrolments: services.map((service) => ({ service, region, from: 0 as Instant })) }, policy);
    return run.kind === 'needs' ? undefined : run.result;
  });
  const sums = outcomes.flatMap((result) => (result?.cashMinor != null && (result.outcome === 'eligible' || result.outcome === 'nil') ? [BigInt(result.cashMinor)] : []));
  const refused = outcomes.every((result) => result?.outcome === 'ineligible');
  return {
    recorded: minutesOf(outages, possible),
    ...(sums.length === 0 ? {} : { range: { leastMinor: smallest(sums).toString(), mostMinor: largest(sums).toString() } }),
    refusedFor: refused ? [...new Set(outcomes.flatMap((result) => result?.reasons.map(({ code }) => code) ?? []))] : [],
  };
}

const smallest = (sums: readonly bigint[]): bigint => sums.reduce((least, sum) => (sum < least ? sum : least));
const largest = (sums: readonly bigint[]): bigint => sums.reduce((most, sum) => (sum > most ? sum : most));
