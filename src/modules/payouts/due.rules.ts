import { CLAIM_HOLD_KINDS, STOPPED_BY } from '../claims/index.js';
import { COUNTING_STATES } from './payment-line.machine.js';

/** What may stop a payment, apart from the kinds of holds. */
export const PAYMENT_BLOCKS = ['payments_stopped', 'account_recovery', 'not_verified', 'no_account', 'no_registration', 'bank_contradicts', 'account_changed', 'entitlement_fell', 'offset_changed'] as const;

const quoted = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');
const STOPPING = quoted(CLAIM_HOLD_KINDS.filter((kind) => STOPPED_BY[kind].includes('line')));

/** SQL: the bank refused the payment of the break `k`, or people said that it came back, and has its money all the same: whether it was paid is open until somebody says so, or the money is back. */
const CONTRADICTED = `k.kind = 'contradicts' AND k.suspense_minor > 0 AND (k.state = 'open' OR k.resolution = 'bank_error') AND NOT EXISTS (SELECT FROM payment_line_booking e WHERE e.line_id = k.line_id AND e.kind = 'return')`;

/**
 * SQL: the reasons for which nothing is paid on a claim now, as an array; empty when nothing stops it. The one place that says so, for
 * making lines, for locking, for releasing and for the forecast. What does not go to a bank finds its business by the number it was verified with. Names: the alias of a `claim`, and the method as an expression.
 */
export const blocksOf = (claim: string, method: string): string => `(
  ARRAY(SELECT h.kind FROM claim_hold h WHERE h.claim_id = ${claim}.id AND h.released_at IS NULL AND h.kind IN (${STOPPING}) ORDER BY h.kind)
  || CASE WHEN EXISTS (SELECT FROM payee_hold p WHERE p.merchant_id = ${claim}.merchant_id AND p.released_at IS NULL) THEN ARRAY['payments_stopped'] ELSE ARRAY[]::text[] END
  || CASE WHEN EXISTS (SELECT FROM merchant_hold m WHERE m.merchant_id = ${claim}.merchant_id AND m.released_at IS NULL) THEN ARRAY['account_recovery'] ELSE ARRAY[]::text[] END
  || CASE WHEN EXISTS (SELECT FROM merchant m WHERE m.id = ${claim}.merchant_id AND m.verified_at IS NULL) THEN ARRAY['not_verified'] ELSE ARRAY[]::text[] END
  || CASE WHEN ${method} = 'bank' AND NOT EXISTS (SELECT FROM payee_account p WHERE p.merchant_id = ${claim}.merchant_id AND p.state = 'usable') THEN ARRAY['no_account'] ELSE ARRAY[]::text[] END
  || CASE WHEN ${method} <> 'bank' AND EXISTS (SELECT FROM merchant m WHERE m.id = ${claim}.merchant_id AND m.registration_value = '') THEN ARRAY['no_registration'] ELSE ARRAY[]::text[] END
  || CASE WHEN EXISTS (SELECT FROM reconciliation_break k JOIN payment_line x ON x.id = k.line_id WHERE x.claim_id = ${claim}.id AND ${CONTRADICTED}) THEN ARRAY['bank_contradicts'] ELSE ARRAY[]::text[] END)`;

/** SQL: what is payable on a claim, in minor units; below nought when more was paid than is granted by now. Name: its id as an expression. */
export const payableMinor = (claimId: string): string => `(SELECT payable.minor FROM claim_payable payable WHERE payable.claim_id = ${claimId})`;

/** SQL: lines of the batch $1, whose method is $2, that something stops by now, with the reasons: `id`, `claim_id`, `net_minor`, `reasons`. */
export const BLOCKED_LINES = `(
  SELECT id, claim_id, net_minor, reasons FROM (
    SELECT l.id, l.claim_id, l.net_minor, ${blocksOf('c', '$2')}
      || CASE WHEN $2 = 'bank' AND EXISTS (SELECT FROM payee_account p WHERE p.id = l.payee_account_id AND p.state <> 'usable') THEN ARRAY['account_changed'] ELSE ARRAY[]::text[] END
      || CASE WHEN ${payableMinor('l.claim_id')} < 0 THEN ARRAY['entitlement_fell'] ELSE ARRAY[]::text[] END
      || CASE WHEN l.offset_minor > 0 AND offset_room(l.merchant_id, l.fund_id) < 0 THEN ARRAY['offset_changed'] ELSE ARRAY[]::text[] END AS reasons
    FROM payment_line l JOIN claim c ON c.id = l.claim_id WHERE l.batch_id = $1 AND l.state = 'included'
  ) checked WHERE cardinality(reasons) > 0) blocked`;

