import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ENGINE } from '../core/assessment/index.js';
import { currency, formatMoney, money } from '../core/money/index.js';
import { checkPolicy, readReasons, type CompiledPolicy, type ReasonCatalogue } from '../core/policy/index.js';
import { amendBook } from '../demo/amend-book.js';
import { bookClaim, bookFacts, bookSum, type BookClaim } from '../demo/generated-book.js';
import { loadBook } from '../demo/load-book.js';
import { rehearseBook } from '../demo/rehearse-book.js';
import { rehearseBatch, reportOf, stagesBetween, totalsIn, type RehearsalInput, type RehearsedClaim, type RunReport } from '../modules/changes/index.js';
import type { AppliedPolicy, ReadyPolicy } from '../modules/policies/index.js';
import type { Command, Terminal } from './command.js';

const BATCH = 500;

/** Words before the first `--option`, and the options. */
function read(args: readonly string[]): { words: string[]; option: (name: string, otherwise: string) => string } {
  const at = args.findIndex((word) => word.startsWith('--'));
  return {
    words: at < 0 ? [...args] : args.slice(0, at),
    option: (name, otherwise) => args[args.indexOf(`--${name}`) + 1] === undefined || !args.includes(`--${name}`) ? otherwise : (args[args.indexOf(`--${name}`) + 1] as string),
  };
}

const whole = (text: string): number => (/^\d{1,7}$/.test(text) ? Number.parseInt(text, 10) : Number.NaN);

export const bookGenerate: Command = {
  name: 'book generate', usage: 'book generate --claims N --seed S', about: 'writes a generated book into an empty database, or goes on with one', needsApp: true,
  async run(args, terminal, app, project) {
    const { option } = read(args);
    const [claims, seed] = [whole(option('claims', '1000')), whole(option('seed', '1'))];
    if (Number.isNaN(claims) || Number.isNaN(seed)) {
      terminal.complain('book generate: --claims and --seed are whole numbers');
      return 2;
    }
    const loaded = await loadBook(app(), { claims, seed, policyFolder: join(project, 'policies'), onProgress: (done) => { if (done % 5_000 === 0) terminal.say(`${done} claims`); } });
    if (!loaded) terminal.complain('This database has been used: a generated book is only written into an empty one, or gone on with under its own seed (set MAKEGOOD_DATA_DIR to a new folder).');
    return loaded ? 0 : 1;
  },
};

export const bookRehearse: Command = {
  name: 'book rehearse', usage: 'book rehearse <file>', about: 'a change over the generated book in the database, with its speed', needsApp: true,
  async run([file = ''], terminal, app) {
    const began = performance.now();
    let most = 0;
    const run = await rehearseBook(app(), file, (done) => {
      most = Math.max(most, process.memoryUsage.rss());
      if (done % 5_000 === 0) terminal.say(`${done} claims`);
    });
    if (run?.report === undefined) {
      terminal.complain(run?.fault ?? 'There is no generated book in this database: book generate');
      return 1;
    }
    sayReport({ report: run.report, digest: run.digest ?? '' }, terminal);
    const seconds = Math.ceil(performance.now() - began) / 1_000;
    terminal.say(`${run.report.claims} claims in ${seconds} s, ${Math.floor(run.report.claims / seconds)} a second, at most ${Math.ceil(most / 1_048_576)} MB`);
    return 0;
  },
};

export const bookAmend: Command = {
  name: 'book amend', usage: 'book amend', about: 'an amendment of the generated outage: previewed, approved and applied, with its speed', needsApp: true,
  async run(_args, terminal, app) {
    const amended = await amendBook(app());
    if (amended === undefined) {
      terminal.complain('There is no generated book in this database: book generate');
      return 1;
    }
    const { report, searchMs, previewMs, applyMs, verdicts } = amended;
    const { claims } = report;
    const rate = (ms: number): string => `${(ms / 1_000).toFixed(2)} s, ${Math.floor((claims * 1_000) / ms)} a second`;
    for (const { currency: code, winners, losers, unchanged, ...part } of totalsIn(report)) terminal.say(`${part.claims} claims in ${code}: winners ${winners.claims}, losers ${losers.claims}, unchanged ${unchanged}`);
    terminal.say(`found and kept in ${Math.ceil(searchMs)} ms`);
    terminal.say(`previewed in ${rate(previewMs)}`);
    terminal.say(`applied in ${rate(applyMs)}: ${Object.entries(verdicts).map(([verdict, count]) => `${verdict} ${count}`).join(', ')}`);
    return 0;
  },
};

