import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { openLog, log, reportDefect } from '../../src/platform/logging/logger.js';
import { call } from '../support/app.js';
import { Client } from 'pg';
import { draftClaim, openWorld, submit, uploadSales, type World } from '../support/world.js';

/** Planted wherever a person may type something; none of it may ever be in a log. */
const CANARY = {
  name: 'Zebulon Quillfeather', email: 'zebulon@quillfeather.example', account: 'GB29NWBK60161331926819', card: '4111 1111 1111 1111', digits: '60161331926819',
  password: 'horse battery canary', registration: 'HRB-77-CANARY', token: 'canary'.repeat(8),
};

let lines = '';
let world: World;
let owner: Client;

beforeAll(async () => {
  world = await openWorld();
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  openLog('debug', new Writable({ write(chunk, _encoding, done) { lines += String(chunk); done(); } }));
});
afterAll(async () => {
  openLog('silent');
  await owner.end();
  await world.close();
});

const expectSilence = (secrets: readonly string[] = []): void => {
  for (const secret of [...Object.values(CANARY), ...secrets]) expect(lines).not.toContain(secret);
};

const business = (legalName: string) => ({
  legalName, registration: { scheme: 'none', value: CANARY.registration }, sector: { system: 'x', code: 'food' }, country: 'GB', language: 'en', zone: 'UTC', sizes: [],
});

describe('the log', () => {
  it('is written for every request, with the route instead of the address', async () => {
    await call(world.url, 'GET', `/v1/services/${CANARY.account}?name=${encodeURIComponent(CANARY.name)}`);
    expect(lines).toContain('"route":"/v1/services/:code"');
    expectSilence();
  });

  it('holds nothing that a person typed, whether it was taken or refused', async () => {
    await call(world.url, 'POST', '/v1/sessions', { body: { email: CANARY.email, password: CANARY.password } });
    await call(world.url, 'GET', '/v1/claims', { token: CANARY.token, headers: { cookie: `makegood_session=${CANARY.token}`, 'user-agent': CANARY.name, 'x-forwarded-for': CANARY.digits } });
    const created = await world.as('administrator', 'POST', '/v1/users', { body: { email: CANARY.email, name: CANARY.name, password: CANARY.password }, headers: { 'idempotency-key': CANARY.account } });
    expect(created.status).toBe(201);
    expect((await world.as('administrator', 'POST', '/v1/users', { body: { email: CANARY.email, name: CANARY.name, password: CANARY.password } })).status).toBe(409);
    const { body } = await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email: CANARY.email, password: CANARY.password } });
    await call(world.url, 'POST', '/v1/merchants', { token: body.token, body: business(CANARY.name) });
    await call(world.url, 'POST', '/v1/merchants', { token: body.token, body: { ...business(CANARY.name), country: CANARY.card, [CANARY.email]: CANARY.account } });
    await call(world.url, 'POST', '/v1/merchants', { token: body.token, raw: `{"legalName":"${CANARY.name}`, type: 'application/json' });
    for (const address of [CANARY.email, CANARY.card, CANARY.digits]) await call(world.url, 'POST', '/v1/sign-in-codes', { body: { address, language: 'en' } });
    await call(world.url, 'POST', '/v1/sign-in-codes/proofs', { body: { holder: CANARY.token, code: '471108' } });
    await call(world.url, 'POST', '/v1/sign-ups', { body: { holder: CANARY.token, name: CANARY.name, language: 'en', termsAccepted: true } });
    await call(world.url, 'PUT', '/v1/account/password', { token: body.token, body: { password: CANARY.password } });
    const draft = await draftClaim(world);
    await uploadSales(world, draft.id, `at,amount,kind,id\n2026-10-12T10:00:00Z,${CANARY.card},sale,${CANARY.account}\n`, { mapping: JSON.stringify({ at: 'at', amount: CANARY.name }) });
    await submit(world, draft);
    expect(lines.split('\n').length).toBeGreaterThan(8);
    expectSilence([body.token, '471108', ...Object.values(world.tokens)]);
  });

  it('holds nothing of an account that somebody is paid to, whether it was taken, refused or read out', async () => {
    const before = lines.length;
    const accounts = `/v1/merchants/${world.world.merchantId}/payee-accounts`;
    const account = { kind: 'iban', account: CANARY.account, holder: CANARY.name };
    expect((await world.as('owner', 'POST', accounts, { body: { ...account, account: CANARY.account.replace('29', '92') } })).status).toBe(422);
    expect((await world.as('owner', 'POST', accounts, { body: { ...account, kind: CANARY.account } })).status).toBe(400);
    const added = await world.as<{ id: string }>('owner', 'POST', accounts, { body: account });
    expect(added.status).toBe(201);
    const revealed = await world.as('finance', 'POST', `${accounts}/${added.body.id}/reveals`, { body: { reason: `${CANARY.name} asks for it` } });
    expect(revealed.body['account']).toBe(CANARY.account);
    await owner.query(`ALTER TABLE payee_account ADD CONSTRAINT canary_ck CHECK (holder NOT LIKE '%Quillfeather%') NOT VALID`);
    await world.as('owner', 'POST', `${accounts}/${added.body.id}/cancellations`, { headers: { 'if-match': '"1"' } });
    expect((await world.as('owner', 'POST', accounts, { body: { ...account, kind: 'kr', bank: '004', account: CANARY.digits } })).status).toBeGreaterThanOrEqual(400);
    await owner.query('ALTER TABLE payee_account DROP CONSTRAINT canary_ck');
    expect(lines.slice(before)).toContain('payee-accounts');
    expectSilence();
  });

  it('holds nothing of a statement that failed inside the database, which knows its parameters', async () => {
    const before = lines.length;
    await owner.query(`ALTER TABLE merchant ADD CONSTRAINT canary_ck CHECK (legal_name NOT LIKE '%Quillfeather%') NOT VALID`);
    const answer = await world.as('owner', 'POST', '/v1/merchants', { body: business(`${CANARY.name} ${CANARY.account}`) });
    await owner.query('ALTER TABLE merchant DROP CONSTRAINT canary_ck');
    expect(answer).toMatchObject({ status: 500, body: { code: 'http.defect' } });
    expect(JSON.stringify(answer.body)).not.toMatch(/Quillfeather|canary_ck|INSERT|merchant"/);
    expect(lines.slice(before)).toMatch(/"errorCode":"23514"/);
    expectSilence();
  });

  it('names an error by its kind and place, however its message was made', () => {
    const before = lines.length;
    reportDefect('r1', new QueryFailedError(`SELECT '${CANARY.name}'`, [CANARY.account, CANARY.email], Object.assign(new Error(`Key (email)=(${CANARY.email}) already exists`), { code: '23505', detail: CANARY.name })));
    reportDefect('r2', Object.assign(new Error(`${CANARY.name} at ${CANARY.account}`), { parameters: [CANARY.card] }));
    reportDefect('r3', CANARY.email);
    reportDefect('r4', { name: CANARY.name, code: CANARY.email });
    expect(lines.slice(before).split('\n').filter((line) => line !== '')).toHaveLength(4);
    expectSilence();
  });

  it('drops fields that are not on the list and runs of digits that could be an account', () => {
    log.info(`paid to ${CANARY.digits}`, { requestId: CANARY.card, ...({ email: CANARY.email, body: { name: CANARY.name } } as object) });
    expect(lines).toContain('[digits]');
    expectSilence();
  });
});
