import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { SHIPPED_PROFILES } from '../../src/core/payments/index.js';
import { FundQueries, PayingAccounts } from '../../src/modules/funds/index.js';
import { Database } from '../../src/platform/database/database.js';
import { call, type Answer } from '../support/app.js';
import { newPerson } from '../support/claims.js';
import { NOBODYS_ID } from '../support/operations.js';
import { ifMatch, openWorld, type World } from '../support/world.js';

const SEPA = SHIPPED_PROFILES.find(({ id }) => id === 'sepa-sct-09') as object;
const ACCOUNT = {
  code: 'main', name: 'Main', currency: 'EUR', holder: 'Operator Ltd', zone: 'Europe/Berlin', account: { kind: 'iban', iban: 'DE02 1203 0000 0000 2020 51' }, address: { town: 'Berlin', country: 'DE' },
  profile: SEPA, approvals: [{ upTo: '1000.00', count: 1 }, { count: 2 }],
};

let world: World;
let second: string;
let owner: Client;
beforeAll(async () => {
  world = await openWorld();
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  second = (await newPerson(world, ['finance_approver'])).token;
});
afterAll(async () => {
  await owner.end();
  await world.close();
});

const create = (change: object = {}): Promise<Answer> => world.as('finance', 'POST', '/v1/paying-accounts', { body: { ...ACCOUNT, ...change } });
const causes = ({ body }: Answer): unknown[] => (body['errors'] as { code: string; pointer: string }[]).map(({ code, pointer }) => [code, pointer]);
const apply = (path: string, token = second): Promise<Answer> => call(world.url, 'POST', `${path}/decisions`, { token, body: { outcome: 'applied' } });

