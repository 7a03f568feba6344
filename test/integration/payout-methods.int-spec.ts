import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { SHIPPED_PROFILES } from '../../src/core/payments/index.js';
import { BatchPreparation, ClaimPayments, PayoutFiles, REMITTANCES } from '../../src/modules/payouts/index.js';
import { Reissues } from '../../src/modules/payouts/repair/reissues.service.js';
import { Returns } from '../../src/modules/payouts/repair/returns.service.js';
import { ok } from '../../src/core/errors/index.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { payableClaims, type Payables } from '../support/payables.js';
import { PayoutDesk } from '../support/payout-desk.js';
import { asSystem } from '../support/lower-floors.js';
import { Reconciliation, type Sent } from '../support/reconciliations.js';
import { codeOf, value } from '../support/results.js';

const [CREDITS, BENEFITS] = ['csv-bill-credit', 'csv-benefit'].map((wanted) => SHIPPED_PROFILES.find(({ id }) => id === wanted) as object);

let world: TestApp;
let owner: Client;
let bank: Reconciliation;
let desk: PayoutDesk;

const asOwner = async (sql: string, params: readonly unknown[]): Promise<void> => {
  await owner.query('SET session_replication_role = replica');
  await owner.query(sql, params as unknown[]);
  await owner.query('SET session_replication_role = origin');
};

async function fileOf({ fundId }: Payables): Promise<string> {
  const batch = await desk.released(fundId);
  return text(value(await world.app.get(PayoutFiles).open(desk.proved(desk.people.releaser), batch.id)).bytes);
}

beforeAll(async () => {
  world = await startTestApp();
  owner = new Client({ connectionString: world.database.adminUrl });
  await owner.connect();
  bank = await Reconciliation.of(world);
  desk = bank.desk;
}, 60_000);

afterAll(async () => {
  await bank.close();
  await owner.end();
  await world.close();
});

describe('a credit on a bill', () => {
  it('needs no account: it names the business by the number it was verified with, and what reaches it after tax', async () => {
    const book = await payableClaims(owner, { seed: 'credits', amounts: [10_000n, 25_000n], withheld: [330n], method: 'bill_credit', profile: CREDITS ?? {} });
    await asOwner('DELETE FROM payee_account', []);
    const { rows } = await owner.query<{ reference: string; number: string }>(
      'SELECT c.reference, m.registration_value AS number FROM claim c JOIN merchant m ON m.id = c.merchant_id WHERE c.scheme_id = $1 ORDER BY c.reference', [book.schemeId]);
    const [head, ...lines] = (await fileOf(book)).replace('\uFEFF', '').trim().split('\r\n');
    expect(head).toBe('batch,reference,registration_number,customer_name,kind,amount,currency,effective_on,text');
    expect(lines.map((line) => line.split(',').slice(1, 3)).toSorted()).toEqual(rows.map(({ reference, number }) => [`${reference.replaceAll('-', '')}-1`, number]).toSorted());
    expect(lines.map((line) => line.split(',')[5]).toSorted()).toEqual(['250.00', '96.70']);
  });

  it('names the business by the number and name that were locked, and the digest that others approve names them', async () => {
    const book = await payableClaims(owner, { seed: 'renumbered', amounts: [10_000n], method: 'bill_credit', profile: CREDITS ?? {} });
    const batch = await desk.approved(book.fundId);
    const { rows: [before] } = await owner.query<{ number: string }>('SELECT registration_value AS number FROM merchant WHERE id = (SELECT merchant_id FROM claim WHERE scheme_id = $1)', [book.schemeId]);
    await asOwner(`UPDATE merchant SET registration_value = '999', legal_name = 'Another' WHERE id = (SELECT merchant_id FROM claim WHERE scheme_id = $1)`, [book.schemeId]);
    await desk.release(batch);
    const file = await text(value(await world.app.get(PayoutFiles).open(desk.proved(desk.people.releaser), batch.id)).bytes);
    expect(file.trim().split('\r\n')[1]?.split(',').slice(2, 4)).toEqual([before?.number, 'Business 1']);
    const digest = async (): Promise<string | undefined> => (await owner.query<{ digest: string }>('SELECT payout_batch_digest($1) AS digest', [batch.id])).rows[0]?.digest;
    expect(await digest()).toBe(batch.digest);
    await owner.query('ALTER TABLE payment_line DISABLE TRIGGER payment_line_frozen_tg');
    await asOwner(`UPDATE payment_line SET payee = payee || '{"registration":"999"}' WHERE batch_id = $1`, [batch.id]);
    await owner.query('ALTER TABLE payment_line ENABLE ALWAYS TRIGGER payment_line_frozen_tg');
    expect(await digest()).not.toBe(batch.digest);
  });

  it('waits where its business has no number to be found by', async () => {
    const book = await payableClaims(owner, { seed: 'unknown', amounts: [10_000n], method: 'bill_credit', profile: CREDITS ?? {} });
    await asOwner(`UPDATE merchant SET registration_value = '' WHERE id IN (SELECT merchant_id FROM claim WHERE scheme_id = $1)`, [book.schemeId]);
    expect(codeOf(await world.app.get(BatchPreparation).open(desk.people.preparer, { fundId: book.fundId }))).toBe('payouts.batch_empty');
  });
});

