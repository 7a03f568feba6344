import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { noticeFile } from '../support/bank-files.js';
import { Reconciliation } from '../support/reconciliations.js';

let world: TestApp;
let bank: Reconciliation;

beforeAll(async () => {
  world = await startTestApp({ consume: false });
  bank = await Reconciliation.of(world);
}, 60_000);

afterAll(async () => {
  await bank.close();
  await world.close();
});

/** How often a table of a bank's items was read from end to end. */
async function readWhole(): Promise<number> {
  await bank.owner.query('SELECT pg_stat_clear_snapshot()');
  const { rows: [row] } = await bank.owner.query<{ scans: number }>(`SELECT sum(seq_scan)::int AS scans FROM pg_stat_user_tables WHERE relname IN ('bank_item', 'payment_line_booking')`);
  return row?.scans ?? 0;
}

it('a message is reckoned up by indexes, however much of it went in since the plans were made', async () => {
  const sent = await bank.sent('lookups', Array.from({ length: 1_200 }, (_, n) => BigInt(1_000 + n)));
  await bank.owner.query('VACUUM ANALYZE bank_item, payment_line_booking');
  // Statistics are told at most once a second.
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1_500));
  await settled();
  const before = await readWhole();
  const { rows: lines } = await bank.owner.query<{ reference: string; minor: string }>('SELECT end_to_end_id AS reference, net_minor::text AS minor FROM payment_line WHERE batch_id = $1', [sent.batch.id]);
  await bank.hear(sent.payingAccountId, noticeFile({ id: 'N', entries: lines.map(({ reference, minor }, at) => ({ direction: 'debit', amount: minor.replace(/(..)$/, '.$1'), reference, bankReference: `D${at}` })) }));
  await settled();
  expect([await readWhole() - before, await bank.states(sent).then((states) => new Set(Object.values(states)))]).toEqual([0, new Set(['settled'])]);
}, 60_000);
