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
  held AS (
    SELECT e.claim_id, sum(p.amount_minor) AS minor FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id
    WHERE e.claim_id IS NOT NULL AND a.name IN ('reserved', 'in_transit', 'paid', 'tax_payable', 'written_off', 'recoverable') GROUP BY e.claim_id),
  latest AS (SELECT DISTINCT ON (claim_id) claim_id, n, gross_minor, net_minor, granted_at FROM entitlement ORDER BY claim_id, n DESC),
  kept AS (
    SELECT c.id AS claim_id, c.scheme_id, CASE
      WHEN c.state NOT IN (${LIVE}) OR EXISTS (SELECT FROM claim_hold h WHERE h.claim_id = c.id AND h.kind = 'fund' AND h.released_at IS NULL) THEN 0
      WHEN c.state NOT IN ('offered', 'accepted') AND EXISTS (SELECT FROM claim_reopening r WHERE r.claim_id = c.id AND r.at >= l.granted_at) THEN 0
      ELSE l.gross_minor END AS minor
    FROM claim c JOIN latest l ON l.claim_id = c.id),
  balance AS (SELECT fund_id, sum(balance_minor) AS held FROM ledger_account
    WHERE name IN ('reserved', 'in_transit', 'paid', 'tax_payable', 'written_off', 'recoverable') GROUP BY fund_id)`;

/** What every line and every overpayment says stands on the account of its fund that is made of them. */
const STANDS = (account: string, sum: string): string => `
    SELECT a.fund_id::text FROM ledger_account a WHERE a.name = '${account}' AND a.fund_id IS NOT NULL AND a.balance_minor <> ${sum}`;
const lines = (of: string, states: string): string => `coalesce((SELECT sum(${of}) FROM payment_line l WHERE l.fund_id = a.fund_id AND l.state IN (${states})), 0)`;
const entries = (kinds: string): string => `coalesce((SELECT sum(e.amount_minor) FROM overpayment_entry e JOIN overpayment o ON o.id = e.overpayment_id WHERE o.fund_id = a.fund_id AND e.kind IN (${kinds})), 0)`;
const SENT = `'in_transit', 'accepted_by_bank', 'settled'`;

/** What docs/domain/payouts.md promises of all payments once everybody was told what has happened. */
const PAYMENTS: Readonly<Record<string, string>> = {
  'no claim is paid more than is granted, what has to come back left out': 'SELECT id::text FROM claim WHERE payable_minor(id) < 0',
  'nothing is due on a claim that owes something itself': `
    SELECT o.claim_id::text FROM overpayment o WHERE o.closed_at IS NULL AND payable_minor(o.claim_id) > 0`,
  'what is paid back out of a booking is not more than it brought': `
    SELECT e.break_id::text FROM overpayment_entry e JOIN reconciliation_break k ON k.id = e.break_id JOIN bank_item i ON i.id = k.item_id
    GROUP BY e.break_id, i.bank_minor, k.suspense_minor HAVING sum(e.amount_minor) > i.bank_minor + k.suspense_minor`,
  'an overpayment is closed when nothing is left of it, and only then': 'SELECT id::text FROM overpayment WHERE (closed_at IS NULL) <> (overpayment_left(id) > 0)',
  'what is in transit is what lines at the bank pay': STANDS('in_transit', lines('l.net_minor', `'in_transit', 'accepted_by_bank'`)),
  'what is paid is what was booked and set off, less what was paid back and set off elsewhere': STANDS('paid',
    `${lines('l.net_minor', `'settled'`)} + ${lines('l.offset_minor', SENT)} - ${entries(`'repaid', 'offset'`)} + ${entries(`'offset_undone'`)}`),
  'what is kept for taxes is what was withheld of what left': STANDS('tax_payable', lines('l.withheld_minor', SENT)),
  'what is recoverable is what is left of overpayments': STANDS('recoverable', '-coalesce((SELECT sum(overpayment_left(o.id)) FROM overpayment o WHERE o.fund_id = a.fund_id), 0)'),
  'what is written off was given up by two people': STANDS('written_off', `${lines('l.gross_minor', `'written_off'`)} - ${entries(`'written_off'`)}`),
  'what is set off on payments that left is what is set off on overpayments': `
    SELECT f.id::text FROM fund f CROSS JOIN LATERAL (SELECT f.id AS fund_id) a WHERE ${lines('l.offset_minor', SENT)} <> ${entries(`'offset'`)} - ${entries(`'offset_undone'`)}`,
};

/** What domain.md 7 promises of all claims at any moment, as queries for what breaks it. Names of broken promises come first. */
const BROKEN: Readonly<Record<string, string>> = {
  'a fund holds what is granted and not given back': `
    SELECT b.fund_id::text FROM balance b WHERE b.held <> (SELECT coalesce(sum(k.minor), 0) FROM kept k JOIN scheme s ON s.id = k.scheme_id WHERE s.fund_id = b.fund_id)`,
  'what is held for a claim is its latest entitlement while it stands and no hold says that the fund cannot': `
    SELECT k.claim_id::text FROM kept k LEFT JOIN held h ON h.claim_id = k.claim_id WHERE coalesce(h.minor, 0) <> k.minor`,
  'a cap holds what its claims use, and claims that ended without payment use nothing': `
    SELECT c.key FROM cap_use c LEFT JOIN cap_use_of_claim u ON u.key = c.key GROUP BY c.key, c.used_minor HAVING c.used_minor <> coalesce(sum(u.used_minor), 0)
    UNION ALL SELECT u.claim_id::text FROM cap_use_of_claim u JOIN claim c ON c.id = u.claim_id WHERE c.state IN ('rejected', 'withdrawn', 'expired')`,
  'only what the operator opened and its merchant corrected, or what was reopened, is looked at with a grant on it': `
    SELECT c.id::text FROM claim c JOIN latest l ON l.claim_id = c.id WHERE c.state IN ('submitted', 'in_review', 'info_requested', 'recommended') AND (c.origin <> 'operator' OR c.claim_version < 2)
      AND NOT EXISTS (SELECT FROM claim_reopening r WHERE r.claim_id = c.id AND r.at >= l.granted_at)`,
  'what was granted is never refused afterwards': `
    SELECT d.claim_id::text FROM determination d JOIN entitlement e ON e.claim_id = d.claim_id JOIN determination g ON g.id = e.determination_id
    WHERE d.n > g.n AND d.outcome <> 'award' AND d.stage NOT IN ('objection', 'reduction') AND e.n = (SELECT l.n FROM latest l WHERE l.claim_id = e.claim_id) AND e.gross_minor > 0`,
  'an award gives what was worked out, and never less than before': `
    SELECT e.claim_id::text FROM entitlement e JOIN assessment a ON a.id = e.assessment_id LEFT JOIN entitlement b ON b.claim_id = e.claim_id AND b.n = e.n - 1 JOIN determination d ON d.id = e.determination_id
    WHERE d.stage NOT IN ('reduction', 'allocation') AND e.gross_minor <> greatest(CASE a.outcome WHEN 'eligible' THEN a.cash_minor ELSE 0 END, coalesce(b.gross_minor, 0))`,
  'a balance is the sum of its postings': `
    SELECT a.name FROM ledger_account a LEFT JOIN ledger_posting p ON p.account_id = a.id GROUP BY a.id, a.name, a.balance_minor HAVING a.balance_minor <> coalesce(sum(p.amount_minor), 0)`,
  'the limit of a fund is what was paid into it': `
    SELECT f.id::text FROM fund f JOIN ledger_account a ON a.fund_id = f.id AND a.name = 'funding' WHERE f.mode = 'first_come' AND f.limit_minor <> -a.balance_minor
      + coalesce((SELECT sum(o.opened_minor - coalesce((SELECT sum(e.amount_minor) FROM overpayment_entry e WHERE e.overpayment_id = o.id AND e.kind IN ('repaid', 'annulled')), 0)) FROM overpayment o WHERE o.fund_id = f.id), 0)`,
  'an entry balances': 'SELECT entry_id::text FROM ledger_posting GROUP BY entry_id HAVING sum(amount_minor) <> 0 OR count(*) < 2',
  'an entitlement is reserved once': `SELECT claim_id::text FROM ledger_entry WHERE kind = 'reservation' GROUP BY claim_id, entitlement_no HAVING count(*) > 1`,
  'a move has its audit entry and its event, written in one transaction': `
    SELECT coalesce(a.claim_id, t.claim_id)::text FROM audited a FULL JOIN told t USING (claim_id, k) WHERE (a.tx, a."from", a."to") IS DISTINCT FROM (t.tx, t."from", t."to")`,
  'moves follow one another from the draft to where the claim stands': `
    SELECT c.id::text FROM claim c LEFT JOIN LATERAL (SELECT a."to" FROM audited a WHERE a.claim_id = c.id ORDER BY a.k DESC LIMIT 1) last ON true WHERE c.state <> coalesce(last."to", 'draft')
    UNION ALL SELECT a.claim_id::text FROM audited a LEFT JOIN audited b ON b.claim_id = a.claim_id AND b.k = a.k - 1 WHERE a."from" <> coalesce(b."to", 'draft')`,
  'an entitlement falls only where two people reduce it': `
    SELECT e.claim_id::text FROM entitlement e JOIN entitlement b ON b.claim_id = e.claim_id AND b.n = e.n - 1 JOIN determination d ON d.id = e.determination_id
      LEFT JOIN claim_reduction r ON r.determination_id = d.id
    WHERE (e.gross_minor < b.gross_minor) <> (d.stage = 'reduction') OR (d.stage = 'reduction' AND (r.proposed_by = r.decided_by) IS NOT FALSE)`,
  'what is accepted is the latest entitlement, once': `
    SELECT c.id::text FROM claim c LEFT JOIN acceptance a ON a.claim_id = c.id LEFT JOIN latest l ON l.claim_id = c.id
    GROUP BY c.id, c.state, l.n HAVING (count(a.*) > 0) <> (c.state = 'accepted' AND NOT EXISTS (SELECT FROM audit_entry e WHERE e.aggregate_id = c.id AND e.action IN ('claim.award', 'claim.offer_by_rule', 'claim.funded') AND e.data->>'to' = 'accepted')) OR max(a.entitlement_no) <> l.n OR count(a.*) FILTER (WHERE a.kind NOT IN ('raised', 'reduced')) > 1`,
  'a claim that waits for the rule has a timer': `
    SELECT c.id::text FROM claim c WHERE c.state = 'submitted' AND NOT EXISTS (SELECT FROM pgboss.job j
      WHERE j.state IN ('created', 'retry', 'active') AND c.id::text IN (j.data->>'claimId', j.data->'payload'->>'claimId'))`,
  'a claim waits for its merchant while a request is open that its clock looks at, and only then': `
    SELECT c.id::text FROM claim c LEFT JOIN information_request r ON r.claim_id = c.id AND r.state = 'open' WHERE (c.state = 'info_requested') <> (r.id IS NOT NULL)`,
  'an answered request has one reply an item, and left a version of its claim': `
    SELECT r.claim_id::text FROM information_request r WHERE r.state = 'answered' AND ((SELECT count(*) FROM information_item i WHERE i.request_id = r.id) <> (SELECT count(*) FROM information_answer a WHERE a.request_id = r.id)
      OR NOT EXISTS (SELECT FROM claim_version v WHERE v.claim_id = r.claim_id AND v.filed_at BETWEEN r.settled_at AND r.settled_at + interval '1 minute'))`,
  'one objection is open at a time, at most two to a decision, each decided by another': `
    SELECT claim_id::text FROM objection GROUP BY claim_id HAVING count(*) FILTER (WHERE outcome IS NULL) > 1 OR count(*) <> count(DISTINCT (notice_id, level)) OR count(decided_by) <> count(DISTINCT decided_by)`,
  'an upheld objection grants more, once, and a dismissed one nothing': `
    SELECT o.claim_id::text FROM objection o LEFT JOIN entitlement e ON e.determination_id = o.determination_id
      LEFT JOIN claim_points p ON p.determination_id = o.determination_id
    WHERE o.outcome IS NOT NULL AND (o.outcome = 'upheld') <> ((e.n IS NOT NULL AND e.gross_minor > coalesce((SELECT b.gross_minor FROM entitlement b WHERE b.claim_id = e.claim_id AND b.n = e.n - 1), 0))
      OR (p.n IS NOT NULL AND p.points_minor > coalesce((SELECT b.points_minor FROM claim_points b WHERE b.claim_id = p.claim_id AND b.n = p.n - 1), 0)))`,
  'points are what an award came to, and a share of a fund is never an award without them': `
    SELECT p.claim_id::text FROM claim_points p JOIN determination d ON d.id = p.determination_id WHERE d.outcome <> 'award' OR d.stage NOT IN ('decision', 'objection') OR d.amount_minor <> p.points_minor
    UNION ALL SELECT d.claim_id::text FROM determination d WHERE d.stage = 'allocation' AND NOT EXISTS (SELECT FROM claim_points p WHERE p.claim_id = d.claim_id)
    UNION ALL SELECT e.claim_id::text FROM entitlement e JOIN determination d ON d.id = e.determination_id WHERE d.stage NOT IN ('allocation', 'reduction') AND EXISTS (SELECT FROM claim_points p WHERE p.claim_id = e.claim_id)`,
  'an allocation that is applied has given what it shared, but for claims that had ended': `
    SELECT a.id::text FROM fund_allocation a JOIN change_applied_item i ON i.change_id = a.change_id WHERE a.applied_at IS NOT NULL
    GROUP BY a.id, a.shared_minor HAVING sum(i.rehearsed_minor) <> a.shared_minor`,
  'lists say of a claim what the claim says': `
    SELECT c.id::text FROM claim c LEFT JOIN claim_assignment a ON a.claim_id = c.id WHERE (c.state <> 'draft' OR a.claim_id IS NOT NULL) AND c.state IS DISTINCT FROM a.state`,
  'a list that does not know an open objection': `
    SELECT a.claim_id::text AS id FROM claim_assignment a WHERE a.objected <> EXISTS (SELECT FROM objection o WHERE o.claim_id = a.claim_id AND o.outcome IS NULL)`,
  'one live claim for a scheme and site': `SELECT min(id::text) FROM claim WHERE state IN (${LIVE}) GROUP BY scheme_id, site_id HAVING count(*) > 1`,
  'a filed claim takes its time while it lives, and frees it afterwards': `
    SELECT c.id::text FROM claim c LEFT JOIN claim_occupancy o ON o.claim_id = c.id WHERE c.state <> 'draft' AND o.live IS DISTINCT FROM (c.state IN (${LIVE}))`,
  'nobody holds two duties that exclude each other': `
    SELECT a.user_id::text FROM duty_held a JOIN duty_held b USING (subject_id, user_id) JOIN duty_conflict x ON x.duty = a.duty AND x.excludes = b.duty`,
  'nobody decides what they filed, changed or recommended': `
    SELECT d.claim_id::text FROM determination d JOIN claim c ON c.id = d.claim_id WHERE d.user_id IS NOT NULL AND (d.user_id::text IN (c.created_by, c.submitted_by)
      OR EXISTS (SELECT FROM claim_version v WHERE v.claim_id = c.id AND v.filed_by = d.user_id::text)
      OR EXISTS (SELECT FROM determination r WHERE r.claim_id = d.claim_id AND r.stage <> d.stage AND r.user_id = d.user_id AND 'reduction' NOT IN (r.stage, d.stage)))`,
  'nobody recommends or decides who had declared an interest, or whose recommendation it was had one': `
    SELECT d.claim_id::text FROM determination d JOIN declared_interest i ON i.merchant_id = d.merchant_id AND (i.claim_id IS NULL OR i.claim_id = d.claim_id) AND i.at < d.at
    WHERE d.user_id = i.user_id OR (d.stage = 'decision' AND NOT d.by_rule AND i.user_id =
      (SELECT r.user_id FROM determination r WHERE r.claim_id = d.claim_id AND r.stage = 'recommendation' AND r.n < d.n ORDER BY r.n DESC LIMIT 1))`,
  'nobody decides who put a figure, and no rule decides over one': `
    SELECT d.claim_id::text FROM determination d JOIN override o ON o.claim_id = d.claim_id AND o.at <= d.at
    WHERE d.stage = 'decision' AND (d.user_id = o.user_id OR (d.by_rule AND o.kind <> 'lifted' AND NOT EXISTS (SELECT FROM override n WHERE n.claim_id = o.claim_id AND n.step = o.step AND n.n > o.n)))`,
  'a grant rests on an award, an award by a person on a recommendation': `
    SELECT e.claim_id::text FROM entitlement e JOIN determination d ON d.id = e.determination_id
    WHERE d.stage = 'recommendation' OR (d.outcome <> 'award' AND e.gross_minor > 0) OR coalesce(d.amount_minor, 0) <> e.gross_minor
      OR (NOT d.by_rule AND d.stage = 'decision' AND NOT EXISTS (SELECT FROM determination r WHERE r.claim_id = d.claim_id AND r.n < d.n AND r.stage = 'recommendation' AND r.outcome = 'award'))`,
};

/** As `brokenPromises`, of payments alone. */
export const brokenPayments = (owner: Client): Promise<string[]> => broken(owner, {
  ...PAYMENTS, ...Object.fromEntries(['a fund holds what is granted and not given back', 'what is held for a claim is its latest entitlement while it stands and no hold says that the fund cannot'].map((promise) => [promise, BROKEN[promise] ?? ''])),
});

/** The promises that do not hold, each with whom it is broken for; empty when all do. */
export const brokenPromises = (owner: Client): Promise<string[]> => broken(owner, { ...BROKEN, ...PAYMENTS });

async function broken(owner: Client, promises: Readonly<Record<string, string>>): Promise<string[]> {
  const each = Object.entries(promises).map(([promise, sql]) => `SELECT '${promise}' AS promise, x.who FROM (${sql}) x (who)`);
  const { rows } = await owner.query<{ promise: string; who: string }>(`WITH ${MOVES} ${each.join(' UNION ALL ')}`);
  return rows.map(({ promise, who }) => `${promise}: not ${who}`);
}
