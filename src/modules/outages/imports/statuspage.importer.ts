import type { Refusal } from '../../../core/errors/index.js';
import type { Instant } from '../../../core/time/index.js';
import { walkedJson, type FeedNode } from './feed-node.rules.js';
import { listed, WHOLE_FEED, type FeedImporter, type FeedLine, type FeedState } from './feed.rules.js';

const COMPONENT_STATES: Readonly<Record<string, FeedState | 'operational'>> = {
  operational: 'operational', degraded_performance: 'degraded', partial_outage: 'partial', major_outage: 'down', under_maintenance: 'maintenance',
};

/** The headline of a page, for incidents that name no transition of a component. */
const IMPACTS: Readonly<Record<string, FeedState>> = { critical: 'down', major: 'partial', minor: 'degraded', none: 'info', maintenance: 'maintenance' };

interface Change {
  readonly at: Instant;
  readonly name: string;
  readonly state: FeedState | 'operational';
}

/** A stretch of clock times in the words of an update, such as "18:12–18:55": often truer than the fields. */
const TIMES_SAID = /\b\d{1,2}:\d{2}\s*(?:UTC)?\s*(?:[-–—]|to|until)\s*\d{1,2}:\d{2}(?:\s*UTC)?/u;

/**
 * Statuspage v2, `incidents.json` and `scheduled-maintenances.json`: each component from the update that took it out of "operational"
 * to the one that brought it back. Maintenance lies from `scheduled_for` on: `started_at` is when it was announced.
 * Edge: a component named in the first update is out from `started_at` on, milliseconds before that update was shown.
 */
export const readStatuspage: FeedImporter = (bytes) => walkedJson(bytes, (root) => {
  const [incidents, planned] = [root.at('incidents'), root.at('scheduled_maintenances')];
  if (!incidents.isThere && !planned.isThere) root.refuse('"incidents" or "scheduled_maintenances"');
  const notes: Refusal[] = [];
  const all = incidents.maybeList();
  if (all.length >= 50) notes.push({ code: 'imports.note_fifty', params: {} });
  return listed([...all.flatMap((incident) => incidentLines(incident, notes)), ...planned.maybeList().flatMap(plannedLines)], notes);
});

function incidentLines(incident: FeedNode, notes: Refusal[]): FeedLine[] {
  const id = incident.at('id').text();
  const started = incident.either('started_at', 'created_at').instant();
  const resolved = incident.at('resolved_at').maybeInstant();
  const updates = updatesOf(incident);
  const about = { externalId: id, region: WHOLE_FEED, ...titleAndTimes(incident, updates.map(({ node }) => node)) };
  const changes = updates.flatMap(({ node, at }, index) => changesOf(node, index === 0 && started < at ? started : at));
  if (changes.length > 0) {
    return [...Map.groupBy(changes, ({ name }) => name)].flatMap(([component, of]) => stretches(of, resolved).map((stretch) => ({ ...about, component, ...stretch })));
  }
  const impact = incident.at('impact').maybeText() ?? '';
  const state = IMPACTS[impact];
  if (state === undefined) notes.push({ code: 'imports.note_impact', params: { id, impact } });
  const names = incident.at('components').maybeList().map((component) => component.at('name').text());
  return (names.length === 0 ? [WHOLE_FEED] : names).flatMap((component) =>
    (resolved !== undefined && resolved <= started ? [] : [{ ...about, component, from: started, ...until(resolved), state: state ?? 'info' }]));
}

const updatesOf = (incident: FeedNode): { node: FeedNode; at: Instant }[] => incident.at('incident_updates').maybeList()
  .map((node) => ({ node, at: node.either('display_at', 'created_at').instant() })).sort((a, b) => a.at - b.at);

const changesOf = (update: FeedNode, at: Instant): Change[] => update.at('affected_components').maybeList().map((component) => ({
  at, name: component.either('name', 'code').text(), state: COMPONENT_STATES[component.at('new_status').maybeText() ?? ''] ?? 'info',
}));

/** Runs of one state that is not "operational"; what is still out at the end closes with the incident. */
function stretches(changes: readonly Change[], resolved: Instant | undefined): Pick<FeedLine, 'from' | 'to' | 'state'>[] {
  const found: Pick<FeedLine, 'from' | 'to' | 'state'>[] = [];
  let running: { from: Instant; state: FeedState } | undefined;
  const close = (to: Instant | undefined): void => {
    if (running !== undefined && (to === undefined || to > running.from)) found.push({ from: running.from, ...until(to), state: running.state });
    running = undefined;
  };
  for (const { at, state } of changes) {
    if (running?.state === state) continue;
    close(at);
    if (state !== 'operational') running = { from: at, state };
  }
  close(resolved);
  return found;
}

function plannedLines(planned: FeedNode): FeedLine[] {
  const began = updatesOf(planned).find(({ node }) => node.at('status').maybeText() === 'in_progress')?.at;
  const from = planned.at('scheduled_for').maybeInstant() ?? began ?? planned.at('scheduled_for').instant();
  const ends = [planned.at('resolved_at').maybeInstant(), planned.at('scheduled_until').maybeInstant()].filter((end) => end !== undefined);
  const to = ends.length === 0 ? undefined : (Math.min(...ends) as Instant);
  const updates = updatesOf(planned).map(({ node }) => node);
  const names = new Set([...updates.flatMap((update) => update.at('affected_components').maybeList()), ...planned.at('components').maybeList()]
    .map((component) => component.either('name', 'code').text()));
  if (to !== undefined && to <= from) return [];
  const about = { externalId: planned.at('id').text(), region: WHOLE_FEED, ...titleAndTimes(planned, updates) };
  return [...(names.size === 0 ? [WHOLE_FEED] : names)].map((component) => ({ ...about, component, from, ...until(to), state: 'maintenance' }));
}

export const until = (to: Instant | undefined): { to?: Instant } => (to === undefined ? {} : { to });

function titleAndTimes(incident: FeedNode, updates: readonly FeedNode[]): { title?: string; note?: string } {
  const title = incident.at('name').maybeText();
  const said = updates.map((update) => TIMES_SAID.exec(update.at('body').maybeText() ?? '')?.[0]).find((times) => times !== undefined);
  return { ...(title === undefined ? {} : { title }), ...(said === undefined ? {} : { note: said }) };
}
