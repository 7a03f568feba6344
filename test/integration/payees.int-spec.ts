import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HOUR } from '../../src/core/time/index.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { AuditQueries } from '../../src/modules/audit/index.js';
import { Duties } from '../../src/modules/identity/index.js';
import { HolderCheck, PayeeStops, type PayeeAccountView } from '../../src/modules/payees/index.js';
import { asSystem } from '../support/lower-floors.js';
import { ifMatch } from '../support/world.js';
import { accounts, add, anew, asOwner, bankSays, clock, closed, due, FIRST, letters, list, merchantId, n, opened, owner, payable, REASON, SECOND, signInAnew, staff, staffWith, states, THIRD, tokenIn, world } from '../support/payee-cafes.js';

beforeAll(opened);
afterAll(closed);
beforeEach(anew);

describe('a first account', () => {
  it('whose holder matches is usable at once, masked in every answer, and unreadable in the database', async () => {
    bankSays({ outcome: 'match' });
    const added = await add(FIRST, { 'idempotency-key': `first-${n}` });
    expect(added).toMatchObject({ status: 201, body: { state: 'usable', masked: '•••• 5432', country: 'GB', version: 2 }, headers: { etag: '"2"' } });
    expect(await payable()).toMatchObject({ ok: true, value: { accountId: added.body.id } });
    const repeated = await add(FIRST, { 'idempotency-key': `first-${n}` });
    expect(repeated).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } });
    const dump = JSON.stringify((await owner.query(`SELECT (SELECT json_agg(p) FROM payee_account p) AS payees, (SELECT json_agg(e) FROM audit_entry e) AS audit,
      (SELECT json_agg(e) FROM event_log e) AS events, (SELECT json_agg(i) FROM idempotency i) AS stored, (SELECT json_agg(c) FROM letter_content c) AS letters`)).rows[0]);
    expect(JSON.stringify([added.body, repeated.body, await list(), dump])).not.toMatch(/GB82WEST|12345698|WEST/i);
    expect(dump).toContain('payee.entered');
  });

  it('that no bank knows waits for a person of finance, who is not its author, and is told to the owner', async () => {
    const { body } = await add(FIRST);
    expect(body).toMatchObject({ state: 'waiting', check: { outcome: 'unavailable', byPerson: false } });
    expect(await payable()).toMatchObject({ ok: false, refusal: { code: 'payees.none' } });
    expect((await letters()).map(({ template, recipient }) => [template, recipient])).toEqual([['payee.entered', `payee-owner-${n}@example.test`]]);
    expect((await staff('finance', 'POST', accounts(`/${body.id}/verifications`), { ...ifMatch(9), body: { outcome: 'match', ...REASON } })).status).toBe(412);
    expect((await staff('finance', 'POST', accounts(`/${body.id}/verifications`), { ...ifMatch(1), body: { outcome: 'match', reason: 'ok' } })).status).toBe(422);
    const checked = await staff('finance', 'POST', accounts(`/${body.id}/verifications`), { ...ifMatch(1), body: { outcome: 'match', ...REASON } });
    expect(checked).toMatchObject({ status: 201, body: { state: 'usable', check: { outcome: 'match', byPerson: true } } });
    const { rows: [entered] } = await owner.query<{ author: string }>('SELECT created_by AS author FROM payee_account WHERE id = $1', [body.id]);
    const taken = await world.app.get(UnitOfWork).run(asSystem, (tx) => world.app.get(Duties).take(tx, body.id, entered?.author ?? '', 'releaser'));
    expect(taken).toMatchObject({ ok: false, refusal: { code: 'identity.duty_conflict' } });
    await expect(owner.query('UPDATE payee_account SET checked_by = created_by, version = version + 1 WHERE id = $1', [body.id])).rejects.toThrow('payee_account_other_editor_ck');
  });

  it('whose holder is nearly right shows the name on the account; a wrong one is refused by finance', async () => {
    bankSays({ outcome: 'close', holderOnAccount: 'Corner Cafe Limited' });
    const { body } = await add(FIRST);
    expect(body).toMatchObject({ state: 'waiting', check: { outcome: 'close', holderOnAccount: 'Corner Cafe Limited' } });
    const denied = await staff('finance', 'POST', accounts(`/${body.id}/verifications`), { ...ifMatch(1), body: { outcome: 'none', ...REASON } });
    expect(denied).toMatchObject({ status: 201, body: { state: 'refused', check: { outcome: 'none' } } });
    expect((await add(FIRST)).status).toBe(201);
  });

  it('is entered even when the bank fails, and never waits for one that does not answer', async () => {
    jest.spyOn(world.app.get(HolderCheck), 'ask').mockRejectedValue(new Error('down'));
    expect((await add(FIRST)).body).toMatchObject({ state: 'waiting', check: { outcome: 'unavailable' } });
  });
});