describe('a benefit in the place of money', () => {
  it('goes to whoever grants it, at the value that was granted, by the same list', async () => {
    const book = await payableClaims(owner, { seed: 'points', currency: 'KRW', amounts: [50_000n], method: 'benefit', profile: BENEFITS ?? {} });
    const [, line = ''] = (await fileOf(book)).trim().split('\r\n');
    expect(line.split(',').slice(4, 7)).toEqual(['benefit', '50000', 'KRW']);
  });
});

/** A list that went to whoever does the bills, of businesses with owners to be told. */
async function sentList(seed: string, method: 'bill_credit' | 'benefit', profile: object, amounts: readonly bigint[]): Promise<Sent> {
  const sent = await bank.sent(seed, amounts, { method, profile });
  await owner.query(`
    WITH claims AS (SELECT id, merchant_id FROM claim WHERE scheme_id = $1), people AS (INSERT INTO app_user (email, name, created_at) SELECT id || '@owner.example', 'Owner', now() FROM claims RETURNING id, email)
    INSERT INTO membership (user_id, merchant_id, role) SELECT p.id, c.merchant_id, 'owner' FROM people p JOIN claims c ON p.email = c.id || '@owner.example'`, [sent.schemeId]);
  return sent;
}
const table = (rows: readonly (readonly [reference: string, status: string, amount: string, reason?: string])[]): string =>
  ['payment_reference,status,amount,reason,applied_on', ...rows.map(([reference, status, amount, reason = '']) => `${reference},${status},${amount},${reason},2026-11-20`)].join('\n');
/** What follows from lines that came back, as its handler hears of it; and what owners are told. */
async function follow({ lines }: Sent): Promise<void> {
  value(await world.app.get(UnitOfWork).run(asSystem, (tx) => world.app.get(Returns).cameBack(tx, asSystem, lines.map(({ id }) => id))));
  await world.app.get(Jobs).sweep(REMITTANCES);
}
const rowsOf = async <Row extends object>(sql: string, params: unknown[]): Promise<Row[]> => (await owner.query<Row>(sql, params)).rows;
const lettersOf = async ({ claimIds }: Sent): Promise<string[]> => (await rowsOf<{ letter: string }>(
  'SELECT l.template || E\'\\n\' || c.plain AS letter FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.about_id = ANY ($1) ORDER BY array_position($1, l.about_id), l.id', [claimIds])).map(({ letter }) => letter);
const holdsOf = ({ claimIds }: Sent): Promise<object[]> => rowsOf('SELECT kind, array_position($1, claim_id) AS nth FROM claim_hold WHERE claim_id = ANY ($1) AND released_at IS NULL ORDER BY 2', [claimIds]);

