import { instant, parseInstant } from '../../src/core/time/index.js';
import type { ProposalDetail, ProposalSummary, SourceDetail } from '../../src/modules/outages/index.js';
import { call, FixedClock, startTestApp, type Answer, type TestApp } from './app.js';
import { signedIn } from './signed-in.js';

export interface Problem {
  readonly code: string;
  readonly errors?: readonly { readonly code: string; readonly pointer?: string }[];
}

const at = (text: string) => {
  const read = parseInstant(text);
  if (!read.ok) throw new Error(text);
  return read.value;
};
export const clock = new FixedClock(at('2026-11-01T12:00:00Z'));
export const later = (ms: number): void => clock.moveTo(instant(clock.now() + ms));
export let app: TestApp;
export let [editor, another, reviewer] = ['', '', ''];
export let count = 0;

export const get = <Body>(path: string, token = editor): Promise<Answer<Body>> => call<Body>(app.url, 'GET', path, { token });
export const send = <Body = Record<string, unknown>>(method: string, path: string, body: unknown, version?: number, token = editor): Promise<Answer<Body>> =>
  call<Body>(app.url, method, path, { token, body, ...(version === undefined ? {} : { headers: { 'if-match': `"${version}"` } }) });
export async function upload(id: string, content: unknown): Promise<Answer<{ isKnown: boolean; proposals: string[] }>> {
  const form = new FormData();
  form.append('source', id);
  form.append('file', new Blob([typeof content === 'string' ? content : JSON.stringify(content)]), 'feed');
  const response = await fetch(`${app.url}/v1/outage-imports`, { method: 'POST', headers: { authorization: `Bearer ${editor}` }, body: form });
  return { status: response.status, body: await response.json() as { isKnown: boolean; proposals: string[] }, headers: {} };
}

/** Sources of outages over HTTP, and what they propose. Opened once a test file. */
export async function opened(): Promise<void> {
  app = await startTestApp({ clock, config: { feedHosts: new Set(['127.0.0.1']) } });
  [editor, another, reviewer] = [await signedIn(app, 'editor', 'register_editor'), await signedIn(app, 'another', 'register_editor'), await signedIn(app, 'reviewer', 'reviewer')];
  await send('POST', '/v1/services', { code: 'pay', names: { en: 'Payments' } });
  await send('POST', '/v1/services', { code: 'pay.card', parent: 'pay', names: { en: 'Cards' } });
  await send('POST', '/v1/services', { code: 'pay.qr', parent: 'pay', names: { en: 'Codes' } });
}

export const closed = (): Promise<void> => app.close();

export const settings = (more: object = {}): object => ({ name: `source ${(count += 1)}`, joinGapSeconds: 300, mapping: [{ component: 'API', service: 'pay.card' }], ...more });
export async function source(kind: string, more: object = {}): Promise<{ id: string; version: number; token?: string }> {
  const made = await send<{ id: string; version: number; token?: string }>('POST', '/v1/outage-sources', { kind, ...settings(more) });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return made.body;
}
export const sourceOf = async (id: string): Promise<SourceDetail> => (await get<SourceDetail>(`/v1/outage-sources/${id}`)).body;
export const proposalsOf = async (id: string): Promise<ProposalSummary[]> => (await get<{ items: ProposalSummary[] }>(`/v1/outage-proposals?sourceId=${id}`)).body.items;
export const proposal = async (id: string): Promise<ProposalDetail> => (await get<ProposalDetail>(`/v1/outage-proposals/${id}`)).body;
export const shown = ({ lines }: ProposalDetail): string[] => lines.map(({ service, state, from, to }) => `${service} ${state} ${from.slice(11, 16)}-${to?.slice(11, 16) ?? ''}`);

/** A page of one incident; each entry a component, when it went and when it came back. */
export const page = (id: string, day: string, parts: readonly (readonly [component: string, status: string, from: string, to?: string])[]): object => ({
  incidents: [{
    id, name: `Trouble ${id}`, impact: 'major', started_at: `${day}T${parts[0]?.[2]}:00Z`,
    incident_updates: parts.flatMap(([name, status, from, to]) => [
      { display_at: `${day}T${from}:00Z`, affected_components: [{ name, old_status: 'operational', new_status: status }] },
      ...(to === undefined ? [] : [{ display_at: `${day}T${to}:00Z`, affected_components: [{ name, old_status: status, new_status: 'operational' }] }]),
    ]),
  }],
});
