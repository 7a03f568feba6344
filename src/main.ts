import 'reflect-metadata';
import { AppModule } from './app.module.js';
import { boot, POLICY_FOLDER, startProblem, type Booted } from './boot.js';
import { DEMO_PASSWORD, DEMO_PEOPLE, type DemoPerson } from './demo/demo-people.js';
import { seedWhenEmpty } from './demo/seed-demo.js';
import { createApp, type MakegoodApp } from './platform/http/create-app.js';
import { Jobs } from './platform/jobs/jobs.js';

const LONGEST_STOP_MS = 10_000;

function stopOnSignal(app: MakegoodApp, booted: Booted): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    process.stdout.write('\nStopping …\n');
    setTimeout(() => process.exit(1), LONGEST_STOP_MS).unref();
    void app.close().then(() => booted.stopDatabase()).then(() => process.exit(0), () => process.exit(1));
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
}

function greet(url: string, demo: boolean): void {
  const lines = [``, `Makegood is serving.`, ``, `  Pages        ${url}`, `  API page     ${url}/docs`, `  API          ${url}/v1`, `  ready?       ${url}/readyz`];
  if (demo) {
    const people = Object.values<DemoPerson>(DEMO_PEOPLE).map(({ email, roles }) => `  ${email.padEnd(30)} ${roles.join(', ') || 'merchant (owner)'}`);
    lines.push('', `Demo sign-ins (everything synthetic), password: ${DEMO_PASSWORD}`, ...people);
  }
  process.stdout.write(`${lines.join('\n')}\n\nCtrl-C stops it.\n`);
}

async function main(): Promise<void> {
  const booted = await boot();
  const { config } = booted;
  let app: MakegoodApp | undefined;
  try {
    app = await createApp(AppModule.with(config), { secure: config.environment === 'production' });
    const jobs = app.get(Jobs);
    await jobs.open();
    if (config.demo) await seedWhenEmpty(app, POLICY_FOLDER);
    if (config.worker === 'in_process') await jobs.consume();
    await app.listen(config.port, config.host);
    stopOnSignal(app, booted);
    greet(await app.getUrl(), config.demo);
  } catch (error) {
    await app?.close().catch(() => undefined);
    await booted.stopDatabase();
    throw error;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`\n${startProblem(error)}\n`);
  process.exit(1);
});
