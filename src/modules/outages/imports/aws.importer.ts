import type { Instant } from '../../../core/time/index.js';
import { walkedJson, type FeedNode } from './feed-node.rules.js';
import { listed, WHOLE_FEED, type FeedImporter, type FeedLine, type FeedState } from './feed.rules.js';
import { until } from './statuspage.importer.js';

/** Experimental: what the numbers mean is not published. */
const STATUSES: Readonly<Record<string, FeedState>> = { 1: 'info', 2: 'degraded', 3: 'partial' };

/** AWS `currentevents`, which is UTF-16 with a mark: from `date` (seconds since 1970) to the last entry of the log once the event is closed (status 0). */
export const readAws: FeedImporter = (bytes) => walkedJson(bytes, (root) => listed(root.list().flatMap(eventLines)));

function eventLines(event: FeedNode): FeedLine[] {
  const from = event.at('date').epochSeconds();
  const entries = event.at('event_log').maybeList().map((entry) => ({ at: entry.at('timestamp').epochSeconds(), status: entry.at('status').text() }));
  const last = entries.reduce<{ at: Instant; status: string } | undefined>((latest, entry) => (latest === undefined || entry.at >= latest.at ? entry : latest), undefined);
  const to = last?.status === '0' ? last.at : undefined;
  if (to !== undefined && to <= from) return [];
  const named = event.at('impacted_services');
  const services = named.isThere ? named.entries().map(([key, service]) => (service.at('service_name').maybeText() ?? key)) : [];
  const title = event.at('summary').maybeText();
  return (services.length === 0 ? [event.either('service_name', 'service').text()] : services).map((component) => ({
    externalId: event.at('arn').maybeText() ?? `${component}@${from}`, component, region: event.at('region_name').maybeText() ?? WHOLE_FEED,
    from, ...until(to), state: STATUSES[event.at('status').text()] ?? 'info', ...(title === undefined ? {} : { title }),
  }));
}
