import type { Client } from 'pg';
import { LIVE_STATES } from '../../src/modules/claims/index.js';

const LIVE = LIVE_STATES.map((state) => `'${state}'`).join(', ');

/** Moves as the audit trail and as the event log tell them, numbered per claim. */
const MOVES = `
  audited AS (
    SELECT aggregate_id AS claim_id, xmin::text AS tx, data->>'from' AS "from", data->>'to' AS "to", row_number() OVER (PARTITION BY aggregate_id ORDER BY n) AS k
    FROM audit_entry WHERE aggregate_type = 'claim' AND data ? 'to'),
  told AS (
    SELECT aggregate_id AS claim_id, xmin::text AS tx, payload->>'from' AS "from", payload->>'to' AS "to", row_number() OVER (PARTITION BY aggregate_id ORDER BY seq) AS k
    FROM event_log WHERE aggregate_type = 'claim' AND payload ? 'to'),
  latest AS (SELECT DISTINCT ON (claim_id) claim_id, n, gross_minor, net_minor FROM entitlement ORDER BY claim_id, n DESC),
  balance AS (SELECT fund_id, sum(CASE name WHEN 'recoverable' THEN -balance_minor ELSE balance_minor END) AS held FROM ledger_account
    WHERE name IN ('reserved', 'in_transit', 'paid', 'tax_payable', 'written_off', 'recoverable') GROUP BY fund_id)`;

