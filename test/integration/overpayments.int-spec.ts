import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { currency, money } from '../../src/core/money/index.js';
import type { Instant } from '../../src/core/time/index.js';
import { BatchPreparation, OverpaymentQueries, Overpayments, OverpaymentWriteOffs, PayoutQueries, type LineView } from '../../src/modules/payouts/index.js';
import { PaymentLinesRepository } from '../../src/modules/payouts/payment-lines.repository.js';
import { OverpaymentOpenings } from '../../src/modules/payouts/overpayments/overpayment-openings.service.js';
import { Reports } from '../../src/modules/reporting/index.js';
import type { Context } from '../../src/platform/access/context.js';
import { joinBusiness } from '../support/grants.js';
import { brokenPayments } from '../support/invariants.js';
import { asSystem } from '../support/lower-floors.js';
import { minors, payableClaims, type Payables } from '../support/payables.js';
import { PaymentMoves } from '../support/payment-moves.js';
import { codeOf, refusedBy, value } from '../support/results.js';

let desk: PaymentMoves;

beforeAll(async () => { desk = await PaymentMoves.of(); }, 60_000);
afterEach(async () => { expect(await brokenPayments(desk.owner)).toEqual([]); });
afterAll(async () => { await desk.close(); });

describe('what was granted falls', () => {
  it('under a payment that waits, one in a batch, one in a locked batch, one on its way and one that was booked', async () => {
    const [loose, open, shut, way, done] = await Promise.all(['loose', 'open', 'shut', 'way', 'done'].map((seed) => payableClaims(desk.owner, { seed, amounts: minors(1_000) }))) as [Payables, Payables, Payables, Payables, Payables];
    const batch = value(await desk.world.app.get(BatchPreparation).open(desk.preparer, { fundId: loose.fundId }));
    value(await desk.world.app.get(BatchPreparation).cancel(desk.preparer, batch.id, batch.version));
    value(await desk.world.app.get(BatchPreparation).open(desk.preparer, { fundId: open.fundId }));
    await desk.locked(shut);
    await desk.sent(way);
    await desk.paid(done);
    for (const { claimIds: [claimId = ''] } of [loose, open, shut, way, done]) await desk.granted(claimId, 700n);
    const states = await Promise.all([loose, open, shut, way, done].map(async ({ claimIds: [claimId = ''] }) => [(await desk.linesOf(claimId)).map(({ state }) => state), (await desk.owedBy(claimId)).map(({ left }) => left)]));
    expect(states).toEqual([[['dropped'], []], [['dropped'], []], [['dropped'], []], [['in_transit'], ['3.00']], [['settled'], ['3.00']]]);
    expect(await desk.query('SELECT d.reason FROM payout_drop d JOIN payment_line l ON l.id = d.line_id WHERE l.claim_id = $1', [shut.claimIds[0]])).toEqual([{ reason: 'entitlement_fell' }]);
    expect([await desk.balances(way), await desk.balances(done)]).toEqual([{ funding: '-700', in_transit: '1000', recoverable: '-300' }, { funding: '-700', paid: '1000', recoverable: '-300' }]);
    for (const book of [loose, open, shut]) expect((await desk.locked(book)).map(({ gross }) => gross.amount)).toEqual(['7.00']);
    expect(await Promise.all([way, done].map(async ({ fundId }) => codeOf(await desk.world.app.get(BatchPreparation).open(desk.preparer, { fundId }))))).toEqual(['payouts.batch_empty', 'payouts.batch_empty']);
  });

  it('and rises again: what is due is taken off what is owed first, even before anybody was told', async () => {
    const book = await payableClaims(desk.owner, { seed: 'again', amounts: minors(1_000) });
    const [claimId = ''] = book.claimIds;
    await desk.paid(book);
    await desk.granted(claimId, 700n);
    await desk.granted(claimId, 900n, false);
    expect(codeOf(await desk.world.app.get(BatchPreparation).open(desk.preparer, { fundId: book.fundId }))).toBe('payouts.batch_empty');
    await desk.run((tx) => desk.world.app.get(OverpaymentOpenings).net(tx, asSystem, [claimId]));
    expect([(await desk.owedBy(claimId)).map(({ left }) => left), await desk.balances(book)]).toEqual([['1.00'], { funding: '-900', paid: '1000', recoverable: '-100' }]);
    await desk.granted(claimId, 1_250n);
    expect([(await desk.owedBy(claimId)).map(({ left }) => left), (await desk.locked(book)).map(({ gross }) => gross.amount)]).toEqual([['0.00'], ['2.50']]);
  });

  it('and the payment comes back: nothing is owed, and the lower sum is paid', async () => {
    const book = await payableClaims(desk.owner, { seed: 'returned', amounts: minors(1_000) });
    const [claimId = ''] = book.claimIds;
    const lines = await desk.paid(book);
    await desk.granted(claimId, 700n);
    await desk.cameBack('return', lines, 'AC04');
    await desk.fix(claimId);
    expect([(await desk.owedBy(claimId)).map(({ left }) => left), (await desk.paid(book)).map(({ gross }) => gross.amount), await desk.balances(book)]).toEqual([['0.00'], ['7.00'], { funding: '-700', paid: '700' }]);
  });
});

