// Core alone, one core of the machine: a Kakao-like claim with 28 days of hourly sales and 20 segments; lanes against 10,000 segments.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/build.mjs';

const { compilePolicy, exampleFacts, readReasons, recordedTimeline } = await import(join(root, 'dist/src/core/policy/index.js'));
const { assess } = await import(join(root, 'dist/src/core/assessment/index.js'));

const HOUR = 3_600_000;
const START = Date.parse('2022-10-15T06:30:00Z');

function factsOf(policy, segments) {
  const base = exampleFacts(policy.document, {
    zone: 'Asia/Seoul', window: '2022-10-15T06:30Z/2022-10-20T14:00Z', official: '2022-10-15T06:30Z/2022-10-20T14:00Z',
    inputs: { smallBusiness: 'true', usedService: 'true' },
  });
  const length = Math.floor((127.5 * HOUR) / segments);
  const [outage] = base.outages;
  const lines = Array.from({ length: segments }, (_, n) => ({
    service: 'service', region: '*', state: ['down', 'degraded', 'unknown'][n % 3], ...(n % 3 === 1 ? { level: '2/5' } : {}), source: 'bench', from: START + n * length, to: START + (n + 1) * length - 60_000,
  }));
  const coverage = [{ from: START - 45 * 24 * HOUR, to: START + 20 * 24 * HOUR }];
  const facts = { ...base, outages: [{ ...outage, segments: lines }], sales: { setId: 's', fileSha256: '', currency: 'KRW', basis: 'net_of_tax', granularityMs: HOUR, coverage, sums: [] } };
  for (let settled = facts; ;) {
    const needed = assess(settled, policy);
    if (needed.kind !== 'needs') return settled;
    const sums = needed.windows.map((window, n) => ({ ...window, net: String(900_000 + n * 10_000), looseRefunds: '0', records: 168 }));
    settled = { ...settled, sales: { ...settled.sales, sums: [...settled.sales.sums, ...sums] } };
  }
}

/** Turns a second of processor time, so that what else the machine does counts less. `prepare` is not counted: it makes what each turn works on. */
function rate(seconds, work, prepare = () => undefined) {
  const until = performance.now() + seconds * 1000;
  let [count, used] = [0, 0];
  while (performance.now() < until) {
    const prepared = Array.from({ length: 200 }, prepare);
    const began = process.cpuUsage();
    for (const one of prepared) work(one);
    const { user, system } = process.cpuUsage(began);
    used += (user + system) / 1e6;
    count += prepared.length;
  }
  return count / used;
}

/** A fixed piece of work that no change of ours makes quicker: says how fast the machine is while the others are measured. */
const yardstick = (text) => createHash('sha256').update(JSON.stringify(JSON.parse(text))).digest('hex');

/** The least that lanes ask of anybody: one look at each segment, already in order, clipped and written down with the silence before it. */
function bareLanes(segments, { from, to }) {
  const pieces = [];
  let reached = from;
  for (const { from: begins, to: ends, state } of segments) {
    const [begin, end] = [Math.max(begins, from), Math.min(ends, to)];
    if (begin >= end) continue;
    if (begin > reached) pieces.push({ from: reached, to: begin, state: 'presumed_up' });
    pieces.push({ from: begin, to: end, state });
    reached = end;
  }
  if (reached < to) pieces.push({ from: reached, to, state: 'presumed_up' });
  return pieces;
}

export function core(seconds) {
  const { reasons } = readReasons(readFileSync(join(root, 'policies/reasons.yaml'), 'utf8'));
  const { policy } = compilePolicy(readFileSync(join(root, 'policies/kr-kakao-2022-free-service.yaml'), 'utf8'), reasons);
  const facts = factsOf(policy, 20);
  if (assess(facts, policy).kind !== 'assessed') throw new Error('the claim of the bench does not settle');
  const many = factsOf(policy, 10_000);
  // Every run on facts that nobody has seen: what is remembered of a page of claims must not make one claim look quick.
  const text = JSON.stringify(facts);
  const fresh = () => JSON.parse(text);
  rate(seconds / 3, (own) => assess(own, policy).result, fresh);
  return {
    assessPerSecond: rate(seconds, (own) => assess(own, policy).result, fresh),
    verdictsPerSecond: rate(seconds, (own) => assess(own, policy).cashMinor, fresh),
    yardsticksPerSecond: rate(seconds, () => yardstick(text)),
    lanesMs: 1000 / rate(seconds, (own) => recordedTimeline(own, many.claim.window), () => ({ ...many, outages: [...many.outages] })),
    bareLanesMs: 1000 / rate(seconds, () => bareLanes(many.outages[0].segments, many.claim.window)),
  };
}
