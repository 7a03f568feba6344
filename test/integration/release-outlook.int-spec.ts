import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PayoutQueries, ReleaseOutlook } from '../../src/modules/payouts/index.js';
import { minors, payableClaims } from '../support/payables.js';
import { PaymentMoves } from '../support/payment-moves.js';
import { value } from '../support/results.js';

let desk: PaymentMoves;
beforeAll(async () => { desk = await PaymentMoves.of(); }, 60_000);
afterAll(async () => { await desk.close(); });

it('a release says before what it would go on without: each payment once, by its first reason, the most frequent first', async () => {
  const book = await payableClaims(desk.owner, { seed: 'outlook', amounts: minors(100, 200, 400, 800) });
  const [line] = await desk.locked(book);
  const outlook = async () => desk.world.app.get(ReleaseOutlook).of(value(await desk.world.app.get(PayoutQueries).get(line?.batchId ?? '')));
  expect(await outlook()).toEqual({ count: 0, net: { amount: '0.00', currency: 'EUR' }, reasons: [] });
  for (const [place, kind] of [[0, 'tax'], [1, 'tax'], [1, 'legal'], [2, 'bank']] as const) {
    await desk.query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, $2, now() FROM claim WHERE id = $1`, [book.claimIds[place], kind]);
  }
  expect(await outlook()).toEqual({
    count: 3, net: { amount: '7.00', currency: 'EUR' },
    reasons: [{ reason: 'bank', count: 1, net: { amount: '4.00', currency: 'EUR' } }, { reason: 'legal', count: 1, net: { amount: '2.00', currency: 'EUR' } }, { reason: 'tax', count: 1, net: { amount: '1.00', currency: 'EUR' } }],
  });
  await desk.granted(book.claimIds[3] ?? '', 700n, false);
  expect((await outlook())?.reasons.find(({ reason }) => reason === 'entitlement_fell')).toEqual({ reason: 'entitlement_fell', count: 1, net: { amount: '8.00', currency: 'EUR' } });
});
