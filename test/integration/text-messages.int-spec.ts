import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { ok } from '../../src/core/errors/index.js';
import { HOUR, MINUTE, type Instant } from '../../src/core/time/index.js';
import { DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { LetterDelivery, Outbox, type NewLetter } from '../../src/modules/mail/index.js';
import { HolderCheck } from '../../src/modules/payees/holder-check.port.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { call, FixedClock, type TestApp } from '../support/app.js';
import { at } from '../support/lower-floors.js';
import { draftClaim, openWorld, submit, type World } from '../support/world.js';

const SYSTEM = { actor: { kind: 'system', name: 'test' }, requestId: 'test' } as const;
const PHONE = '+447700900123';
const MOST = 6;
const clock = new FixedClock(at('2026-11-24T12:00:00Z'));

let service: Server;
const taken: { to: string; text: string }[] = [];
let world: World;
let owner: Client;
beforeAll(async () => {
  service = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      taken.push(JSON.parse(Buffer.concat(parts).toString('utf8')) as { to: string; text: string });
      response.end();
    });
  });
  await new Promise<void>((resolve) => { service.listen(0, '127.0.0.1', resolve); });
  world = await openWorld({ clock, config: { smsUrl: `http://127.0.0.1:${(service.address() as AddressInfo).port}`, smsPerHour: MOST } });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  await owner.query('UPDATE app_user SET phone = $2, email = NULL, version = version + 1 WHERE email = $1', [DEMO_PEOPLE.owner.email, PHONE]);
});
afterAll(async () => {
  await owner.end();
  await world.close();
  await new Promise((resolve) => { service.close(resolve); service.closeAllConnections(); });
});

interface Line { readonly id: string; readonly template: string; readonly state: string; readonly recipient: string; readonly fault: string | null; readonly plain: string | null }
const letters = async (): Promise<Line[]> => (await owner.query<Line>(`
  SELECT l.id, l.template, l.state, l.fault, c.recipient, c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.channel = 'sms' ORDER BY l.id`)).rows;
const deliver = (id: string): Promise<void> => world.app.get(LetterDelivery).deliver(SYSTEM, id);
const post = async (letter: Partial<NewLetter> = {}): Promise<string> => {
  const posted = await world.app.get(UnitOfWork).run(SYSTEM, async (tx) => ok(await world.app.get(Outbox).post(tx, {
    template: 'account.password-changed', to: { phone: PHONE }, language: 'en', data: { name: 'Jo' }, about: { kind: 'user', id: world.world.merchantId }, ...letter,
  })));
  if (!posted.ok) throw new Error(posted.refusal.code);
  return posted.value;
};
const nextTry = async (id: string) => (await owner.query<{ at: Date }>("SELECT start_after AS at FROM pgboss.job WHERE name = 'mail.deliver' AND data ->> 'letterId' = $1 ORDER BY start_after DESC LIMIT 1", [id])).rows[0]?.at.getTime();
const codeFor = (app: TestApp) => call<{ code?: string }>(app.url, 'POST', '/v1/sign-in-codes', { body: { address: '+82 10-1234-5678', language: 'en' } });