describe('a list of credits comes back', () => {
  it('as a table of what was applied: settled or rejected with the reason, proved, told in words, and nobody is asked for an account', async () => {
    const sent = await sentList('results', 'bill_credit', CREDITS ?? {}, [1_000n, 2_000n, 3_000n, 4_000n]);
    const [paid, unknown, full, reversed] = sent.lines.map(({ endToEndId }) => endToEndId);
    await bank.hear(sent.payingAccountId, table([
      [paid ?? '', 'applied', '10.00'], [unknown ?? '', 'refused', '20.00', 'unknown_number'], [full ?? '', 'refused', '30.00', 'AC04'], [reversed ?? '', 'applied', '40.00'], [reversed ?? '', 'reversed', '40.00', 'contract_ended'],
    ]), 'result');
    await follow(sent);
    expect((await bank.lines(sent, sent.batch.id)).map(({ state, reason }) => [state, reason])).toEqual([['settled', undefined], ['rejected', 'BE06'], ['rejected', 'AC04'], ['returned', 'AC04']]);
    expect([await bank.proof(sent), await bank.breaks(sent.payingAccountId), await bank.batchState(sent)]).toEqual([['1000', '1000', '1000'], [], 'settled']);
    expect(await holdsOf(sent)).toEqual([2, 3, 4].map((nth) => ({ kind: 'bank', nth })));
    expect(await rowsOf('SELECT reasons FROM task WHERE kind = $1 AND subject_id = ANY ($2) ORDER BY array_position($2, subject_id)', ['payment_returned', sent.claimIds])).toEqual([{ reasons: ['BE06'] }, { reasons: ['AC04'] }, { reasons: ['AC04'] }]);
    const [told, first, second] = await lettersOf(sent);
    expect(told).toMatch(/^payment\.credited[^]*€10\.00[^]*Put on your bill/);
    expect(first).toMatch(/^payment\.not-given[^]*€20\.00[^]*was not found there[^]*need not do anything/);
    expect(second).toMatch(/^payment\.not-given[^]*€30\.00[^]*has ended/);
    expect([told, first, second].join()).not.toMatch(/account|bank/i);
    const view = value(await world.app.get(ClaimPayments).of(bank.people.preparer, sent.claimIds[1] ?? ''));
    expect(view.items.map(({ stage, method, fault }) => [stage, method, fault])).toEqual([['came_back', 'bill_credit', 'number_unknown']]);
  });

  it('late is booked on the day that it says, not on the day on which somebody brought it in', async () => {
    const sent = await sentList('day', 'bill_credit', CREDITS ?? {}, [1_000n, 2_000n]);
    await bank.hear(sent.payingAccountId, table([[sent.lines[0]?.endToEndId ?? '', 'applied', '10.00']]), 'result');
    const days = await Promise.all(sent.claimIds.map(async (claimId) => value(await world.app.get(ClaimPayments).of(bank.people.preparer, claimId)).items.map(({ stage, bookedOn }) => [stage, bookedOn])));
    expect(days).toEqual([[['paid', '2026-11-20']], [['on_its_way', undefined]]]);
  });

  it('heard again changes nothing, and a first account of its business pays nothing by itself', async () => {
    const sent = await sentList('again', 'bill_credit', CREDITS ?? {}, [1_000n]);
    const said = table([[sent.lines[0]?.endToEndId ?? '', 'refused', '10.00', 'contract_ended']]);
    for (const content of [said, said, `${said}\n`]) await bank.hear(sent.payingAccountId, content, 'result');
    await follow(sent);
    await follow(sent);
    const { rows: [claim] } = await owner.query<{ merchant: string }>('SELECT merchant_id AS merchant FROM claim WHERE id = $1', [sent.claimIds[0]]);
    value(await world.app.get(UnitOfWork).run(asSystem, async (tx) => ok(await world.app.get(Reissues).accountFixed(tx, asSystem, claim?.merchant ?? ''))));
    expect((await lettersOf(sent)).map((letter) => letter.split('\n')[0])).toEqual(['payment.not-given']);
    expect(await rowsOf('SELECT state FROM payment_line WHERE claim_id = $1', [sent.claimIds[0]])).toEqual([{ state: 'rejected' }]);
  });

  it('that somebody brought in as a file of another kind counts once it is brought in as what it is', async () => {
    const sent = await sentList('mistaken', 'bill_credit', CREDITS ?? {}, [1_000n]);
    const said = table([[sent.lines[0]?.endToEndId ?? '', 'applied', '10.00']]);
    const mistaken = await bank.hear(sent.payingAccountId, said);
    expect(await bank.message(mistaken)).toMatchObject({ state: 'quarantined' });
    const right = await bank.hear(sent.payingAccountId, said, 'result');
    expect([await bank.message(right), await bank.states(sent)]).toEqual([expect.objectContaining({ state: 'applied', moved: 1 }), ['settled']]);
    expect([await bank.hear(sent.payingAccountId, said, 'result'), await bank.hear(sent.payingAccountId, said)]).toEqual([right, mistaken]);
  });

  it('of benefits says what was given, in the words of benefits', async () => {
    const sent = await sentList('given', 'benefit', BENEFITS ?? {}, [1_000n]);
    await bank.hear(sent.payingAccountId, table([[sent.lines[0]?.endToEndId ?? '', 'granted', '10.00']]), 'result');
    await follow(sent);
    expect((await lettersOf(sent))[0]).toMatch(/^payment\.given[^]*in the place of money[^]*€10\.00/i);
  });
});
