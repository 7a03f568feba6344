import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BankReading } from '../../src/modules/payouts/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { noticeFile, statusFile, type BookedEntry } from '../support/bank-files.js';
import { Reconciliation, type Sent } from '../support/reconciliations.js';

let world: TestApp;
let bank: Reconciliation;
const JOB = { actor: { kind: 'system', name: 'test' }, requestId: 'test' } as const;

beforeAll(async () => {
  world = await startTestApp();
  bank = await Reconciliation.of(world);
}, 60_000);

afterAll(async () => {
  expect(await bank.unproved()).toEqual([]);
  await bank.close();
  await world.close();
});

const line = (sent: Sent, at: number): { reference: string; amount: string } => ({ reference: sent.lines[at]?.endToEndId ?? '', amount: sent.lines[at]?.net.amount ?? '' });

type Fate = 'paid' | 'refused' | 'returned' | 'paid twice' | 'wrong amount' | 'silent';
const AMOUNTS = [1_001n, 2_002n, 4_004n];

/** One message for each thing that is said, so that every order of them can be told. */
function messagesOf(sent: Sent, fates: readonly Fate[], words: readonly string[], strays: number): string[] {
  const entries = fates.flatMap((fate, at): BookedEntry[] => {
    const { reference, amount } = line(sent, at);
    const debit: BookedEntry = { direction: 'debit', amount, reference, bankReference: `D${at}` };
    switch (fate) {
      case 'paid': return [debit];
      case 'returned': return [debit, { ...debit, direction: 'credit', bankReference: `R${at}`, returnReason: 'AC04' }];
      case 'paid twice': return [debit, { ...debit, bankReference: `E${at}` }];
      case 'wrong amount': return [{ ...debit, amount: '1.00' }];
      case 'refused': case 'silent': return [];
    }
  });
  const said = fates.flatMap((fate, at) => (fate === 'refused' ? [statusFile({ id: `J${at}`, messageId: sent.messageId, lines: [{ reference: line(sent, at).reference, word: 'RJCT', reason: 'AC01' }] })] : []));
  return [
    ...words.map((word, at) => statusFile({ id: `W${at}`, messageId: sent.messageId, group: word })), ...said, ...entries.map((one, at) => noticeFile({ id: `N${at}`, entries: [one] })),
    ...Array.from({ length: strays }, (_, at) => noticeFile({ id: `X${at}`, entries: [{ direction: at % 2 === 0 ? 'debit' : 'credit', amount: '5.55', bankReference: `X${at}` }] })),
  ];
}

describe('messages about a batch', () => {
  let seed = 0;

  it('in any order and repetition end in the same lines and the same books, which prove each other', async () => {
    const story = fc.record({
      fates: fc.tuple(...AMOUNTS.map(() => fc.constantFrom<Fate>('paid', 'refused', 'returned', 'paid twice', 'wrong amount', 'silent'))), words: fc.array(fc.constantFrom('RCVD', 'ACTC', 'ACSP'), { maxLength: 2 }),
      strays: fc.nat({ max: 2 }), order: fc.array(fc.nat(), { minLength: 16, maxLength: 16 }), repeats: fc.array(fc.nat(), { maxLength: 4 }),
    });
    await fc.assert(fc.asyncProperty(story, async ({ fates, words, strays, order, repeats }) => {
      const ends = [];
      for (const isShuffled of [false, true]) {
        seed += 1;
        const sent = await bank.sent(`order${seed}`, AMOUNTS);
        const messages = messagesOf(sent, fates, words, strays);
        const told = isShuffled
          ? [...messages, ...repeats.flatMap((pick) => messages[pick % messages.length] ?? [])].map((message, at) => [order[at % order.length] ?? 0, message] as const).toSorted(([a], [b]) => a - b).map(([, message]) => message)
          : messages;
        for (const message of told) await bank.hear(sent.payingAccountId, message);
        const [states, balances, proof] = [await bank.states(sent), await bank.balances(sent), await bank.proof(sent)];
        const breaks = await bank.breaks(sent.payingAccountId);
        const suspense = breaks.reduce((sum, one) => sum + BigInt(one.suspense), 0n);
        expect([new Set(proof).size, balances['suspense'] ?? '0']).toEqual([1, String(suspense)]);
        for (const message of told) await bank.hear(sent.payingAccountId, `${message}\n`);
        expect([await bank.states(sent), await bank.balances(sent), await bank.breaks(sent.payingAccountId)]).toEqual([states, balances, breaks]);
        ends.push({ states, balances, batch: await bank.batchState(sent), breaks: breaks.map(({ kind, suspense: minor }) => `${kind} ${minor}`).sort() });
      }
      expect(ends[1]).toEqual(ends[0]);
    }), { numRuns: 8 });
  }, 300_000);

  it('that two people send at once are one, and two that name the same lines count each thing once', async () => {
    const sent = await bank.sent('race', AMOUNTS);
    const entries = AMOUNTS.map((_, at): BookedEntry => ({ direction: 'debit', ...line(sent, at), bankReference: `D${at}` }));
    const one = noticeFile({ id: 'one', entries });
    const ids = await Promise.all([bank.receive(sent.payingAccountId, one), bank.receive(sent.payingAccountId, one)]);
    expect(new Set(ids).size).toBe(1);
    const other = await bank.receive(sent.payingAccountId, noticeFile({ id: 'other', entries: entries.toReversed() }));
    const words = await bank.receive(sent.payingAccountId, statusFile({ id: 'words', messageId: sent.messageId, group: 'ACSP' }));
    const reading = world.app.get(BankReading);
    await Promise.all([...ids, other, words, other].map((id) => reading.perform(JOB, id)));
    expect([await bank.states(sent), await bank.proof(sent), await bank.batchState(sent)]).toEqual([['settled', 'settled', 'settled'], ['7007', '7007', '7007'], 'settled']);
    expect(await bank.balances(sent)).toEqual({ bank: '-7007', cleared: '7007', funding: '-7007', paid: '7007' });
    expect([await bank.breaks(sent.payingAccountId), (await bank.owner.query('SELECT FROM bank_report WHERE message_id = ANY ($1::uuid[])', [[...ids, other, words]])).rowCount]).toEqual([[], 0]);
  });

  it('that die on the way are begun anew, and nothing of them counts before all of it does', async () => {
    const sent = await bank.sent('dying', AMOUNTS);
    const id = await bank.receive(sent.payingAccountId, noticeFile({ id: 'dying', entries: AMOUNTS.map((_, at): BookedEntry => ({ direction: 'debit', ...line(sent, at), bankReference: `D${at}` })) }));
    await bank.owner.query(`INSERT INTO bank_report (message_id, reading, n, said) VALUES ($1, $1, 1, '{"report":"left over"}')`, [id]);
    await bank.owner.query(`ALTER TABLE payment_line_booking ADD CONSTRAINT test_broken_ck CHECK (booking_key NOT LIKE '%D2%') NOT VALID`);
    await expect(world.app.get(BankReading).perform(JOB, id)).rejects.toThrow();
    expect([await bank.states(sent), await bank.proof(sent), (await bank.message(id))['state']]).toEqual([['in_transit', 'in_transit', 'in_transit'], ['0', '0', '0'], 'received']);
    await bank.owner.query('ALTER TABLE payment_line_booking DROP CONSTRAINT test_broken_ck');
    await world.app.get(BankReading).perform(JOB, id);
    expect([await bank.states(sent), await bank.proof(sent)]).toEqual([['settled', 'settled', 'settled'], ['7007', '7007', '7007']]);
  });
});
