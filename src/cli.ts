import 'reflect-metadata';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { AppModule } from './app.module.js';
import { boot, PROJECT } from './boot.js';
import type { Command, Terminal } from './cli/command.js';
import { COMMANDS } from './cli/commands.js';
import { createApp } from './platform/http/create-app.js';
import { Jobs } from './platform/jobs/jobs.js';
import { startProblem } from './start-problem.js';

const terminal: Terminal = {
  say: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
  secret: async (question) => {
    const { isTTY: typed = false } = process.stdin;
    if (typed) process.stderr.write(question);
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input: process.stdin, output: silent, terminal: typed });
    const { value = '' } = await lines[Symbol.asyncIterator]().next() as { value?: string };
    lines.close();
    if (typed) process.stderr.write('\n');
    return value;
  },
};

const help = (): string => ['Makegood commands:', ...COMMANDS.map(({ usage, about }) => `  ${usage.padEnd(36)} ${about}`)].join('\n');

async function withApp(command: Command, args: readonly string[]): Promise<number> {
  const booted = await boot();
  const app = await createApp(AppModule.with({ ...booted.config, worker: 'off' }), { secure: false });
  try {
    await app.get(Jobs).open();
    return await command.run(args, terminal, () => app, PROJECT);
  } finally {
    await app.close();
    await booted.stopDatabase();
  }
}

async function cli(words: readonly string[]): Promise<number> {
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, index) => words[index] === word));
  if (command === undefined) {
    terminal.complain(help());
    return 2;
  }
  const args = words.slice(command.name.split(' ').length);
  return command.needsApp ? withApp(command, args) : command.run(args, terminal, () => { throw new Error('this command has no application'); }, PROJECT);
}

cli(process.argv.slice(2)).then((code) => process.exit(code), (error: unknown) => {
  terminal.complain(startProblem(error));
  process.exit(1);
});
