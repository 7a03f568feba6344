import { AppModule } from '../../src/app.module.js';
import { FixedClock, SystemClock, type Clock } from '../../src/platform/clock/clock.js';
import { readConfig, type AppConfig } from '../../src/platform/config/config.js';
import { createApp, type MakegoodApp } from '../../src/platform/http/create-app.js';
import type { BodyPatience } from '../../src/platform/http/late-bodies.js';
import { Passwords } from '../../src/modules/identity/passwords.service.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { createTestDatabase, type TestDatabase } from './database.js';

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;
}

export interface TestApp {
  readonly app: MakegoodApp;
  readonly url: string;
  readonly database: TestDatabase;
  readonly clock: Clock;
  close(): Promise<void>;
}

export const testConfig = (databaseUrl: string): AppConfig => readConfig({ NODE_ENV: 'test', DATABASE_URL: databaseUrl, PORT: '0', DEMO: 'off', SWEEP_SECONDS: '0' });

/** The application as `main` makes it, but that its passwords cost a processor less than the 50 ms they are meant to. */
export async function createTestApp(config: AppConfig, clock: Clock, patience?: BodyPatience): Promise<MakegoodApp> {
  const app = await createApp(AppModule.with(config, clock), { secure: false, trustedProxies: config.trustedProxies, ...(patience === undefined ? {} : { patience }) });
  app.get(Passwords).cost = { memoryCost: 64, timeCost: 1, parallelism: 1 };
  return app;
}

/** The application as `main` makes it, on a database of its own and a real port. */
export async function startTestApp(
  options: { clock?: Clock; config?: Partial<AppConfig>; consume?: boolean; patience?: BodyPatience; database?: TestDatabase } = {},
): Promise<TestApp> {
  const database = options.database ?? await createTestDatabase();
  const config = { ...testConfig(database.appUrl), ...options.config };
  const clock = options.clock ?? new SystemClock();
  const app = await createTestApp(config, clock, options.patience);
  const jobs = app.get(Jobs);
  await (options.consume === true ? jobs.consume() : jobs.open());
  await app.listen(0, '127.0.0.1');
  return {
    app, database, clock,
    url: await app.getUrl(),
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
}

export { FixedClock };

/** One request as a client makes it; the body is read whatever it is. */
export async function call<Body = Record<string, unknown>>(
  url: string, method: string, path: string, options: { token?: string; body?: unknown; headers?: Record<string, string>; raw?: string; type?: string } = {},
): Promise<Answer<Body>> {
  const payload = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      ...(payload === undefined ? {} : { 'content-type': options.type ?? 'application/json' }),
      ...options.headers,
    },
    ...(payload === undefined ? {} : { body: payload }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, body: (isJson && text !== '' ? JSON.parse(text) : text) as Body, headers: Object.fromEntries(response.headers) };
}
