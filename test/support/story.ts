import { join } from 'node:path';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { seedDemo } from '../../src/demo/seed-demo.js';
import { ok } from '../../src/core/errors/index.js';
import { MandateLetters } from '../../src/modules/agents/index.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { asSystem, at } from './lower-floors.js';
import { call, startTestApp, testConfig, type TestApp } from './app.js';
import { createFilledDatabase } from './database.js';

export interface StoryClaim {
  readonly reference: string;
  readonly state: string;
  readonly siteId: string;
  readonly schemeId: string;
  readonly currency: string;
}

/** The demo as it is written at the first start, with its claims by state. It takes seconds: for pages only, never for a rule. */
export interface Story extends TestApp {
  readonly claims: readonly StoryClaim[];
  /** The one claim, or the newest, in this state; of the shops of the first story, in won, whose people the pages are looked at by. */
  newest(state: string): StoryClaim;
  readonly fundId: string;
  /** The change that waits for its approval. */
  readonly changeId: string;
  /** Of the agent: its file, a mandate that waits, and the token of the link to answer it by. */
  readonly agent: { readonly batchId: string; readonly mandateId: string; readonly answerToken: string };
  /** A shop of the demo, and its first place. */
  readonly shop: { readonly merchantId: string; readonly siteId: string };
}

export async function openStory(): Promise<Story> {
  // Keys and files of the seeding stay with what it wrote.
  const config = { demo: true, dataDirectory: process.env['MAKEGOOD_TEST_STORY_FILES'] };
  const database = await createFilledDatabase('makegood_test_story', (databaseUrl) => seedDemo({ ...testConfig(databaseUrl), ...config }, join(process.cwd(), 'policies')));
  const started = await startTestApp({ config, database });
  const token = async (email: string): Promise<string> =>
    (await call<{ token: string }>(started.url, 'POST', '/v1/sessions', { body: { email, password: DEMO_PASSWORD } })).body.token;
  const { body } = await call<{ items: StoryClaim[] }>(started.url, 'GET', '/v1/claims?limit=50', { token: await token(DEMO_PEOPLE.reviewer.email) });
  const funds = await call<{ items: { id: string; code: string }[] }>(started.url, 'GET', '/v1/funds', { token: await token(DEMO_PEOPLE.finance.email) });
  const changes = await call<{ items: { id: string }[] }>(started.url, 'GET', '/v1/changes', { token: await token(DEMO_PEOPLE.policyApprover.email) });
  const asAgent = await token(DEMO_PEOPLE.agent.email);
  const [batches, mandates] = [await call<{ items: { id: string }[] }>(started.url, 'GET', '/v1/claim-batches', { token: asAgent }),
    await call<{ items: { id: string; merchant: { id: string }; assertedAt: string }[] }>(started.url, 'GET', '/v1/mandates', { token: asAgent })];
  const [mandate] = mandates.body.items;
  const answerToken = unwrap(await started.app.get(UnitOfWork).run(asSystem, async (tx) => ok(await started.app.get(MandateLetters).link(tx, { id: mandate?.id ?? '', merchantId: mandate?.merchant.id ?? '', assertedAt: at(mandate?.assertedAt ?? '') }))));
  const keeper = await token('glasses@shops.example');
  const own = await call<{ items: { id: string }[] }>(started.url, 'GET', '/v1/merchants', { token: keeper });
  const merchantId = own.body.items[0]?.id ?? '';
  const places = await call<{ items: { id: string }[] }>(started.url, 'GET', `/v1/merchants/${merchantId}/sites`, { token: keeper });
  return {
    agent: { batchId: batches.body.items[0]?.id ?? '', mandateId: mandate?.id ?? '', answerToken },
    ...started, shop: { merchantId, siteId: places.body.items[0]?.id ?? '' }, claims: body.items,
    newest: (state) => {
      const found = body.items.find((claim) => claim.state === state && claim.currency === 'KRW');
      if (found === undefined) throw new Error(`no claim of the demo is ${state}`);
      return found;
    },
    changeId: changes.body.items[0]?.id ?? '',
    fundId: funds.body.items.find(({ code }) => code === 'kakao-2022')?.id ?? '',
  };
}
