import { walkedJson, type FeedNode } from './feed-node.rules.js';
import { listed, WHOLE_FEED, type FeedImporter, type FeedLine, type FeedState } from './feed.rules.js';
import { until } from './statuspage.importer.js';

const IMPACTS: Readonly<Record<string, FeedState>> = { SERVICE_OUTAGE: 'down', SERVICE_DISRUPTION: 'partial', SERVICE_INFORMATION: 'info' };

/** Google Cloud `incidents.json`: a bare list; each product in each place from `begin` to `end`. Edge: without `end` it is open; `global` is everywhere. */
export const readGoogleCloud: FeedImporter = (bytes) => walkedJson(bytes, (root) => listed(root.list().flatMap(incidentLines)));

function incidentLines(incident: FeedNode): FeedLine[] {
  const [from, to] = [incident.at('begin').instant(), incident.at('end').maybeInstant()];
  if (to !== undefined && to <= from) return [];
  const places = ['currently_affected_locations', 'previously_affected_locations']
    .flatMap((key) => incident.at(key).maybeList()).map((place) => place.either('id', 'title').text());
  const regions = places.length === 0 || places.includes('global') ? [WHOLE_FEED] : [...new Set(places)];
  const products = incident.at('affected_products').maybeList().map((product) => product.either('title', 'id').text());
  const components = products.length > 0 ? [...new Set(products)] : [incident.at('service_name').maybeText() ?? WHOLE_FEED];
  const state = IMPACTS[incident.at('status_impact').maybeText() ?? ''] ?? 'info';
  const title = incident.at('external_desc').maybeText();
  const about = { externalId: incident.at('id').text(), from, ...until(to), state, ...(title === undefined ? {} : { title: title.slice(0, 200) }) };
  return components.flatMap((component) => regions.map((region) => ({ ...about, component, region })));
}
