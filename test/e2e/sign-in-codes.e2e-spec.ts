import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { HOUR, MINUTE, type Instant } from '../../src/core/time/index.js';
import { People } from '../../src/modules/identity/index.js';
import { call, FixedClock, startTestApp, type Answer, type TestApp } from '../support/app.js';
import { at } from '../support/lower-floors.js';

const SYSTEM = { actor: { kind: 'system', name: 'test' }, requestId: 'test' } as const;
const PASSWORD = 'a password of the tests';
const clock = new FixedClock(at('2026-11-24T12:00:00Z'));

let started: TestApp;
let owner: Client;

beforeAll(async () => {
  started = await startTestApp({ clock, config: { demo: true } });
  owner = new Client({ connectionString: started.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await started.close();
});

const ask = (address: string, language = 'en') => call<{ holder: string; expiresAt: string }>(started.url, 'POST', '/v1/sign-in-codes', { body: { address, language } });
const prove = (holder: string, code: string) => call<{ session?: { token: string }; isNew?: boolean; code?: string }>(started.url, 'POST', '/v1/sign-in-codes/proofs', { body: { holder, code } });
const signUp = (holder: string, extra: object = {}) =>
  call<{ token: string; code?: string }>(started.url, 'POST', '/v1/sign-ups', { body: { holder, name: 'Jo', language: 'en', termsAccepted: true, ...extra } });

/** What the newest letter to somebody says the code is. */
async function codeFor(address: string): Promise<string> {
  const { rows } = await owner.query<{ plain: string }>('SELECT plain FROM letter_content WHERE recipient = $1 ORDER BY letter_id DESC LIMIT 1', [address]);
  return /\b\d{6}\b/.exec(rows[0]?.plain ?? '')?.[0] ?? '';
}
const wrong = (code: string): string => (code === '000000' ? '000001' : '000000');

let nth = 0;
/** Somebody who has signed up, and their token. */
async function known(): Promise<{ address: string; token: string }> {
  const address = `shop${nth += 1}@known.example`;
  const { body: { holder } } = await ask(address);
  await prove(holder, await codeFor(address));
  return { address, token: (await signUp(holder)).body.token };
}
const bare = ({ status, body }: Answer<object>): unknown => ({ status, keys: Object.keys(body).sort(), code: (body as { code?: string }).code });

describe('signing up and in by a code', () => {
  it.each([['jo@new.example', 'jo@new.example', 'en'], ['010-2345-6789', '+821023456789', 'ko']])('goes from %s to a session, and the next time straight in', async (typed, address, language) => {
    const first = (await ask(typed, language)).body;
    expect((await prove(first.holder, await codeFor(address))).body).toEqual({ isNew: true });
    const { status, body } = await signUp(first.holder, { language });
    expect(status).toBe(201);
    expect((await call(started.url, 'GET', '/v1/sessions/current', { token: body.token })).body).toMatchObject({ name: 'Jo', roles: [] });
    const again = (await ask(typed.toUpperCase(), language)).body;
    const proof = await prove(again.holder, await codeFor(address));
    expect((await call(started.url, 'GET', '/v1/sessions/current', { token: proof.body.session?.token ?? '' })).status).toBe(200);
  });

  it('stores nobody who has not accepted the terms, and nobody without a proved address', async () => {
    const { body: { holder } } = await ask('no@terms.example');
    expect((await signUp(holder)).body.code).toBe('identity.code_ended');
    await prove(holder, await codeFor('no@terms.example'));
    expect((await signUp(holder, { termsAccepted: false })).body.code).toBe('identity.terms_not_accepted');
    expect((await signUp(holder, { name: '  ' })).body.code).toBe('identity.name_missing');
    clock.advance(31 * MINUTE);
    expect((await signUp(holder)).body.code).toBe('identity.code_ended');
    expect((await owner.query("SELECT FROM app_user WHERE email = 'no@terms.example'")).rowCount).toBe(0);
  });

  it.each(['', 'jo@', '@shop.example', '12', 'jo shop', '010-0000', '+82 2 1'])('refuses %j, which is no address', async (typed) => {
    expect((await ask(typed === '' ? ' ' : typed)).body).toMatchObject({ status: 422, code: 'identity.address_unreadable' });
  });
});

describe('somebody who tries to get in', () => {
  it('has five tries at a code, however many at once; then the right one is refused too', async () => {
    const { address } = await known();
    const { body: { holder } } = await ask(address);
    const code = await codeFor(address);
    const tries = await Promise.all(Array.from({ length: 12 }, () => prove(holder, wrong(code))));
    expect(tries.filter(({ body }) => body.code === 'identity.code_wrong')).toHaveLength(5);
    expect((await prove(holder, code)).body.code).toBe('identity.code_ended');
  });

  it('may use a code once, and of five at once one gets in', async () => {
    const { address } = await known();
    const { body: { holder } } = await ask(address);
    const code = await codeFor(address);
    const answers = await Promise.all(Array.from({ length: 5 }, () => prove(holder, code)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect((await prove(holder, code)).body.code).toBe('identity.code_ended');
  });

  it('cannot use a code in another browser than the one that asked', async () => {
    const { address } = await known();
    await ask(address);
    const code = await codeFor(address);
    const { body: mine } = await ask(address);
    expect((await prove(mine.holder, code)).body.code).toBe('identity.code_wrong');
    expect((await prove('x'.repeat(43), code)).body.code).toBe('identity.code_ended');
  });

  it('cannot use a code after ten minutes', async () => {
    const { address } = await known();
    const { body: { holder } } = await ask(address);
    const code = await codeFor(address);
    clock.advance(10 * MINUTE);
    expect((await prove(holder, code)).body.code).toBe('identity.code_ended');
  });

  it('cannot sign up twice with one proof', async () => {
    const { body: { holder } } = await ask('twice@new.example');
    await prove(holder, await codeFor('twice@new.example'));
    const answers = await Promise.all([signUp(holder), signUp(holder), signUp(holder)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  it('learns nothing about an address: the same answer, the same rows, a letter to each', async () => {
    const { address } = await known();
    const count = async (): Promise<number[]> => (await owner.query<{ n: string }>('SELECT count(*) n FROM letter UNION ALL SELECT count(*) FROM sign_in_code')).rows.map(({ n }) => Number(n));
    const before = await count();
    const [yes, no] = [await ask(address), await ask('nobody@unknown.example')];
    expect(bare(yes)).toEqual(bare(no));
    expect(await count()).toEqual(before.map((n) => n + 2));
    expect(bare(await prove(yes.body.holder, wrong(await codeFor(address))))).toEqual(bare(await prove(no.body.holder, wrong(await codeFor('nobody@unknown.example')))));
    const { rows } = await owner.query<{ about_id: string }>('SELECT DISTINCT about_id FROM letter WHERE template = $1', ['sign-in.code']);
    expect(rows).toHaveLength(1);
  });

  it('learns nothing from the time either', async () => {
    const people = [await known(), await known(), await known(), await known()].map(({ address }) => address);
    const median = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
    const took = async (address: string): Promise<number> => {
      const start = performance.now();
      expect((await ask(address)).status).toBe(201);
      return performance.now() - start;
    };
    const [yes, no]: [number[], number[]] = [[], []];
    for (let round = 0; round < 3; round += 1) {
      for (const [index, address] of people.entries()) {
        yes.push(await took(address));
        no.push(await took(`stranger${index}@unknown.example`));
      }
    }
    expect(Math.abs(median(yes) - median(no))).toBeLessThan(Math.max(median(yes), median(no)) * 0.5 + 10);
  });

  it('may ask five times in a quarter of an hour and twenty times a day, for whichever address', async () => {
    clock.moveTo((Math.ceil(clock.now() / (24 * HOUR)) * 24 * HOUR) as Instant);
    const statuses: number[] = [];
    for (let n = 0; n < 6; n += 1) statuses.push((await ask('many@asked.example')).status);
    expect(statuses).toEqual([201, 201, 201, 201, 201, 429]);
    for (let quarter = 0; quarter < 4; quarter += 1) {
      clock.advance(15 * MINUTE);
      for (let n = 0; n < 4; n += 1) await ask('many@asked.example');
    }
    clock.advance(15 * MINUTE);
    const late = await ask('many@asked.example');
    expect(late.status).toBe(429);
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(15 * 60);
    expect((await ask('other@asked.example')).status).toBe(201);
  });

  it('gets no staff session by a mailbox', async () => {
    const people = started.app.get(People);
    const made = await people.create(SYSTEM, { email: 'staff@operator.example', name: 'Staff', password: PASSWORD });
    if (!made.ok) throw new Error(made.refusal.code);
    await people.grant(SYSTEM, made.value.id, 'approver');
    const { body: { holder } } = await ask('staff@operator.example');
    expect((await prove(holder, await codeFor('staff@operator.example'))).body.code).toBe('identity.code_not_for_staff');
  });

  it('finds no code in the database that six digits would fit', async () => {
    const { body: { holder } } = await ask('hash@shop.example');
    const code = await codeFor('hash@shop.example');
    const { rows } = await owner.query<{ code_hash: Buffer }>('SELECT code_hash FROM sign_in_code ORDER BY created_at DESC LIMIT 1');
    const { createHash } = await import('node:crypto');
    const plain = createHash('sha256').update(code).digest('hex');
    expect(rows[0]?.code_hash.toString('hex')).not.toBe(plain);
    expect(JSON.stringify((await owner.query('SELECT * FROM sign_in_code')).rows)).not.toContain(holder);
  });
});

describe('showing once more who one is', () => {
  const setPassword = (token: string) => call(started.url, 'PUT', '/v1/account/password', { token, body: { password: PASSWORD } });
  const stepUp = async (token: string, address: string): Promise<string> => {
    const { body: { holder } } = await call<{ holder: string }>(started.url, 'POST', '/v1/account/proof-codes', { token });
    return (await call<{ token: string }>(started.url, 'POST', '/v1/account/proofs', { token, body: { holder, code: await codeFor(address) } })).body.token;
  };

  it('is needed five minutes after signing in, and gives a new session in the place of the old one', async () => {
    const { address, token } = await known();
    clock.advance(6 * MINUTE);
    expect((await setPassword(token)).body).toMatchObject({ status: 403, code: 'identity.proof_needed' });
    const fresh = await stepUp(token, address);
    expect((await setPassword(fresh)).status).toBe(204);
    await new Promise((resolve) => { setTimeout(resolve, 1_050); });
    expect((await call(started.url, 'GET', '/v1/sessions/current', { token })).status).toBe(401);
    expect((await call(started.url, 'POST', '/v1/sessions', { body: { email: address, password: PASSWORD } })).status).toBe(201);
  });

  it('is not done by a code that lets somebody in, nor by somebody else\'s', async () => {
    const [mine, theirs] = [await known(), await known()];
    const give = (token: string, holder: string, code: string) => call<{ code?: string }>(started.url, 'POST', '/v1/account/proofs', { token, body: { holder, code } });
    const { body: letIn } = await ask(mine.address);
    expect((await give(mine.token, letIn.holder, await codeFor(mine.address))).body.code).toBe('identity.code_ended');
    const { body: other } = await call<{ holder: string }>(started.url, 'POST', '/v1/account/proof-codes', { token: theirs.token });
    expect((await give(mine.token, other.holder, await codeFor(theirs.address))).body.code).toBe('identity.code_ended');
    const { body: again } = await call<{ holder: string }>(started.url, 'POST', '/v1/account/proof-codes', { token: theirs.token });
    expect((await prove(again.holder, await codeFor(theirs.address))).body.code).toBe('identity.code_ended');
  });

  it('ends the other sessions when the password changes, and tells the person', async () => {
    const { address, token } = await known();
    const { body: { holder } } = await ask(address);
    const second = (await prove(holder, await codeFor(address))).body.session?.token ?? '';
    expect((await call<{ items: unknown[] }>(started.url, 'GET', '/v1/account/sessions', { token: second })).body.items).toHaveLength(2);
    expect((await setPassword(second)).status).toBe(204);
    expect((await call<{ items: unknown[] }>(started.url, 'GET', '/v1/account/sessions', { token: second })).body.items).toHaveLength(1);
    const { rows } = await owner.query<{ subject: string }>('SELECT subject FROM letter_content WHERE recipient = $1 ORDER BY letter_id DESC LIMIT 1', [address]);
    expect(rows[0]?.subject).toBe('Your password for Makegood was changed');
    await new Promise((resolve) => { setTimeout(resolve, 1_050); });
    expect((await call(started.url, 'GET', '/v1/sessions/current', { token })).status).toBe(401);
  });
});
