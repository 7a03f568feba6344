import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { BatchPreparation, OverpaymentQueries, type BatchView } from '../../src/modules/payouts/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { noticeFile, statusFile } from '../support/bank-files.js';
import { regrant } from '../support/grants.js';
import { payableClaims, type Payables } from '../support/payables.js';
import { Reconciliation, type Sent } from '../support/reconciliations.js';
import { value } from '../support/results.js';

type Statement = string | readonly [sql: string, ...params: unknown[]];

let world: TestApp;
let bank: Reconciliation;
let app: Client;

beforeAll(async () => {
  world = await startTestApp();
  bank = await Reconciliation.of(world);
  app = new Client({ connectionString: world.database.appUrl });
  await app.connect();
}, 60_000);

afterAll(async () => {
  await app.end();
  await bank.close();
  await world.close();
});

/** What the database says to these statements of the application's role, all in one transaction, of which nothing is kept: the constraint that refuses them, or `allowed`. */
async function attempt(...statements: readonly Statement[]): Promise<string> {
  await app.query('BEGIN');
  try {
    for (const statement of statements) {
      const [sql, ...params] = typeof statement === 'string' ? [statement] : statement;
      await app.query(sql, params);
    }
    await app.query('SET CONSTRAINTS ALL IMMEDIATE');
    return 'allowed';
  } catch (error) {
    return (error as { constraint?: string }).constraint ?? String(error);
  } finally {
    await app.query('ROLLBACK');
  }
}

/** Around the application and every trigger: how something came about is not what is asked here. */
async function put(sql: string, params: unknown[]): Promise<void> {
  await bank.owner.query('SET session_replication_role = replica');
  await bank.owner.query(sql, params);
  await bank.owner.query('SET session_replication_role = origin');
}

const setLine = (id: string, what: string): Statement => [`UPDATE payment_line SET ${what}, version = version + 1 WHERE id = $1`, id];
/** One more line for the claim of a line; `gross`, `net`, `entitlement` and `reference` as SQL over that line. */
const another = (of: string, { n = 90, gross = 'gross_minor', net = gross, entitlement = 'entitlement_no', reference = `'GUARD-${n}'`, replaces = null, state = 'pending' }: {
  n?: number; gross?: string; net?: string; entitlement?: string; reference?: string; replaces?: string | null; state?: string;
} = {}): Statement => [`
  INSERT INTO payment_line (claim_id, merchant_id, fund_id, entitlement_no, n, currency, gross_minor, withheld_minor, offset_minor, net_minor, method, end_to_end_id, created_at, moved_at, moved_by,
    replaces_id, state, batch_id, payee_account_id)
  SELECT claim_id, merchant_id, fund_id, ${entitlement}, ${n}, currency, ${gross}, 0, 0, ${net}, method, ${reference}, created_at, moved_at, 'test', $2::uuid, $3::text,
    CASE $3::text WHEN 'pending' THEN NULL ELSE batch_id END, payee_account_id FROM payment_line WHERE id = $1`, of, replaces, state];

/** What a claim is granted falls, and nobody heard of it. */
async function lowered(claimId: string, minor: number): Promise<void> {
  await bank.owner.query('ALTER TABLE entitlement DISABLE TRIGGER entitlement_append_only_tg');
  await put('UPDATE entitlement SET gross_minor = $2, net_minor = $2 WHERE claim_id = $1', [claimId, minor]);
  await bank.owner.query('ALTER TABLE entitlement ENABLE ALWAYS TRIGGER entitlement_append_only_tg');
}

