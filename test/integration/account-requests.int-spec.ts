import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { HOUR } from '../../src/core/time/index.js';
import { ACCOUNT_REQUESTS, AccountRequests } from '../../src/modules/payouts/index.js';
import { Database } from '../../src/platform/database/database.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { FixedClock } from '../support/app.js';
import { cause, claimAt, claimOf, termsOf, type Claim } from '../support/claims.js';
import { at } from '../support/lower-floors.js';
import { openWorld, type World } from '../support/world.js';

const clock = new FixedClock(at('2026-11-24T12:00:00Z'));
let world: World;
let owner: Client;
let claim: Claim;

beforeAll(async () => {
  world = await openWorld({ clock, config: { autoDecisionDelaySeconds: 3_600 } });
  owner = new Client({ connectionString: world.database.adminUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await world.close();
});

const lacking = async (): Promise<string[]> => [...await world.app.get(AccountRequests).lacking(world.app.get(Database).reader, [claim.id])];
async function lettersAfter(hours: number): Promise<number> {
  clock.advance(hours * HOUR);
  await world.app.get(Jobs).sweep(ACCOUNT_REQUESTS);
  return (await owner.query(`SELECT FROM letter WHERE template = 'payment.account_needed'`)).rows.length;
}

describe('a business whose claim is accepted and that has named no account', () => {
  it('is asked by nobody before it has accepted', async () => {
    claim = await claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['override', world.tokens.reviewer], ['recommend', world.tokens.reviewer], ['award', world.tokens.approver]);
    expect([claim.state, await lettersAfter(0), await lacking()]).toEqual(['offered', 0, []]);
    expect((await cause(world, world.tokens.owner, 'accept', claim, await termsOf(world))).status).toBe(201);
  });

  it('has a day to answer on the page, then has a letter with what reaches it, and two more', async () => {
    expect((await claimOf(world, claim.id)).state).toBe('accepted');
    expect(await lacking()).toEqual([claim.id]);
    expect([await lettersAfter(23), await lettersAfter(2)]).toEqual([0, 1]);
    const { rows: [letter] } = await owner.query<{ plain: string }>(`SELECT c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.template = 'payment.account_needed'`);
    expect(letter?.plain).toContain('£40.00');
    expect([await lettersAfter(6 * 24), await lettersAfter(25)]).toEqual([1, 2]);
    expect([await lettersAfter(29 * 24), await lettersAfter(25), await lettersAfter(90 * 24)]).toEqual([2, 3, 3]);
  });

  it('is asked for nothing more once it has named one', async () => {
    await owner.query(`UPDATE account_request SET next_at = $1`, [new Date(clock.now())]);
    await owner.query('SET session_replication_role = replica');
    await owner.query(`
      INSERT INTO payee_account (id, merchant_id, kind, country, holder, last_four, key_id, blind_index, index_key_id, state, usable_from, check_outcome, checked_at, created_by, created_at)
      SELECT uuidv7(), merchant_id, 'iban', 'GB', 'Café', '2051', 'k1', sha256('x'), 'k1', 'usable', now(), 'match', now(), uuidv7(), now() FROM claim WHERE id = $1`, [claim.id]);
    await owner.query('SET session_replication_role = origin');
    expect([await lacking(), await lettersAfter(1)]).toEqual([[], 3]);
    expect((await owner.query<{ next: Date | null }>('SELECT next_at AS next FROM account_request')).rows).toEqual([{ next: null }]);
  });
});
