import 'reflect-metadata';
import { AppModule } from './app.module.js';
import { boot, POLICY_FOLDER, stopped, stopSignal, type Booted } from './boot.js';
import { DEMO_PASSWORD, DEMO_PEOPLE, type DemoPerson } from './demo/demo-people.js';
import { seedWhenEmpty } from './demo/seed-demo.js';
import { Database } from './platform/database/database.js';
import { createApp, type MakegoodApp } from './platform/http/create-app.js';
import { Jobs } from './platform/jobs/jobs.js';
import { startProblem } from './start-problem.js';

const LONGEST_STOP_MS = 10_000;

function greet(url: string, demo: boolean): void {
  const lines = [``, `Makegood is serving.`, ``, `  Pages        ${url}/`, `  API page     ${url}/docs`, `  API          ${url}/v1`, `  ready?       ${url}/readyz`];
  if (demo) {
    const people = Object.values<DemoPerson>(DEMO_PEOPLE).map(({ email, roles }) => `  ${email.padEnd(30)} ${roles.join(', ') || 'merchant (owner)'}`);
    lines.push('', `Demo sign-ins (everything synthetic), password: ${DEMO_PASSWORD}`, ...people);
  }
  process.stdout.write(`${lines.join('\n')}\n\nCtrl-C stops it.\n`);
}

async function serve(booted: Booted, stop: AbortSignal): Promise<MakegoodApp> {
  const { config } = booted;
  stop.throwIfAborted();
  const app = await createApp(AppModule.with(config), { secure: config.environment === 'production', trustedProxies: config.trustedProxies });
  try {
    const jobs = app.get(Jobs);
    await jobs.open();
    if (config.demo) await seedWhenEmpty(app.get(Database), config, POLICY_FOLDER);
    stop.throwIfAborted();
    if (config.worker === 'in_process') await jobs.consume();
    await app.listen(config.port, config.host);
    greet(await app.getUrl(), config.demo);
    return app;
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
}

async function main(): Promise<void> {
  const stop = stopSignal();
  const booted = await boot();
  try {
    const app = await serve(booted, stop);
    await stopped(stop);
    process.stdout.write('\nStopping …\n');
    setTimeout(() => process.exit(1), LONGEST_STOP_MS).unref();
    await app.close();
  } catch (error) {
    if (error !== stop.reason) throw error;
  } finally {
    await booted.stopDatabase();
  }
}

main().then(() => process.exit(0), (error: unknown) => {
  process.stderr.write(`\n${startProblem(error)}\n`);
  process.exit(1);
});
