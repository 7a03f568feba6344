import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { structuralFaults, transitionRows } from '../../src/core/machine/index.js';
import { CLAIM_MACHINE, CLAIM_STATES } from '../../src/modules/claims/index.js';
import { DUTY_CONFLICTS } from '../../src/modules/identity/index.js';
import { draftClaim, openWorld, submit, uploadSales, type World } from '../support/world.js';

let world: World;
let app: Client;
let claimId: string;

beforeAll(async () => {
  world = await openWorld();
  app = new Client({ connectionString: world.database.appUrl });
  await app.connect();
  const draft = await draftClaim(world);
  claimId = draft.id;
  await uploadSales(world, claimId);
  await submit(world, draft);
});

afterAll(async () => {
  await app.end();
  await world.close();
});

const refused = async (sql: string, params: unknown[] = []): Promise<string> => {
  try {
    await app.query(sql, params);
    return 'allowed';
  } catch (error) {
    const { constraint, code } = error as { constraint?: string; code: string };
    return constraint ?? code;
  }
};
const INSUFFICIENT_PRIVILEGE = '42501';

describe('the claim machine', () => {
  it('has no dead end and nothing unreachable, apart from states that end well', () => {
    expect(structuralFaults(CLAIM_MACHINE)).toEqual([]);
  });

  it('is the same table in the database', async () => {
    const { rows } = await app.query<{ event: string; from: string; to: string }>('SELECT event, from_state AS "from", to_state AS "to" FROM claim_transition');
    const sorted = (list: { event: string; from: string; to: string }[]) => list.map(({ event, from, to }) => `${event} ${from} ${to}`).sort();
    expect(sorted(rows)).toEqual(sorted(transitionRows(CLAIM_MACHINE)));
  });

  it('holds whoever connects: every pair of states it does not list is refused by the database', async () => {
    const allowed = new Set(transitionRows(CLAIM_MACHINE).map(({ from, to }) => `${from} ${to}`));
    const { rows: [row] } = await app.query<{ state: (typeof CLAIM_STATES)[number] }>('SELECT state FROM claim WHERE id = $1', [claimId]);
    const from = row?.state ?? 'draft';
    for (const to of CLAIM_STATES) {
      await app.query('BEGIN');
      const verdict = await refused('UPDATE claim SET state = $2, version = version + 1 WHERE id = $1', [claimId, to]);
      await app.query('ROLLBACK');
      // The pair is in the table for what the operator opened, which this claim is not.
      const isCorrection = from === 'offered' && to === 'submitted';
      const wanted = isCorrection ? 'claim_correction_ck' : to === from || allowed.has(`${from} ${to}`) ? 'allowed' : 'claim_transition_ck';
      expect(`${to}: ${verdict}`).toBe(`${to}: ${wanted}`);
    }
  });
});

describe('the application\'s own role cannot', () => {
  it.each([
    ['change an audit entry', 'UPDATE audit_entry SET action = \'x\'', INSUFFICIENT_PRIVILEGE], ['remove one', 'DELETE FROM audit_entry', INSUFFICIENT_PRIVILEGE],
    ['change an assessment', 'UPDATE assessment SET cash_minor = 1', INSUFFICIENT_PRIVILEGE], ['change a determination', 'UPDATE determination SET outcome = \'nil\'', INSUFFICIENT_PRIVILEGE],
    ['raise an entitlement in place', 'UPDATE entitlement SET gross_minor = 1', INSUFFICIENT_PRIVILEGE], ['change a posting', 'UPDATE ledger_posting SET amount_minor = 1', INSUFFICIENT_PRIVILEGE],
    ['write a balance', 'UPDATE ledger_account SET balance_minor = 0', INSUFFICIENT_PRIVILEGE], ['forget an event', 'DELETE FROM event_log', INSUFFICIENT_PRIVILEGE],
    ['remove a filed claim', 'DELETE FROM claim', 'claim_kept_ck'], ['skip a version', 'UPDATE claim SET version = version + 2', 'claim_version_ck'],
    ['shorten an audit chain', 'UPDATE audit_head SET n = n - 1', 'audit_head_rises_ck'], ['rewrite a frozen claim', 'UPDATE claim_version SET n = 9', INSUFFICIENT_PRIVILEGE],
    ['change the machine', 'DELETE FROM claim_transition', INSUFFICIENT_PRIVILEGE], ['read a password of the schema\'s owner', 'SET ROLE makegood_owner', INSUFFICIENT_PRIVILEGE],
  ])('%s', async (_what, sql, verdict) => {
    expect(await refused(sql)).toBe(verdict);
  });

  it('let an entitlement fall, or skip one', async () => {
    const insert = `INSERT INTO entitlement (claim_id, n, merchant_id, determination_id, assessment_id, gross_minor, net_minor, currency, granted_at)
      SELECT claim_id, $1, merchant_id, determination_id, assessment_id, $2, $2, currency, granted_at FROM entitlement WHERE claim_id = $3 AND n = 1`;
    expect(await refused(insert, [2, 1, claimId])).toBe('entitlement_rises_ck');
    expect(await refused(insert, [3, 99_999, claimId])).toBe('entitlement_rises_ck');
  });

  it('post an entry that does not balance', async () => {
    await app.query('BEGIN');
    await app.query(`WITH e AS (INSERT INTO ledger_entry (fund_id, kind, at) VALUES ($1, 'deposit', '2026-01-01') RETURNING id)
      INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency) SELECT e.id, a.id, 5, a.currency FROM e, ledger_account a WHERE a.fund_id = $1 AND a.name = 'available'`, [world.world.fundId]);
    expect(await refused('COMMIT')).toBe('ledger_entry_balances_ck');
    await app.query('ROLLBACK');
  });
});

describe('duties in conflict', () => {
  it.each(DUTY_CONFLICTS)('%s excludes %s, also by direct SQL, in either order', async (first, second) => {
    const { rows: [user] } = await app.query<{ id: string }>('SELECT id FROM app_user LIMIT 1');
    for (const [a, b] of [[first, second], [second, first]]) {
      await app.query('BEGIN');
      const { rows: [subject] } = await app.query<{ id: string }>('SELECT uuidv7() AS id');
      const hold = 'INSERT INTO duty_held (subject_id, duty, user_id, held_at) VALUES ($1, $2, $3, \'2026-01-01\')';
      await app.query(hold, [subject?.id, a, user?.id]);
      expect(await refused(hold, [subject?.id, b, user?.id])).toBe('duty_held_conflict_ck');
      await app.query('ROLLBACK');
    }
  });
});
