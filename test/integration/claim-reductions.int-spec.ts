import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cause, claimOf, termsOf, type Claim } from '../support/claims.js';
import { application, asToken, closed, grossOf, lettersOf, offered, opened, owner, pass, people, reservedFor, world } from '../support/holds.js';

beforeAll(opened);
afterAll(closed);

describe('what was granted is reduced', () => {
  const propose = (token: string, claim: Claim, change: object = {}) =>
    asToken(token, `/v1/claims/${claim.id}/reductions`, { amount: { amount: '10.00', currency: 'GBP' }, reason: 'granted_in_error', text: 'Counted twice.', ...change }, claim.version);
  const decide = (token: string, claim: Claim, outcome: string, n = 1) => asToken(token, `/v1/claims/${claim.id}/reductions/${n}/decisions`, { outcome, note: 'weighed' }, claim.version);

  it('by two people, when its business has been heard; the fund gets back the difference', async () => {
    const claim = await offered();
    const { approver } = world.tokens;
    expect(await propose(approver, claim, { amount: { amount: grossOf(claim), currency: 'GBP' } })).toMatchObject({ status: 422, body: { code: 'review.reduction_not_lower' } });
    expect(await propose(approver, claim, { withoutHearing: true })).toMatchObject({ status: 422, body: { code: 'review.reduction_not_waivable' } });
    expect(await propose(approver, claim)).toMatchObject({ status: 201, body: { n: 1, outcome: 'open', amount: { amount: '10.00' } } });
    expect(await propose(people.approver2.token, claim)).toMatchObject({ status: 409, body: { code: 'review.reduction_open' } });
    expect(await lettersOf(claim)).toContain('claim.reduction_proposed');
    expect(await decide(people.approver2.token, claim, 'reduce')).toMatchObject({ status: 409, body: { code: 'review.reduction_too_early' } });
    // Fourteen days after the one of its arrival, to the midnight at the place of business.
    await pass(15);
    expect(await decide(world.tokens.approver, claim, 'reduce')).toMatchObject({ status: 403, body: { code: 'review.reduction_second' } });
    expect(await decide(people.approver2.token, claim, 'reduce', 2)).toMatchObject({ status: 404 });
    expect(await decide(people.approver2.token, claim, 'reduce')).toMatchObject({ status: 201, body: { state: 'offered' } });
    const reduced = await claimOf(world, claim.id);
    expect([grossOf(reduced), await reservedFor(claim), (await lettersOf(claim)).at(-1)]).toEqual(['10.00', '1000', 'claim.reduced']);
    expect(reduced.determinations.at(-1)).toMatchObject({ stage: 'reduction', outcome: 'award', byRule: false, reasons: [{ code: 'granted_in_error' }] });
    const { rows } = await owner.query('SELECT payload FROM event_log WHERE topic = \'entitlement.reduced\' AND aggregate_id = $1', [claim.id]);
    expect(rows).toEqual([{ payload: { claimId: claim.id, entitlement: 2, beforeMinor: grossOf(claim).replace('.', ''), afterMinor: '1000', currency: 'GBP', isAccepted: false } }]);
    const seen = (await world.as<{ items: object[] }>('owner', 'GET', `/v1/claims/${claim.id}/reductions`)).body.items;
    expect(seen).toEqual([expect.objectContaining({ outcome: 'reduced', text: 'Counted twice.' })]);
    expect(seen[0]).not.toHaveProperty('proposedBy');
    expect(await decide(people.approver2.token, reduced, 'reduce')).toMatchObject({ status: 409, body: { code: 'review.reduction_decided' } });
  });

  it('not before its letter has arrived, however long ago it was proposed; what it answers is read before anybody decides', async () => {
    const claim = await offered();
    const { approver, owner: merchant } = world.tokens;
    expect((await propose(approver, claim)).status).toBe(201);
    await owner.query(`UPDATE letter SET state = 'bounced', fault = 'unknown' WHERE about_id = $1 AND template = 'claim.reduction_proposed'`, [claim.id]);
    await pass(30);
    expect(await decide(people.approver2.token, claim, 'reduce')).toMatchObject({ status: 409, body: { code: 'review.reduction_not_told' } });
    const said = (text: string, version: number) => asToken(merchant, `/v1/claims/${claim.id}/reductions/1/answers`, { text }, version);
    expect(await said('The second file is of another week.', claim.version)).toMatchObject({ status: 201, body: { answers: [{ text: 'The second file is of another week.' }] } });
    expect(await said('And more.', claim.version)).toMatchObject({ status: 412 });
    expect(await decide(people.approver2.token, claim, 'drop')).toMatchObject({ status: 412 });
    const now = await claimOf(world, claim.id);
    expect(await asToken(people.approver2.token, `/v1/claims/${claim.id}/reductions/1/answers`, { text: 'Not mine.' }, now.version)).toMatchObject({ status: 403 });
    expect((await world.as<{ open: boolean }>('owner', 'GET', `/v1/claims/${claim.id}/evidence`)).body.open).toBe(true);
    expect(await decide(people.approver2.token, now, 'drop')).toMatchObject({ status: 201 });
    expect(await said('Too late.', (await claimOf(world, claim.id)).version)).toMatchObject({ status: 409, body: { code: 'review.reduction_decided' } });
    expect((await world.as<{ open: boolean }>('owner', 'GET', `/v1/claims/${claim.id}/evidence`)).body.open).toBe(false);
    await expect(application.query('UPDATE reduction_answer SET k = 2')).rejects.toMatchObject({ code: '42501' });
  });

  it('not from what has been overtaken by another grant since it was proposed', async () => {
    const claim = await offered();
    expect((await propose(world.tokens.reviewer, claim, { reason: 'fraud_found', withoutHearing: true })).status).toBe(201);
    for (const [token, event] of [[world.tokens.owner, 'object'], [people.supervisor.token, 'upheld']] as const) expect((await cause(world, token, event, await claimOf(world, claim.id))).status).toBe(201);
    expect(await decide(world.tokens.approver, await claimOf(world, claim.id), 'reduce')).toMatchObject({ status: 409, body: { code: 'review.reduction_overtaken' } });
  });

  it('at once where fraud was found: an offer of nothing is a refusal, and what was accepted stays accepted at the lower sum', async () => {
    const fraud = { reason: 'fraud_found', withoutHearing: true };
    const claim = await offered();
    expect((await propose(world.tokens.reviewer, claim, { ...fraud, amount: undefined })).status).toBe(201);
    expect(await decide(world.tokens.approver, claim, 'reduce')).toMatchObject({ status: 201, body: { state: 'rejected' } });
    expect([grossOf(await claimOf(world, claim.id)), await reservedFor(claim)]).toEqual(['0.00', '0']);
    const open = await offered();
    expect(await cause(world, world.tokens.owner, 'accept', open, await termsOf(world))).toMatchObject({ status: 201 });
    const accepted = await claimOf(world, open.id);
    expect((await propose(world.tokens.reviewer, accepted, fraud)).status).toBe(201);
    expect(await decide(world.tokens.approver, accepted, 'reduce')).toMatchObject({ status: 201, body: { state: 'accepted' } });
    const after = await claimOf(world, open.id);
    expect(after.entitlements.at(-1)).toMatchObject({ gross: { amount: '10.00' }, acceptedAt: expect.any(String) });
    expect((await propose(world.tokens.reviewer, after, { ...fraud, amount: { amount: '5.00', currency: 'GBP' } })).status).toBe(201);
    expect(await decide(people.approver2.token, after, 'drop', 2)).toMatchObject({ status: 201, body: { state: 'accepted' } });
    expect(grossOf(await claimOf(world, open.id))).toBe('10.00');
  });

  it('not by whoever can write rows as the application: one person is not two', async () => {
    const claim = await offered();
    const { rows: [user] } = await application.query<{ id: string }>('SELECT id FROM app_user WHERE email LIKE \'approver@%\'');
    const by = user?.id ?? '';
    const { rows: [grant] } = await application.query<{ merchant: string; assessment: string }>('SELECT merchant_id AS merchant, assessment_id AS assessment FROM entitlement WHERE claim_id = $1', [claim.id]);
    const { merchant = '', assessment = '' } = grant ?? {};
    const determine = (who: string) => application.query<{ id: string }>(`
      INSERT INTO determination (claim_id, merchant_id, n, stage, outcome, reasons, assessment_id, amount_minor, currency, by_rule, user_id, at)
      VALUES ($1, $2, 9, 'reduction', 'award', '[]', $3, 100, 'GBP', false, $4, now()) RETURNING id`, [claim.id, merchant, assessment, who]);
    const lower = (determination: string, gross = 100) => application.query(`
      INSERT INTO entitlement (claim_id, n, merchant_id, determination_id, assessment_id, gross_minor, net_minor, currency, granted_at) VALUES ($1, 2, $2, $3, $4, $5, $5, 'GBP', now())`,
    [claim.id, merchant, determination, assessment, gross]);
    const attempt = async (act: () => Promise<unknown>): Promise<string> => {
      await application.query('BEGIN');
      const constraint = await act().then(() => 'done', (error: { constraint?: string }) => error.constraint ?? 'another error');
      await application.query('ROLLBACK');
      return constraint;
    };
    const proposed = (who: string, until = 'now()') => application.query(`
      INSERT INTO claim_reduction (claim_id, n, merchant_id, entitlement_no, to_minor, currency, reason, text_digest, proposed_by, proposed_at, heard_until, waived)
      VALUES ($1, 1, $2, 1, 100, 'GBP', 'granted_in_error', repeat('a', 64), $3, now(), ${until}, false)`, [claim.id, merchant, who]);
    const decided = (determination: string, who: string) => application.query(`
      UPDATE claim_reduction SET outcome = 'reduced', decided_by = $3, decided_at = now(), determination_id = $2, version = version + 1 WHERE claim_id = $1`, [claim.id, determination, who]);
    const second = people.approver2.id;
    expect(await attempt(async () => lower((await determine(by)).rows[0]?.id ?? ''))).toBe('entitlement_rises_ck');
    expect(await attempt(async () => { await proposed(by); return determine(by); })).toBe('duty_held_conflict_ck');
    expect(await attempt(async () => { await proposed(by); return decided((await determine(second)).rows[0]?.id ?? '', by); })).toBe('claim_reduction_second_ck');
    expect(await attempt(async () => { await proposed(by, 'now() + interval \'1 day\''); return decided((await determine(second)).rows[0]?.id ?? '', second); })).toBe('claim_reduction_heard_ck');
    expect(await attempt(async () => { await proposed(by); const id = (await determine(second)).rows[0]?.id ?? ''; await decided(id, second); return lower(id, 50); })).toBe('entitlement_rises_ck');
    expect(await attempt(async () => { await proposed(by); const id = (await determine(second)).rows[0]?.id ?? ''; await decided(id, second); return lower(id); })).toBe('done');
  });
});
