import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPolicy, exampleFacts, exampleGiven, LANGUAGES, readReasons, runPolicy, type PolicyFault } from '../core/policy/index.js';
import { assess, explain } from '../core/assessment/index.js';
import { systemActor } from '../platform/access/actor.js';
import type { Context } from '../platform/access/context.js';
import { Database } from '../platform/database/database.js';
import { apiDocument } from '../platform/http/openapi.js';
import { problemTypes } from '../platform/http/problem.js';
import { AssessmentVerification, Receipts } from '../modules/assessments/index.js';
import { AuditQueries } from '../modules/audit/index.js';
import { PolicyImports } from '../modules/policies/index.js';
import { doctor } from './duty-commands.js';
import { bookGenerate, bookAmend, bookRehearse, policyRehearse } from './book-commands.js';
import type { Command, Terminal } from './command.js';
import { keysCheck, keysMake, keysRotate } from './key-commands.js';
import { policyReference } from './policy-documents.js';
import { practiceBankAnswer } from './practice-commands.js';
import { userAdd } from './user-commands.js';

const SYSTEM: Context = { actor: systemActor('cli'), requestId: 'cli' };

const memoryMb = (): number => Math.ceil(process.memoryUsage.rss() / 1_048_576);

const faultLine = (file: string, { line, column, code, message }: PolicyFault): string => `${file}:${line}:${column}  ${message}  (${code})`;

async function checked(project: string, file: string, terminal: Terminal) {
  const { reasons } = readReasons(await readFile(join(project, 'policies', 'reasons.yaml'), 'utf8'));
  const outcome = checkPolicy(await readFile(file, 'utf8'), reasons);
  outcome.faults.forEach((fault) => terminal.complain(faultLine(file, fault)));
  return { ...outcome, reasons };
}

const policyCheck: Command = {
  name: 'policy check', usage: 'policy check <file …>', about: 'every fault with line and column; the examples are run', needsApp: false,
  async run(files, terminal, _app, project) {
    let faults = 0;
    for (const file of files) {
      const outcome = await checked(project, file, terminal);
      faults += outcome.faults.length;
      if (outcome.faults.length === 0) terminal.say(`${file}: no faults, ${outcome.policy?.document.examples.length ?? 0} examples hold`);
    }
    return faults === 0 && files.length > 0 ? 0 : 1;
  },
};

const policyRun: Command = {
  name: 'policy run', usage: 'policy run <file> --given <given.json>', about: 'outcome, amounts, reasons and steps as JSON', needsApp: false,
  async run(args, terminal, _app, project) {
    const [file = '', given = ''] = args.filter((argument) => argument !== '--given');
    const { policy } = await checked(project, file, terminal);
    if (policy === undefined) return 1;
    const facts = exampleFacts(policy.document, JSON.parse(await readFile(given, 'utf8')) as Record<string, unknown>);
    const outcome = assess(facts, policy);
    const shown = outcome.kind === 'assessed' ? outcome.result : { needs: outcome.windows, run: runPolicy(policy, facts).kind };
    terminal.say(JSON.stringify(shown, null, 2));
    return 0;
  },
};

const policyExplain: Command = {
  name: 'policy explain', usage: 'policy explain <file> [en|ko|fr]', about: 'every example of a policy with its working in words', needsApp: false,
  async run([file = '', asked = 'en'], terminal, _app, project) {
    const language = LANGUAGES.find((one) => one === asked) ?? 'en';
    const { policy, reasons } = await checked(project, file, terminal);
    if (policy === undefined) return 1;
    policy.document.examples.forEach(({ name }, index) => {
      const outcome = assess(exampleFacts(policy.document, exampleGiven(policy.document.examples, index)), policy);
      terminal.say(`\n${name}`);
      if (outcome.kind !== 'assessed') return;
      for (const { text, figure } of explain(outcome.result, policy, reasons, language)) terminal.say(`  ${text}${figure === undefined ? '' : `\n    = ${figure}`}`);
    });
    return 0;
  },
};

const policyImport: Command = {
  name: 'policy import', usage: 'policy import [folder]', about: 'publishes every policy of a folder; what is unchanged stays', needsApp: true,
  async run([folder], terminal, app, project) {
    const imported = await app().get(PolicyImports).importFolder(SYSTEM, folder ?? join(project, 'policies'));
    if (!imported.ok) {
      terminal.complain(JSON.stringify(imported.refusal, null, 2));
      return 1;
    }
    for (const file of imported.value.files) {
      terminal.say(`${file.file}: ${file.outcome}`);
      if (file.outcome === 'refused') terminal.complain(JSON.stringify(file.refusal, null, 2));
    }
    return imported.value.files.some(({ outcome }) => outcome === 'refused') ? 1 : 0;
  },
};

