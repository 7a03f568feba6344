import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ok } from '../../src/core/errors/index.js';
import { MINUTE } from '../../src/core/time/index.js';
import { LetterDelivery, Outbox } from '../../src/modules/mail/index.js';
import { signatureOf } from '../../src/modules/mail/event-signature.rules.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { FixedClock, startTestApp, type TestApp } from '../support/app.js';
import { at } from '../support/lower-floors.js';
import { openPostOffice, type PostOffice } from '../support/post-office.js';

const SECRET = 'a secret of at least thirty-two characters';
const SYSTEM = { actor: { kind: 'system', name: 'test' }, requestId: 'test' } as const;
const NOBODY = '01900000-0000-7000-8000-000000000009';
const clock = new FixedClock(at('2026-11-24T12:00:00Z'));

let office: PostOffice;
let started: TestApp;
let owner: Client;
beforeAll(async () => {
  office = await openPostOffice();
  started = await startTestApp({ clock, config: { smtpUrl: office.url, mailFrom: 'Makegood <claims@operator.example>', mailEventsSecret: SECRET } });
  owner = new Client({ connectionString: started.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await started.close();
  await office.close();
});

async function sent(email = 'jo@shop.example'): Promise<string> {
  const posted = await started.app.get(UnitOfWork).run(SYSTEM, async (tx) => ok(await started.app.get(Outbox).post(tx, {
    template: 'sign-in.code', to: { email }, language: 'en', data: { code: '012345', minutes: '10' }, about: { kind: 'code', id: NOBODY },
  })));
  if (!posted.ok) throw new Error(posted.refusal.code);
  await started.app.get(LetterDelivery).deliver(SYSTEM, posted.value);
  return posted.value;
}

const told = (letterId: string, event: string): string => JSON.stringify({ events: [{ letterId, event }] });
const signed = (body: string, secret = SECRET, t = String(Math.floor(clock.now() / 1_000))): string => `t=${t},v1=${signatureOf(secret, t, Buffer.from(body))}`;
async function tell(body: string, signature: string | undefined = signed(body), url = started.url) {
  const answer = await fetch(`${url}/v1/mail-events`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...(signature === undefined ? {} : { 'makegood-signature': signature }) } });
  return { status: answer.status, body: await answer.json() as Record<string, unknown> };
}
const stateOf = async (id: string) => (await owner.query<{ state: string }>('SELECT state FROM letter WHERE id = $1', [id])).rows[0]?.state;
const marked = async (address = 'jo@shop.example') => (await owner.query('SELECT FROM unreachable_address WHERE address = $1', [address])).rowCount;

describe('a notice of delivery', () => {
  it('that is signed marks the letter and its address, once; a later letter that arrives clears the mark, an earlier or the same one does not', async () => {
    const [early, id] = [await sent(), await sent()];
    const delivered = told(id, 'delivered');
    const replayed = signed(delivered);
    expect(await tell(delivered, replayed)).toMatchObject({ status: 200, body: { taken: 1 } });
    for (let time = 0; time < 2; time += 1) {
      expect(await tell(told(id, 'bounced'))).toMatchObject({ status: 200, body: { taken: 1 } });
      expect([await stateOf(id), await marked()]).toEqual(['bounced', 1]);
    }
    expect((await owner.query("SELECT FROM event_log WHERE aggregate_id = $1 AND topic = 'letter.bounced'", [id])).rowCount).toBe(1);
    expect((await tell(delivered, replayed)).status).toBe(200);
    expect((await tell(told(early, 'delivered'))).status).toBe(200);
    expect(await marked()).toBe(1);
    expect((await tell(told(await sent(), 'delivered'))).status).toBe(200);
    expect(await marked()).toBe(0);
  });

  it('comes with up to four hundred in one', async () => {
    expect(await tell(JSON.stringify({ events: Array.from({ length: 400 }, () => ({ letterId: NOBODY, event: 'complained' })) }))).toMatchObject({ status: 200, body: { taken: 400 } });
  });

  it('about a letter nobody knows is passed over, and a complaint says nothing about the address', async () => {
    const id = await sent('calm@shop.example');
    expect(await tell(told(NOBODY, 'bounced'))).toMatchObject({ status: 200, body: { taken: 1 } });
    expect((await tell(told(id, 'complained'))).status).toBe(200);
    expect([await stateOf(id), await marked('calm@shop.example')]).toEqual(['sent', 0]);
  });

  const BODIES = [['good', told(NOBODY, 'bounced')], ['with another field', '{"events":[],"more":1}'], ['of another form', '{"events":"all"}'], ['no JSON', '{"events":['], ['with a key twice', '{"events":[],"events":[]}'], ['empty', '']] as const;

  it.each(BODIES)('that is not signed learns nothing about its body: %s', async (_what, body) => {
    const strangers = [undefined, 'v1=0', `t=1,v1=${'0'.repeat(64)}`, signed(body, 'another secret of many many characters'), signed(`${body} `), signed(body, SECRET, String(Math.floor((clock.now() - 6 * MINUTE) / 1_000)))];
    for (const signature of strangers) {
      const { status, body: { code, errors, detail } } = await (signature === undefined ? tell(body, '') : tell(body, signature));
      expect({ status, code, errors }).toEqual({ status: 401, code: 'mail.signature_wrong', errors: undefined });
      expect(String(detail)).toContain('Nothing was noted');
    }
  });

  it.each([
    ['another field', '{"events":[{"letterId":"01900000-0000-7000-8000-000000000009","event":"bounced","at":1}]}', 400, 'http.shape'], ['no list', '{"events":"all"}', 400, 'http.shape'], ['no events', '{"events":[]}', 400, 'http.shape'],
    ['an event nobody knows', told(NOBODY, 'opened'), 400, 'http.shape'], ['no id', told('x', 'bounced'), 400, 'http.shape'],
    ['too many', JSON.stringify({ events: Array.from({ length: 401 }, () => ({ letterId: NOBODY, event: 'bounced' })) }), 400, 'http.shape'],
    ['no JSON', '{"events":[', 400, 'http.malformed'], ['a key twice', '{"events":[],"events":[]}', 400, 'http.malformed'],
  ])('that is signed but malformed is told why: %s', async (_what, body, status, code) => {
    expect(await tell(body)).toMatchObject({ status, body: { code } });
  });

  it('is not taken at all without a secret, whatever it says', async () => {
    const other = await startTestApp({ clock });
    for (const [, body] of BODIES) expect(await tell(body, signed(body), other.url)).toMatchObject({ status: 404, body: { code: 'mail.events_off' } });
    await other.close();
  });
});
