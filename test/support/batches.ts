import { BatchChecks, BatchCommits, BatchLetters, type BatchView } from '../../src/modules/claim-batches/index.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import type { Agency } from './agents.js';
import { call, type Answer } from './app.js';
import { asSystem } from './lower-floors.js';
import { ifMatch, OUTAGE_WINDOW, type World } from './world.js';

export type Row = Record<string, string>;

/** A row without a fault: shop `n` of business `n`, and whatever is said otherwise. */
export const rowOf = (n: number, change: Row = {}): Row => ({
  external_id: `row-${n}`, business_name: `Shop number ${n} (synthetic)`, registration_scheme: 'none', registration_number: '', trade: 'food', country: 'GB', language: 'en',
  zone: 'Europe/London', contact_name: `Keeper ${n}`, contact_email: `keeper-${n}@bulk-shops.example`, site_name: `Shop ${n}`, opening_hours: 'Mo-Sa 07:00-18:00',
  services: 'harbourline.payments', used_since: '2025-01-01', scheme: 'harbourline-2026-10', window_from: OUTAGE_WINDOW.from, window_to: OUTAGE_WINDOW.to,
  mandate_document: `letter-${n}.pdf`, agent_fee: '15%', agent_fee_words: '15 % of what is paid', true_statement: 'yes', paid_elsewhere: 'no', 'answer.takeTariff': 'yes', ...change,
});

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

export function csvOf(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [columns.join(','), ...rows.map((row) => columns.map((column) => quoted(row[column] ?? '')).join(','))].join('\r\n');
}

export const send = (world: World, { token }: Agency, text: string, options: { type?: string; query?: string; headers?: Record<string, string> } = {}): Promise<Answer<BatchView & { code?: string; errors?: { code: string; detail: string }[] }>> =>
  call(world.url, 'POST', `/v1/claim-batches${options.query ?? ''}`, { token, raw: text, type: options.type ?? 'text/csv', ...(options.headers === undefined ? {} : { headers: options.headers }) });

const steps = async (world: World, take: (batchId: string) => Promise<boolean>, batchId: string): Promise<void> => {
  while (!(await take(batchId)));
  void world;
};

const inOne = async (world: World, step: Parameters<UnitOfWork['run']>[1]): Promise<boolean> =>
  (unwrap(await world.app.get(UnitOfWork).run(asSystem, step)) as { done: boolean }).done;

/** No worker runs in most tests: the steps of the job are taken here. */
export const checkAll = (world: World, batchId: string): Promise<void> => steps(world, (id) => inOne(world, (tx) => world.app.get(BatchChecks).step(tx, asSystem, id)), batchId);
export const fileStep = (world: World, batchId: string): Promise<boolean> => inOne(world, (tx) => world.app.get(BatchCommits).step(tx, asSystem, batchId));
export const fileAll = (world: World, batchId: string): Promise<void> => steps(world, (id) => fileStep(world, id), batchId);
export const writeLetters = (world: World, batchId: string): Promise<void> => steps(world, (id) => inOne(world, (tx) => world.app.get(BatchLetters).step(tx, asSystem, id)), batchId);

export const batchOf = async (world: World, { token }: Agency, id: string): Promise<BatchView> => (await call<BatchView>(world.url, 'GET', `/v1/claim-batches/${id}`, { token })).body;

export interface Item { row: number; line: number; state: string; externalId?: string; claim?: { id: string; reference: string }; errors: { column: string; code: string; detail: string }[] }
export const itemsOf = async (world: World, { token }: Agency, id: string, query = '?limit=200'): Promise<Item[]> =>
  (await call<{ items: Item[] }>(world.url, 'GET', `/v1/claim-batches/${id}/items${query}`, { token })).body.items;
export const resultOf = async (world: World, { token }: Agency, id: string): Promise<string> =>
  (await call<string>(world.url, 'GET', `/v1/claim-batches/${id}/result-file`, { token })).body;

export const commit = async (world: World, agency: Agency, id: string, version?: number): Promise<Answer<BatchView & { code?: string }>> =>
  call(world.url, 'POST', `/v1/claim-batches/${id}/commits`, { token: agency.token, ...ifMatch(version ?? (await batchOf(world, agency, id)).version) });

/** Sent, checked, committed and filed to the end. */
export async function through(world: World, agency: Agency, text: string, options: Parameters<typeof send>[3] = {}): Promise<BatchView> {
  const { status, body } = await send(world, agency, text, options);
  if (status !== 202) throw new Error(JSON.stringify(body));
  await checkAll(world, body.id);
  const committed = await commit(world, agency, body.id);
  if (committed.status === 202) await fileAll(world, body.id);
  return batchOf(world, agency, body.id);
}