describe('what was paid too much', () => {
  async function owing(seed: string, more: bigint[] = []): Promise<{ book: Payables; claimId: string; overpaymentId: string }> {
    const book = await payableClaims(desk.owner, { seed, amounts: [1_000n, ...more] });
    const [claimId = ''] = book.claimIds;
    for (const other of book.claimIds.slice(1)) await desk.query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, 'tax', now() FROM claim WHERE id = $1`, [other]);
    await desk.paid(book);
    await desk.granted(claimId, 700n);
    for (const other of book.claimIds.slice(1)) await desk.release(other);
    return { book, claimId, overpaymentId: (await desk.owedBy(claimId))[0]?.id ?? '' };
  }

  const overpayments = (): Overpayments => desk.world.app.get(Overpayments);
  const versionOf = async (claimId: string): Promise<number> => (await desk.owedBy(claimId))[0]?.version ?? 0;
  const propose = async (claimId: string, overpaymentId: string, minor: bigint, code = 'EUR') =>
    overpayments().propose(desk.preparer, overpaymentId, await versionOf(claimId), { amount: money(minor, currency(code)), evidence: 'Statement 17, entry 3' });
  /** Said by one, confirmed by another. */
  const repay = async (claimId: string, overpaymentId: string, minor: bigint, code = 'EUR') => {
    const proposed = await propose(claimId, overpaymentId, minor, code);
    return proposed.ok ? overpayments().confirm(desk.approver, overpaymentId, proposed.value.version) : proposed;
  };
  const detailOf = async (overpaymentId: string, ctx: Context = desk.preparer) => value(await desk.world.app.get(OverpaymentQueries).get(ctx, overpaymentId));

  it('is paid back in parts, never more than is left, and waits in suspense for the bank', async () => {
    const { book, claimId, overpaymentId } = await owing('repaid');
    await desk.booked(book, 1_000n);
    expect([codeOf(await repay(claimId, overpaymentId, 301n)), codeOf(await repay(claimId, overpaymentId, 100n, 'KRW'))]).toEqual(['payouts.more_than_left', 'payouts.more_than_left']);
    expect(value(await repay(claimId, overpaymentId, 100n)).left.amount).toBe('2.00');
    expect(value(await repay(claimId, overpaymentId, 200n)).closedAt).toBeDefined();
    expect([codeOf(await repay(claimId, overpaymentId, 1n)), await desk.balances(book)]).toEqual(['payouts.recovery_closed', { funding: '-700', paid: '700' }]);
    expect(await desk.bankBalances(book)).toEqual({ bank: '-1000', cleared: '700', suspense: '300' });
    expect((await detailOf(overpaymentId)).unbooked?.amount).toBe('3.00');
    const listed = async (state: 'open' | 'closed' | 'unbooked') => (await desk.world.app.get(OverpaymentQueries).page(desk.preparer, { state, limit: 100 })).items.some(({ id }) => id === overpaymentId);
    expect([await listed('open'), await listed('closed'), await listed('unbooked')]).toEqual([false, true, true]);
  });

  it('is said to have come back by one person and confirmed by another, and until then nothing counts', async () => {
    const { book, claimId, overpaymentId } = await owing('by-two');
    await desk.booked(book, 1_000n);
    const before = [await desk.balances(book), await desk.bankBalances(book)];
    const { version } = value(await propose(claimId, overpaymentId, 100n));
    expect([await desk.balances(book), await desk.bankBalances(book)]).toEqual(before);
    expect((await detailOf(overpaymentId)).repayment).toMatchObject({ amount: { amount: '1.00' }, evidence: 'Statement 17, entry 3', payingAccountId: book.payingAccountId, proposed: { by: desk.preparer.userId } });
    expect([codeOf(await propose(claimId, overpaymentId, 50n)), codeOf(await overpayments().confirm(desk.approver, overpaymentId, version - 1))]).toEqual(['payouts.proposal_waiting', 'http.stale']);
    expect([codeOf(await overpayments().confirm(desk.preparer, overpaymentId, version)), await versionOf(claimId)]).toEqual(['payouts.proposal_own', version]);
    const byHand = (by: string, decidedBy: string | null, minor = 100) => refusedBy(desk.app.query(`
      INSERT INTO overpayment_entry (overpayment_id, currency, kind, amount_minor, proposed_by, decided_by, paying_account_id, awaits_booking, at) VALUES ($1, 'EUR', 'repaid', $4, $2, $3, $5, true, now())`,
    [overpaymentId, by, decidedBy, minor, book.payingAccountId]));
    expect(await Promise.all([byHand(desk.preparer.userId, desk.preparer.userId), byHand(desk.preparer.userId, null), byHand(desk.second.userId, desk.approver.userId), byHand(desk.preparer.userId, desk.approver.userId, 99)]))
      .toEqual(Array(4).fill('overpayment_repaid_ck'));
    const turned = value(await overpayments().turnDown(desk.approver, overpaymentId, version));
    expect([codeOf(await overpayments().confirm(desk.approver, overpaymentId, turned.version)), codeOf(await overpayments().turnDown(desk.approver, overpaymentId, turned.version))]).toEqual(['payouts.proposal_missing', 'payouts.proposal_missing']);
    expect([await desk.balances(book), await desk.bankBalances(book), (await detailOf(overpaymentId)).repayment]).toEqual([...before, undefined]);
    value(await repay(claimId, overpaymentId, 100n));
    expect((await detailOf(overpaymentId)).entries).toMatchObject([{ kind: 'repaid', by: desk.preparer.userId, decidedBy: desk.approver.userId, left: { amount: '2.00' } }]);
  });

  it('is paid on bills, where no bank tells of anything, and stands with the account by which they are credited', async () => {
    const { book, claimId, overpaymentId } = await owing('on-bills');
    await desk.booked(book, 1_000n);
    await desk.query(`SET session_replication_role = replica; ALTER TABLE fund DISABLE TRIGGER fund_paying_account_guarded_tg`);
    await desk.query(`UPDATE fund SET method = 'bill_credit', version = version + 1 WHERE id = $1`, [book.fundId]);
    await desk.query('ALTER TABLE fund ENABLE ALWAYS TRIGGER fund_paying_account_guarded_tg; SET session_replication_role = origin');
    value(await repay(claimId, overpaymentId, 300n));
    expect([await desk.bankBalances(book), (await detailOf(overpaymentId)).unbooked]).toEqual([{ bank: '-700', cleared: '700' }, undefined]);
  });

  it('is paid back on an account that has booked fewer payments, or none since the fund pays from it', async () => {
    const { book, claimId, overpaymentId } = await owing('elsewhere');
    await desk.booked(book, 1_000n);
    const other = await payableClaims(desk.owner, { seed: 'elsewhere-now', amounts: [] });
    await desk.query('SET session_replication_role = replica; ALTER TABLE fund DISABLE TRIGGER fund_paying_account_guarded_tg');
    await desk.query('UPDATE fund SET paying_account_id = $2, version = version + 1 WHERE id = $1', [book.fundId, other.payingAccountId]);
    await desk.query('ALTER TABLE fund ENABLE ALWAYS TRIGGER fund_paying_account_guarded_tg; SET session_replication_role = origin');
    expect(value(await repay(claimId, overpaymentId, 300n)).closedAt).toBeDefined();
    expect([await desk.balances(book), await desk.bankBalances(book), await desk.bankBalances(other)]).toEqual([{ funding: '-700', paid: '700' }, { bank: '-1000', cleared: '1000' }, { cleared: '-300', suspense: '300' }]);
  });

  it('is paid back before the bank has booked the payment, and that is booked afterwards', async () => {
    const book = await payableClaims(desk.owner, { seed: 'before', amounts: minors(1_000) });
    const [claimId = ''] = book.claimIds;
    const lines = await desk.sent(book);
    await desk.granted(claimId, 700n);
    expect(value(await repay(claimId, (await desk.owedBy(claimId))[0]?.id ?? '', 300n)).closedAt).toBeDefined();
    expect([await desk.balances(book), await desk.bankBalances(book)]).toEqual([{ funding: '-700', in_transit: '1000', paid: '-300' }, { cleared: '-300', suspense: '300' }]);
    await desk.move('settle', lines);
    await desk.booked(book, 1_000n);
    expect([await desk.balances(book), await desk.bankBalances(book)]).toEqual([{ funding: '-700', paid: '700' }, { bank: '-1000', cleared: '700', suspense: '300' }]);
  });

  it('is paid back and then the payment itself comes back: all of it is due again', async () => {
    const { book, claimId, overpaymentId } = await owing('both-ways');
    await desk.booked(book, 1_000n);
    value(await repay(claimId, overpaymentId, 300n));
    await desk.cameBack('return', await desk.linesOf(claimId), 'AC04');
    await desk.booked(book, -1_000n);
    expect([await desk.balances(book), await desk.bankBalances(book)]).toEqual([{ funding: '-700', paid: '-300', reserved: '1000' }, { cleared: '-300', suspense: '300' }]);
    await desk.fix(claimId);
    expect([(await desk.paid(book)).map(({ gross }) => gross.amount), await desk.balances(book)]).toEqual([['10.00'], { funding: '-700', paid: '700' }]);
  });

  it('is taken off the next payments only where its owner agreed, and owed again when one of them comes back', async () => {
    const { book, claimId, overpaymentId } = await owing('offset', [200n, 250n]);
    const [, other = '', third = ''] = book.claimIds;
    for (const one of [other, third]) await joinBusiness(desk.owner, { of: claimId, claimId: one });
    expect((await desk.locked(book)).map(({ offset }) => offset.amount)).toEqual(['0.00', '0.00']);
    await desk.query(`UPDATE payment_line SET state = 'pending', batch_id = NULL, payee_account_id = NULL, version = version + 1 WHERE state = 'included' AND fund_id = $1`, [book.fundId]);
    await desk.query(`UPDATE payment_line SET state = 'dropped', version = version + 1 WHERE state = 'pending' AND fund_id = $1`, [book.fundId]);
    await desk.agree(overpaymentId);
    const lines = await desk.sent(book);
    expect(lines.map(({ gross, offset, net }) => [gross.amount, offset.amount, net.amount]).sort()).toEqual([['2.00', '1.99', '0.01'], ['2.50', '1.01', '1.49']]);
    expect([(await desk.owedBy(claimId)).map(({ left }) => left), await desk.balances(book)]).toEqual([['0.00'], { funding: '-1150', in_transit: '150', paid: '1000' }]);
    const [small] = lines.filter(({ gross }) => gross.amount === '2.00') as [LineView];
    await desk.cameBack('reject', [small], 'file_refused');
    expect([(await desk.owedBy(claimId)).map(({ left }) => left), await desk.balances(book)]).toEqual([['1.99'], { funding: '-1150', in_transit: '149', paid: '1000', recoverable: '-199', reserved: '200' }].map((one) => one));
    await desk.move('settle', lines.filter(({ id }) => id !== small.id));
    expect((await desk.paid(book)).map(({ replaces, offset }) => [replaces, offset.amount])).toEqual([[small.id, '1.99']]);
    expect(await desk.balances(book)).toEqual({ funding: '-1150', paid: '1150' });
  });

  it('and nobody agreed to have set off stays owed beside what somebody did', async () => {
    const book = await payableClaims(desk.owner, { seed: 'two-owed', amounts: minors(1_000, 1_000, 900) });
    const [one = '', other = '', next = ''] = book.claimIds;
    for (const claimId of [other, next]) await joinBusiness(desk.owner, { of: one, claimId });
    await desk.query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, 'tax', now() FROM claim WHERE id = $1`, [next]);
    await desk.paid(book);
    for (const claimId of [one, other]) await desk.granted(claimId, 700n);
    await desk.release(next);
    await desk.agree((await desk.owedBy(one))[0]?.id ?? '');
    expect((await desk.sent(book)).map(({ offset, net }) => [offset.amount, net.amount])).toEqual([['3.00', '6.00']]);
    expect((await Promise.all([one, other].map((id) => desk.owedBy(id)))).map(([owed]) => owed?.left)).toEqual(['0.00', '3.00']);
  });

  it('that is paid back while a payment waits is not taken off it as well', async () => {
    const { book, claimId, overpaymentId } = await owing('changed', [500n]);
    await joinBusiness(desk.owner, { of: claimId, claimId: book.claimIds[1] ?? '' });
    await desk.booked(book, 1_000n);
    await desk.agree(overpaymentId);
    const opened = value(await desk.world.app.get(BatchPreparation).open(desk.preparer, { fundId: book.fundId }));
    value(await repay(claimId, overpaymentId, 300n));
    expect(codeOf(await desk.world.app.get(BatchPreparation).lock(desk.preparer, opened.id, opened.version))).toBe('payouts.batch_empty');
    value(await desk.world.app.get(BatchPreparation).cancel(desk.preparer, opened.id, (value(await desk.world.app.get(PayoutQueries).get(opened.id))).version));
    expect((await desk.locked(book)).map(({ gross, offset }) => [gross.amount, offset.amount])).toEqual([['5.00', '0.00']]);
  });

  it('is given up by two people, and by no one', async () => {
    const { book, claimId, overpaymentId } = await owing('given-up');
    const version = (): Promise<number> => versionOf(claimId);
    const writeOffs = desk.world.app.get(OverpaymentWriteOffs);
    value(await writeOffs.propose(desk.approver, overpaymentId, await version(), 'Insolvent.'));
    expect(codeOf(await writeOffs.decide(desk.approver, overpaymentId, await version(), { n: 1, outcome: 'written_off', note: 'Yes.' }))).toBe('payouts.write_off_second');
    const entry = (minor: number, by = desk.approver.userId) => refusedBy(desk.app.query(`INSERT INTO overpayment_entry (overpayment_id, currency, kind, amount_minor, proposed_by, decided_by, at) VALUES ($1, 'EUR', 'written_off', $4, $2, $3, now())`, [overpaymentId, by, desk.second.userId, minor]));
    expect(await entry(300)).toBe('overpayment_written_off_ck');
    expect(value(await writeOffs.decide(desk.second, overpaymentId, await version(), { n: 1, outcome: 'written_off', note: 'Yes.' })).closedAt).toBeDefined();
    expect([await entry(299), await entry(300, desk.preparer.userId)]).toEqual(['overpayment_written_off_ck', 'overpayment_written_off_ck']);
    expect(await desk.balances(book)).toEqual({ funding: '-700', paid: '1000', written_off: '-300' });
  });

  it('is given up as it stood when that was proposed, once, and not when it has come back; nobody writes to it as it was before', async () => {
    const { book, claimId, overpaymentId } = await owing('given-up-later');
    await desk.booked(book, 1_000n);
    const version = (): Promise<number> => versionOf(claimId);
    const writeOffs = desk.world.app.get(OverpaymentWriteOffs);
    const decide = async (n: number, outcome: 'written_off' | 'dropped') => writeOffs.decide(desk.second, overpaymentId, await version(), { n, outcome, note: 'Yes.' });
    const before = await version();
    value(await writeOffs.propose(desk.approver, overpaymentId, before, 'Insolvent.'));
    value(await writeOffs.takeBack(desk.approver, overpaymentId, 1));
    value(await writeOffs.propose(desk.approver, overpaymentId, before, 'Insolvent.'));
    value(await repay(claimId, overpaymentId, 100n));
    expect(codeOf(await overpayments().propose(desk.preparer, overpaymentId, before, { amount: money(100n, currency('EUR')), evidence: 'Statement 18' }))).toBe('http.stale');
    expect(codeOf(await decide(2, 'written_off'))).toBe('payouts.write_off_overtaken');
    value(await decide(2, 'dropped'));
    value(await writeOffs.propose(desk.approver, overpaymentId, await version(), 'The rest.'));
    value(await decide(3, 'written_off'));
    expect([codeOf(await decide(3, 'written_off')), codeOf(await writeOffs.propose(desk.approver, overpaymentId, await version(), 'More.'))]).toEqual(['payouts.write_off_decided', 'payouts.recovery_closed']);
    expect(await desk.balances(book)).toEqual({ funding: '-700', paid: '900', written_off: '-200' });
  });

  it('is not set off beyond what is owed, whoever lets the payment leave', async () => {
    const { book, claimId, overpaymentId } = await owing('beyond', [500n]);
    await joinBusiness(desk.owner, { of: claimId, claimId: book.claimIds[1] ?? '' });
    await desk.booked(book, 1_000n);
    await desk.agree(overpaymentId);
    const lines = await desk.locked(book);
    expect(lines.map(({ offset }) => offset.amount)).toEqual(['3.00']);
    value(await repay(claimId, overpaymentId, 1n));
    await expect(desk.move('release', lines)).rejects.toThrow('sets off more than is owed');
    expect((await desk.lineOf(lines[0] as LineView)).state).toBe('included');
  });

  it('is agreed to by its owner alone, with a fresh proof', async () => {
    const { claimId, overpaymentId } = await owing('agreed');
    const [{ merchantId } = { merchantId: '' }] = await desk.query<{ merchantId: string }>('SELECT merchant_id AS "merchantId" FROM claim WHERE id = $1', [claimId]);
    const as = (role: 'owner' | 'member', provedAt?: number): Context => ({
      actor: { kind: 'user', userId: desk.preparer.userId, roles: [], memberships: [{ merchantId, role }], ...(provedAt === undefined ? {} : { session: { id: desk.preparer.userId, provedAt } }) } as unknown as Context['actor'], requestId: 'owner',
    });
    const ask = (ctx: Context) => desk.world.app.get(Overpayments).agreeToOffset(ctx, overpaymentId, 1);
    expect([codeOf(await ask(as('member', desk.world.clock.now()))), codeOf(await ask(desk.approver)), codeOf(await ask(as('owner')))]).toEqual(['payouts.not_found', 'payouts.not_found', 'identity.proof_needed']);
    expect(value(await ask(as('owner', desk.world.clock.now()))).offsetAgreedAt).toBeDefined();
    expect(codeOf(await desk.world.app.get(Overpayments).agreeToOffset(as('owner', desk.world.clock.now()), overpaymentId, 2))).toBe('payouts.offset_agreed');
  });
});

