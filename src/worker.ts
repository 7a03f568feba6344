import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { boot, stopped, stopSignal } from './boot.js';
import { Jobs } from './platform/jobs/jobs.js';
import { startProblem } from './start-problem.js';

/** Jobs only: as many of these as wanted, beside any number of servers. */
async function work(): Promise<void> {
  const stop = stopSignal();
  const booted = await boot();
  try {
    const app = await NestFactory.createApplicationContext(AppModule.with(booted.config), { logger: false, abortOnError: false });
    await app.get(Jobs).consume();
    process.stdout.write('Makegood is working on jobs. Ctrl-C stops it.\n');
    await stopped(stop);
    await app.close();
  } finally {
    await booted.stopDatabase();
  }
}

work().then(() => process.exit(0), (error: unknown) => {
  process.stderr.write(`\n${startProblem(error)}\n`);
  process.exit(1);
});
