import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HOLD_REVIEWS } from '../../src/modules/review/holds/hold-reviews.job.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { cause, claimAt, claimOf, daysPass, termsOf, type Claim } from '../support/claims.js';
import { brokenPromises } from '../support/invariants.js';
import { draftClaim, submit } from '../support/world.js';
import { application, asToken, closed, dayIn, grossOf, type Hold, hold, holdsOf, hourOf, inReview, lettersOf, offered, opened, owner, pass, people, recommended, release, reservedFor, schemeUnder, step, world } from '../support/holds.js';

beforeAll(opened);
afterAll(closed);

describe('a hold of people', () => {
  it('is placed by those whose kind it is, for a reason, with a day to look again, once of a kind', async () => {
    const claim = await inReview();
    const { reviewer, approver, finance } = world.tokens;
    const kinds = ['payee', 'tax', 'bank', 'duplicate', 'identity', 'mandate', 'fraud', 'legal'];
    const who = async (token: string, on: Claim): Promise<string[]> => {
      const may: string[] = [];
      for (const kind of kinds) if ((await hold(token, on, kind)).status === 201) may.push(kind);
      return may;
    };
    expect(await who(reviewer, claim)).toEqual(['duplicate', 'identity', 'mandate', 'fraud']);
    expect(await hold(reviewer, claim, 'fraud')).toMatchObject({ status: 409, body: { code: 'review.hold_stands' } });
    expect(await who(approver, await inReview())).toEqual(['duplicate', 'identity', 'mandate', 'fraud', 'legal']);
    expect(await who(people.supervisor.token, await inReview())).toEqual(['duplicate', 'identity', 'mandate', 'fraud', 'legal']);
    expect(await who(finance, await inReview())).toEqual(['payee', 'tax', 'bank']);
    expect(await who(people.financeApprover.token, await inReview())).toEqual(['payee', 'tax', 'bank']);
    expect((await hold(world.tokens.owner, claim, 'legal')).status).toBe(403);
    expect(await hold(finance, claim, 'legal')).toMatchObject({ status: 403, body: { code: 'review.hold_not_yours' } });
    expect((await hold(finance, claim, 'fund')).status).toBe(400);
    for (const reviewOn of [dayIn(0), dayIn(366), '2027-02-30']) expect(await hold(finance, claim, 'tax', { reviewOn })).toMatchObject({ status: 422, body: { code: 'review.hold_day' } });
    expect((await hold(finance, claim, 'tax', { reviewOn: dayIn(365) })).status).toBe(201);
  });

  it('of a suspicion or the law is released by another person, and the database says so too', async () => {
    const claim = await inReview();
    const { reviewer, approver } = world.tokens;
    const { body: fraud } = await hold(reviewer, claim, 'fraud');
    expect(await release(reviewer, claim, fraud)).toMatchObject({ status: 403, body: { code: 'claims.hold_of_yours' } });
    const { rows: [placer] } = await application.query<{ id: string }>('SELECT placed_by AS id FROM claim_hold WHERE id = $1', [fraud.id]);
    for (const by of [placer?.id, null]) {
      await expect(application.query('UPDATE claim_hold SET released_at = now(), released_by = $2, version = version + 1 WHERE id = $1', [fraud.id, by])).rejects.toMatchObject({ constraint: 'claim_hold_second_ck' });
    }
    expect((await release(approver, claim, { ...fraud, version: 9 })).status).toBe(412);
    expect((await release(approver, claim, fraud)).status).toBe(201);
    expect(await release(approver, claim, fraud)).toMatchObject({ status: 409, body: { code: 'claims.hold_released' } });
    const { body: doubt } = await hold(reviewer, claim, 'identity');
    expect((await release(reviewer, claim, doubt)).status).toBe(201);
  });

  it('shows its business that it stands still, and of a suspicion no more than that somebody is looking', async () => {
    const claim = await recommended();
    for (const kind of ['fraud', 'duplicate', 'identity']) await hold(world.tokens.reviewer, claim, kind);
    expect((await holdsOf('owner', claim)).map(({ kind, stops, ...rest }) => ({ kind, stops, told: Object.keys(rest) }))).toEqual([
      { kind: 'check', stops: ['offer', 'accept', 'line'], told: ['placedAt'] }, { kind: 'identity', stops: ['offer', 'accept', 'line'], told: ['placedAt'] },
    ]);
    expect((await holdsOf('reviewer', claim)).map(({ kind, reason }) => [kind, reason])).toEqual([['fraud', 'because of fraud'], ['duplicate', 'because of duplicate'], ['identity', 'because of identity']]);
  });

  it('stops an award by people, gives a claim of the rule to people, and stops an acceptance', async () => {
    const { reviewer, approver } = world.tokens;
    const claim = await recommended();
    const { body: doubt } = await hold(reviewer, claim, 'identity');
    expect(await cause(world, approver, 'award', claim)).toMatchObject({ status: 409, body: { code: 'claims.held', params: { kinds: ['identity'] } } });
    expect((await release(reviewer, claim, doubt)).status).toBe(201);
    expect((await cause(world, approver, 'award', claim)).status).toBe(201);
    const offer = await claimOf(world, claim.id);
    await hold(reviewer, offer, 'fraud');
    expect(await cause(world, world.tokens.owner, 'accept', offer, await termsOf(world))).toMatchObject({ status: 409, body: { code: 'claims.held', params: { kinds: ['check'] } } });
    expect((await cause(world, world.tokens.owner, 'decline', offer)).status).toBe(201);
    const waiting = await claimAt(world, ['submit', world.tokens.owner]);
    await hold(reviewer, waiting, 'duplicate');
    expect((await hourOf(waiting)).ok).toBe(true);
    expect((await claimOf(world, waiting.id)).state).toBe('in_review');
  });

  it('becomes a task when its day has come, once for each day that is set', async () => {
    const claim = await inReview();
    const { body: doubt } = await hold(world.tokens.reviewer, claim, 'mandate', { reviewOn: dayIn(2) });
    const tasks = async (): Promise<number> => {
      await world.app.get(Jobs).sweep(HOLD_REVIEWS);
      await world.app.get(Jobs).sweep(HOLD_REVIEWS);
      return (await owner.query('SELECT FROM task WHERE kind = \'hold_review\' AND subject_id = $1', [claim.id])).rowCount ?? 0;
    };
    await pass(1);
    expect(await tasks()).toBe(0);
    await pass(1);
    expect(await tasks()).toBe(1);
    const { version } = (await holdsOf('reviewer', claim))[0] as Hold;
    expect(await asToken(world.tokens.reviewer, `/v1/claims/${claim.id}/holds/${doubt.id}/review-days`, { reviewOn: dayIn(3) }, version)).toMatchObject({ status: 201, body: { reviewOn: dayIn(3) } });
    expect(await tasks()).toBe(1);
    await pass(3);
    expect(await tasks()).toBe(2);
    expect((await release(world.tokens.reviewer, claim, (await holdsOf('reviewer', claim))[0] as Hold)).status).toBe(201);
    await pass(10);
    expect(await tasks()).toBe(2);
  });
});