describe('what is due is looked for among what owes something', () => {
  it('so that claims that were paid and then lowered do not stand before others for ever', async () => {
    const book = await payableClaims(desk.owner, { seed: 'starved', amounts: minors(1_000, 500) });
    const [lowered = '', raised = ''] = book.claimIds;
    await desk.paid(book);
    await desk.granted(lowered, 700n);
    await desk.granted(raised, 900n);
    const drawn = await desk.run((tx) => desk.world.app.get(PaymentLinesRepository).drawUp(tx, { fundId: book.fundId, method: 'bank', limit: 1, at: Date.now() as Instant, by: 'test' }));
    expect([drawn, (await desk.linesOf(raised)).map(({ state, gross }) => [state, gross.amount])]).toEqual([1, [['pending', '4.00'], ['settled', '5.00']]]);
  });
});

describe('the forecast has what came back', () => {
  const foreseen = async ({ schemeId }: Payables): Promise<unknown[]> => {
    const [scheme] = await desk.query<{ code: string }>('SELECT code FROM scheme WHERE id = $1', [schemeId]);
    const { rows } = value(await desk.world.app.get(Reports).run('payment-forecast', { scheme: scheme?.code ?? '' }));
    return rows.map(({ money: stage, block, amount }) => [stage, block, amount]);
  };

  it('also where more was granted and paid meanwhile, and never more of it than is still granted', async () => {
    const [raised, lowered] = [await payableClaims(desk.owner, { seed: 'seen-raised', amounts: minors(1_000) }), await payableClaims(desk.owner, { seed: 'seen-lowered', amounts: minors(1_000) })];
    const first = await desk.paid(raised);
    await desk.granted(raised.claimIds[0] ?? '', 1_500n);
    await desk.paid(raised);
    await desk.cameBack('return', first, 'AC04');
    expect(await foreseen(raised)).toEqual([['held', 'came_back', '1000']]);
    await desk.cameBack('reject', await desk.sent(lowered), 'AC04');
    await desk.granted(lowered.claimIds[0] ?? '', 600n);
    expect(await foreseen(lowered)).toEqual([['held', 'came_back', '600']]);
  });
});
