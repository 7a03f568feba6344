import type { Instant } from '../../core/time/index.js';
import type { RegisterLine, RevisionContent } from './outages.rules.js';

/** A revision that waits, and what it would replace. */
export interface Amendment {
  readonly outageId: string;
  readonly code: string;
  readonly title: Readonly<Record<string, string>>;
  readonly revision: number;
  readonly revisionId: string;
  /** Number of the revision it was written on top of. */
  readonly base: number;
  readonly reason: string;
  readonly proposedBy: string;
  /** The register holds another revision by now. */
  readonly isOvertaken: boolean;
  readonly before: RevisionContent;
  readonly after: RevisionContent;
}

/** Time of a service about which the register would say something else; without an end while the outage lasts. */
export interface TouchedTime {
  readonly service: string;
  readonly from: Instant;
  readonly to: Instant | undefined;
}

/** A line as text, so that lines are equal when they say the same. */
const said = (line: object): string => JSON.stringify(line, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

const linesOf = (content: RevisionContent, service: string): string[] => [
  ...content.scope.filter((line) => line.service === service).map(({ entry: _entry, ...line }) => said(line)),
  ...content.segments.filter((line) => line.service === service).map(({ evidence: _evidence, ...line }) => said(line)),
  ...content.officialWindows.filter((line) => line.service === service).map(said),
].sort();

/**
 * The time an amendment touches, a service at a time. An assessment is given an outage whole (a rule may ask for the longest downtime), so a
 * service of which one line differs is touched over the whole scope of the outage, before and after. Half-open intervals. Edge: one that says
 * the same in another order, or with other evidence, touches nothing; voiding touches all that was in scope.
 */
export function touchedBy(before: RevisionContent, after: RevisionContent): TouchedTime[] {
  const services = new Set([...before.scope, ...after.scope].map(({ service }) => service));
  return [...services].sort().flatMap((service) => {
    const differs = before.complete !== after.complete || linesOf(before, service).join() !== linesOf(after, service).join();
    const scope: readonly RegisterLine[] = [...before.scope, ...after.scope].filter((line) => line.service === service);
    const ends = scope.map(({ to }) => to);
    const last = ends.includes(undefined) ? undefined : (Math.max(...ends.map((to) => to ?? 0)) as Instant);
    return differs ? [{ service, from: Math.min(...scope.map(({ from }) => from)) as Instant, to: last }] : [];
  });
}