describe('an account to pay from', () => {
  it('is entered once, and shown without its number', async () => {
    const made = await create();
    expect(made.status).toBe(201);
    const read = await world.as('auditor', 'GET', String(made.body['self']));
    expect(read.body).toMatchObject({ account: { kind: 'iban', masked: '•••• 2051' }, approvals: [{ upTo: { amount: '1000.00', currency: 'EUR' }, count: 1 }, { count: 2 }], funds: [], version: 1 });
    expect(JSON.stringify(read.body)).not.toContain('DE0212');
    expect(await create()).toMatchObject({ status: 409, body: { code: 'funds.code_taken' } });
  });

  it.each([
    ['an IBAN with a slip', { account: { kind: 'iban', iban: 'DE02120300000000202052' } }, [['funds.iban_wrong', '/account/iban']]],
    ['a bank nobody knows', { currency: 'KRW', approvals: [{ count: 1 }], account: { kind: 'kr', bankCode: '999', number: '12' } }, [['funds.bank_unknown', '/account/bankCode'], ['funds.number_wrong', '/account/number']]],
    ['bounds that fall', { approvals: [{ upTo: '10.00', count: 1 }, { upTo: '5.00', count: 2 }, { count: 3 }] }, [['funds.bands_wrong', '/approvals']]],
    ['a last band with a bound', { approvals: [{ upTo: '10.00', count: 1 }] }, [['funds.bands_wrong', '/approvals']]],
    ['a profile with a typing error', { profile: { ...SEPA, charcters: 'sepa' } }, [['payments.profile_unknown', '/profile/charcters']]],
    ['a profile of another currency', { currency: 'GBP' }, [['funds.profile_currency', '/profile/currencies']]],
    ['a zone there is not', { zone: 'Europe/Berlim' }, [['time.zone_unknown', '/zone']]],
  ])('is refused with %s, at its field', async (_what, change, found) => {
    const answer = await create({ code: 'wrong', ...change });
    expect([answer.status, causes(answer)]).toEqual([422, found]);
  });

  it('is changed by two people, the second with a fresh proof, and only as it was when proposed', async () => {
    const { body: { self } } = await create({ code: 'changing' });
    const at = String(self);
    const propose = (version: number, body: object) => world.as('finance', 'POST', `${at}/changes`, { body, ...ifMatch(version) });
    expect(await propose(1, { holder: 'Operator Ltd' })).toMatchObject({ status: 422, body: { code: 'funds.nothing_changes' } });
    expect(await propose(2, { holder: 'Other' })).toMatchObject({ status: 412 });
    expect(await propose(1, { approvals: [{ upTo: '1.00', count: 1 }] })).toMatchObject({ status: 422, body: { code: 'funds.terms_wrong' } });
    const change = await propose(1, { holder: 'Operator GmbH', account: { kind: 'iban', iban: 'DE89370400440532013000' } });
    expect(change).toMatchObject({ status: 201, body: { outcome: 'open', changes: ['holder', 'account'], terms: { account: { masked: '•••• 3000' } } } });
    expect(await propose(1, { name: 'More' })).toMatchObject({ status: 409, body: { code: 'funds.change_open' } });
    const path = String(change.body['self']);
    expect(await world.as('finance', 'POST', `${path}/decisions`, { body: { outcome: 'applied' } })).toMatchObject({ status: 403, body: { code: 'access.permission' } });
    await owner.query(`UPDATE session SET proved_at = '2020-01-01T00:00:00Z'`);
    expect(await apply(path)).toMatchObject({ status: 403, body: { code: 'identity.proof_needed' } });
    const { token } = await newPerson(world, ['finance_approver']);
    expect(await apply(path, token)).toMatchObject({ status: 201, body: { outcome: 'applied' } });
    expect(await apply(path)).toMatchObject({ status: 409, body: { code: 'funds.change_decided' } });
    expect((await world.as('finance', 'GET', at)).body).toMatchObject({ holder: 'Operator GmbH', account: { masked: '•••• 3000' }, version: 2 });
    await expect(world.app.get(Database).reader.query(`UPDATE paying_account SET holder = 'Thief', version = version + 1`)).rejects.toThrow('two people');
  });

  it('is left as it is when the proposer takes the change back, and nobody else takes it back', async () => {
    const at = String((await create({ code: 'kept' })).body['self']);
    const change = await world.as('finance', 'POST', `${at}/changes`, { body: { holder: 'Too early' }, ...ifMatch(1) });
    const takeBack = (token: string) => call(world.url, 'POST', `${String(change.body['self'])}/withdrawals`, { token });
    expect(await takeBack((await newPerson(world, ['finance_preparer'])).token)).toMatchObject({ status: 403, body: { code: 'funds.change_of_another' } });
    expect(await takeBack(second)).toMatchObject({ status: 403, body: { code: 'access.permission' } });
    expect(await world.as('finance', 'POST', `${String(change.body['self'])}/withdrawals`)).toMatchObject({ status: 201, body: { outcome: 'dropped', decidedBy: change.body['proposedBy'] } });
    expect(await world.as('finance', 'POST', `${String(change.body['self'])}/withdrawals`)).toMatchObject({ status: 409, body: { code: 'funds.change_decided' } });
    expect((await world.as('finance', 'GET', at)).body).toMatchObject({ holder: 'Operator Ltd', version: 1 });
    expect(await world.as('finance', 'POST', `${at}/changes`, { body: { holder: 'Later' }, ...ifMatch(1) })).toMatchObject({ status: 201 });
  });

  it('is the first of a fund at once, and another only by a second person', async () => {
    const { body: fund } = await world.as<{ id: string; self: string }>('finance', 'POST', '/v1/funds', { body: { code: 'paid-from', name: 'Paid', mode: 'open', currency: 'EUR' } });
    const ids = await Promise.all(['first', 'other'].map(async (code) => String((await create({ code })).body['id'])));
    const name = (version: number, payingAccountId = '') => world.as('finance', 'POST', `${fund.self}/paying-accounts`, { body: { payingAccountId, method: 'bank' }, ...ifMatch(version) });
    expect(await name(1, NOBODYS_ID)).toMatchObject({ status: 404 });
    expect(await name(1, ids[0])).toMatchObject({ status: 201, body: { version: 2 } });
    const change = await name(2, ids[1]);
    expect(change).toMatchObject({ status: 201, body: { fundId: fund.id, outcome: 'open', method: 'bank' } });
    expect(await apply(String(change.body['self']), (await newPerson(world, ['finance_approver'])).token)).toMatchObject({ status: 201 });
    expect((await world.as('finance', 'GET', fund.self)).body).toMatchObject({ payingAccountId: ids[1], method: 'bank', version: 3 });
  });
});

describe('the ledger', () => {
  it('is read by fund, account and claim, as it stood, and never as a whole', async () => {
    const { fundId } = world.world;
    const ask = (path: string) => world.as<{ items: { account?: string }[] }>('finance', 'GET', `/v1/ledger/${path}`);
    expect((await ask(`accounts?fund=${fundId}`)).body.items.map(({ account }) => account).sort()).toEqual(['available', 'funding', 'in_transit', 'paid', 'recoverable', 'reserved', 'tax_payable', 'written_off']);
    expect((await ask(`balances?fund=${fundId}&asOf=2020-01-01T00:00:00Z`)).body.items).toHaveLength(8);
    expect(await ask(`balances?fund=${fundId}&asOf=2126-01-01T00:00:00Z`)).toMatchObject({ status: 422, body: { code: 'funds.as_of_future' } });
    expect(await ask('balances')).toMatchObject({ status: 422, body: { code: 'funds.ledger_side' } });
    expect(await ask('entries')).toMatchObject({ status: 422, body: { code: 'funds.ledger_narrow' } });
    expect((await ask(`entries?fund=${fundId}&kind=reservation`)).status).toBe(200);
    expect(await ask(`balances?fund=${NOBODYS_ID}`)).toMatchObject({ status: 404 });
    expect((await world.as('reviewer', 'GET', `/v1/ledger/accounts`)).status).toBe(403);
  });
});

