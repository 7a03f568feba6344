import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';
import type { Result } from '../../src/core/errors/index.js';
import { currency } from '../../src/core/money/index.js';
import { readUploadOptions, type Permitting, type SalesSetView, type TaxBasis, type UploadOptions } from '../../src/modules/evidence/index.js';
import { createTestDatabase } from './database.js';
import { actingAs, openLowerFloors, type LowerFloors } from './lower-floors.js';

export let database: Awaited<ReturnType<typeof createTestDatabase>>;
export let floors: LowerFloors;
export const salesState = async (subjectId: string) => (await floors.salesQueries.evidenceStates(floors.reader, [subjectId])).get(subjectId);
export let owner = '';
export let shop = { merchantId: '', siteId: '' };
export let count = 0;

export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}
export const code = (result: Result<unknown>): string => (result.ok ? 'ok' : result.refusal.code);
const options = (more: Record<string, string> = {}): UploadOptions => value(readUploadOptions({ currency: 'GBP', basis: 'net_of_tax', zone: 'Europe/London', ...more }));
export const subject = (): string => `0199aaaa-0000-7000-8000-${String((count += 1)).padStart(12, '0')}`;

export const upload = (text: string | Readable, more: Record<string, string> = {}, subjectId = subject()): Promise<Result<SalesSetView>> =>
  arrive(typeof text === 'string' ? Readable.from([Buffer.from(text)]) : text, more, subjectId);

export const arrive = (stream: Readable, { countsIn, ...more }: Record<string, string> = {}, subjectId = subject(), permitting: Permitting = () => Promise.resolve({ ok: true, value: undefined })): Promise<Result<SalesSetView>> => {
  const { statement, coverage } = options(more);
  return floors.tillUploads.receiveAndRead(actingAs(owner), { subjectId, ...shop, currency: currency('GBP'), zone: 'Europe/London', uploadedBy: owner, ...(countsIn === undefined ? {} : { countsIn: countsIn as TaxBasis }) }, { stream, fileName: 'till.csv' },
    { statement, ...(coverage === undefined ? {} : { coverage }) }, permitting);
};

export const outside = AsyncLocalStorage.snapshot();
/** Until somebody waits for an advisory lock. */
export async function waiting(): Promise<void> {
  for (;;) {
    const [row] = await floors.reader.query<{ n: number }>(`SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    if (row?.n === 1) return;
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
}

/** Sales as `evidence` takes them in, for subjects that are no claims. Opened once a test file. */
export async function opened(): Promise<void> {
  database = await createTestDatabase();
  floors = openLowerFloors(database.appUrl);
  owner = await floors.person('owner');
  shop = await floors.shop();
}

export async function closed(): Promise<void> {
  await floors.close();
  await database.drop();
}

export const FEW = 'at,kind,amount,id,refund_of\n2026-07-01 10:00,sale,5.00,a,\n2026-07-01 12:00,sale,7.00,b,\n2026-07-02 09:00,refund,2.00,,a\n2026-07-02 10:00,refund,1.00,,\n';
