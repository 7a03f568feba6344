import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { HOUR, MINUTE, type Instant } from '../../src/core/time/index.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import type { Context } from '../../src/platform/access/context.js';
import { APP_CONFIG, type AppConfig } from '../../src/platform/config/config.js';
import { Vault } from '../../src/platform/crypto/vault.js';
import { AuditTrail } from '../../src/modules/audit/index.js';
import { PayeeKeys, PayeeReveals } from '../../src/modules/payees/index.js';
import { placeOf } from '../../src/modules/payees/payee-entry.service.js';
import { PayeeHoldsRepository } from '../../src/modules/payees/payee-holds.repository.js';
import { PayeesRepository } from '../../src/modules/payees/payees.repository.js';
import { call } from '../support/app.js';
import { asSystem } from '../support/lower-floors.js';
import { accounts, add, anew, asOwner, bankSays, clock, closed, FIRST, merchantId, n, opened, owner, prove, REASON, SECOND, signIn, token, world } from '../support/payee-cafes.js';

beforeAll(opened);
afterAll(closed);
beforeEach(anew);

describe('a fresh proof', () => {
  it('is what signing in gives for five minutes, and what the password gives again; ten tries', async () => {
    bankSays({ outcome: 'match' });
    clock.advance(5 * MINUTE - 1);
    expect((await add(FIRST)).status).toBe(201);
    clock.advance(1);
    expect(await add(SECOND)).toMatchObject({ status: 403, body: { code: 'identity.proof_needed' } });
    expect((await asOwner('POST', '/v1/sessions/current/proofs', { body: { password: 'not the password' } })).status).toBe(422);
    expect(await add(SECOND)).toMatchObject({ status: 403 });
    expect((await prove()).status).toBe(201);
    expect((await add(SECOND)).status).toBe(201);
    clock.moveTo((Math.ceil(clock.now() / (15 * MINUTE)) * 15 * MINUTE) as Instant);
    const tries = [];
    for (let tried = 0; tried < 11; tried += 1) tries.push((await asOwner('POST', '/v1/sessions/current/proofs', { body: { password: 'x' } })).status);
    expect(tries).toEqual([...Array.from({ length: 10 }, () => 422), 429]);
    expect((await prove()).status).toBe(429);
  });

  it('belongs to one session: another of the same person has to give its own', async () => {
    const other = await signIn(`payee-owner-${n}@example.test`);
    clock.advance(6 * MINUTE);
    await prove();
    expect(await call(world.url, 'POST', accounts(), { token: other, body: FIRST })).toMatchObject({ status: 403, body: { code: 'identity.proof_needed' } });
  });
});

describe('the whole number', () => {
  it('is read by finance with a reason, and every reading stays; not by others, not without a fresh proof, ten an hour', async () => {
    bankSays({ outcome: 'match' });
    const { body } = await add(FIRST);
    const reveal = (by: string, options: object = { body: REASON }) => call(world.url, 'POST', accounts(`/${body.id}/reveals`), { token: by, ...options });
    expect((await reveal(token)).status).toBe(403);
    expect((await reveal(await signIn(DEMO_PEOPLE.reviewer.email))).status).toBe(403);
    clock.advance(2 * HOUR);
    const finance = await signIn(DEMO_PEOPLE.finance.email);
    expect((await reveal(finance, { body: { reason: 'because' } })).status).toBe(422);
    const shown = await reveal(finance, { body: REASON, headers: { 'idempotency-key': 'reveal' } });
    expect(shown).toMatchObject({ status: 200, body: { account: 'GB82WEST12345698765432', holder: 'Corner Café Ltd' }, headers: { 'cache-control': 'no-store' } });
    expect((await owner.query('SELECT FROM idempotency WHERE key = $1', ['reveal'])).rowCount).toBe(0);
    const { rows } = await owner.query('SELECT r.user_id, t.body FROM payee_reveal r JOIN text_body t ON t.digest = r.reason_digest WHERE r.account_id = $1', [body.id]);
    expect(rows).toEqual([{ user_id: expect.any(String), body: REASON.reason }]);
    const more = await Promise.all(Array.from({ length: 12 }, () => reveal(finance)));
    expect(more.filter(({ status }) => status === 200)).toHaveLength(9);
    expect(more.filter(({ status }) => status === 429)).toHaveLength(3);
    await expect(owner.query('DELETE FROM payee_reveal')).rejects.toThrow('append-only');
  });

  it('does not open for a row it was swapped into, and says which key is missing', async () => {
    bankSays({ outcome: 'match' });
    const { body: first } = await add(FIRST);
    const { body: second } = await add(SECOND);
    clock.advance(2 * HOUR);
    const finance = await signIn(DEMO_PEOPLE.finance.email);
    const reveal = (id: string) => call(world.url, 'POST', accounts(`/${id}/reveals`), { token: finance, body: REASON });
    expect((await reveal(second.id)).body['account']).toBe('DE89370400440532013000');
    await owner.query('UPDATE payee_account a SET sealed = b.sealed, wrapped_key = b.wrapped_key, version = a.version + 1 FROM payee_account b WHERE a.id = $1 AND b.id = $2', [second.id, first.id]);
    const swapped = await reveal(second.id);
    expect(swapped).toMatchObject({ status: 500, body: { code: 'vault.altered' } });
    expect(JSON.stringify(swapped.body)).not.toContain('GB82');
    await owner.query(`UPDATE payee_account SET key_id = 'aaaaaaaaaaaaaaaa', version = version + 1 WHERE id = $1`, [first.id]);
    expect(await reveal(first.id)).toMatchObject({ status: 503, body: { code: 'vault.key_missing', params: { keyId: 'aaaaaaaaaaaaaaaa' } } });
    expect(await world.app.get(PayeeKeys).uses()).toEqual(expect.arrayContaining([{ id: 'aaaaaaaaaaaaaaaa', purpose: 'seal', here: false, rows: 1 }]));
    const rotated = await world.app.get(PayeeKeys).rotate(asSystem);
    expect(rotated).toMatchObject({ ok: true, value: { wrapped: 0, left: [first.id] } });
  });
});

