import type { Refusal } from '../../../core/errors/index.js';
import { walkedJson, type FeedNode } from './feed-node.rules.js';
import { listed, WHOLE_FEED, type FeedImporter, type FeedLine, type FeedState } from './feed.rules.js';
import { until } from './statuspage.importer.js';

/** Severities are every operator's own; those that are usual. One that is missing or not among them is down: somebody was woken. */
const SEVERITIES: Readonly<Record<string, FeedState>> = { warning: 'degraded', info: 'info', none: 'info' };

/**
 * An Alertmanager webhook, version 4. An alert is one by `fingerprint` and `startsAt`, however often it is told.
 * Edge: `endsAt` of year 1 is an alert that still fires; an end includes the rule's own delays, so it is late rather than early.
 */
export const readAlertmanager: FeedImporter = (bytes) => walkedJson(bytes, (root) => {
  if (root.at('version').text() !== '4') root.at('version').refuse('version "4" of the webhook');
  const notes: Refusal[] = [];
  const truncated = root.at('truncatedAlerts');
  if (truncated.isThere && truncated.whole() > 0) notes.push({ code: 'imports.note_truncated', params: { count: truncated.whole() } });
  return listed(root.at('alerts').list().flatMap(alertLines), notes, 'exact');
});

function alertLines(alert: FeedNode): FeedLine[] {
  const labels = alert.at('labels');
  const from = alert.at('startsAt').instant();
  const fires = alert.at('status').text() === 'firing' || alert.at('endsAt').text().startsWith('0001-');
  const to = fires ? undefined : alert.at('endsAt').instant();
  if (to !== undefined && to <= from) return [];
  const title = alert.at('annotations').isThere ? alert.at('annotations').at('summary').maybeText() : undefined;
  return [{
    externalId: `${alert.at('fingerprint').text()}@${new Date(from).toISOString()}`,
    component: labels.either('service', 'alertname').text(), region: labels.at('region').maybeText() ?? WHOLE_FEED,
    from, ...until(to), state: SEVERITIES[labels.at('severity').maybeText() ?? ''] ?? 'down', ...(title === undefined ? {} : { title }),
  }];
}