describe('a claim that has ended is reopened', () => {
  const reopen = (claim: Claim, token = people.supervisor.token) => asToken(token, `/v1/claims/${claim.id}/reopenings`, { reason: 'The register was wrong.' }, claim.version);
  const withdrawn = async (claim: Claim): Promise<Claim> => {
    await step('withdraw', claim);
    return claimOf(world, claim.id);
  };

  it('by a supervisor, at most twice, with a letter; who recommended it does not come to decide it', async () => {
    const claim = await withdrawn(await inReview());
    expect((await reopen(claim, world.tokens.approver)).status).toBe(403);
    expect(await reopen(claim)).toMatchObject({ status: 201, body: { state: 'in_review' } });
    expect((await lettersOf(claim)).at(-1)).toBe('claim.reopened');
    expect((await reopen(await withdrawn(await claimOf(world, claim.id)))).status).toBe(201);
    expect(await reopen(await withdrawn(await claimOf(world, claim.id)))).toMatchObject({ status: 409, body: { code: 'review.reopened_twice' } });
    await expect(application.query('INSERT INTO claim_reopening (claim_id, n, merchant_id, reopened_by, reason_digest, at) VALUES ($1, 3, $2, $3, repeat(\'a\', 64), now())',
      [claim.id, world.world.merchantId, people.supervisor.id])).rejects.toMatchObject({ constraint: 'claim_reopening_twice_ck' });
  });

  it('keeps what was granted as the least, reserves nothing until it is awarded again', async () => {
    const claim = await offered();
    await step('decline', claim);
    expect((await reopen(await claimOf(world, claim.id))).status).toBe(201);
    const again = await claimOf(world, claim.id);
    expect([again.state, grossOf(again), await reservedFor(claim)]).toEqual(['in_review', grossOf(claim), '0']);
    expect(await brokenPromises(owner)).toEqual([]);
    await step('recommend', again);
    await step('award', await claimOf(world, claim.id));
    const awarded = await claimOf(world, claim.id);
    expect([awarded.state, grossOf(awarded), awarded.entitlements.length, await reservedFor(claim)]).toEqual(['offered', grossOf(claim), 2, grossOf(claim).replace('.', '')]);
  });

  it('not where another claim lives in its place by now', async () => {
    const claim = await withdrawn(await inReview());
    const draft = await draftClaim(world, { siteId: claim.siteId });
    expect((await submit(world, draft)).status).toBe(201);
    const refused = await reopen(claim);
    expect(refused).toMatchObject({ status: 409, body: { code: expect.stringMatching(/^claims\.(already_claimed|overlaps)$/) } });
    expect(JSON.stringify(refused.body)).not.toMatch(/\{\w+\}/);
    expect((await claimOf(world, claim.id)).state).toBe('withdrawn');
  });

  it('nor is it upheld, or taken up again, where a claim under another scheme has its time by now', async () => {
    const beside = await schemeUnder('beside-gbp', (text) => text);
    const [refused, lapsed] = [await claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend_refusal', world.tokens.reviewer], ['refuse', world.tokens.approver]), await offered()];
    await daysPass(world, owner, lapsed.id, 40);
    for (const [{ id, siteId }, token, event] of [[refused, people.supervisor.token, 'upheld'], [lapsed, world.tokens.owner, 'take_up_again']] as const) {
      expect((await submit(world, await draftClaim(world, { siteId, schemeId: beside }))).status).toBe(201);
      if (event === 'upheld') await step('object', await claimOf(world, id));
      expect(await cause(world, token, event, await claimOf(world, id))).toMatchObject({ status: 409, body: { code: 'claims.overlaps' } });
    }
  });
});
