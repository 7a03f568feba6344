import { expect } from '@jest/globals';
import { AmendmentRehearsals, ChangeApplication, ChangeQueries } from '../../src/modules/changes/index.js';
import type { OutageView } from '../../src/modules/outages/index.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { call, startTestApp, type Answer, type TestApp } from './app.js';
import { asSystem } from './lower-floors.js';
import { signedIn } from './signed-in.js';

export interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer?: string; readonly code: string; readonly detail: string }[];
}

export let app: TestApp;
export let [editor, another, reviewer] = ['', '', ''];
export let count = 0;

export const get = <Body>(path: string, token?: string, headers: Record<string, string> = {}): Promise<Answer<Body>> =>
  call<Body>(app.url, 'GET', path, { headers, ...(token === undefined ? {} : { token }) });
export const send = <Body = OutageView>(method: string, path: string, token: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer<Body>> =>
  call<Body>(app.url, method, path, { token, body, headers });
export const match = (view: { version: number }): Record<string, string> => ({ 'if-match': `"${view.version}"` });

/** The register over HTTP, with two editors and a reviewer. Opened once a test file. */
export async function opened(): Promise<void> {
  app = await startTestApp();
  editor = await signedIn(app, 'editor', 'register_editor');
  another = await signedIn(app, 'another', 'register_editor');
  reviewer = await signedIn(app, 'reviewer', 'reviewer');
  await send('POST', '/v1/services', editor, { code: 'pay', names: { en: 'Payments', ko: '결제' } });
  await send('POST', '/v1/services', editor, { code: 'pay.card', parent: 'pay', names: { en: 'Cards' } });
}

export const closed = (): Promise<void> => app.close();

const DAY = { from: '2026-10-13T08:00:00+01:00', to: '2026-10-13T20:00:00+01:00' };
export const down = (from: string, to: string, more: object = {}): object =>
  ({ service: 'pay.card', state: 'down', source: 'probe', from: `2026-10-13T${from}:00+01:00`, to: `2026-10-13T${to}:00+01:00`, ...more });
export const outage = (segments: readonly object[] = [], more: object = {}): object =>
  ({ code: `outage-${(count += 1)}`, title: { en: 'Cards failed' }, complete: true, scope: [{ services: ['pay.card'], ...DAY }], segments, ...more });
export const create = async (segments: readonly object[] = [], more: object = {}): Promise<OutageView> => (await send('POST', '/v1/outages', editor, outage(segments, more))).body;

/** One run of an amendment, taken to its end here. */
export async function rehearsed({ id, self }: { id: string; self: string }): Promise<void> {
  await send('POST', `${self}/runs`, editor, {});
  const runId = await app.app.get(ChangeQueries).runId(app.app.get(Database).reader, id, 1);
  const step = async (): Promise<boolean> => {
    const stepped = await app.app.get(UnitOfWork).run(asSystem, (tx) => app.app.get(AmendmentRehearsals).step(tx, runId.ok ? runId.value : ''));
    return stepped.ok && stepped.value.done;
  };
  while (!(await step()));
}

/** An approved amendment taken to every claim; until then no other is approved. */
export async function applied(id: string): Promise<void> {
  const step = async (): Promise<boolean> => {
    const stepped = await app.app.get(UnitOfWork).run(asSystem, (tx) => app.app.get(ChangeApplication).step(tx, asSystem, id));
    return stepped.ok && stepped.value.done;
  };
  while (!(await step()));
}

/** Amends as people do: one proposes and looks at what it costs, another approves. No claim is touched here. */
export async function amend(path: string, standing: OutageView, segments: readonly object[], more: object): Promise<OutageView> {
  const { title: _title, code: _code, ...content } = outage(segments, more) as { title: object; code: string };
  const { body } = await send<{ id: string; self: string; version: number }>('POST', `${path}/amendments`, editor, { ...content, reason: 'probe log' }, match(standing));
  await rehearsed(body);
  const { digest } = (await get<{ digest: string }>(`${body.self}/runs/1`, another)).body;
  expect((await send('POST', `${body.self}/approvals`, another, { run: 1, digest, movesLessThan: { amount: '0.01', currency: 'EUR' } }, match(body))).status).toBe(201);
  await applied(body.id);
  return (await get<OutageView>(path)).body;
}