describe('a batch, whoever writes its row', () => {
  let book: Payables;
  let batch: BatchView;
  const leave = ({ by, count = 2, minor = 300, lines = `state = 'in_transit'`, file = true }: { by: string; count?: number; minor?: number; lines?: string; file?: boolean }): Statement[] => [
    ...(file ? [[`INSERT INTO payout_file (batch_id, name, media_type, profile, sha256, byte_count, schema_check, rendered_at) VALUES ($1, 'f', 'x', '{}', repeat('0', 64), 1, 'no_schema', now())`, batch.id] as const] : []),
    [`UPDATE payment_line SET ${lines}, version = version + 1 WHERE batch_id = $1`, batch.id],
    [`UPDATE payout_batch SET state = 'released', released_by = $2, released_at = now(), released_count = $3, released_minor = $4, version = version + 1 WHERE id = $1`, batch.id, by, count, minor],
  ];

  beforeAll(async () => {
    book = await payableClaims(bank.owner, { seed: 'guarded', amounts: [100n, 200n] });
    batch = await bank.desk.approved(book.fundId);
  });

  it('leaves by another person than locked it, approved it, or checked one of its accounts', async () => {
    const { preparer, approver, releaser } = bank.people;
    expect(await attempt(...leave({ by: releaser.userId }))).toBe('allowed');
    expect([await attempt(...leave({ by: preparer.userId })), await attempt(...leave({ by: approver.userId }))]).toEqual(['payout_batch_people_ck', 'payout_batch_people_ck']);
    const approvedToo: Statement = ['INSERT INTO payout_approval (batch_id, user_id, digest, at) VALUES ($1, $2, $3, now())', batch.id, preparer.userId, batch.digest];
    expect(await attempt(approvedToo, ...leave({ by: releaser.userId }))).toBe('payout_batch_people_ck');
    const checked = (by: string | null) => put('UPDATE payee_account SET checked_by = $2, version = version + 1 WHERE merchant_id = (SELECT merchant_id FROM claim WHERE id = $1)', [book.claimIds[0], by]);
    await checked(releaser.userId);
    expect(await attempt(...leave({ by: releaser.userId }))).toBe('payout_batch_released_ck');
    await checked(null);
  });

  it('leaves with its file, with all of its lines, and with what they come to', async () => {
    const by = bank.people.releaser.userId;
    expect(await attempt(...leave({ by, file: false }))).toBe('payout_batch_released_ck');
    for (const wrong of [{ lines: `reason = 'still here'` }, { count: 1 }, { minor: 299 }, { lines: `state = CASE WHEN gross_minor = 100 THEN 'pending' ELSE 'in_transit' END, batch_id = CASE WHEN gross_minor = 100 THEN NULL ELSE batch_id END, payee_account_id = CASE WHEN gross_minor = 100 THEN NULL ELSE payee_account_id END`, count: 1, minor: 200 }]) {
      expect(await attempt(...leave({ by, ...wrong }))).toBe('payout_batch_adds_up_ck');
    }
  });

  it('is approved by as many people as were named when it was locked, each once, and on its own digest', async () => {
    const { id, digest } = await bank.desk.locked((await payableClaims(bank.owner, { seed: 'approved-by', amounts: [100n], approvals: [{ count: 2 }] })).fundId);
    const { approver, second } = bank.people;
    const say = (by: string, of: string | undefined): Statement => ['INSERT INTO payout_approval (batch_id, user_id, digest, at) VALUES ($1, $2, $3, clock_timestamp())', id, by, of];
    const approved: Statement = [`UPDATE payout_batch SET state = 'approved', version = version + 1 WHERE id = $1`, id];
    expect(await attempt(say(approver.userId, digest), say(second.userId, digest), approved)).toBe('allowed');
    expect(await attempt(say(approver.userId, digest), approved)).toBe('payout_batch_approved_ck');
    expect(await attempt(say(approver.userId, digest), say(second.userId, 'f'.repeat(64)), approved)).toBe('payout_batch_approved_ck');
    expect(await attempt(say(approver.userId, digest), say(approver.userId, digest))).toBe('payout_approval_pk');
    expect(await attempt(['UPDATE payout_batch SET approvals_needed = 1, version = version + 1 WHERE id = $1', id])).toBe('payout_batch_frozen_ck');
  });

  it('keeps what it says of its businesses and of the account it leaves from as it was locked, until a payment is past and may be erased', async () => {
    const [line] = await bank.lines(book, batch.id);
    expect(await attempt(setLine(line?.id ?? '', `payee = '{"name":"Another","registration":""}'`))).toBe('payment_line_frozen_ck');
    expect(await attempt([`UPDATE payout_batch SET leaving = '{}', version = version + 1 WHERE id = $1`, batch.id])).toContain('permission denied');
    expect(await attempt(setLine(line?.id ?? '', 'payee = NULL'))).toBe('payment_line_frozen_ck');
    const past = await bank.sent('past', [100n]);
    await bank.hear(past.payingAccountId, noticeFile({ id: 'past', entries: [{ direction: 'debit', amount: '1.00', reference: past.lines[0]?.endToEndId ?? '' }] }));
    expect(await attempt(setLine(past.lines[0]?.id ?? '', 'payee = NULL'))).toBe('allowed');
  });

  it('takes no line once it is locked, none of another fund or method, and gives none back that has left', async () => {
    const [other, credit] = [await payableClaims(bank.owner, { seed: 'elsewhere', amounts: [100n, 200n] }), await payableClaims(bank.owner, { seed: 'credit', amounts: [100n], method: 'bill_credit' })];
    const opened = async ({ fundId }: Payables): Promise<BatchView> => value(await world.app.get(BatchPreparation).open(bank.people.preparer, { fundId }));
    const [open, bills, sent] = [await opened(other), await opened(credit), await bank.sent('gone', [100n])];
    const [one] = await bank.lines(other, open.id);
    const loose = setLine(one?.id ?? '', `state = 'pending', batch_id = NULL`);
    const into = (id: string): Statement => setLine(one?.id ?? '', `state = 'included', batch_id = '${id}'`);
    expect(await attempt(loose, into(open.id))).toBe('allowed');
    expect(await attempt(setLine(one?.id ?? '', `state = 'in_transit'`))).toBe('payment_line_payee_ck');
    const lock = (digest: string): Statement => [`
      UPDATE payout_batch SET state = 'locked', locked_by = $2, locked_at = now(), line_count = 2, gross_minor = 300, withheld_minor = 0, total_minor = 300, digest = ${digest}, approvals_needed = 1,
        version = version + 1 WHERE id = $1`, open.id, bank.people.preparer.userId];
    expect([await attempt(lock('payout_batch_digest(id)')), await attempt(lock(`repeat('0', 64)`))]).toEqual(['allowed', 'payout_batch_adds_up_ck']);
    expect([await attempt(loose, into(batch.id)), await attempt(loose, into(bills.id))]).toEqual(['payment_line_frozen_ck', 'payment_line_frozen_ck']);
    await put('UPDATE payout_batch SET fund_id = $2, version = version + 1 WHERE id = $1', [bills.id, other.fundId]);
    expect(await attempt(loose, into(bills.id))).toBe('payment_line_frozen_ck');
    await put(`UPDATE payout_batch SET fund_id = $2, method = 'bank', version = version + 1 WHERE id = $1`, [bills.id, credit.fundId]);
    expect(await attempt(loose, into(bills.id))).toBe('payment_line_frozen_ck');
    expect(await attempt(setLine(sent.lines[0]?.id ?? '', 'batch_id = NULL'))).toBe('payment_line_frozen_ck');
  });
});

