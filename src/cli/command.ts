import type { INestApplicationContext } from '@nestjs/common';

export interface Terminal {
  say(line: string): void;
  complain(line: string): void;
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