/** SQL: how the fund of a claim pays; by bank where it has none. Name: the claim's alias. */
export const methodOf = (claim: string): string => `coalesce((SELECT f.method FROM scheme s JOIN fund f ON f.id = s.fund_id WHERE s.id = ${claim}.scheme_id), 'bank')`;

/** SQL: a line came back, something of it is due, and nobody has paid it again or given it up. Name: its alias. */
export const cameBack = (line: string): string => `(${line}.state IN ('rejected', 'returned') AND ${line}.nothing_due_at IS NULL AND NOT EXISTS (SELECT FROM payment_line f WHERE f.replaces_id = ${line}.id))`;

/** SQL: what may be paid on a claim now, in minor units: what it owes itself is taken off first. Name: its id as an expression. */
export const dueMinor = (claimId: string): string =>
  `(${payableMinor(claimId)} - coalesce((SELECT sum(overpayment_left(own.id)) FROM overpayment own WHERE own.claim_id = ${claimId} AND own.closed_at IS NULL), 0))::bigint`;

/**
 * SQL: what would be paid to an account for a line that came back, were it paid again now, in minor units: as much as before, but never more than is due beside what came back before
 * it, less the tax on that. Nought or below where nothing is left. Name: the line's alias.
 */
export const againMinor = (line: string): string => `
  SELECT CASE WHEN left_minor >= ${line}.gross_minor THEN ${line}.net_minor ELSE left_minor - tax_minor END FROM (
    SELECT ${dueMinor(`${line}.claim_id`)} - coalesce(sum(k.gross_minor) FILTER (WHERE k.n < ${line}.n AND ${cameBack('k')}), 0) AS left_minor,
      greatest((SELECT e.withheld_minor FROM entitlement e WHERE e.claim_id = ${line}.claim_id ORDER BY e.n DESC LIMIT 1) - coalesce(sum(k.withheld_minor) FILTER (WHERE k.state IN (${quoted(COUNTING_STATES)})), 0), 0) AS tax_minor
    FROM payment_line k WHERE k.claim_id = ${line}.claim_id) again`;

/**
 * SQL: accepted claims of whose latest entitlement something is due that no line pays, be it withheld whole; to be narrowed by `AND`. What came back is paid by a line that names it, so its sum
 * is left out here. Aliases: `c` claim, `s` scheme, `e` entitlement, `paid` what there was of lines before, `owed` what is due. One look at the lines of a claim, by
 * its index, however many lines there are.
 */
const OWED_CLAIMS = `
  SELECT c.id AS claim_id, c.merchant_id, c.reference, c.currency, e.n AS entitlement_no, e.withheld_minor - paid.withheld_minor AS withheld_minor, paid.last_n, owed.due_minor
  FROM claim c JOIN scheme s ON s.id = c.scheme_id
  CROSS JOIN LATERAL (SELECT n, withheld_minor, granted_at FROM entitlement WHERE claim_id = c.id ORDER BY n DESC LIMIT 1) e
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE l.entitlement_no = e.n AND l.state IN (${quoted(COUNTING_STATES)})) AS counting, coalesce(max(l.n), 0) AS last_n,
      coalesce(sum(l.gross_minor) FILTER (WHERE ${cameBack('l')}), 0) AS back_minor,
      coalesce(sum(l.withheld_minor) FILTER (WHERE l.state IN (${quoted(COUNTING_STATES)}) OR ${cameBack('l')}), 0) AS withheld_minor
    FROM payment_line l WHERE l.claim_id = c.id) paid
  CROSS JOIN LATERAL (SELECT ${dueMinor('c.id')} - paid.back_minor AS due_minor OFFSET 0) owed
  WHERE c.state = 'accepted' AND paid.counting = 0 AND owed.due_minor > 0`;

/** SQL: those of which something reaches the business; to be narrowed by `AND`. What is not due is left out here, before anybody limits it. */
export const DUE_CLAIMS = `${OWED_CLAIMS} AND owed.due_minor > e.withheld_minor - paid.withheld_minor`;

/** SQL: those of which the tax takes all; to be narrowed by `AND`. */
export const WITHHELD_CLAIMS = `${OWED_CLAIMS} AND owed.due_minor <= e.withheld_minor - paid.withheld_minor`;