describe('a payment, whoever writes its row', () => {
  it('goes forward only, begins as one that waits, and pays what is left of its sum', async () => {
    const { lines: [line] } = await bank.sent('forward', [100n]);
    const id = line?.id ?? '';
    for (const state of ['pending', 'included', 'dropped', 'written_off']) expect(await attempt(setLine(id, `state = '${state}'`))).toBe('payment_line_transition_ck');
    for (const state of ['in_transit', 'accepted_by_bank', 'pending', 'rejected']) expect(await attempt(setLine(id, `state = 'settled'`), setLine(id, `state = '${state}'`))).toBe('payment_line_transition_ck');
    expect(await attempt(another(id, { state: 'in_transit' }))).toBe('payment_line_transition_ck');
    expect(await attempt(another(id))).toBe('payment_line_counting_uq');
    expect(await attempt(another(id, { net: 'gross_minor - 1' }))).toBe('payment_line_amount_ck');
  });

  it('does not leave above what is granted by then', async () => {
    const book = await payableClaims(bank.owner, { seed: 'leaves', amounts: [100n] });
    const { id } = await bank.desk.locked(book.fundId);
    await lowered(book.claimIds[0] ?? '', 99);
    expect(await attempt([`UPDATE payment_line SET state = 'in_transit', version = version + 1 WHERE batch_id = $1`, id])).toBe('payment_line_within_ck');
  });

  it('that came back is followed once, by no more than it was, or written off, and never both', async () => {
    const sent = await bank.sent('follows', [100n, 200n]);
    const [first = '', other = ''] = sent.lines.map(({ id }) => id);
    await bank.hear(sent.payingAccountId, statusFile({ id: 'G1', messageId: sent.messageId, lines: sent.lines.map(({ endToEndId }) => ({ reference: endToEndId, word: 'RJCT', reason: 'AM04' })) }));
    const follow = (more: object = {}): Statement => another(first, { replaces: first, ...more });
    expect(await attempt(follow())).toBe('allowed');
    expect(await attempt(follow({ gross: 'gross_minor + 1' }))).toBe('payment_line_follows_ck');
    for (const stray of [another(other, { replaces: first, gross: '1' }), follow({ entitlement: 'entitlement_no + 1' })]) expect(await attempt(stray)).toBe('payment_line_follows_ck');
    expect(await attempt(follow({ reference: 'end_to_end_id' }))).toBe('payment_line_end_to_end_uq');
    expect(await attempt(follow(), [`UPDATE payment_line SET state = 'dropped', version = version + 1 WHERE replaces_id = $1`, first], follow({ n: 91 }))).toBe('payment_line_replaces_uq');
    await put(`INSERT INTO write_off (line_id, n, currency, amount_minor, reason_digest, proposed_by, proposed_at, outcome, decided_by, decided_at, note_digest)
      VALUES ($1, 1, 'EUR', 100, repeat('0', 64), $2, now(), 'written_off', $3, now(), repeat('0', 64))`, [first, bank.people.approver.userId, bank.people.second.userId]);
    expect([await attempt(setLine(first, `state = 'written_off'`)), await attempt(follow(), setLine(first, `state = 'written_off'`))]).toEqual(['allowed', 'payment_line_written_off_ck']);
    await lowered(sent.claimIds[0] ?? '', 99);
    expect(await attempt(setLine(first, `state = 'written_off'`))).toBe('payment_line_within_ck');
  });
});