it('balances of a fund and of an account are what had been posted by then, that instant with them, however long ago', async () => {
  const payingAccountId = String((await create({ code: 'stood' })).body['id']);
  const { body: { id: fundId } } = await world.as<{ id: string }>('finance', 'POST', '/v1/funds', { body: { code: 'stood', name: 'Stood', mode: 'open', currency: 'EUR' } });
  const days = ['2026-01-01T00:00:00Z', '2026-01-02T10:00:00Z', '2026-01-02T10:00:00.001Z', '2026-01-05T00:00:00Z', '2026-05-01T00:00:00Z'];
  for (const [column, id, from, to] of [['fund_id', fundId, 'funding', 'reserved'], ['paying_account_id', payingAccountId, 'capital', 'bank']] as const) {
    for (const [n, at] of days.entries()) {
      await owner.query(`
        WITH entered AS (INSERT INTO ledger_entry (${column}, kind, at) VALUES ($1, 'test', $2) RETURNING id)
        INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency)
        SELECT e.id, a.id, CASE a.name WHEN $3 THEN -$5::bigint ELSE $5::bigint END, a.currency FROM entered e, ledger_account a WHERE a.${column} = $1 AND a.name IN ($3, $4)`, [id, at, from, to, 10 ** n]);
    }
    const stood = async (asOf: string) => (await world.as<{ items: { account: string; amount: string }[] }>('finance', 'GET', `/v1/ledger/balances?${column === 'fund_id' ? 'fund' : 'payingAccount'}=${id}&asOf=${asOf}`)).body.items
      .filter(({ account }) => [from, to].includes(account as 'bank')).map(({ amount }) => amount);
    const both = (amount: string): string[] => [amount, `-${amount}`];
    expect(await stood('2025-12-31T23:59:59.999Z')).toEqual(['0.00', '0.00']);
    const sums = ['0.01', '0.11', '1.11', '11.11', '111.11'];
    for (const [n, at] of days.entries()) expect((await stood(at)).toSorted()).toEqual(both(sums[n] ?? '').toSorted());
    expect((await stood('2026-05-01T00:00:00.001Z')).toSorted()).toEqual(both('111.11').toSorted());
  }
});

it('funds and accounts to pay from are all there, however many: by pages for readers, whole for whoever goes through them', async () => {
  const made = await create({ code: 'many' });
  await owner.query(`
    INSERT INTO paying_account (code, name, currency, holder, zone, account, address, profile, approvals, created_by, created_at)
    SELECT 'many-' || n, 'Many', currency, holder, zone, account, address, profile, approvals, created_by, created_at FROM paying_account, generate_series(1, 230) n WHERE id = $1`, [made.body['id']]);
  await owner.query(`INSERT INTO fund (code, name, mode, currency, created_at) SELECT 'many-' || n, 'Many', 'open', 'EUR', now() FROM generate_series(1, 230) n`);
  for (const [path, table] of [['/v1/funds', 'fund'], ['/v1/paying-accounts', 'paying_account']] as const) {
    const { rows } = await owner.query<{ id: string }>(`SELECT id FROM ${table} ORDER BY id`);
    const ids: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page: Answer<{ items: { id: string }[]; nextCursor?: string }> = await world.as('finance', 'GET', `${path}?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`);
      ids.push(...page.body.items.map(({ id }) => id));
      cursor = page.body.nextCursor;
    }
    expect(ids).toEqual(rows.map(({ id }) => id));
    const first = await call<string>(world.url, 'GET', `/en/${table.replace('_', '-')}s`, { headers: { cookie: `makegood_session=${world.tokens.finance}` } });
    expect(first.body).toContain('Next page');
  }
  const { reader } = world.app.get(Database);
  expect([(await world.app.get(PayingAccounts).list(reader)).length, (await world.app.get(FundQueries).list()).items.length].map((count) => count > 230)).toEqual([true, true]);
});
