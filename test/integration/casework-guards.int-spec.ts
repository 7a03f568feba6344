import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { call } from '../support/app.js';
import { cause, claimAt, claimOf, daysPass, newPerson, newSite, proposeReduction, type Claim } from '../support/claims.js';
import { draftClaim, ifMatch, openWorld, submit, type World } from '../support/world.js';

let world: World;
let owner: Client;
let app: Client;

beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: 86_400 } });
  [owner, app] = [new Client({ connectionString: world.database.ownerUrl }), new Client({ connectionString: world.database.appUrl })];
  await Promise.all([owner.connect(), app.connect()]);
});
afterAll(async () => {
  await Promise.all([owner.end(), app.end()]);
  await world.close();
});

const refusedBy = async (sql: string, params: unknown[]): Promise<string | undefined> => app.query(sql, params).then(() => undefined, (error: { constraint?: string; message: string }) => error.constraint ?? error.message);
const offered = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend', world.tokens.reviewer], ['award', world.tokens.approver]);

describe('what was settled stays settled, whoever writes its row', () => {
  it('a hold that was released', async () => {
    const { id } = await offered();
    await app.query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, 'identity', now() FROM claim WHERE id = $1`, [id]);
    await app.query('UPDATE claim_hold SET released_at = now(), version = version + 1 WHERE claim_id = $1', [id]);
    expect(await refusedBy('UPDATE claim_hold SET released_at = NULL, version = version + 1 WHERE claim_id = $1', [id])).toBe('claim_hold_stays_ck');
  });

  it('a reduction that was dropped', async () => {
    const claim = await offered();
    expect((await proposeReduction(world, world.tokens.reviewer, claim)).status).toBe(201);
    expect((await call(world.url, 'POST', `/v1/claims/${claim.id}/reductions/1/decisions`, { token: world.tokens.approver, body: { outcome: 'drop', note: 'weighed' }, ...ifMatch((await claimOf(world, claim.id)).version) })).status).toBe(201);
    expect(await refusedBy(`UPDATE claim_reduction SET outcome = 'reduced', version = version + 1 WHERE claim_id = $1`, [claim.id])).toBe('claim_reduction_stays_ck');
  });

  it('a request that was answered', async () => {
    const claim = await claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['ask', world.tokens.reviewer], ['answer', world.tokens.owner]);
    expect(await refusedBy(`UPDATE information_request SET state = 'open', settled_at = NULL, settled_by = NULL, version = version + 1 WHERE claim_id = $1`, [claim.id])).toBe('information_request_stays_ck');
  });
});

describe('an offer that lapsed', () => {
  it('is not taken up again where its fund has nothing left for it', async () => {
    const fund = await world.as<{ id: string }>('finance', 'POST', '/v1/funds', { body: { code: 'scarce', name: 'Scarce', mode: 'first_come', currency: 'GBP', limit: { amount: '42.00', currency: 'GBP' } } });
    await call(world.url, 'POST', `/v1/funds/${fund.body.id}/deposits/1/decisions`, { token: (await newPerson(world, ['finance_approver'])).token, body: { outcome: 'booked' } });
    const scheme = await world.as<{ id: string }>('policyAuthor', 'POST', '/v1/schemes', {
      body: {
        code: 'scarce', policyKey: 'default-gbp', fundId: fund.body.id, outageIds: [world.world.outageId], zone: 'Europe/London', title: { en: 'Scarce' }, contact: { name: 'Care' },
        opensAt: '2026-10-14T00:00:00Z', closesAt: '2036-01-01T00:00:00Z', texts: ['terms', 'limitation', 'who_decides'].map((kind) => ({ kind, language: 'en', body: kind })),
      },
    });
    const awarded = async (): Promise<string> => {
      const draft = await draftClaim(world, { schemeId: scheme.body.id, siteId: await newSite(world) });
      expect((await submit(world, draft)).status).toBe(201);
      for (const [event, token] of [['pull', world.tokens.reviewer], ['recommend', world.tokens.reviewer], ['award', world.tokens.approver]] as const) expect((await cause(world, token, event, await claimOf(world, draft.id))).status).toBe(201);
      return draft.id;
    };
    const first = await awarded();
    await daysPass(world, owner, first, 40);
    const second = await awarded();
    const takes = async () => cause(world, world.tokens.owner, 'take_up_again', await claimOf(world, first));
    expect(await takes()).toMatchObject({ status: 409, body: { code: 'funds.exhausted' } });
    expect((await cause(world, world.tokens.owner, 'decline', await claimOf(world, second))).status).toBe(201);
    expect(await takes()).toMatchObject({ status: 201, body: { state: 'offered' } });
  });
});