describe('what has to come back, whoever writes it', () => {
  it('is opened once for an entitlement, and never less than nothing is left of it', async () => {
    const sent = await bank.sent('too-much', [1_000n]);
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'G2', entries: [{ direction: 'debit', amount: '10.00', reference: sent.lines[0]?.endToEndId ?? '', bankReference: 'G2' }] }));
    await regrant(world, bank.owner, { claimId: sent.claimIds[0] ?? '', minor: 700n });
    const [owed] = await world.app.get(OverpaymentQueries).ofClaim(sent.claimIds[0] ?? '');
    const entry = (minor: number): Statement => [`INSERT INTO overpayment_entry (overpayment_id, currency, kind, amount_minor, at) VALUES ($1, 'EUR', 'annulled', $2, now())`, owed?.id, minor];
    expect(await attempt([`INSERT INTO overpayment_entry (overpayment_id, currency, kind, amount_minor, paying_account_id, at) VALUES ($1, 'EUR', 'repaid', 300, $2, now())`, owed?.id, sent.payingAccountId])).toBe('overpayment_repaid_ck');
    expect([await attempt(entry(300)), await attempt(entry(301)), await attempt(entry(200), entry(101))]).toEqual(['allowed', 'overpayment_left_ck', 'overpayment_left_ck']);
    expect(await attempt([`INSERT INTO overpayment (claim_id, merchant_id, fund_id, entitlement_no, currency, opened_minor, opened_at) SELECT claim_id, merchant_id, fund_id, entitlement_no, currency, 1, now() FROM overpayment WHERE id = $1`, owed?.id])).toBe('overpayment_once_uq');
  });
});

