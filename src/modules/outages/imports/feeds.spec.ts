import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sharedBytes, sharedData } from '../../../../test/support/shared-data.js';
import { formatInstant, instant, parseInstant } from '../../../core/time/index.js';
import { CSV_TEMPLATE } from './csv.importer.js';
import { EXPERIMENTAL, FEED_KINDS, type FeedKind, type FeedLine, type FeedReading } from './feed.rules.js';
import { IMPORTERS } from './importers.rules.js';
import { sampledStretches, type Sample } from './samples.rules.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const json = (value: unknown): Uint8Array => bytes(JSON.stringify(value));
const at = (text: string) => {
  const read = parseInstant(text);
  if (!read.ok) throw new Error(text);
  return read.value;
};

function read(kind: FeedKind, content: Uint8Array): FeedReading {
  const reading = IMPORTERS[kind](content);
  if (!reading.ok) throw new Error(`${reading.refusal.code} ${JSON.stringify(reading.refusal.params)}`);
  return reading.value;
}

const codeOf = (kind: FeedKind, content: Uint8Array): string => {
  const reading = IMPORTERS[kind](content);
  return reading.ok ? 'ok' : reading.refusal.code;
};

const shown = ({ component, from, to, state }: FeedLine): string => `${component} ${state} ${formatInstant(from)} ${to === undefined ? 'open' : formatInstant(to)}`;

const SAMPLES: readonly (readonly [FeedKind, string])[] = [
  ['statuspage', 'statuspage-claude-incidents.json'], ['statuspage', 'statuspage-github-scheduled-maintenance.json'], ['google_cloud', 'gcp-incidents.json'],
  ['upptime', 'upptime-summary.json'], ['slack', 'slack-history.json'], ['statusio', 'statusio-gitlab.json'], ['prometheus', 'prometheus-raw-range-vector-probe_success.json'],
  ['prometheus', 'prometheus-query_range-probe_success.json'], ['alertmanager', 'alertmanager-webhook-firing.json'], ['alertmanager', 'alertmanager-webhook-resolved.json'],
];