/** What domain.md 7 promises of all claims at any moment, as queries for what breaks it. Names of broken promises come first. */
const BROKEN: Readonly<Record<string, string>> = {
  'a fund holds what is granted and not given back': `
    SELECT b.fund_id::text FROM balance b WHERE b.held <> (SELECT coalesce(sum(l.gross_minor), 0) FROM claim c JOIN scheme s ON s.id = c.scheme_id JOIN latest l ON l.claim_id = c.id
      WHERE s.fund_id = b.fund_id AND c.state IN (${LIVE}))`,
  'only what the operator opened and its merchant corrected is looked at with a grant on it': `
    SELECT c.id::text FROM claim c JOIN latest l ON l.claim_id = c.id WHERE c.state IN ('submitted', 'in_review', 'info_requested', 'recommended') AND (c.origin <> 'operator' OR c.claim_version < 2)`,
  'what was granted is never refused afterwards': `
    SELECT d.claim_id::text FROM determination d JOIN entitlement e ON e.claim_id = d.claim_id JOIN determination g ON g.id = e.determination_id
    WHERE d.n > g.n AND d.outcome <> 'award'`,
  'an award gives what was worked out, and never less than before': `
    SELECT e.claim_id::text FROM entitlement e JOIN assessment a ON a.id = e.assessment_id LEFT JOIN entitlement b ON b.claim_id = e.claim_id AND b.n = e.n - 1
    WHERE e.gross_minor <> greatest(CASE a.outcome WHEN 'eligible' THEN a.cash_minor ELSE 0 END, coalesce(b.gross_minor, 0))`,
  'a balance is the sum of its postings': `
    SELECT a.name FROM ledger_account a LEFT JOIN ledger_posting p ON p.account_id = a.id GROUP BY a.id, a.name, a.balance_minor HAVING a.balance_minor <> coalesce(sum(p.amount_minor), 0)`,
  'an entry balances': 'SELECT entry_id::text FROM ledger_posting GROUP BY entry_id HAVING sum(amount_minor) <> 0 OR count(*) < 2',
  'an entitlement is reserved once, and given back once when its claim ends': `
    SELECT e.claim_id::text FROM entitlement e JOIN claim c ON c.id = e.claim_id JOIN latest t ON t.claim_id = e.claim_id
      LEFT JOIN entitlement b ON b.claim_id = e.claim_id AND b.n = e.n - 1 LEFT JOIN ledger_entry l ON l.claim_id = e.claim_id AND l.entitlement_no = e.n
    GROUP BY e.claim_id, e.n, e.gross_minor, b.gross_minor, t.n, c.state
    HAVING count(*) FILTER (WHERE l.kind = 'reservation') <> (CASE WHEN e.gross_minor > coalesce(b.gross_minor, 0) THEN 1 ELSE 0 END)
      OR count(*) FILTER (WHERE l.kind = 'release') <> (CASE WHEN c.state IN ('rejected', 'withdrawn') AND e.n = t.n THEN 1 ELSE 0 END)`,
  'a move has its audit entry and its event, written in one transaction': `
    SELECT coalesce(a.claim_id, t.claim_id)::text FROM audited a FULL JOIN told t USING (claim_id, k) WHERE (a.tx, a."from", a."to") IS DISTINCT FROM (t.tx, t."from", t."to")`,
  'moves follow one another from the draft to where the claim stands': `
    SELECT c.id::text FROM claim c LEFT JOIN LATERAL (SELECT a."to" FROM audited a WHERE a.claim_id = c.id ORDER BY a.k DESC LIMIT 1) last ON true WHERE c.state <> coalesce(last."to", 'draft')
    UNION ALL SELECT a.claim_id::text FROM audited a LEFT JOIN audited b ON b.claim_id = a.claim_id AND b.k = a.k - 1 WHERE a."from" <> coalesce(b."to", 'draft')`,
  'an entitlement never falls': 'SELECT e.claim_id::text FROM entitlement e JOIN entitlement b ON b.claim_id = e.claim_id AND b.n = e.n - 1 WHERE e.gross_minor < b.gross_minor',
  'what is accepted is the latest entitlement, once': `
    SELECT c.id::text FROM claim c LEFT JOIN acceptance a ON a.claim_id = c.id LEFT JOIN latest l ON l.claim_id = c.id
    GROUP BY c.id, c.state, l.n HAVING count(a.*) <> (CASE c.state WHEN 'accepted' THEN 1 ELSE 0 END) OR max(a.entitlement_no) <> l.n`,
  'a claim that waits for the rule has a timer': `
    SELECT c.id::text FROM claim c WHERE c.state = 'submitted' AND NOT EXISTS (SELECT FROM pgboss.job j
      WHERE j.state IN ('created', 'retry', 'active') AND c.id::text IN (j.data->>'claimId', j.data->'payload'->>'claimId'))`,
  'a claim that waits for a person names no other state than the queues do': 'SELECT id::text FROM claim WHERE state IN (\'info_requested\', \'expired\')',
  'lists say of a claim what the claim says': `
    SELECT c.id::text FROM claim c LEFT JOIN claim_assignment a ON a.claim_id = c.id WHERE (c.state <> 'draft' OR a.claim_id IS NOT NULL) AND c.state IS DISTINCT FROM a.state`,
  'one live claim for a scheme and site': `SELECT min(id::text) FROM claim WHERE state IN (${LIVE}) GROUP BY scheme_id, site_id HAVING count(*) > 1`,
  'a filed claim takes its time while it lives, and frees it afterwards': `
    SELECT c.id::text FROM claim c LEFT JOIN claim_occupancy o ON o.claim_id = c.id WHERE c.state <> 'draft' AND o.live IS DISTINCT FROM (c.state IN (${LIVE}))`,
  'nobody holds two duties that exclude each other': `
    SELECT a.user_id::text FROM duty_held a JOIN duty_held b USING (subject_id, user_id) JOIN duty_conflict x ON x.duty = a.duty AND x.excludes = b.duty`,
  'nobody decides what they filed, changed or recommended': `
    SELECT d.claim_id::text FROM determination d JOIN claim c ON c.id = d.claim_id WHERE d.user_id IS NOT NULL AND (d.user_id::text IN (c.created_by, c.submitted_by)
      OR EXISTS (SELECT FROM claim_version v WHERE v.claim_id = c.id AND v.filed_by = d.user_id::text)
      OR EXISTS (SELECT FROM determination r WHERE r.claim_id = d.claim_id AND r.stage <> d.stage AND r.user_id = d.user_id))`,
  'nobody decides who put a figure, and no rule decides over one': `
    SELECT d.claim_id::text FROM determination d JOIN override o ON o.claim_id = d.claim_id AND o.at <= d.at
    WHERE d.stage = 'decision' AND (d.user_id = o.user_id OR (d.by_rule AND o.kind <> 'lifted' AND NOT EXISTS (SELECT FROM override n WHERE n.claim_id = o.claim_id AND n.step = o.step AND n.n > o.n)))`,
  'a grant rests on an award, an award by a person on a recommendation': `
    SELECT e.claim_id::text FROM entitlement e JOIN determination d ON d.id = e.determination_id
    WHERE d.stage <> 'decision' OR d.outcome <> 'award' OR d.amount_minor <> e.gross_minor
      OR (NOT d.by_rule AND NOT EXISTS (SELECT FROM determination r WHERE r.claim_id = d.claim_id AND r.n < d.n AND r.stage = 'recommendation' AND r.outcome = 'award'))`,
};

/** The promises that do not hold, each with whom it is broken for; empty when all do. */
export async function brokenPromises(owner: Client): Promise<string[]> {
  const each = Object.entries(BROKEN).map(([promise, sql]) => `SELECT '${promise}' AS promise, x.who FROM (${sql}) x (who)`);
  const { rows } = await owner.query<{ promise: string; who: string }>(`WITH ${MOVES} ${each.join(' UNION ALL ')}`);
  return rows.map(({ promise, who }) => `${promise}: not ${who}`);
}
