import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { SHIPPED_PROFILES, type PaymentInstruction } from '../../src/core/payments/index.js';
import { BatchPreparation, BatchRelease, PayoutFiles, PayoutQueries, type BatchView } from '../../src/modules/payouts/index.js';
import { BatchDeparture } from '../../src/modules/payouts/batch-departure.service.js';
import { PaymentInstructions } from '../../src/modules/payouts/payment-instructions.service.js';
import type { Instant } from '../../src/core/time/index.js';
import type { Context } from '../../src/platform/access/context.js';
import { Vault } from '../../src/platform/crypto/vault.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { asSystem } from '../support/lower-floors.js';
import { payableClaims, type Payables } from '../support/payables.js';
import { PayoutDesk } from '../support/payout-desk.js';
import { codeOf, value } from '../support/results.js';

const SEPA = SHIPPED_PROFILES.find(({ id }) => id === 'sepa-sct-09') as object;

let world: TestApp;
let owner: Client;
let desk: PayoutDesk;

const book = (seed: string, amounts: readonly bigint[], more: Partial<Parameters<typeof payableClaims>[1]> = {}): Promise<Payables> =>
  payableClaims(owner, { seed, amounts, profile: SEPA, vault: world.app.get(Vault), ...more });

const approved = ({ fundId }: Payables): Promise<BatchView> => desk.approved(fundId);

async function released(batch: BatchView): Promise<{ state: string; faults: { code: string }[] }> {
  const id = await desk.release(batch);
  const { rows: [row] } = await owner.query<{ state: string; faults: { code: string }[] }>('SELECT state, faults FROM payout_release WHERE id = $1', [id]);
  return row ?? { state: 'gone', faults: [] };
}

const balances = async (fundId: string): Promise<Record<string, string>> => Object.fromEntries((await owner.query<{ name: string; minor: string }>(
  'SELECT name, balance_minor::text AS minor FROM ledger_account WHERE fund_id = $1 AND balance_minor <> 0 ORDER BY name', [fundId])).rows.map(({ name, minor }) => [name, minor]));

beforeAll(async () => {
  world = await startTestApp();
  owner = new Client({ connectionString: world.database.adminUrl });
  await owner.connect();
  desk = await PayoutDesk.of(world, owner);
}, 60_000);

afterAll(async () => {
  await owner.end();
  await world.close();
});

