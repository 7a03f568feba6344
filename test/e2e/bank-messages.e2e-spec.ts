import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BankReading } from '../../src/modules/payouts/index.js';
import type { Role } from '../../src/platform/access/roles.js';
import { call, type Answer } from '../support/app.js';
import { noticeFile } from '../support/bank-files.js';
import { regrant } from '../support/grants.js';
import { signedIn } from '../support/personas.js';
import { Reconciliation, type Sent } from '../support/reconciliations.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let bank: Reconciliation;
let sent: Sent;
const tokens: Partial<Record<Role, string>> = {};
const JOB = { actor: { kind: 'system', name: 'test' }, requestId: 'test' } as const;

beforeAll(async () => {
  world = await openWorld();
  bank = await Reconciliation.of(world);
  sent = await bank.sent('http', [1_000n, 2_000n]);
  for (const role of ['finance_preparer', 'finance_approver', 'reviewer'] as const) tokens[role] = await signedIn(world, `bank_${role}`, { role });
}, 120_000);
afterAll(async () => {
  await bank.close();
  await world.close();
});

const send = (content: string, { query = `payingAccount=${sent.payingAccountId}`, as = 'finance_preparer', type = 'application/xml' }: { query?: string; as?: Role; type?: string } = {}): Promise<Answer> =>
  call(world.url, 'POST', `/v1/bank-messages?${query}`, { token: tokens[as] ?? '', raw: content, type });
const get = (path: string, as: Role = 'finance_preparer'): Promise<Answer> => call(world.url, 'GET', path, { token: tokens[as] ?? '' });
const notice = (id: string, at: number, bankReference = `D${at}`): string =>
  noticeFile({ id, entries: [{ direction: 'debit', amount: sent.lines[at]?.net.amount ?? '', reference: sent.lines[at]?.endToEndId ?? '', bankReference }] });