const verifyAssessments: Command = {
  name: 'verify-assessments', usage: 'verify-assessments [--background]', about: 'recomputes every stored assessment from its frozen input; goes on where it was cut short', needsApp: true,
  async run(args, terminal, app) {
    if (args.includes('--background')) {
      const left = await app().get(AssessmentVerification).leaveToWorkers(SYSTEM);
      terminal.say(left.ok ? 'left to the workers' : JSON.stringify(left.refusal));
      return left.ok ? 0 : 1;
    }
    const verification = app().get(AssessmentVerification);
    const [began, all] = [performance.now(), await verification.count()];
    const recomputed = await verification.run(SYSTEM, (done) => { if (done % 5_000 === 0) terminal.say(`${done} of ${all} checked, ${memoryMb()} MB`); });
    if (!recomputed.ok) {
      terminal.complain(JSON.stringify(recomputed.refusal, null, 2));
      return 1;
    }
    const { checked: count, faultCount, faults } = recomputed.value;
    for (const id of faults) terminal.complain(`assessment ${id} comes out otherwise than stored: ${(await verification.faultsOf(app().get(Database).reader, id)).join(', ')}`);
    if (faultCount > faults.length) terminal.complain(`… and ${faultCount - faults.length} more`);
    terminal.say(`${count} assessments, ${faultCount} faults, ${Math.ceil(performance.now() - began) / 1_000} s`);
    return faults.length === 0 ? 0 : 1;
  },
};

const verifyReceipt: Command = {
  name: 'verify-receipt', usage: 'verify-receipt <file>', about: 'checks a receipt against the keys of this installation', needsApp: true,
  async run([file = ''], terminal, app) {
    const checkedReceipt = await app().get(Receipts).verify(await readFile(file, 'utf8'));
    if (!checkedReceipt.ok) {
      terminal.complain(JSON.stringify(checkedReceipt.refusal, null, 2));
      return 2;
    }
    checkedReceipt.value.forEach(({ part, detail }) => terminal.complain(`${part}: ${detail}`));
    terminal.say(checkedReceipt.value.length === 0 ? `${file} is whole` : `${file} is broken`);
    return checkedReceipt.value.length === 0 ? 0 : 1;
  },
};

const verifyAudit: Command = {
  name: 'verify-audit', usage: 'verify-audit', about: 'walks every audit chain', needsApp: true,
  async run(_args, terminal, app) {
    let faulty = 0;
    const walked = await app().get(AuditQueries).verifyAll(({ aggregate, faults }) => {
      faulty += 1;
      terminal.complain(`${aggregate.type} ${aggregate.id}: ${faults.map(({ n, kind }) => `${kind} at ${n}`).join(', ')}`);
    });
    if (walked.ok) terminal.say(`${walked.value.chains} chains, ${walked.value.entries} entries, ${faulty} not whole`);
    return faulty === 0 ? 0 : 1;
  },
};

const problems: Command = {
  name: 'problems', usage: 'problems', about: 'writes docs/api/problems.md from the catalogues', needsApp: true,
  async run(_args, terminal, _app, project) {
    await writeFile(join(project, 'docs', 'api', 'problems.md'), problemsPage());
    terminal.say('docs/api/problems.md written');
    return 0;
  },
};

/** Every way the API says no, as a page. */
export function problemsPage(): string {
  const rows = problemTypes().map(({ code, status, title, detail }) => `| \`${code}\` | ${status} | ${title} | ${detail.replaceAll('|', '\\|')} |`);
  return `# Problems\n\nEvery way this API says no. Generated from the catalogues: \`npm run cli -- problems\`.\n\n| code | status | title | detail |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

const openapi: Command = {
  name: 'openapi', usage: 'openapi', about: 'writes docs/api/openapi.json', needsApp: true,
  async run(_args, terminal, app, project) {
    await writeFile(join(project, 'docs', 'api', 'openapi.json'), apiDocument(app() as NestFastifyApplication));
    terminal.say('docs/api/openapi.json written');
    return 0;
  },
};

export const COMMANDS: readonly Command[] = [
  policyCheck, policyRun, policyExplain, policyImport, policyReference, policyRehearse, bookGenerate, bookAmend, bookRehearse, verifyAssessments, verifyReceipt, verifyAudit, userAdd, doctor, keysMake, keysCheck, keysRotate, practiceBankAnswer,
  problems, openapi,
];
