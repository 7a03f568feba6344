import { SECOND } from '../../../core/time/index.js';
import { feedInstant, walkedJson, type FeedNode } from './feed-node.rules.js';
import { earliest, WHOLE_FEED, type FeedImporter, type FeedState } from './feed.rules.js';
import { sampledStretches, type Sample } from './samples.rules.js';

const STATES: Readonly<Record<string, FeedState>> = { 0: 'down', 1: 'up', 3: 'maintenance' };

/**
 * Uptime Kuma 2's heartbeats of a status page (experimental): the last hundred beats of each monitor. Where beats are missing the state
 * is unknown: the tool itself shows such time as up. Edge: a beat that is pending (2) is unknown.
 */
export const readUptimeKuma: FeedImporter = (bytes, { sampleSeconds } = {}) => walkedJson(bytes, (root) => {
  const lines = root.at('heartbeatList').entries().flatMap(([monitor, beats]) =>
    sampledStretches(beats.list().map(sampleOf), sampleSeconds === undefined ? undefined : sampleSeconds * SECOND)
      .map((stretch) => ({ externalId: `${monitor}@${stretch.from}`, component: monitor, region: WHOLE_FEED, ...stretch })));
  const since = earliest(lines);
  return { lines, checks: [], precision: 'sampled', notes: [], ...(since === undefined ? {} : { recordedSince: since }) };
});

/** Its database keeps UTC and writes no zone. */
function sampleOf(beat: FeedNode): Sample {
  const text = beat.at('time').text();
  const at = feedInstant(/^\d{4}-\d{2}-\d{2} [\d:.]+$/.test(text) ? `${text.replace(' ', 'T')}Z` : text);
  return { at: at.ok ? at.value : beat.at('time').refuse('a time of UTC'), state: STATES[beat.at('status').text()] ?? 'unknown' };
}