describe('keys that are changed', () => {
  it('wrap every stored row anew: with the old key gone everything still opens, and rows that were swapped still do not', async () => {
    bankSays({ outcome: 'match' });
    const { body: first } = await add(FIRST);
    const { body: second } = await add(SECOND);
    const [work, payees, holds] = [world.app.get(UnitOfWork), world.app.get(PayeesRepository), world.app.get(PayeeHoldsRepository)];
    const config = world.app.get<AppConfig>(APP_CONFIG);
    const withKeys = (...lines: string[]) => new Vault({ ...config, keys: lines.join(',') } );
    const fresh = (kind: string) => `${kind}:${randomBytes(32).toString('base64')}`;
    const [old, next, index] = [fresh('seal'), fresh('seal'), fresh('index')];
    // The rows as an installation has them that was begun with the old key.
    const begun = withKeys(old, index);
    for (const { id, number } of [{ id: first.id, number: 'GB82WEST12345698765432' }, { id: second.id, number: 'DE89370400440532013000' }]) {
      const envelope = await begun.seal(number, placeOf(merchantId, id));
      await owner.query('UPDATE payee_account SET sealed = $2, wrapped_key = $3, key_id = $4, version = version + 1 WHERE id = $1', [id, envelope.sealed, envelope.wrappedKey, envelope.keyId]);
    }
    const sealedBefore = await owner.query('SELECT id, sealed FROM payee_account WHERE merchant_id = $1 ORDER BY id', [merchantId]);
    const keys = new PayeeKeys(work, world.app.get(Database), payees, withKeys(next, old, index));
    const rotated = await keys.rotate(asSystem);
    expect(rotated).toMatchObject({ ok: true, value: { wrapped: 2 } });
    expect((await owner.query('SELECT id, sealed FROM payee_account WHERE merchant_id = $1 ORDER BY id', [merchantId])).rows).toEqual(sealedBefore.rows);
    expect(await keys.rotate(asSystem)).toMatchObject({ ok: true, value: { wrapped: 0 } });

    const readBy = (vault: Vault) => new PayeeReveals(work, payees, holds, vault, world.app.get(AuditTrail), clock);
    const reveals = readBy(withKeys(next, index));
    const { rows: [person] } = await owner.query<{ id: string }>('SELECT id FROM app_user WHERE email = $1', [DEMO_PEOPLE.finance.email]);
    const userId = person?.id ?? '';
    const finance: Context = { requestId: 'rotation', actor: { kind: 'user', userId, roles: ['finance_preparer'], memberships: [], session: { id: userId, provedAt: clock.now() } } };
    expect(await reveals.reveal(finance, merchantId, first.id, REASON.reason)).toMatchObject({ ok: true, value: { account: 'GB82WEST12345698765432' } });
    expect(await reveals.reveal(finance, merchantId, second.id, REASON.reason)).toMatchObject({ ok: true, value: { account: 'DE89370400440532013000' } });
    expect(await readBy(begun).reveal(finance, merchantId, first.id, REASON.reason)).toMatchObject({ ok: false, refusal: { code: 'vault.key_missing' } });
    await owner.query('UPDATE payee_account a SET sealed = b.sealed, wrapped_key = b.wrapped_key, version = a.version + 1 FROM payee_account b WHERE a.id = $1 AND b.id = $2', [second.id, first.id]);
    expect(await reveals.reveal(finance, merchantId, second.id, REASON.reason)).toMatchObject({ ok: false, refusal: { code: 'vault.altered' } });
  });
});
