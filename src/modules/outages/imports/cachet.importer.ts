import { walkedJson, type FeedNode } from './feed-node.rules.js';
import { listed, WHOLE_FEED, type FeedImporter, type FeedLine, type FeedState } from './feed.rules.js';
import { until } from './statuspage.importer.js';

const COMPONENT_STATES: Readonly<Record<string, FeedState>> = { 2: 'degraded', 3: 'partial', 4: 'down' };
const FIXED = 4;

/** Cachet's `/api/v1/incidents` (experimental): from `occurred_at` to the update that says "fixed". Edge: times without an offset are the PHP server's, and are refused. */
export const readCachet: FeedImporter = (bytes) => walkedJson(bytes, (root) => listed(root.at('data').list().flatMap(incidentLines)));

function incidentLines(incident: FeedNode): FeedLine[] {
  const from = incident.either('occurred_at', 'created_at').instant();
  const fixed = incident.at('updates').maybeList().find((update) => update.at('status').whole() === FIXED);
  const to = fixed?.either('created_at', 'updated_at').instant() ?? (incident.at('status').whole() === FIXED ? incident.at('updated_at').instant() : undefined);
  if (to !== undefined && to <= from) return [];
  const component = incident.at('component');
  const title = incident.at('name').maybeText();
  return [{
    externalId: incident.at('id').text(), component: component.isThere ? component.at('name').text() : WHOLE_FEED, region: WHOLE_FEED, from, ...until(to),
    state: (component.isThere ? COMPONENT_STATES[component.at('status').text()] : undefined) ?? 'info', ...(title === undefined ? {} : { title }),
  }];
}
