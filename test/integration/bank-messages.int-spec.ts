import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { SHIPPED_PROFILES } from '../../src/core/payments/index.js';
import { BankQueries } from '../../src/modules/payouts/index.js';
import { Returns } from '../../src/modules/payouts/repair/returns.service.js';
import type { Context } from '../../src/platform/access/context.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { adapted, noticeFile, statementFile, statusFile, type BookedEntry } from '../support/bank-files.js';
import { regrant } from '../support/grants.js';
import { sharedData } from '../support/shared-data.js';
import { Reconciliation, SEPA, SEPA_WITH_RESULTS, type Sent } from '../support/reconciliations.js';
import { value } from '../support/results.js';

const JOB: Context = { actor: { kind: 'system', name: 'test' }, requestId: 'test' };

let world: TestApp;
let bank: Reconciliation;

const euros = (view: { amount: string }): string => view.amount;
const debit = (sent: Sent, at: number, more: Partial<BookedEntry> = {}): BookedEntry => {
  const line = sent.lines[at];
  if (line === undefined) throw new Error(`no line ${at}`);
  return { direction: 'debit', amount: euros(line.net), reference: line.endToEndId, bankReference: `D-${line.endToEndId}`, ...more };
};
const back = (sent: Sent, at: number, more: Partial<BookedEntry> = {}): BookedEntry => ({ ...debit(sent, at), direction: 'credit', bankReference: `R-${sent.lines[at]?.endToEndId}`, returnReason: 'AC04', ...more });
const ref = (sent: Sent, at: number): string => sent.lines[at]?.endToEndId ?? '';
const kinds = async (sent: Sent, state?: string): Promise<string[]> => (await bank.breaks(sent.payingAccountId, state)).map(({ kind, suspense }) => `${kind} ${suspense}`);

beforeAll(async () => {
  world = await startTestApp();
  bank = await Reconciliation.of(world);
}, 60_000);

afterAll(async () => {
  expect(await bank.unproved()).toEqual([]);
  await bank.close();
  await world.close();
});

