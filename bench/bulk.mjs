// A change over a generated book: the whole way, database and report, against the same claims rehearsed in memory in the same run.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../scripts/build.mjs';

const { compilePolicy, readReasons } = await import(join(root, 'dist/src/core/policy/index.js'));
const { bookClaim, bookFacts, bookSum } = await import(join(root, 'dist/src/demo/generated-book.js'));
const { rehearseBatch, stagesBetween } = await import(join(root, 'dist/src/modules/changes/index.js'));

const SEED = 1;

/** The shipped default policy with another waiting period and another margin. */
function changed(text) {
  return `${text.slice(0, text.indexOf('examples:')).replace('value: "60" }', 'value: "30" }').replace('food: "0.62"', 'food: "0.65"')}examples:
  - name: the tariff
    given: { window: 2026-03-03T09:00Z/2026-03-03T15:00Z, segments: [ { state: down, at: 2026-03-03T10:00Z/2026-03-03T12:00Z } ], inputs: { takeTariff: "true" } }
    expect: { outcome: eligible }
`;
}

/** Claims a second of processor time without any database: the limit. */
async function inMemory(texts, reasons, count) {
  const [base, candidate] = texts.map((text, index) => {
    const { policy: resolved } = compilePolicy(text, reasons);
    return { id: String(index), key: 'default-gbp', version: index + 1, hash: resolved.hash, currency: 'GBP', resolved };
  });
  const stages = stagesBetween(base.resolved, candidate.resolved, reasons);
  let used = 0;
  for (let start = 0; start < count; start += 50) {
    const claims = Array.from({ length: 50 }, (_, index) => bookClaim(SEED, start + index));
    const bySet = new Map(claims.map((claim) => [claim.ids.set, claim]));
    const under = (policy, claim) => ({ policy, facts: { ...bookFacts(claim, policy.resolved.document), policy: { key: policy.key, version: policy.version, hash: policy.hash } } });
    const inputs = claims.map((claim) => ({
      claimId: claim.ids.claim, merchantId: claim.ids.merchant, claimVersion: 1, state: 'submitted', base: under(base, claim), candidate: under(candidate, claim), stands: undefined, entitled: undefined, known: [],
    }));
    const began = process.cpuUsage();
    await rehearseBatch(inputs, () => stages, (windows) => Promise.resolve(windows.map(({ setId, from, to }) => bookSum(bySet.get(setId), { from, to }))));
    const { user, system } = process.cpuUsage(began);
    used += (user + system) / 1e6;
  }
  return count / used;
}

export async function bulk(count) {
  const folder = mkdtempSync(join(tmpdir(), 'makegood-bench-'));
  const cli = (...words) => execFileSync(process.execPath, [join(root, 'dist/src/cli.js'), ...words], { encoding: 'utf8', env: { ...process.env, MAKEGOOD_DATA_DIR: join(folder, 'data') }, maxBuffer: 64 * 1024 * 1024 });
  try {
    const text = readFileSync(join(root, 'policies/default-gbp.yaml'), 'utf8');
    const { reasons } = readReasons(readFileSync(join(root, 'policies/reasons.yaml'), 'utf8'));
    const file = join(folder, 'next.yaml');
    writeFileSync(file, changed(text));
    cli('book', 'generate', '--claims', String(count), '--seed', String(SEED));
    await inMemory([text, changed(text)], reasons, 500);
    const limit = await inMemory([text, changed(text)], reasons, Math.min(count, 2_000));
    const [, perSecond, peakMb] = /(\d+) a second, at most (\d+) MB/.exec(cli('book', 'rehearse', file));
    const amended = cli('book', 'amend');
    const [previewedPerSecond, appliedPerSecond] = ['previewed', 'applied'].map((what) => Number(new RegExp(`^${what} in [\\d.]+ s, (\\d+) a second`, 'm').exec(amended)[1]));
    const [, seconds] = /, ([\d.]+) s$/m.exec(cli('verify-assessments'));
    return { perSecond: Number(perSecond), limit, peakMb: Number(peakMb), verifiedPerSecond: count / Number(seconds), previewedPerSecond, appliedPerSecond };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