describe('somebody known by a telephone alone', () => {
  it('is told of the claim they filed, with a link', async () => {
    const draft = await draftClaim(world);
    expect((await submit(world, draft)).status).toBe(201);
    const letter = (await letters()).find(({ template }) => template === 'claim.received');
    expect(letter).toMatchObject({ recipient: PHONE, state: 'queued' });
    await deliver(letter?.id ?? '');
    const { body } = await world.as<{ reference: string }>('owner', 'GET', `/v1/claims/${draft.id}`);
    expect(taken.splice(0)).toEqual([{ to: PHONE, reference: letter?.id, text: expect.stringMatching(new RegExp(`${body.reference}.*http\\S+/en/claims/${body.reference}$`)) as unknown }]);
  });

  it('is told of an account for payments by the link that stops it, also at the number of before', async () => {
    jest.spyOn(world.app.get(HolderCheck), 'ask').mockResolvedValue({ outcome: 'match' });
    const add = (account: string) => world.as<{ state: string }>('owner', 'POST', `/v1/merchants/${world.world.merchantId}/payee-accounts`, { body: { kind: 'iban', account, holder: 'Corner Café' } });
    expect((await add('GB82 WEST 1234 5698 7654 32')).status).toBe(201);
    const told = (await letters()).filter(({ template }) => template.startsWith('payee.'));
    expect(told).toMatchObject([{ template: 'payee.entered', recipient: PHONE, plain: expect.stringMatching(/5432.*http\S+\/en\/payee-changes\/[\w-]{40,}$/) as unknown }]);
    await owner.query('UPDATE app_user SET phone = $2, version = version + 1 WHERE phone = $1', [PHONE, '+447700900555']);
    expect((await add('GB33 BUKB 2020 1555 5555 55')).status).toBe(201);
    const changed = (await letters()).filter(({ template }) => template === 'payee.changed');
    expect(changed.map(({ recipient }) => recipient).sort()).toEqual([PHONE, '+447700900555']);
    // The link is read from the message, and stops it without a sign-in.
    expect((await fetch(`${world.url}/en/payee-changes/${/payee-changes\/([\w-]+)/.exec(changed[0]?.plain ?? '')?.[1] ?? ''}`)).status).toBe(200);
  });
});

describe('more text messages than an hour may cost', () => {
  it('refuses codes, puts off every other message until an hour has room, and loses none', async () => {
    clock.advance(2 * HOUR);
    const ids: string[] = [];
    for (let n = 0; n < MOST + 2; n += 1) ids.push(await post());
    const states = async () => Object.fromEntries((await letters()).map(({ id, state }) => [id, state]));
    expect(ids.map((id) => id)).toHaveLength(MOST + 2);
    const now = await states();
    expect(ids.map((id) => now[id])).toEqual([...Array.from({ length: MOST }, () => 'queued'), 'deferred', 'deferred']);
    expect(await codeFor(world)).toMatchObject({ status: 429, body: { code: 'rate.too_many' } });
    for (const id of ids) await deliver(id);
    expect(taken.splice(0)).toHaveLength(MOST);
    const late = ids.at(-1) ?? '';
    expect((await states())[late]).toBe('deferred');
    expect(await nextTry(late)).toBe(clock.now() + HOUR);
    clock.advance(HOUR + MINUTE);
    for (const id of ids) await deliver(id);
    expect(taken.splice(0)).toHaveLength(2);
    expect((await states())[late]).toBe('sent');
    // What went out late counts in the hour it went out.
    const more: string[] = [];
    for (let n = 0; n < MOST - 1; n += 1) more.push(await post());
    expect((await states())[more.at(-1) ?? '']).toBe('deferred');
  });

  it('gives up after three days without room, which is told like every letter that failed', async () => {
    clock.advance(2 * HOUR);
    for (let n = 0; n < MOST; n += 1) await post();
    const id = await post();
    clock.moveTo((clock.now() + 73 * HOUR) as Instant);
    for (let n = 0; n < MOST; n += 1) await post();
    await deliver(id);
    expect((await letters()).find((line) => line.id === id)).toMatchObject({ state: 'failed', fault: 'There was no room for more text messages in three days.' });
    expect((await owner.query("SELECT FROM event_log WHERE aggregate_id = $1 AND topic = 'letter.failed'", [id])).rowCount).toBe(1);
    expect(taken.splice(0)).toEqual([]);
  });

  it('says nothing about mail', async () => {
    await post({ to: { email: 'jo@shop.example' } });
    expect((await owner.query("SELECT FROM letter WHERE channel = 'mail' AND state = 'deferred'")).rowCount).toBe(0);
  });
});