describe('feeds against samples of the real ones', () => {
  it('all intervals of an independent reading come out', () => {
    const expected = sharedData('data', 'downtime', 'expected-intervals.json');
    if (expected === undefined) return;
    const states: Readonly<Record<string, string>> = { full: 'down', critical: 'down' };
    const of: Readonly<Record<string, string>> = { statuspage: 'statuspage:claude', google_cloud: 'gcp', alertmanager: 'alertmanager', prometheus: 'prometheus' };
    const found = new Set(SAMPLES.flatMap(([kind, file]) => read(kind, sharedBytes('data', 'downtime', file) as Buffer).lines
      .map(({ externalId, ...line }) => `${of[kind]} ${externalId} ${shown({ externalId, ...line })}`)));
    const wanted = (JSON.parse(expected) as Record<string, string>[]).map(({ source, externalId, service, from, to, severity = '' }) =>
      `${source} ${externalId} ${service} ${states[severity] ?? severity} ${from} ${to ?? 'open'}`);
    expect(wanted.length).toBeGreaterThan(15);
    expect(wanted.filter((line) => !found.has(line))).toEqual([]);
    const counted = SAMPLES.filter(([kind, file]) => of[kind] !== undefined && !file.includes('raw') && !file.includes('github'))
      .flatMap(([kind, file]) => read(kind, sharedBytes('data', 'downtime', file) as Buffer).lines.filter(({ state }) => state !== 'up').map((line) => `${line.externalId} ${shown(line)}`));
    expect(new Set(counted).size).toBe(wanted.length);
  });

  it('maintenance lies where it was planned, not where it was announced', () => {
    const sample = sharedBytes('data', 'downtime', 'statuspage-github-scheduled-maintenance.json');
    if (sample === undefined) return;
    expect(read('statuspage', sample).lines.map(shown)).toEqual([
      'Codespaces maintenance 2025-05-29T21:30:00.000Z 2025-05-31T04:30:00.000Z', 'Codespaces maintenance 2025-05-28T16:30:00.000Z 2025-05-29T16:30:00.000Z',
    ]);
  });

  it('a monitor that stopped for fifty seconds makes them unknown', () => {
    const sample = sharedBytes('data', 'downtime', 'prometheus-raw-range-vector-probe_success.json');
    if (sample === undefined) return;
    expect(read('prometheus', sample).lines.map(shown)).toEqual([
      'checkout up 2026-11-22T13:40:50.596Z 2026-11-22T13:41:30.596Z', 'checkout down 2026-11-22T13:41:30.596Z 2026-11-22T13:42:30.598Z',
      'checkout up 2026-11-22T13:42:30.598Z 2026-11-22T13:43:00.596Z', 'checkout unknown 2026-11-22T13:43:00.596Z 2026-11-22T13:43:45.598Z',
      'checkout up 2026-11-22T13:43:45.598Z 2026-11-22T13:44:20.601Z',
    ]);
  });

  it('what query_range and "up" hide is noted', () => {
    const [range, up] = [sharedBytes('data', 'downtime', 'prometheus-query_range-probe_success.json'), sharedBytes('data', 'downtime', 'prometheus-query_range-up.json')];
    if (range === undefined || up === undefined) return;
    expect(read('prometheus', range).notes.map(({ code }) => code)).toEqual(['imports.note_look_back']);
    expect(read('prometheus', up).notes.map(({ code }) => code)).toContain('imports.note_up');
    expect(codeOf('prometheus', sharedBytes('data', 'downtime', 'prometheus-query_range-ALERTS.json') as Buffer)).toBe('imports.unexpected');
  });

  it('Slack and Status.io say what a person reads in them', () => {
    const [slack, statusio] = [sharedBytes('data', 'downtime', 'slack-history.json'), sharedBytes('data', 'downtime', 'statusio-gitlab.json')];
    if (slack === undefined || statusio === undefined) return;
    expect(read('slack', slack).lines.map(shown)).toEqual([
      '* partial 2026-06-26T09:12:20.000Z 2026-06-26T10:09:39.000Z', 'Workflows partial 2026-06-16T15:50:09.000Z 2026-06-22T20:39:26.000Z',
      'Login/SSO partial 2026-06-17T22:33:29.000Z 2026-06-18T04:14:39.000Z',
    ]);
    expect(read('statusio', statusio).lines.map(shown)).toEqual([]);
  });

  it('Upptime gives minutes by day and no line', () => {
    const sample = sharedBytes('data', 'downtime', 'upptime-summary.json');
    if (sample === undefined) return;
    const { lines, checks } = read('upptime', sample);
    expect([lines.length, checks.length, checks[0]]).toEqual([0, 14, { component: 'manual', day: '2026-08-18', minutesDown: 36 }]);
  });

  it('a sample cut short or altered anywhere is read or refused, and nothing is thrown', () => {
    const all = SAMPLES.flatMap(([kind, file]) => {
      const sample = sharedBytes('data', 'downtime', file);
      return sample === undefined ? [] : [[kind, sample] as const];
    });
    if (all.length === 0) return;
    const made = [...all, ['csv', bytes(CSV_TEMPLATE)], ['azure', bytes(RSS)], ['aws', utf16(AWS)], ['uptime_kuma', json(KUMA)], ['cachet', json(CACHET)]] as const;
    fc.assert(fc.property(fc.nat(made.length - 1), fc.nat(), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), fc.constantFrom(...FEED_KINDS), fc.boolean(), (which, cut, edits, other, swap) => {
      const [kind, sample] = made[which] as readonly [FeedKind, Uint8Array];
      const altered = Uint8Array.from(sample.subarray(0, cut % 3 === 0 ? cut % (sample.length + 1) : sample.length));
      for (const [place, value] of edits) if (altered.length > 0) altered[place % altered.length] = value;
      const reading = IMPORTERS[swap ? other : kind](altered);
      expect(typeof reading.ok).toBe('boolean');
      if (reading.ok) for (const { from, to } of reading.value.lines) expect(to === undefined || to > from).toBe(true);
    }), { numRuns: 1_500 });
  });
});

