import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ok } from '../../src/core/errors/index.js';
import { AssessmentQueries, type StandingAssessment } from '../../src/modules/assessments/index.js';
import { CapUses, ClaimLifecycle, type ClaimRow } from '../../src/modules/claims/index.js';
import { RaiseObstacles } from '../../src/modules/review/raise-obstacles.service.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { KEY, openKt, rule, value, type KtWorld } from '../support/kt-world.js';
import { asSystem } from '../support/lower-floors.js';

let world: KtWorld;
let owner: Client;

/** 400,000 won a day, paid without being asked whether it is accepted; of one claim so much without a person, and of one business. */
const paying = (days: number, { upTo = '9000000', perMerchant = '9000000' } = {}): string =>
  rule(days, '500000000').replace('acceptance: required', 'acceptance: not_required').replace('upTo: "9000000", perMerchant: "9000000"', `upTo: "${upTo}", perMerchant: "${perMerchant}"`);
const filed = (): Promise<string> => world.file({ region: 'r7', turnover: '100000000' });
const hold = (claimId: string, kind: string): Promise<unknown> =>
  owner.query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, '${kind}', now() FROM claim WHERE id = $1`, [claimId]);
const release = (): Promise<unknown> => owner.query('UPDATE claim_hold SET released_at = now(), version = version + 1 WHERE released_at IS NULL');

async function changed(source: string): Promise<void> {
  const { changeId } = await world.propose(source, 'all');
  value(await world.approve(world.approver, changeId, await world.rehearse(changeId)));
  await world.applyAll(changeId);
}
/** What each claim stands granted, and why it waits for people if it does. */
const standing = async (claimIds: readonly string[]): Promise<unknown[]> => (await owner.query<{ granted: string; waits: string[] }>(`
  SELECT (SELECT gross_minor::text FROM entitlement WHERE claim_id = c.id ORDER BY n DESC LIMIT 1) AS granted,
    coalesce((SELECT reasons FROM task WHERE subject_id = c.id AND kind = 'entitlement_rise' ORDER BY id DESC LIMIT 1), '{}') AS waits
  FROM unnest($1::uuid[]) WITH ORDINALITY AS c (id, n) ORDER BY c.n`, [claimIds])).rows.map(({ granted, waits }) => [granted, waits]);

beforeAll(async () => {
  world = await openKt(paying(1));
  owner = new Client({ connectionString: world.database.adminUrl });
  await owner.connect();
}, 60_000);

afterAll(async () => {
  await owner.end();
  await world.close();
});

describe('what a change grants more', () => {
  it('goes to people where the claim is held, or its fund keeps nothing for it, and to the others by itself', async () => {
    const claims = [await filed(), await filed(), await filed()] as const;
    await hold(claims[1], 'identity');
    await hold(claims[2], 'fund');
    await changed(paying(2));
    expect(await standing(claims)).toEqual([['800000', []], ['400000', ['claim_held']], ['400000', ['fund_exhausted']]]);
    await release();
  });

  it('goes to people above what goes without one, of a claim and of a business, and is granted up to exactly that', async () => {
    const claims = [await filed()];
    await changed(paying(3, { upTo: '1200000' }));
    expect(await standing(claims)).toEqual([['1200000', []]]);
    await changed(paying(4, { upTo: '1599999' }));
    expect(await standing(claims)).toEqual([['1200000', ['automatic_limit']]]);
    await changed(paying(5, { perMerchant: '1999999' }));
    expect(await standing(claims)).toEqual([['1200000', ['automatic_limit']]]);
  });

  it('goes to people where others have used meanwhile of the cap that its claims share', async () => {
    await changed(paying(6).replace('result: { cash: $flat,', '  - { id: group, use: limit, in: { value: $flat }, with: { cap: "2500000", per: merchant, name: group } }\nresult: { cash: $group,'));
    const [id, other] = [await filed(), await filed()] as const;
    expect(await standing([id])).toEqual([['2400000', []]]);
    const obstacles = (usedMinor: bigint): Promise<readonly string[] | undefined> => world.app.get(UnitOfWork).run(asSystem, async (tx) => {
      const claims = value(await world.app.get(ClaimLifecycle).lockedAll(tx, [id, other]));
      const [claim, theirs] = [id, other].map((one) => claims.get(one)) as [ClaimRow, ClaimRow];
      const { id: assessmentId, result } = await world.app.get(AssessmentQueries).standing(tx, claim.assessmentId ?? '') as StandingAssessment;
      // As before the rise, when it used less and there was room for another.
      await world.app.get(CapUses).lower(tx, id, 400_000n);
      value(await world.app.get(CapUses).take(tx, theirs, [{ key: `${KEY}:group:merchant:${claim.merchantId}`, usedMinor, capMinor: 2_500_000n }]));
      return ok(value(await world.app.get(RaiseObstacles).of(tx, [{ claim, assessed: { assessmentId, result, isNew: false, inputHash: '' } }])).get(id));
    }).then(value);
    expect([await obstacles(100_000n), await obstacles(100_001n)]).toEqual([[], ['cap_used']]);
  });
});