describe('a file of a bank over the API', () => {
  it('is taken as a body or as a form, is the same message twice, and shows its job, items and day', async () => {
    const first = await send(notice('H1', 0));
    expect(first).toMatchObject({ status: 202, body: { state: 'received', payingAccountId: sent.payingAccountId, itemCount: 0 } });
    const form = new FormData();
    form.set('payingAccount', sent.payingAccountId);
    form.set('file', new Blob([notice('H1', 0)]), 'notice.xml');
    const again = await fetch(`${world.url}/v1/bank-messages`, { method: 'POST', headers: { authorization: `Bearer ${tokens.finance_preparer}` }, body: form });
    expect([again.status, ((await again.json()) as { id: string }).id]).toEqual([202, first.body['id']]);
    await world.app.get(BankReading).perform(JOB, String(first.body['id']));
    const message = await get(String(first.body['self']));
    expect(message).toMatchObject({ status: 200, body: { state: 'applied', kind: 'camt.054', itemCount: 1, movedCount: 1 } });
    expect(message.headers['etag']).toBe(`"${String(message.body['version'])}"`);
    expect(await get(String(first.body['job']))).toMatchObject({ status: 200, body: { kind: 'bank-message', state: 'done', doneCount: 1, result: first.body['self'] } });
    expect(await get(`${String(first.body['self'])}/items?class=matched`)).toMatchObject({ body: { items: [{ class: 'matched', movedTo: 'settled' }] } });
    expect(await get(`/v1/bank-messages?payingAccount=${sent.payingAccountId}&limit=1`)).toMatchObject({ body: { items: [{ id: first.body['id'] }] } });
    expect(await get('/v1/reconciliations/2026-10-20')).toMatchObject({ status: 200, body: { items: [{ payingAccountId: sent.payingAccountId, bookedCount: 1 }] } });
    expect((await get('/v1/reconciliations/2026-02-30')).status).toBe(404);
  });

  it('opens a break that is answered with its version, by two people where it has to be', async () => {
    const { body } = await send(notice('H2', 0, 'once more'));
    await world.app.get(BankReading).perform(JOB, String(body['id']));
    const { body: { items } } = await get(`/v1/reconciliation-breaks?state=open&payingAccount=${sent.payingAccountId}&batch=${sent.batch.id}`) as Answer<{ items: { self: string; kind: string; version: number; allowedResolutions: string[] }[] }>;
    expect(items).toMatchObject([{ kind: 'duplicate', inSuspense: { amount: '10.00', currency: 'EUR' }, allowedResolutions: ['own_money', 'charge', 'bank_error', 'reversed'] }]);
    const [{ self = '' } = {}] = items;
    const say = (path: string, as: Role, version: number, what: object = {}) => call(world.url, 'POST', `${self}/${path}`, { token: tokens[as] ?? '', body: what, headers: { 'if-match': `"${version}"` } });
    expect(await say('resolutions', 'finance_preparer', 9, { resolution: 'charge' })).toMatchObject({ status: 412 });
    expect(await say('resolutions', 'finance_preparer', 1, { resolution: 'noted' })).toMatchObject({ status: 422, body: { code: 'payouts.resolution_unfit' } });
    const proposed = await say('resolutions', 'finance_preparer', 1, { resolution: 'charge', note: 'A charge by the contract of the bank' });
    expect(proposed).toMatchObject({ status: 201, body: { state: 'open', proposal: { resolution: 'charge' } } });
    const version = Number(proposed.body['version']);
    expect(await say('confirmations', 'finance_preparer', version)).toMatchObject({ status: 403, body: { code: 'payouts.proposal_own' } });
    expect(await say('confirmations', 'finance_approver', version)).toMatchObject({ status: 201, body: { state: 'resolved', resolution: 'charge' } });
    expect(await say('confirmations', 'reviewer', version)).toMatchObject({ status: 403, body: { code: 'access.permission' } });
  });

  it('brings money that is resolved as the repayment that its words name', async () => {
    await regrant(world, bank.owner, { claimId: sent.claimIds[0] ?? '', minor: 700n });
    const { body: { items: [recovery] } } = await get('/v1/recoveries?state=open') as Answer<{ items: { self: string; id: string; reference: string }[] }>;
    const { body } = await send(noticeFile({ id: 'R1', entries: [{ direction: 'credit', amount: '3.00', bankReference: 'back', text: `Back for ${recovery?.reference}` }] }));
    await world.app.get(BankReading).perform(JOB, String(body['id']));
    const { body: { items: [found] } } = await get(`/v1/reconciliation-breaks?state=open&payingAccount=${sent.payingAccountId}&kind=unknown_external`) as Answer<{ items: { self: string }[] }>;
    expect(await get(found?.self ?? '')).toMatchObject({ status: 200, body: { namedRecoveries: [{ id: recovery?.id, left: { amount: '3.00' } }] } });
    const say = (what: object) => call(world.url, 'POST', `${found?.self}/resolutions`, { token: tokens.finance_preparer ?? '', body: what, headers: { 'if-match': '"1"' } });
    expect(await say({ resolution: 'repayment' })).toMatchObject({ status: 422, body: { code: 'payouts.resolution_recovery_missing', errors: [{ pointer: '/recoveryId' }] } });
    expect(await say({ resolution: 'repayment', recoveryId: recovery?.id })).toMatchObject({ status: 201, body: { state: 'resolved', resolution: 'repayment' } });
    expect(await get(recovery?.self ?? '')).toMatchObject({ body: { left: { amount: '0.00' }, entries: [{ kind: 'repaid', amount: { amount: '3.00' } }] } });
  });

  it('of which somebody knows more than its files is asked about by the payment, once', async () => {
    const ask = (lineId: unknown, as: Role = 'finance_preparer') => call(world.url, 'POST', '/v1/reconciliation-breaks', { token: tokens[as] ?? '', body: { lineId } });
    const line = sent.lines[1]?.id;
    expect(await ask(line, 'reviewer')).toMatchObject({ status: 403 });
    expect([(await ask('no id')).status, (await ask(sent.batch.id)).status]).toEqual([400, 404]);
    const asked = await ask(line);
    expect(asked).toMatchObject({ status: 201, body: { kind: 'missing_external', lineId: line, allowedResolutions: ['confirmed_paid', 'confirmed_refused'] } });
    expect(await ask(line)).toMatchObject({ status: 201, body: { id: asked.body['id'], version: asked.body['version'] } });
    const attach = (what: object) => call(world.url, 'POST', `${String(asked.body['self'])}/resolutions`, { token: tokens.finance_preparer ?? '', body: { resolution: 'attached', ...what }, headers: { 'if-match': '"1"' } });
    expect((await attach({ lineIds: ['one'] })).status).toBe(400);
    expect(await attach({ lineIds: [line] })).toMatchObject({ status: 422, body: { code: 'payouts.resolution_unfit' } });
  });

  it('that is hostile is kept, answered in words, and moves nothing', async () => {
    const hostile: readonly (readonly [string, string])[] = [
      ['payouts.bank_doctype', `<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><d>&b;</d>`],
      ['payouts.bank_doctype', `<?xml version="1.0"?><!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>`],
      ['payouts.bank_too_deep', `<?xml version="1.0"?>${'<a>'.repeat(5_000)}`],
      ['payouts.bank_not_xml', notice('H3', 1).slice(0, 400)], ['payouts.bank_not_xml', 'PK\u0003\u0004 no xml at all'],
      ['payouts.bank_unknown_message', '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn/></Document>'],
      ['payouts.bank_other_account', notice('H4', 1).replace('DE02120300000000202051', 'FR7630006000011234567890189')],
    ];
    for (const [code, content] of hostile) {
      const { status, body } = await send(content);
      expect(status).toBe(202);
      await world.app.get(BankReading).perform(JOB, String(body['id']));
      const { body: message } = await get(String(body['self']));
      expect([message['state'], (message['refusal'] as { code: string }).code]).toEqual(['quarantined', code]);
      expect(await get(String(body['job']))).toMatchObject({ body: { state: 'failed' } });
    }
    expect(await bank.states(sent)).toEqual(['settled', 'in_transit']);
  });

  it('is read again at the version that was seen, by whoever reconciles, and says what each reading came to', async () => {
    const { body } = await send(notice('H1', 0));
    const again = (version: unknown, as: Role = 'finance_preparer') => call(world.url, 'POST', `${String(body['self'])}/readings`, { token: tokens[as] ?? '', headers: { 'if-match': `"${String(version)}"` } });
    expect(await again(999)).toMatchObject({ status: 412 });
    expect((await again(body['version'], 'reviewer')).status).toBe(403);
    expect(await again(body['version'])).toMatchObject({ status: 202, body: { state: 'received', itemCount: 1 } });
    expect(await again(Number(body['version']) + 1)).toMatchObject({ status: 409, body: { code: 'payouts.bank_being_read' } });
    await world.app.get(BankReading).perform(JOB, String(body['id']));
    expect(await get(String(body['self']))).toMatchObject({ body: { state: 'applied', itemCount: 1, movedCount: 1, readings: [{ n: 1, outcome: 'applied', itemCount: 1 }, { n: 2, outcome: 'applied', itemCount: 0, movedCount: 0 }] } });
  });

  it('without a file, an account or a known format is refused at once; nobody else may send one', async () => {
    const account = `payingAccount=${sent.payingAccountId}`;
    expect(await send('', { query: account })).toMatchObject({ status: 422, body: { code: 'payouts.bank_empty' } });
    expect(await send('<a/>', { query: '' })).toMatchObject({ status: 422, body: { code: 'payouts.bank_account_missing' } });
    expect(await send('<a/>', { query: `payingAccount=${sent.fundId}` })).toMatchObject({ status: 404, body: { code: 'payouts.not_found' } });
    expect(await send('<a/>', { query: `${account}&format=pdf` })).toMatchObject({ status: 422, body: { code: 'payouts.bank_format_unknown' } });
    expect(await send('{}', { query: account, type: 'application/json' })).toMatchObject({ status: 400, body: { code: 'payouts.bank_file_missing' } });
    expect(await send(notice('H9', 1), { as: 'reviewer' })).toMatchObject({ status: 403, body: { code: 'access.permission' } });
    expect((await get('/v1/bank-messages', 'reviewer')).status).toBe(403);
  });
});
