import { join } from 'node:path';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { seedDemo } from '../../src/demo/seed-demo.js';
import { APP_CONFIG, type AppConfig } from '../../src/platform/config/config.js';
import { call, startTestApp, type TestApp } from './app.js';

export interface StoryClaim {
  readonly reference: string;
  readonly state: string;
  readonly siteId: string;
  readonly schemeId: string;
}

/** The demo as it is written at the first start, with its claims by state. It takes seconds: for pages only, never for a rule. */
export interface Story extends TestApp {
  readonly claims: readonly StoryClaim[];
  /** The one claim, or the newest, in this state. */
  newest(state: string): StoryClaim;
  readonly fundId: string;
  /** The change that waits for its approval. */
  readonly changeId: string;
}

export async function openStory(): Promise<Story> {
  const started = await startTestApp({ config: { demo: true } });
  await seedDemo(started.app.get<AppConfig>(APP_CONFIG), join(process.cwd(), 'policies'));
  const token = async (email: string): Promise<string> =>
    (await call<{ token: string }>(started.url, 'POST', '/v1/sessions', { body: { email, password: DEMO_PASSWORD } })).body.token;
  const { body } = await call<{ items: StoryClaim[] }>(started.url, 'GET', '/v1/claims?limit=50', { token: await token(DEMO_PEOPLE.reviewer.email) });
  const funds = await call<{ items: { id: string; code: string }[] }>(started.url, 'GET', '/v1/funds', { token: await token(DEMO_PEOPLE.finance.email) });
  const changes = await call<{ items: { id: string }[] }>(started.url, 'GET', '/v1/changes', { token: await token(DEMO_PEOPLE.policyApprover.email) });
  return {
    ...started, claims: body.items,
    newest: (state) => {
      const found = body.items.find((claim) => claim.state === state);
      if (found === undefined) throw new Error(`no claim of the demo is ${state}`);
      return found;
    },
    changeId: changes.body.items[0]?.id ?? '',
    fundId: funds.body.items.find(({ code }) => code === 'kakao-2022')?.id ?? '',
  };
}