export const policyRehearse: Command = {
  name: 'policy rehearse', usage: 'policy rehearse <file> [--against file]', about: 'what it makes of a generated book (--claims, --seed)', needsApp: false,
  async run(args, terminal, _app, project) {
    const { words: [file = ''], option } = read(args);
    const [claims, seed] = [whole(option('claims', '1000')), whole(option('seed', '1'))];
    const { reasons } = readReasons(await readFile(join(project, 'policies', 'reasons.yaml'), 'utf8'));
    const candidate = await compiled(file, reasons, terminal);
    const against = option('against', '');
    const base = against === '' ? undefined : await compiled(against, reasons, terminal);
    if (candidate === undefined || (against !== '' && base === undefined)) return 1;
    const report = await rehearsed({ candidate, base, reasons }, { claims, seed });
    sayReport(report, terminal);
    return 0;
  },
};

async function compiled(file: string, reasons: ReasonCatalogue, terminal: Terminal): Promise<CompiledPolicy | undefined> {
  const { policy, faults } = checkPolicy(await readFile(file, 'utf8'), reasons);
  faults.forEach(({ line, column, code, message }) => terminal.complain(`${file}:${line}:${column}  ${message}  (${code})`));
  return faults.length === 0 ? policy : undefined;
}

const ready = (resolved: CompiledPolicy, version: number): ReadyPolicy =>
  ({ id: String(version), key: resolved.document.policy, version, hash: resolved.hash, currency: resolved.currency, resolved });

interface Versions {
  readonly candidate: CompiledPolicy;
  readonly base: CompiledPolicy | undefined;
  readonly reasons: ReasonCatalogue;
}

async function rehearsed({ candidate, base, reasons }: Versions, book: { claims: number; seed: number }): Promise<{ report: RunReport; digest: string }> {
  const [next, before] = [ready(candidate, 2), base === undefined ? undefined : ready(base, 1)];
  const stages = stagesBetween(base, candidate, reasons);
  const claims: RehearsedClaim[] = [];
  for (let start = 0; start < book.claims; start += BATCH) {
    const chunk = Array.from({ length: Math.min(BATCH, book.claims - start) }, (_, index) => bookClaim(book.seed, start + index));
    const bySet = new Map(chunk.map((claim) => [claim.ids.set, claim]));
    claims.push(...await rehearseBatch(chunk.map((claim) => inputOf(claim, next, before)), () => stages,
      (windows) => Promise.resolve(windows.map(({ setId, from, to }) => bookSum(bySet.get(setId) as BookClaim, { from, to })))));
  }
  return reportOf({
    kind: 'policy_version', currency: next.currency, candidate: { key: next.key, number: 2, hash: next.hash, effectiveFrom: null, reach: 'undecided' },
    snapshot: { engine: ENGINE, registerVersion: 1, standing: before === undefined ? [] : [{ number: 1, hash: before.hash }] },
  }, () => claims);
}

function inputOf(claim: BookClaim, candidate: ReadyPolicy, base: ReadyPolicy | undefined): RehearsalInput {
  const under = (policy: ReadyPolicy): AppliedPolicy => {
    const { key, version, hash } = policy;
    return { policy, facts: { ...bookFacts(claim, policy.resolved.document), policy: { key, version, hash } } };
  };
  return {
    claimId: claim.ids.claim, merchantId: claim.ids.merchant, currency: candidate.currency, claimVersion: 1, state: 'submitted', candidate: under(candidate), base: base === undefined ? undefined : under(base),
    stands: undefined, entitled: undefined, known: [],
  };
}

function sayReport({ report, digest }: { report: RunReport; digest: string }, terminal: Terminal): void {
  const text = (minor: string): string => `${formatMoney(money(BigInt(minor), currency(report.currency)))} ${report.currency}`;
  terminal.say(`${report.claims} claims: ${text(report.beforeMinor)} before, ${text(report.afterMinor)} after, a difference of ${text(report.differenceMinor)}`);
  terminal.say(`winners ${report.winners.claims} (${text(report.winners.minor)}), losers ${report.losers.claims} (${text(report.losers.minor)}), unchanged ${report.unchanged}`);
  terminal.say(`newly eligible ${report.newlyEligible}, newly ineligible ${report.newlyIneligible}, newly referred ${report.newlyReferred}`);
  report.causes.forEach(({ cause, claims, minor }) => terminal.say(`  ${cause}: ${text(minor)} on ${claims} claims`));
  const most = Math.max(1, ...report.histogram.counts);
  report.histogram.counts.forEach((count, bin) => {
    if (count > 0) terminal.say(`  ${text(report.histogram.edgesMinor[bin] ?? '0').padStart(20)} … ${'█'.repeat(Math.ceil((40 * count) / most))} ${count}`);
  });
  const { placebo } = report;
  terminal.say(`placebo, a week without any outage: ${placebo.claims} of ${placebo.tried} claims would be paid ${text(placebo.minor)}; ${placebo.withoutQuietWeek} have no such week`);
  terminal.say(`digest ${digest}`);
}