describe('another account than before', () => {
  const change = async (): Promise<PayeeAccountView> => {
    bankSays({ outcome: 'match' });
    expect((await add(FIRST)).body.state).toBe('usable');
    const changed = await add(SECOND);
    expect(changed).toMatchObject({ status: 201, body: { state: 'waiting' } });
    return changed.body;
  };

  it('waits 72 hours to the millisecond while the old one is paid to, and then takes its place', async () => {
    const changed = await change();
    expect(Date.parse(changed.usableFrom) - clock.now()).toBe(72 * HOUR);
    const queued = await owner.query<{ at: string }>(`SELECT start_after AS at FROM pgboss.job WHERE name = 'payees.change-due' AND data->>'accountId' = $1`, [changed.id]);
    expect(queued.rows.map((row) => Date.parse(row.at))).toEqual([Date.parse(changed.usableFrom)]);
    clock.advance(72 * HOUR - 1);
    await due(changed.id);
    await signInAnew();
    expect(await states()).toEqual(['3000 waiting', '5432 usable']);
    clock.advance(1);
    await due(changed.id);
    expect(await states()).toEqual(['3000 usable', '5432 replaced']);
    expect(await payable()).toMatchObject({ value: { accountId: changed.id } });
    await due(changed.id);
    expect(await states()).toEqual(['3000 usable', '5432 replaced']);
  });

  it('that no bank knows waits for both: the hours and the person', async () => {
    bankSays({ outcome: 'match' });
    await add(FIRST);
    bankSays({ outcome: 'unavailable' });
    const { body } = await add(THIRD);
    clock.advance(73 * HOUR);
    await due(body.id);
    await signInAnew();
    expect(await states()).toEqual(['7890 waiting', '5432 usable']);
    const checked = await staff('finance', 'POST', accounts(`/${body.id}/verifications`), { ...ifMatch(1), body: { outcome: 'match', ...REASON } });
    expect(checked.body).toMatchObject({ state: 'usable' });
    expect(await states()).toEqual(['7890 usable', '5432 replaced']);
  });

  it('is told to where the owner was reached before, even when the address was changed first', async () => {
    bankSays({ outcome: 'match' });
    await add(FIRST);
    await owner.query(`UPDATE app_user SET email = $2, version = version + 1 WHERE email = $1`, [`payee-owner-${n}@example.test`, `thief-${n}@example.test`]);
    await add(SECOND);
    const told = (await letters()).filter(({ template }) => template === 'payee.changed');
    expect(told.map(({ recipient }) => recipient).sort()).toEqual([`payee-owner-${n}@example.test`, `thief-${n}@example.test`]);
    expect(told[0]?.plain).toMatch(/ends in 3000[^]*ends in 5432/);
    expect(told[0]?.plain).not.toMatch(/DE89|0532/);
  });

  it('is stopped by whoever has the letter: taken back, everything paid is held, and nothing can be entered until finance has looked', async () => {
    const changed = await change();
    const link = tokenIn((await letters()).find(({ template }) => template === 'payee.changed')?.plain ?? '');
    const stops = world.app.get(PayeeStops);
    expect(await stops.look(link)).toMatchObject({ ok: true, value: { ending: '3000', stopped: false } });
    const [one, two] = await Promise.all([stops.stop('r', link), stops.stop('r', link)]);
    expect([one.ok, two.ok]).toEqual([true, true]);
    expect(await states()).toEqual(['3000 cancelled', '5432 usable']);
    expect(await payable()).toMatchObject({ ok: false, refusal: { code: 'payees.held' } });
    expect((await letters()).filter(({ template }) => template === 'payee.stopped')).toHaveLength(1);
    clock.advance(73 * HOUR);
    await due(changed.id);
    await signInAnew();
    expect(await states()).toEqual(['3000 cancelled', '5432 usable']);
    expect(await add(THIRD)).toMatchObject({ status: 409, body: { code: 'payees.held' } });
    expect((await asOwner('GET', accounts())).body['heldSince']).toBeDefined();
    expect((await staff('finance', 'POST', `/v1/merchants/${merchantId}/payee-hold-releases`, { body: REASON })).status).toBe(403);
    expect((await staffWith('finance_approver', 'POST', `/v1/merchants/${merchantId}/payee-hold-releases`, REASON)).status).toBe(201);
    expect((await staffWith('finance_approver', 'POST', `/v1/merchants/${merchantId}/payee-hold-releases`, REASON)).body['code']).toBe('payees.not_held');
    expect(await payable()).toMatchObject({ ok: true });
    const { faults, count } = await world.app.get(AuditQueries).verify('payee', changed.id);
    expect([faults, count > 3]).toEqual([[], true]);
  });

  it('does not know a link that is wrong, empty or a month old', async () => {
    await change();
    const link = tokenIn((await letters()).at(-1)?.plain ?? '');
    const stops = world.app.get(PayeeStops);
    for (const wrong of ['', `${link}x`, link.toUpperCase()]) expect(await stops.stop('r', wrong)).toMatchObject({ ok: false, refusal: { code: 'payees.link_unknown' } });
    clock.advance(72 * HOUR + 30 * 24 * HOUR + 1);
    expect(await stops.stop('r', link)).toMatchObject({ ok: false, refusal: { code: 'payees.link_unknown' } });
  });

  it('is one at a time, also when two are entered at once; the one in use is not entered again; five a day', async () => {
    bankSays({ outcome: 'match' });
    expect((await Promise.all([add(FIRST), add(SECOND)])).map(({ status }) => status).sort()).toEqual([201, 201]);
    const [waiting] = (await list()).filter(({ state }) => state === 'waiting');
    expect(await add(THIRD)).toMatchObject({ status: 409, body: { code: 'payees.change_waiting' } });
    const cancelled = await asOwner('POST', accounts(`/${waiting?.id ?? ''}/cancellations`), ifMatch(waiting?.version ?? 0));
    expect(cancelled).toMatchObject({ status: 201, body: { state: 'cancelled' } });
    expect((await asOwner('POST', accounts(`/${waiting?.id ?? ''}/cancellations`), ifMatch(2))).status).toBe(409);
    const inUse = (await list()).find(({ state }) => state === 'usable');
    expect(await add(inUse?.masked.endsWith('5432') === true ? FIRST : SECOND)).toMatchObject({ status: 409, body: { code: 'payees.same_account' } });
    for (let entered = 2; entered < 5; entered += 1) {
      const { body } = await add(THIRD);
      await asOwner('POST', accounts(`/${body.id}/cancellations`), ifMatch(1));
    }
    const sixth = await add(THIRD);
    expect(sixth).toMatchObject({ status: 429, body: { code: 'payees.too_many' } });
    expect(Number(sixth.headers['retry-after'])).toBe(24 * 3_600);
  });
});