describe('a released batch', () => {
  it('has its file, its lines in transit and its money there, all at once', async () => {
    const batch = await approved(await book('whole', [12_345n, 1n, 999_999n]));
    expect(await released(batch)).toEqual({ state: 'done', faults: [] });
    expect(value(await world.app.get(PayoutQueries).get(batch.id))).toMatchObject({ state: 'released', totals: { count: 3, net: { amount: '10123.45' } } });
    expect(value(await world.app.get(PayoutQueries).linesOf(batch.id, { limit: 10 })).items.map(({ state }) => state)).toEqual(['in_transit', 'in_transit', 'in_transit']);
    expect(await balances(batch.fundId)).toEqual({ funding: '-1012345', in_transit: '1012345' });
    const file = value(await world.app.get(PayoutFiles).open(desk.proved(desk.people.releaser), batch.id));
    const content = await text(file.bytes);
    expect([file.schemaCheck, createHash('sha256').update(content).digest('hex')]).toEqual(['no_schema', file.sha256]);
    expect(content).toContain('<CtrlSum>10123.45</CtrlSum>');
    expect((await owner.query(`SELECT actor, data ->> 'sha256' AS sha256 FROM audit_entry WHERE aggregate_id = $1 AND action = 'payout_batch.file_downloaded'`, [batch.id])).rows).toEqual([{ actor: expect.stringContaining(desk.people.releaser.userId), sha256: file.sha256 }]);
    expect(codeOf(await world.app.get(PayoutFiles).open(desk.people.releaser, batch.id))).toBe('identity.proof_needed');
  });

  it('says what was locked and approved, whatever has changed since of the business or of the account it leaves from', async () => {
    const [left, changed] = [await book('as-locked', [100n, 200n]), await book('as-locked-too', [100n, 200n])];
    const [same, batch] = [await approved(left), await approved(changed)];
    await owner.query(`UPDATE merchant SET version = version + 1, legal_name = 'Another', phone = '+49301234567', address = '{"city":"Elsewhere","country":"FR"}' WHERE id IN (SELECT merchant_id FROM claim WHERE scheme_id = $1)`, [changed.schemeId]);
    await owner.query('ALTER TABLE paying_account DISABLE TRIGGER paying_account_guarded_tg');
    await owner.query(`UPDATE paying_account SET version = version + 1, holder = 'Thief', account = '{"kind":"iban","iban":"DE89370400440532013000"}', address = '{"town":"Elsewhere","country":"FR"}', profile = profile || '{"remittanceText":"changed"}' WHERE id = $1`, [changed.payingAccountId]);
    await owner.query('ALTER TABLE paying_account ENABLE ALWAYS TRIGGER paying_account_guarded_tg');
    for (const one of [same, batch]) expect(await released(one)).toEqual({ state: 'done', faults: [] });
    const said = async ({ id, messageId }: BatchView): Promise<string> => (await text(value(await world.app.get(PayoutFiles).open(desk.proved(desk.people.releaser), id)).bytes))
      .replaceAll(messageId, 'MESSAGE').replaceAll(/<(EndToEndId|UETR|Ustrd|CreDtTm|InstrId)>[^<]*/g, '<$1>');
    expect(await said(batch)).toBe(await said(same));
    const { rows } = await owner.query<{ profile: object }>('SELECT profile FROM payout_file WHERE batch_id = ANY ($1::uuid[])', [[same.id, batch.id]]);
    expect(rows[0]).toEqual(rows[1]);
  });

  it('goes on without a line that was stopped after it was approved, and says so', async () => {
    const payables = await book('stopped', [500n, 600n, 700n]);
    const batch = await approved(payables);
    await owner.query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, 'fund', now() FROM claim WHERE id = $1`, [payables.claimIds[1]]);
    expect((await released(batch)).state).toBe('done');
    expect(value(await world.app.get(PayoutQueries).get(batch.id))).toMatchObject({
      locked: { count: 3, net: { amount: '18.00' } }, totals: { count: 2, net: { amount: '12.00' } }, dropped: [{ claimId: payables.claimIds[1], reason: 'fund' }],
    });
    expect(await balances(batch.fundId)).toEqual({ funding: '-1800', in_transit: '1200', reserved: '600' });
  });

  it('pays nothing to an account that was replaced after it was locked', async () => {
    const payables = await book('other-account', [500n, 600n]);
    const batch = await approved(payables);
    await owner.query('SET session_replication_role = replica');
    await owner.query(`UPDATE payee_account SET state = 'replaced', version = version + 1 WHERE merchant_id = (SELECT merchant_id FROM claim WHERE id = $1)`, [payables.claimIds[0]]);
    await owner.query(`
      INSERT INTO payee_account (id, merchant_id, kind, country, holder, last_four, key_id, blind_index, index_key_id, state, usable_from, check_outcome, checked_at, created_by, created_at)
      SELECT uuidv7(), merchant_id, kind, country, holder, '7777', key_id, sha256('another'), index_key_id, 'usable', now(), 'match', now(), uuidv7(), now() FROM payee_account WHERE merchant_id = (SELECT merchant_id FROM claim WHERE id = $1)`, [payables.claimIds[0]]);
    await owner.query('SET session_replication_role = origin');
    expect(await released(batch)).toEqual({ state: 'done', faults: [] });
    expect(value(await world.app.get(PayoutQueries).get(batch.id))).toMatchObject({ totals: { count: 1, net: { amount: '6.00' } }, dropped: [{ claimId: payables.claimIds[0], reason: 'account_changed' }] });
    const next = await desk.locked(payables.fundId);
    expect((await owner.query('SELECT p.state, p.last_four AS "lastFour" FROM payment_line l JOIN payee_account p ON p.id = l.payee_account_id WHERE l.batch_id = $1', [next.id])).rows).toEqual([{ state: 'usable', lastFour: '7777' }]);
  });

  it('is not released by who locked or approved it, without a proof, twice at once, or on another digest', async () => {
    const batch = await approved(await book('people', [500n]));
    const ask = (person: Context, digest = batch.digest ?? '') => world.app.get(BatchRelease).request(person, batch.id, batch.version, digest);
    expect(codeOf(await ask(desk.people.releaser))).toBe('identity.proof_needed');
    expect(codeOf(await ask(desk.proved(desk.people.releaser), 'f'.repeat(64)))).toBe('payouts.digest_differs');
    await owner.query(`INSERT INTO user_role (user_id, role, granted_at) SELECT $1, 'finance_releaser', now()`, [desk.people.approver.userId]);
    expect(codeOf(await ask(desk.proved(desk.people.approver)))).toBe('identity.duty_conflict');
    expect(codeOf(await ask(desk.proved(desk.people.second)))).toBe('access.permission');
    value(await ask(desk.proved(desk.people.releaser)));
    expect(codeOf(await ask(desk.proved(desk.people.releaser)))).toBe('payouts.releasing');
  });

  /** Late on the day after the one a batch is to be paid on, wherever its bank is. */
  async function onTheNextDay<T>({ executeOn }: BatchView, work: () => Promise<T>): Promise<T> {
    const clock = jest.spyOn(world.clock, 'now').mockReturnValue((Date.parse(`${executeOn}T23:59:00Z`) + 86_400_000) as Instant);
    try {
      return await work();
    } finally {
      clock.mockRestore();
    }
  }

  it('is not released once its day is over where the bank is: it can be cancelled, and what it pays is due again', async () => {
    const payables = await book('late', [500n]);
    const batch = await approved(payables);
    expect(await onTheNextDay(batch, () => world.app.get(BatchRelease).request(desk.proved(desk.people.releaser), batch.id, batch.version, batch.digest ?? '')))
      .toMatchObject({ refusal: { code: 'payouts.day_over', params: { executeOn: batch.executeOn } } });
    value(await world.app.get(BatchPreparation).cancel(desk.people.preparer, batch.id, batch.version));
    expect(await released(await approved(payables))).toEqual({ state: 'done', faults: [] });
  });

  it('does not leave either when its day ends while its release waits for a worker', async () => {
    const batch = await approved(await book('midnight', [500n]));
    const { id } = value(await world.app.get(BatchRelease).request(desk.proved(desk.people.releaser), batch.id, batch.version, batch.digest ?? ''));
    await onTheNextDay(batch, () => world.app.get(BatchRelease).perform(asSystem, id));
    expect((await owner.query(`SELECT state, faults -> 0 ->> 'code' AS code FROM payout_release WHERE id = $1`, [id])).rows).toEqual([{ state: 'refused', code: 'payouts.day_over' }]);
    expect([value(await world.app.get(PayoutQueries).get(batch.id)).state, await balances(batch.fundId)]).toEqual(['approved', { funding: '-500', reserved: '500' }]);
  });

  it('stays approved when its file cannot be paid, and every line at fault is named', async () => {
    const batch = await approved(await book('faulty', [500n, 600n], { payees: (n) => (n === 1 ? 'DE00370400440532013000' : 'DE89370400440532013000') }));
    const { state, faults } = await released(batch);
    expect([state, faults.map(({ code }) => code)]).toEqual(['refused', ['payments.iban_check_digits']]);
    expect(value(await world.app.get(PayoutQueries).get(batch.id)).state).toBe('approved');
    expect(await balances(batch.fundId)).toEqual({ funding: '-1100', reserved: '1100' });
  });
});

describe('a file that was written', () => {
  it('is read again and held against what is to be paid before anything leaves', async () => {
    const batch = await approved(await book('read-again', [500n]));
    const instructions = world.app.get(PaymentInstructions);
    const real = instructions.of.bind(instructions);
    /** What is checked before and written is another account than the one that is held against it. */
    const another = async function* (of: BatchView): AsyncGenerator<PaymentInstruction> {
      for await (const one of real(of as never)) yield { ...one, payee: { ...one.payee, account: { kind: 'iban', iban: 'NL91ABNA0417164300' } } };
    };
    const spy = jest.spyOn(instructions, 'of').mockImplementationOnce(another as never);
    expect(await released(batch)).toMatchObject({ state: 'refused', faults: [{ code: 'payments.file_line' }] });
    spy.mockRestore();
    expect([value(await world.app.get(PayoutQueries).get(batch.id)).state, await balances(batch.fundId)]).toEqual(['approved', { funding: '-500', reserved: '500' }]);
  });
});

describe('while the file of a release is written', () => {
  const now = async ({ id }: BatchView): Promise<BatchView> => value(await world.app.get(PayoutQueries).get(id));
  /** Releases a batch, and lets something happen between its file, written once, and its departure. */
  async function meanwhile(batch: BatchView, happen: () => Promise<unknown>): Promise<{ state: string; faults: { code: string }[] }> {
    const departure = world.app.get(BatchDeparture);
    const write = departure.write.bind(departure);
    const spy = jest.spyOn(departure, 'write').mockImplementationOnce(async (...given) => {
      const written = await write(...given);
      await happen();
      return written;
    });
    try {
      return await released(batch);
    } finally {
      spy.mockRestore();
    }
  }

  it('what is stopped stays here, and the file that leaves does not name it', async () => {
    const payables = await book('stopped-late', [500n, 600n]);
    const batch = await approved(payables);
    const hold = () => owner.query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, 'fund', now() FROM claim WHERE id = $1`, [payables.claimIds[1]]);
    expect(await meanwhile(batch, hold)).toEqual({ state: 'done', faults: [] });
    expect(await now(batch)).toMatchObject({ state: 'released', totals: { count: 1, net: { amount: '5.00' } }, dropped: [{ claimId: payables.claimIds[1], reason: 'fund' }] });
    expect(await text(value(await world.app.get(PayoutFiles).open(desk.proved(desk.people.releaser), batch.id)).bytes)).toContain('<CtrlSum>5.00</CtrlSum>');
    expect(await balances(batch.fundId)).toEqual({ funding: '-1100', in_transit: '500', reserved: '600' });
  });

  it('what somebody leaves out does not leave either', async () => {
    const batch = await approved(await book('left-out-late', [500n, 600n]));
    const { items: [line] } = value(await world.app.get(PayoutQueries).linesOf(batch.id, { limit: 1 }));
    expect((await meanwhile(batch, () => world.app.get(BatchPreparation).leaveOut(desk.people.preparer, batch.id, batch.version, line?.id ?? '').then(value))).state).toBe('done');
    expect(await now(batch)).toMatchObject({ state: 'released', totals: { count: 1 }, dropped: [{ lineId: line?.id, reason: 'left_out' }] });
  });

  it('whoever asked for it may have lost the role, or somebody may cancel it: nothing leaves', async () => {
    const [lost, cancelled] = [await approved(await book('role-lost', [500n])), await approved(await book('cancelled-late', [500n]))];
    const { userId } = desk.people.releaser;
    const role = (sql: string) => owner.query(sql, [userId]);
    expect(await meanwhile(lost, () => role(`DELETE FROM user_role WHERE user_id = $1 AND role = 'finance_releaser'`))).toMatchObject({ state: 'refused', faults: [{ code: 'access.permission' }] });
    await role(`INSERT INTO user_role (user_id, role, granted_at) VALUES ($1, 'finance_releaser', now())`);
    expect(await meanwhile(cancelled, () => world.app.get(BatchPreparation).cancel(desk.people.preparer, cancelled.id, cancelled.version).then(value))).toMatchObject({ state: 'refused', faults: [{ code: 'payouts.not_in_state' }] });
    expect([await now(lost), await now(cancelled)]).toMatchObject([{ state: 'approved' }, { state: 'cancelled' }]);
    expect(await balances(lost.fundId)).toEqual({ funding: '-500', reserved: '500' });
  });

  it('a second worker that has the same job changes nothing, also where the first was refused', async () => {
    const again = (id: string) => world.app.get(BatchRelease).perform(asSystem, id);
    const [done, faulty] = [await approved(await book('twice', [500n])), await approved(await book('refused-once', [500n], { payees: () => 'DE00370400440532013000' }))];
    const first = await desk.release(done);
    const { sha256 } = value(await world.app.get(PayoutFiles).about(done.id));
    await again(first);
    expect([(await now(done)).state, value(await world.app.get(PayoutFiles).about(done.id)).sha256, await balances(done.fundId)]).toEqual(['released', sha256, { funding: '-500', in_transit: '500' }]);
    const refused = await desk.release(faulty);
    // Nobody has asked for it to leave since.
    const departure = jest.spyOn(world.app.get(BatchDeparture), 'write');
    await again(refused);
    expect([departure.mock.calls.length, (await now(faulty)).state]).toEqual([0, 'approved']);
    departure.mockRestore();
  });
});