const utf16 = (value: unknown): Uint8Array => {
  const text = Buffer.from(`\ufeff${JSON.stringify(value)}`, 'utf16le').swap16();
  return text;
};

const AWS = [{ date: '1760000000', arn: 'arn:aws:health:eu-west-1::event/EC2/1', region_name: 'eu-west-1', status: '3', service: 'ec2-eu-west-1', service_name: 'EC2', summary: 'Errors', event_log: [{ timestamp: 1_760_000_000, status: 3 }, { timestamp: 1_760_003_600, status: 0 }] }];
const KUMA = { heartbeatList: { 7: [{ status: 1, time: '2026-09-01 10:00:00.000' }, { status: 0, time: '2026-09-01 10:01:00.000' }, { status: 1, time: '2026-09-01 10:02:00.000' }, { status: 1, time: '2026-09-01 10:03:00.000' }, { status: 1, time: '2026-09-01 10:10:00.000' }] } };
const CACHET = { data: [{ id: 4, name: 'API', status: 4, occurred_at: '2026-09-01T10:00:00+09:00', updated_at: '2026-09-01T11:00:00+09:00', component: { name: 'API', status: 4 } }] };
const RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>Azure</title><item><title>SQL &amp; more</title><category>SQL</category><guid>x</guid><pubDate>Tue, 01 Sep 2026 10:00:00 GMT</pubDate></item></channel></rss>';

describe('feeds described by their publishers', () => {
  it.each<[FeedKind, Uint8Array, string[]]>([
    ['aws', utf16(AWS), ['EC2 partial 2025-10-09T08:53:20.000Z 2025-10-09T09:53:20.000Z']],
    ['azure', bytes(RSS), ['SQL info 2026-09-01T10:00:00.000Z open']],
    ['azure', bytes('<rss><channel></channel></rss>'), []],
    ['cachet', json(CACHET), ['API down 2026-09-01T01:00:00.000Z 2026-09-01T02:00:00.000Z']],
    ['uptime_kuma', json(KUMA), [
      '7 up 2026-09-01T10:00:00.000Z 2026-09-01T10:01:00.000Z', '7 down 2026-09-01T10:01:00.000Z 2026-09-01T10:02:00.000Z', '7 up 2026-09-01T10:02:00.000Z 2026-09-01T10:04:00.000Z',
      '7 unknown 2026-09-01T10:04:00.000Z 2026-09-01T10:10:00.000Z', '7 up 2026-09-01T10:10:00.000Z 2026-09-01T10:11:00.000Z',
    ]],
    ['statusio', json({ result: { incidents: [{ _id: 'i1', name: 'Slow', datetime_open: '2026-09-01T10:00:00Z', components_affected: [{ name: 'API' }], containers_affected: [{ name: 'eu' }], messages: [{ status: 300, datetime: '2026-09-01T10:00:00Z' }, { status: 500, datetime: '2026-09-01T10:10:00Z' }, { status: 100, datetime: '2026-09-01T10:30:00Z' }] }] } }),
      ['API down 2026-09-01T10:00:00.000Z 2026-09-01T10:30:00.000Z']],
  ])('%s', (kind, content, expected) => {
    expect(read(kind, content).lines.map(shown)).toEqual(expected);
  });

  it('five formats carry "experimental" only where no real file was at hand', () => {
    expect([...EXPERIMENTAL].sort()).toEqual(['aws', 'azure', 'cachet', 'uptime_kuma']);
  });

  it('an entity of a document type is never expanded', () => {
    const bomb = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><rss><channel><item><title>&b;</title><pubDate>Tue, 01 Sep 2026 10:00:00 GMT</pubDate></item></channel></rss>';
    expect(codeOf('azure', bytes(bomb))).toBe('imports.not_xml');
  });
});

