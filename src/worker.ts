import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { boot, startProblem } from './boot.js';
import { Jobs } from './platform/jobs/jobs.js';

/** Jobs only: as many of these as wanted, beside any number of servers. */
async function work(): Promise<void> {
  const booted = await boot();
  const app = await NestFactory.createApplicationContext(AppModule.with(booted.config), { logger: false, abortOnError: false });
  await app.get(Jobs).consume();
  process.stdout.write('Makegood is working on jobs. Ctrl-C stops it.\n');
  const stop = (): void => void app.close().then(() => booted.stopDatabase()).then(() => process.exit(0), () => process.exit(1));
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

work().catch((error: unknown) => {
  process.stderr.write(`\n${startProblem(error)}\n`);
  process.exit(1);
});
