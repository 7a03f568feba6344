import { SECOND } from '../../../core/time/index.js';
import type { Refusal } from '../../../core/errors/index.js';
import { walkedJson, type FeedNode } from './feed-node.rules.js';
import { WHOLE_FEED, earliest, type FeedImporter, type FeedLine } from './feed.rules.js';
import { lookBackNote, sampledStretches, type Sample } from './samples.rules.js';

const MOST_SAMPLES = 500_000;

/**
 * Prometheus: the raw samples of `probe_success` as an instant query of a range vector gives them (`probe_success[1d]`): 1 up, 0 down,
 * unknown where samples are missing. Of a series the label `service` is the component, else `instance`; `region` the region.
 * Edge: `up` of the prober's own job stays 1 while the shop is down, so it is noted; `query_range` hides gaps, so it is noted too.
 */
export const readPrometheus: FeedImporter = (bytes, { sampleSeconds } = {}) => walkedJson(bytes, (root) => {
  const data = root.at('data');
  if (data.at('resultType').maybeText() !== 'matrix') data.at('resultType').refuse('"matrix": ask for a range of raw samples, such as probe_success[1d]');
  const notes: Refusal[] = [];
  const series = data.at('result').list().map((one) => ({ metric: one.at('metric'), samples: samplesOf(one) }));
  if (series.reduce((sum, { samples }) => sum + samples.length, 0) > MOST_SAMPLES) data.at('result').refuse(`at most ${MOST_SAMPLES} samples; ask for a shorter range`);
  const lines = series.flatMap(({ metric, samples }): FeedLine[] => {
    const name = metric.at('__name__').maybeText();
    if (name === 'ALERTS') metric.refuse('samples of a probe: alerts come by the Alertmanager receiver');
    const component = metric.either('service', 'instance', 'job').maybeText() ?? WHOLE_FEED;
    if (name === 'up') notes.push({ code: 'imports.note_up', params: { component } });
    const grid = lookBackNote(samples);
    if (grid !== undefined && !notes.some(({ code }) => code === grid.code)) notes.push(grid);
    const label = `${name ?? 'series'}{${metric.at('instance').maybeText() ?? component}}`;
    const region = metric.at('region').maybeText() ?? WHOLE_FEED;
    return sampledStretches(samples, sampleSeconds === undefined ? undefined : sampleSeconds * SECOND)
      .map((stretch) => ({ externalId: `${label}@${Math.floor(stretch.from / SECOND)}`, component, region, ...stretch }));
  });
  const since = earliest(lines);
  return { lines, checks: [], precision: 'sampled', notes, ...(since === undefined ? {} : { recordedSince: since }) };
});

const samplesOf = (series: FeedNode): Sample[] => series.at('values').list().map((pair) => {
  const [at, value] = pair.list();
  if (at === undefined || value === undefined) return pair.refuse('a time and a value');
  const text = value.text();
  return { at: at.epochSeconds(), state: text === '1' ? 'up' : text === '0' ? 'down' : 'unknown' };
});