describe('refusals say what is wrong', () => {
  it.each<[FeedKind, Uint8Array, string]>([
    ['statuspage', bytes(''), 'imports.empty'], ['statuspage', bytes('<!doctype html><p>Sign in'), 'imports.is_page'], ['statuspage', bytes('{"incidents":'), 'imports.not_json'],
    ['statuspage', json({ status: 'ok' }), 'imports.unexpected'], ['google_cloud', json({ incidents: [] }), 'imports.unexpected'],
    ['statuspage', json({ incidents: [{ id: '1', started_at: '2026-01-01 10:00' }] }), 'imports.time'], ['google_cloud', Uint8Array.of(0x80, 0x81, 0x82, 0x83), 'imports.encoding'],
    ['cachet', json({ data: [{ id: 1, occurred_at: '2026-09-01 10:00:00', status: 4 }] }), 'imports.time'], ['csv', bytes('a,b\n1,2'), 'imports.csv_columns'],
    ['csv', bytes('component,from,state\n"x'), 'imports.csv_torn'], ['upptime', json([{ slug: 'a', dailyMinutesDown: { '2026-01-01': 1_441 } }]), 'imports.unexpected'],
    ['alertmanager', json({ version: '3', alerts: [] }), 'imports.unexpected'],
  ])('%s', (kind, content, code) => {
    expect(codeOf(kind, content)).toBe(code);
  });

  it('all rows of a table in one answer, each with its line', () => {
    const reading = IMPORTERS.csv(bytes('component;from;to;state\nCard;2026-10-13T10:00:00;;down\nCard;2026-10-13T12:00:00Z;2026-10-13T11:00:00Z;broken\n;2026-10-13T12:00:00Z;;down\n'));
    expect(reading.ok ? [] : reading.refusal.causes?.map(({ code, params }) => `${String(params['line'])} ${code}`))
      .toEqual(['2 imports.csv_time', '3 imports.csv_state', '3 imports.csv_reversed', '4 imports.csv_cell_empty']);
  });

  it.each([['utf8'], ['utf16le'], ['latin1']] as const)('a table in %s', (encoding) => {
    const content = Buffer.from(`${encoding === 'utf16le' ? '\ufeff' : ''}component\tfrom\tto\tstate\r\nPaiements é\t2026-10-13T10:00:00+02:00\t\tdown\r\n`, encoding);
    expect(read('csv', content).lines.map(shown)).toEqual(['Paiements é down 2026-10-13T08:00:00.000Z open']);
  });

  it('the template is read', () => {
    expect(read('csv', bytes(CSV_TEMPLATE)).lines).toHaveLength(2);
  });
});

describe('samples', () => {
  const sample = fc.record({ at: fc.integer({ min: 0, max: 200 }).map((n) => instant(1_700_000_000_000 + n * 5_000)), state: fc.constantFrom('up', 'down') }) as fc.Arbitrary<Sample>;

  it('never say "up" further than one step from a sample that did', () => {
    fc.assert(fc.property(fc.uniqueArray(sample, { selector: ({ at: when }) => when, minLength: 2, maxLength: 60 }), (samples) => {
      const up = new Set(samples.filter(({ state }) => state === 'up').map(({ at: when }) => when));
      for (const { from, to, state } of sampledStretches(samples, 5_000)) {
        if (state !== 'up') continue;
        for (let t = from; t < (to ?? from); t = instant(t + 5_000)) expect(up.has(t)).toBe(true);
      }
    }));
  });

  it('an open end is only left where trouble goes on', () => {
    expect(sampledStretches([{ at: at('2026-01-01T00:00:00Z'), state: 'up' }, { at: at('2026-01-01T00:00:05Z'), state: 'down' }]).map(({ state, to }) => [state, to === undefined]))
      .toEqual([['up', false], ['down', true]]);
  });
});