describe('what a bank says of a batch', () => {
  it('acknowledges it, and only a booking settles it', async () => {
    const sent = await bank.sent('story', [10_000n, 2_550n, 7_700n]);
    await bank.hear(sent.payingAccountId, statusFile({ id: 'S1', messageId: sent.messageId, group: 'ACCP', lines: [{ reference: ref(sent, 1), word: 'RJCT', reason: 'AC04' }] }));
    expect([await bank.states(sent), await bank.batchState(sent)]).toEqual([['accepted_by_bank', 'rejected', 'accepted_by_bank'], 'acknowledged']);
    expect((await bank.lines(sent, sent.batch.id))[1]?.reason).toBe('AC04');
    expect(await bank.proof(sent)).toEqual(['0', '0', '0']);
    const id = await bank.hear(sent.payingAccountId, noticeFile({ id: 'N1', entries: [debit(sent, 0), debit(sent, 2)] }));
    expect(await bank.message(id)).toMatchObject({ state: 'applied', kind: 'camt.054', version: '08', items: 2, moved: 2, breaks: 0, schema: 'not_checked' });
    expect([await bank.states(sent), await bank.batchState(sent)]).toEqual([['settled', 'rejected', 'settled'], 'settled']);
    expect(await bank.proof(sent)).toEqual(['17700', '17700', '17700']);
    expect(await bank.balances(sent)).toEqual({ bank: '-17700', cleared: '17700', funding: '-20250', paid: '17700', reserved: '2550' });
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'N2', entries: [back(sent, 2, { amount: '75.50', charge: '1.50' })] }));
    expect([await bank.states(sent), await bank.proof(sent)]).toEqual([['settled', 'rejected', 'returned'], ['10000', '10000', '10000']]);
    expect(await bank.balances(sent)).toEqual({ bank: '-10150', cleared: '10000', fees: '150', funding: '-20250', paid: '10000', reserved: '10250' });
    expect(await kinds(sent)).toEqual([]);
  });

  it('for all of it in one sum settles every line that was not refused, whichever comes first', async () => {
    for (const [seed, order] of [['sum1', ['words', 'sum']], ['sum2', ['sum', 'words']]] as const) {
      const sent = await bank.sent(seed, [1_000n, 2_000n, 4_000n]);
      const files = {
        words: statusFile({ id: `${seed}w`, messageId: sent.messageId, group: 'PART', lines: [{ reference: ref(sent, 1), word: 'RJCT', reason: 'AC01' }] }),
        sum: noticeFile({ id: `${seed}s`, entries: [{ direction: 'debit', amount: '50.00', bankReference: `${seed}B`, messageId: sent.messageId }] }),
      };
      await bank.hear(sent.payingAccountId, files[order[0]]);
      if (order[0] === 'sum') expect([await kinds(sent), await bank.balances(sent)]).toEqual([['sum_differs 5000'], { bank: '-5000', funding: '-7000', in_transit: '7000', suspense: '5000' }]);
      await bank.hear(sent.payingAccountId, files[order[1]]);
      expect([await bank.states(sent), await bank.batchState(sent), await bank.proof(sent), await kinds(sent)]).toEqual([['settled', 'rejected', 'settled'], 'settled', ['5000', '5000', '5000'], []]);
    }
  });

  it('of a file it refuses whole: the batch is refused, its lines reopen with new references, and nothing is held', async () => {
    const sent = await bank.sent('refused', [1_000n, 2_000n]);
    // One of its payments is named, and has the word of the file.
    const file = statusFile({ id: 'F1', messageId: sent.messageId, group: 'RJCT', groupReason: 'FF01', lines: [{ reference: ref(sent, 0) }] });
    await bank.hear(sent.payingAccountId, file);
    expect([await bank.states(sent), await bank.batchState(sent)]).toEqual([['rejected', 'rejected'], 'refused']);
    const { rows } = await bank.owner.query(`
      SELECT n.state, n.end_to_end_id <> o.end_to_end_id AS "isNew", o.reason, n.net_minor = o.net_minor AS "isSame" FROM payment_line n JOIN payment_line o ON o.id = n.replaces_id WHERE o.batch_id = $1`, [sent.batch.id]);
    expect(rows).toEqual(Array(2).fill({ state: 'pending', isNew: true, reason: 'file_refused', isSame: true }));
    expect((await bank.owner.query('SELECT FROM claim_hold WHERE claim_id = ANY ($1::uuid[]) AND released_at IS NULL', [sent.claimIds])).rowCount).toBe(0);
    expect(await bank.balances(sent)).toEqual({ funding: '-3000', reserved: '3000' });
    await bank.hear(sent.payingAccountId, statusFile({ id: 'F2', messageId: sent.messageId, group: 'RJCT' }));
    expect((await bank.owner.query('SELECT FROM payment_line WHERE claim_id = ANY ($1::uuid[])', [sent.claimIds])).rowCount).toBe(4);
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'F3', entries: [debit(sent, 0)] }));
    expect([await bank.states(sent), await kinds(sent), await bank.proof(sent)]).toEqual([['rejected', 'rejected'], ['duplicate 1000'], ['0', '0', '0']]);
  });

  it.each<[string, Partial<Parameters<typeof statusFile>[0]>]>([
    ['only-group', { payment: 'RJCT', paymentReason: 'AM04' }], ['file-and-group', { group: 'RJCT', payment: 'RJCT', paymentReason: 'AM04' }],
  ])('of payments it refuses by their %s: as of a whole file, whatever the reason', async (seed, words) => {
    const sent = await bank.sent(seed, [1_000n, 2_000n]);
    await bank.hear(sent.payingAccountId, statusFile({ id: seed, messageId: sent.messageId, ...words }));
    expect([await bank.states(sent), await bank.batchState(sent)]).toEqual([['rejected', 'rejected'], 'refused']);
    const { rows } = await bank.owner.query('SELECT n.state, o.reason FROM payment_line n JOIN payment_line o ON o.id = n.replaces_id WHERE o.batch_id = $1', [sent.batch.id]);
    expect(rows).toEqual(Array(2).fill({ state: 'pending', reason: 'file_refused' }));
    expect((await bank.owner.query('SELECT FROM claim_hold WHERE claim_id = ANY ($1::uuid[]) AND released_at IS NULL', [sent.claimIds])).rowCount).toBe(0);
  });

  it('of a group it refuses with a payment that was taken: only what was refused follows', async () => {
    const sent = await bank.sent('refused-but-one', [1_000n, 2_000n]);
    await bank.hear(sent.payingAccountId, statusFile({ id: 'RB', messageId: sent.messageId, payment: 'RJCT', lines: [{ reference: ref(sent, 0), word: 'ACSP' }] }));
    expect([await bank.states(sent), await bank.batchState(sent)]).toEqual([['accepted_by_bank', 'rejected'], 'acknowledged']);
    const { rows } = await bank.owner.query('SELECT n.state, n.net_minor::int AS net FROM payment_line n JOIN payment_line o ON o.id = n.replaces_id WHERE o.batch_id = $1', [sent.batch.id]);
    expect(rows).toEqual([{ state: 'pending', net: 2_000 }]);
  });

  it('of a file it refuses whole, after less was granted: what follows pays the lower sum, and nothing is owed', async () => {
    const sent = await bank.sent('refused-fell', [1_000n, 2_000n]);
    await regrant(world, bank.owner, { claimId: sent.claimIds[0] ?? '', minor: 700n });
    await bank.hear(sent.payingAccountId, statusFile({ id: 'W1', messageId: sent.messageId, group: 'RJCT', groupReason: 'FF01' }));
    const { rows } = await bank.owner.query('SELECT n.state, n.gross_minor::text AS minor FROM payment_line n JOIN payment_line o ON o.id = n.replaces_id WHERE o.batch_id = $1 ORDER BY n.gross_minor', [sent.batch.id]);
    expect(rows).toEqual([{ state: 'pending', minor: '700' }, { state: 'pending', minor: '2000' }]);
    const heard = await world.app.get(UnitOfWork).run(JOB, (tx) => world.app.get(Returns).cameBack(tx, JOB, sent.lines.map(({ id }) => id)));
    expect(heard.ok).toBe(true);
    expect([await bank.balances(sent), (await bank.owner.query('SELECT FROM overpayment WHERE fund_id = $1 AND closed_at IS NULL', [sent.fundId])).rowCount]).toEqual([{ funding: '-2700', reserved: '2700' }, 0]);
  });

  it('that does not fit is in suspense and a break; what contradicts itself is a break', async () => {
    const sent = await bank.sent('odd', [1_000n, 2_000n, 3_000n, 4_000n]);
    await bank.hear(sent.payingAccountId, statusFile({ id: 'O0', messageId: sent.messageId, lines: [{ reference: ref(sent, 3), word: 'RJCT', reason: 'AM05' }] }));
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'O1', entries: [
      debit(sent, 0), debit(sent, 0, { bankReference: 'again' }), debit(sent, 1, { amount: '20.01' }), { direction: 'debit', amount: '7.00', reference: 'NOT-OURS-1', bankReference: 'x1' },
      { direction: 'credit', amount: '500.00', bankReference: 'x2' }, { direction: 'debit', amount: '0.35', bankReference: 'x3', isFee: true }, debit(sent, 3), debit(sent, 2, { status: 'PDNG' }),
    ] }));
    expect(await kinds(sent)).toEqual(['amount_differs 2001', 'contradicts 4000', 'duplicate 1000', 'unknown_external 700', 'unknown_external -50000']);
    expect([await bank.states(sent), await bank.proof(sent)]).toEqual([['settled', 'in_transit', 'in_transit', 'rejected'], ['1000', '1000', '1000']]);
    expect(await bank.balances(sent)).toEqual({ bank: '41264', cleared: '1000', fees: '35', funding: '-10000', in_transit: '5000', paid: '1000', reserved: '4000', suspense: '-42299' });
    const suspense = (await bank.breaks(sent.payingAccountId)).reduce((sum, one) => sum + Number.parseInt(one.suspense, 10), 0);
    expect(suspense).toBe(-42_299);
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'O2', entries: [back(sent, 3)] }));
    expect(await kinds(sent)).toEqual(['amount_differs 2001', 'duplicate 1000', 'unknown_external 700', 'unknown_external -50000']);
  });

  it('that gives a whole file back in one sum is for a person: its payments stay as they are', async () => {
    const sent = await bank.sent('whole-back', [1_000n, 2_000n]);
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'H1', entries: [debit(sent, 0), debit(sent, 1)] }));
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'H2', entries: [{ direction: 'credit', amount: '30.00', bankReference: 'H2', messageId: sent.messageId }] }));
    expect([await bank.states(sent), await kinds(sent), await bank.proof(sent)]).toEqual([['settled', 'settled'], ['unknown_external -3000'], ['3000', '3000', '3000']]);
  });

  it('told again, in the same file or in another, changes nothing', async () => {
    const sent = await bank.sent('again', [1_000n, 2_000n]);
    const entries = [debit(sent, 0), debit(sent, 0, { bankReference: 'twice' }), { direction: 'debit', amount: '1.00' } as const, { direction: 'debit', amount: '1.00' } as const];
    const first = await bank.hear(sent.payingAccountId, noticeFile({ id: 'A1', entries }));
    const [balances, breaks] = [await bank.balances(sent), await bank.breaks(sent.payingAccountId)];
    expect(balances).toMatchObject({ bank: '-2200', suspense: '1200' });
    expect(await bank.receive(sent.payingAccountId, noticeFile({ id: 'A1', entries }))).toBe(first);
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'A2', entries: [...entries, ...entries.slice(0, 1)] }));
    expect([await bank.balances(sent), await bank.breaks(sent.payingAccountId)]).toEqual([balances, breaks]);
  });

  it('of one day is compared with what counts for that day', async () => {
    const sent = await bank.sent('statement', [1_000n, 2_000n]);
    await bank.hear(sent.payingAccountId, statementFile({ id: 'B1', opening: '100.00', closing: '90.00', entries: [debit(sent, 0)] }));
    expect(await kinds(sent)).toEqual([]);
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'B2', entries: [debit(sent, 1)] }));
    expect(await kinds(sent)).toEqual(['balance_differs 0']);
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'B3', entries: [back(sent, 1)] }));
    expect([await kinds(sent), await kinds(sent, 'resolved')]).toEqual([[], ['balance_differs 0']]);
  });

  it('tells of bookings in the kind of message that the profile names, where the bank has other references in each; the other is kept for its balances', async () => {
    const sent = await bank.sent('one-kind', [1_000n], { profile: { ...SEPA, bookings: 'camt.053' } });
    const notice = await bank.hear(sent.payingAccountId, noticeFile({ id: 'K1', entries: [debit(sent, 0), { direction: 'debit', amount: '3.00', bankReference: 'n-1' }] }));
    expect([await bank.states(sent), await kinds(sent), await bank.message(notice)]).toMatchObject([['in_transit'], [], { state: 'applied', items: 2, moved: 0, breaks: 0 }]);
    expect(value(await world.app.get(BankQueries).itemsOf(notice, { after: 0, limit: 10 })).items.map(({ remark }) => remark)).toEqual(['told_elsewhere', 'told_elsewhere']);
    await bank.hear(sent.payingAccountId, statementFile({ id: 'K2', opening: '100.00', closing: '87.00', entries: [{ ...debit(sent, 0), bankReference: 's-1' }, { direction: 'debit', amount: '3.00', bankReference: 's-2' }] }));
    expect([await bank.states(sent), await kinds(sent), (await bank.balances(sent))['bank']]).toEqual([['settled'], ['unknown_external 300'], '-1300']);
  });

  it('of another account, or in a file that is damaged, is kept and nothing of it counts', async () => {
    const sent = await bank.sent('quarantine', [1_000n]);
    const whole = noticeFile({ id: 'Q1', entries: [debit(sent, 0)] });
    const cut = await bank.hear(sent.payingAccountId, whole.slice(0, -40));
    const other = await bank.hear(sent.payingAccountId, noticeFile({ id: 'Q2', account: 'DE89370400440532013000', entries: [debit(sent, 0)] }));
    expect([await bank.message(cut), await bank.message(other)]).toMatchObject([
      { state: 'quarantined', kind: 'camt.054', items: 0, refusal: { code: 'payouts.bank_not_xml' } }, { state: 'quarantined', refusal: { code: 'payouts.bank_other_account', params: { lastFour: '3000' } } },
    ]);
    expect([await bank.states(sent), (await bank.owner.query('SELECT FROM bank_report')).rowCount, (await bank.owner.query('SELECT FROM bank_item WHERE message_id = ANY ($1::uuid[])', [[cut, other]])).rowCount]).toEqual([['in_transit'], 0, 0]);
    await bank.hear(sent.payingAccountId, whole);
    expect(await bank.states(sent)).toEqual(['settled']);
  });

  it('of statuses about a file that left from another account is kept, and says from which; for that account it counts', async () => {
    const [sent, other] = [await bank.sent('statusquarantine', [1_000n]), await bank.sent('statusother', [1_000n], { account: { kind: 'iban', iban: 'DE89370400440532013000' } })];
    const status = statusFile({ id: 'QS1', messageId: other.messageId, lines: [{ reference: other.lines[0]?.endToEndId ?? '', word: 'RJCT', reason: 'AC04' }] });
    expect(await bank.message(await bank.hear(sent.payingAccountId, status))).toMatchObject({ state: 'quarantined', kind: 'pain.002', items: 0, refusal: { code: 'payouts.bank_other_account', params: { lastFour: '3000' } } });
    expect(await bank.states(other)).toEqual(['in_transit']);
    await bank.hear(other.payingAccountId, status);
    expect(await bank.states(other)).toEqual(['rejected']);
    // Of a file that nobody here has sent, it is read, and what it says is known to nobody.
    expect(await bank.message(await bank.hear(sent.payingAccountId, statusFile({ id: 'QS2', messageId: 'SOMEBODY-ELSES', lines: [{ reference: 'NOT-OURS', word: 'ACSC' }] })))).toMatchObject({ state: 'applied' });
  });

  it('without zeros at the end of its amounts counts where the profile of the account says that its bank drops them, and is left out elsewhere', async () => {
    const sepa = SHIPPED_PROFILES.find(({ id }) => id === 'sepa-sct-09') as object;
    const [exact, short] = [await bank.sent('exact', [1_000n, 2_050n]), await bank.sent('short', [1_000n, 2_050n], { profile: { ...sepa, statedDecimals: 'short' } })];
    const heard = async (sent: Sent): Promise<unknown> => {
      const id = await bank.hear(sent.payingAccountId, noticeFile({ id: 'Z1', entries: [debit(sent, 0, { amount: '10' }), debit(sent, 1, { amount: '20.5' }), debit(sent, 0, { amount: '10.000', bankReference: 'fine' })] }));
      return [await bank.states(sent), await bank.proof(sent), (await bank.message(id))['faults']];
    };
    expect(await heard(exact)).toEqual([['in_transit', 'in_transit'], ['0', '0', '0'], 3]);
    expect(await heard(short)).toEqual([['settled', 'settled'], ['3050', '3050', '3050'], 1]);
  });

  it('in a table of results moves lines as a booking does where the table is the record of the money', async () => {
    const sent = await bank.sent('benefit', [1_000n, 2_000n], { profile: SEPA_WITH_RESULTS });
    const id = await bank.hear(sent.payingAccountId, `reference,status,amount,reason,applied_on\n${ref(sent, 0)},granted,10.00,,2026-10-20\n${ref(sent, 1)},refused,20.00,no such card,\n${ref(sent, 1)},what,20.00,,\n`, 'result');
    expect([await bank.message(id), await bank.states(sent), await bank.proof(sent)]).toMatchObject([{ state: 'applied', kind: 'result', faults: 1, moved: 2 }, ['settled', 'rejected'], ['1000', '1000', '1000']]);
  });

  it('in a table of results is set aside where the profile of the account says nothing of tables', async () => {
    const sent = await bank.sent('notable', [1_000n]);
    const id = await bank.hear(sent.payingAccountId, `reference,status,amount\n${ref(sent, 0)},granted,10.00\n`, 'result');
    expect([await bank.message(id), await bank.states(sent)]).toMatchObject([{ state: 'quarantined', refusal: { code: 'payouts.bank_no_results' } }, ['in_transit']]);
  });

  it('in a table of results of payments that left from another account is kept, and no money of it is booked here', async () => {
    const [sent, other] = [await bank.sent('tablequarantine', [1_000n], { profile: SEPA_WITH_RESULTS }), await bank.sent('tableother', [2_000n], { account: { kind: 'iban', iban: 'DE89370400440532013000' } })];
    const table = (rows: readonly string[]): string => `reference,status,amount,reason,applied_on\nNOT-OURS,granted,5.00,,2026-10-20\n${rows.join('\n')}\n`;
    const id = await bank.hear(sent.payingAccountId, table([`${ref(other, 0)},granted,20.00,,2026-10-20`]), 'result');
    expect([await bank.message(id), await kinds(sent), await bank.balances(sent)]).toMatchObject([
      { state: 'quarantined', refusal: { code: 'payouts.bank_other_account', params: { lastFour: '3000' } } }, [], {},
    ]);
    expect(Object.keys(await bank.balances(sent))).not.toContain('bank');
    // What is of this account as well is read, and the rest of it is known to nobody.
    await bank.hear(sent.payingAccountId, table([`${ref(other, 0)},granted,20.00,,2026-10-20`, `${ref(sent, 0)},granted,10.00,,2026-10-20`]), 'result');
    expect([await bank.states(sent), await kinds(sent)]).toEqual([['settled'], ['unknown_external 500', 'unknown_external 2000']]);
  });
});