describe('what a bank said, whoever writes it', () => {
  let sent: Sent;
  let messageId: string;
  beforeAll(async () => {
    sent = await bank.sent('heard', [1_000n]);
    const debit = { direction: 'debit', amount: '10.00', reference: sent.lines[0]?.endToEndId ?? '', bankReference: 'G3' } as const;
    messageId = await bank.hear(sent.payingAccountId, noticeFile({ id: 'G3', entries: [debit, { direction: 'credit', amount: '5.00', bankReference: 'G4' }] }));
  });

  it('counts once, and stays as it was counted', async () => {
    expect(await attempt([`
      INSERT INTO bank_item (message_id, n, paying_account_id, kind, class, booking_key, is_counted, bank_minor, said, at)
      SELECT message_id, 99, paying_account_id, kind, class, booking_key, true, bank_minor, said, at FROM bank_item WHERE message_id = $1 AND is_counted LIMIT 1`, messageId])).toBe('bank_item_counted_uq');
    expect(await attempt([`INSERT INTO payment_line_booking (line_id, kind, booking_key, at) VALUES ($1, 'debit', 'another', now())`, sent.lines[0]?.id])).toBe('payment_line_booking_pk');
    expect(await attempt(['UPDATE bank_message SET moved_count = 0, version = version + 1 WHERE id = $1', messageId])).toBe('bank_message_stays_ck');
  });

  it('is placed by two people where they alone move the money, with what shows it, and once', async () => {
    const [one] = await bank.breaks(sent.payingAccountId);
    const { preparer, second } = bank.people;
    const placed = (by: string, note: string | null = 'Ours'): Statement[] => [
      [`UPDATE reconciliation_break SET proposal = 'own_money', proposed_by = $2, proposed_at = now(), version = version + 1 WHERE id = $1`, one?.id, preparer.userId],
      [`UPDATE reconciliation_break SET state = 'resolved', resolution = 'own_money', resolved_by = $2, resolved_at = now(), note = $3, version = version + 1 WHERE id = $1`, one?.id, by, note],
    ];
    expect([await attempt(...placed(second.userId)), await attempt(...placed(preparer.userId)), await attempt(...placed(second.userId, null))]).toEqual(['allowed', 'reconciliation_break_two_ck', 'reconciliation_break_two_ck']);
    expect(await attempt([`UPDATE reconciliation_break SET state = 'resolved', resolution = 'charge', resolved_by = $2, resolved_at = now(), note = 'Mine', version = version + 1 WHERE id = $1`, one?.id, second.userId])).toBe('reconciliation_break_two_ck');
    expect(await attempt(...placed(second.userId), ['UPDATE reconciliation_break SET suspense_minor = 0, version = version + 1 WHERE id = $1', one?.id])).toBe('reconciliation_break_stays_ck');
  });
});

describe('a fund, whoever posts to it', () => {
  it('gives nothing it has not, and shares no entry with an account of the bank', async () => {
    const book = await payableClaims(bank.owner, { seed: 'sign', amounts: [100n] });
    const entry = (...postings: readonly (readonly [account: string, side: 'fund_id' | 'paying_account_id', minor: number])[]): Statement[] => [
      [`INSERT INTO ledger_entry (id, fund_id, kind, at) VALUES ('00000000-0000-7000-8000-000000000001', $1, 'release', now())`, book.fundId],
      ...postings.map(([account, side, minor]): Statement => [
        `INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency) SELECT '00000000-0000-7000-8000-000000000001', id, $3, currency FROM ledger_account WHERE ${side} = $1 AND name = $2`,
        side === 'fund_id' ? book.fundId : book.payingAccountId, account, minor]),
    ];
    expect(await attempt(...entry(['reserved', 'fund_id', -100], ['funding', 'fund_id', 100]))).toBe('allowed');
    for (const account of ['available', 'reserved', 'in_transit', 'tax_payable']) expect([account, await attempt(...entry([account, 'fund_id', -101], ['funding', 'fund_id', 101]))]).toEqual([account, 'ledger_account_sign_ck']);
    expect(await attempt(...entry(['reserved', 'fund_id', -100], ['bank', 'paying_account_id', 100]))).toBe('ledger_entry_balances_ck');
    expect(await attempt(...entry(['reserved', 'fund_id', -100], ['funding', 'fund_id', 99]))).toBe('ledger_entry_balances_ck');
  });
});
