import type { Instant } from '../../../core/time/index.js';
import { walkedJson, type FeedNode } from './feed-node.rules.js';
import { listed, WHOLE_FEED, type FeedImporter, type FeedLine, type FeedState } from './feed.rules.js';
import { until } from './statuspage.importer.js';

/** Status.io counts in hundreds; 600 is a security notice and says nothing about being up. */
function stateOf(number: number): FeedState | undefined {
  if (number === 100) return undefined;
  return ({ 200: 'maintenance', 300: 'degraded', 400: 'partial', 500: 'down' } as const)[number] ?? 'info';
}

/**
 * Status.io: incidents from `datetime_open` on, to the message that resolves them; and what each component says of itself, from its
 * last change on, where no incident says it. A component's containers are its regions.
 * Edge: a component that is operational makes no line: the page does not say since when.
 */
export const readStatusio: FeedImporter = (bytes) => walkedJson(bytes, (root) => {
  const result = root.at('result');
  const incidents = result.at('incidents').maybeList().flatMap(incidentLines);
  const said = new Set(incidents.map(({ component, region }) => `${component}\n${region}`));
  const present = result.at('status').maybeList().flatMap(presentLines).filter(({ component, region }) => !said.has(`${component}\n${region}`));
  const planned = ['active', 'upcoming'].flatMap((key) => (result.at('maintenance').isThere ? result.at('maintenance').at(key).maybeList() : [])).flatMap(plannedLines);
  return listed([...incidents, ...present, ...planned]);
});

const namesOf = (node: FeedNode, key: string): string[] => {
  const names = node.at(key).maybeList().map((part) => part.at('name').text());
  return names.length === 0 ? [WHOLE_FEED] : names;
};

const spread = (node: FeedNode, line: Omit<FeedLine, 'component' | 'region'>): FeedLine[] => namesOf(node, 'components_affected')
  .flatMap((component) => namesOf(node, 'containers_affected').map((region) => ({ ...line, component, region })));

function incidentLines(incident: FeedNode): FeedLine[] {
  const messages = incident.at('messages').maybeList();
  const from = incident.at('datetime_open').instant();
  const worst = Math.max(0, ...messages.map((message) => message.at('status').whole()).filter((status) => status < 600));
  const to = messages.filter((message) => message.at('status').whole() === 100).map((message) => message.at('datetime').instant())
    .reduce<Instant | undefined>((last, at) => (last === undefined || at > last ? at : last), incident.at('datetime_resolved').maybeInstant());
  if (to !== undefined && to <= from) return [];
  return spread(incident, { externalId: incident.either('_id', 'id').text(), from, ...until(to), state: stateOf(worst) ?? 'info', ...titleOf(incident) });
}

const titleOf = (node: FeedNode): { title?: string } => {
  const title = node.at('name').maybeText();
  return title === undefined ? {} : { title };
};

function presentLines(component: FeedNode): FeedLine[] {
  return component.at('containers').maybeList().flatMap((container) => {
    const state = stateOf(container.at('status_code').whole());
    if (state === undefined) return [];
    const from = container.at('updated').instant();
    const region = container.at('name').text();
    return [{ externalId: `${component.at('id').text()}@${from}`, component: component.at('name').text(), region, from, state, ...titleOf(component) }];
  });
}

function plannedLines(planned: FeedNode): FeedLine[] {
  const [from, to] = [planned.at('datetime_planned_start').instant(), planned.at('datetime_planned_end').maybeInstant()];
  if (to !== undefined && to <= from) return [];
  return spread(planned, { externalId: planned.either('_id', 'id').text(), from, ...until(to), state: 'maintenance', ...titleOf(planned) });
}