describe('files of real banks, put in our words', () => {
  const sample = (name: string): string => sharedData('data', 'iso20022', 'samples', name) ?? '';

  it('refuse a whole file (pain.002.001.03)', async () => {
    const sent = await bank.sent('nordea', [1_000n, 2_000n]);
    const id = await bank.hear(sent.payingAccountId, adapted(sample('iso20022js-nordea-pain_002_v3_group_reject.xml'), { 'MSGID-PS-TEST-0708-01': sent.messageId }));
    expect([await bank.message(id), await bank.states(sent), await bank.batchState(sent)]).toMatchObject([{ state: 'applied', kind: 'pain.002', version: '03' }, ['rejected', 'rejected'], 'refused']);
  });

  it('refuse payments, each with its reason (pain.002.001.03)', async () => {
    const sent = await bank.sent('nordea2', [1_000n, 2_000n, 3_000n]);
    const id = await bank.hear(sent.payingAccountId, adapted(sample('iso20022js-nordea-pain_002_v3_txn_reject.xml'), {
      'MSGID-950-TEST2-2807-01': sent.messageId, 'PMTINFID-950-TEST2-2807-01': sent.messageId, 'ENDTOENDID-950-TEST2-2807-02': ref(sent, 1), 'ENDTOENDID-950-TEST2-2807-01': ref(sent, 0),
      '<PmtInfSts>RJCT</PmtInfSts>': '<PmtInfSts>PART</PmtInfSts>',
    }));
    const lines = await bank.lines(sent, sent.batch.id);
    expect([await bank.message(id), lines.map(({ state }) => state), lines.slice(0, 2).every(({ reason }) => reason !== undefined)]).toMatchObject([{ state: 'applied', breaks: 0 }, ['rejected', 'rejected', 'in_transit'], true]);
  });

  it('book (camt.054.001.08), beside payments of others that nobody can place', async () => {
    const sent = await bank.sent('postfinance', [77_829n, 2_000n], { currency: 'CHF', profile: SHIPPED_PROFILES.find(({ id }) => id === 'csv-generic') as object });
    const content = adapted(sample('postfinance-camt.054.001.08-a.xml'), { CH2909000000250094239: 'DE02120300000000202051', '1006265-aic5dL-75dzf3jk9-cf2d5e9': ref(sent, 0), CRDT: 'DBIT' });
    const id = await bank.hear(sent.payingAccountId, content);
    expect([await bank.message(id), await bank.states(sent), await bank.proof(sent)]).toMatchObject([{ state: 'applied', kind: 'camt.054', version: '08', items: 2, moved: 1 }, ['settled', 'in_transit'], ['77829', '77829', '77829']]);
    expect(await kinds(sent)).toEqual(['unknown_external 91393']);
  });
});
