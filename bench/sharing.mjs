// Sharing a fund among 100,000 claims, core alone: the plain case, and one with tiers, bounds, frozen shares and a minimum in repeated passes.
// Usage: npm run build && node bench/sharing.mjs [claims]
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../scripts/build.mjs';

const { shareFund } = await import(join(root, 'dist/src/core/sharing/index.js'));
const count = Number(process.argv[2] ?? 100_000);

let state = 88_172_645_463_325_252n;
const random = (below) => {
  state ^= (state << 13n) & 0xffff_ffff_ffff_ffffn;
  state ^= state >> 7n;
  state ^= (state << 17n) & 0xffff_ffff_ffff_ffffn;
  return state % below;
};
const id = (n) => `01936b2e-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
const claimants = Array.from({ length: count }, (_, n) => ({ claimId: id(n), tier: ['a', 'b', 'c'][n % 3], points: 1_000n + random(5_000_000n) }));
const total = claimants.reduce((sum, { points }) => sum + points, 0n);
const ratio = (num, den) => ({ num, den });
const plain = { fundId: id(0), fund: { minor: total / 3n, currency: 'GBP' }, reserveRatio: ratio(1n, 20n), order: 'together', tiers: ['a', 'b', 'c'].map((key) => ({ key })) };
const bounded = {
  ...plain, minimum: { minor: 50_000n, passes: 'repeated' }, surplus: 'stays',
  tiers: [{ key: 'a', leastRatio: ratio(1n, 10n) }, { key: 'b', capMinor: 1_500_000n }, { key: 'c', floorMinor: 60_000n, mostRatio: ratio(1n, 2n) }],
};
const frozen = () => claimants.map((claimant, n) => (n % 4 === 0 ? { ...claimant, frozenMinor: claimant.points / 5n } : claimant));

/** One run, its time by the clock and by the processor, and that the sum is the fund. */
function measure(name, plan, list) {
  const before = Math.round(process.resourceUsage().maxRSS / 1024);
  const [began, used] = [performance.now(), process.cpuUsage()];
  const result = shareFund(plan, list);
  const { user, system } = process.cpuUsage(used);
  if (!result.ok) throw new Error(`${name}: ${JSON.stringify(result.refusal)}`);
  const { shares, reserveMinor, leftMinor } = result.value;
  if (shares.reduce((sum, { minor }) => sum + minor, reserveMinor + leftMinor) !== plan.fund.minor) throw new Error(`${name}: the sum is not the fund`);
  process.stdout.write(`${name}: ${count} claims, ${Math.round(performance.now() - began)} ms, ${Math.round((user + system) / 1000)} ms of processor time, at most ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB held, ${before} before\n`);
}

const cases = {
  plain: () => [plain, claimants],
  'in turn, bounds, minimum repeated': () => [{ ...bounded, order: 'in_turn' }, frozen()],
  'together, bounds, minimum repeated': () => [bounded, frozen()],
  'together, bounds, minimum once': () => [{ ...bounded, minimum: { ...bounded.minimum, passes: 'once' } }, frozen()],
};

// Each in a process of its own, so that the memory is that of one sharing.
const [name] = process.argv.slice(3);
if (name === undefined) for (const each of Object.keys(cases)) execFileSync(process.execPath, [import.meta.filename, String(count), each], { stdio: 'inherit' });
else measure(name, ...cases[name]());
