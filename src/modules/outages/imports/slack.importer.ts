import { walkedJson, type FeedNode } from './feed-node.rules.js';
import { listed, WHOLE_FEED, type FeedImporter, type FeedLine, type FeedState } from './feed.rules.js';
import { until } from './statuspage.importer.js';

const TYPES: Readonly<Record<string, FeedState>> = { outage: 'down', incident: 'partial', notice: 'info', maintenance: 'maintenance' };

/** Slack `history`: from `date_created` to `date_updated` once resolved, which is when the last word was written. Edge: no services named is the whole feed. */
export const readSlack: FeedImporter = (bytes) => walkedJson(bytes, (root) =>
  listed((root.isList ? root.list() : root.either('active_incidents', 'incidents').list()).flatMap(incidentLines)));

function incidentLines(incident: FeedNode): FeedLine[] {
  const from = incident.at('date_created').instant();
  const resolved = ['resolved', 'completed', 'ok'].includes(incident.at('status').maybeText() ?? '');
  const to = resolved ? incident.at('date_updated').instant() : undefined;
  if (to !== undefined && to <= from) return [];
  const services = incident.at('services').maybeList().map((service) => service.text());
  const title = incident.at('title').maybeText();
  const state = TYPES[incident.at('type').maybeText() ?? ''] ?? 'info';
  return (services.length === 0 ? [WHOLE_FEED] : [...new Set(services)]).map((component) => ({
    externalId: incident.at('id').text(), component, region: WHOLE_FEED, from, ...until(to), state, ...(title === undefined ? {} : { title }),
  }));
}
