import type { INestApplicationContext } from '@nestjs/common';

export interface Terminal {
  say(line: string): void;
  complain(line: string): void;
  /** One line typed without being shown, or the first line of what is piped in. */
  secret(question: string): Promise<string>;
}

export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly about: string;
  /** False for what needs files only. */
  readonly needsApp: boolean;
  /** The exit code. */
  run(args: readonly string[], terminal: Terminal, app: () => INestApplicationContext, project: string): Promise<number>;
}
