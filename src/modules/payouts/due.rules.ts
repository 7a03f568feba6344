import { CLAIM_HOLD_KINDS, STOPPED_BY } from '../claims/index.js';
import { COUNTING_STATES } from './payment-line.machine.js';

/** What may stop a payment, apart from the kinds of holds. */
export const PAYMENT_BLOCKS = ['payments_stopped', 'account_recovery', 'not_verified', 'no_account', 'no_registration', 'account_changed', 'entitlement_fell'] as const;

const quoted = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');
const STOPPING = quoted(CLAIM_HOLD_KINDS.filter((kind) => STOPPED_BY[kind].includes('line')));

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
  || CASE WHEN ${method} <> 'bank' AND EXISTS (SELECT FROM merchant m WHERE m.id = ${claim}.merchant_id AND m.registration_value = '') THEN ARRAY['no_registration'] ELSE ARRAY[]::text[] END)`;

/**
 * SQL: accepted claims whose latest entitlement no line pays, nor has tried to; to be narrowed by `AND`. Aliases: `c` claim, `s` scheme,
 * `e` entitlement, `paid` what there was of lines before. One look at the lines of a claim, by its index, however many lines there are.
 */
export const DUE_CLAIMS = `
  SELECT c.id AS claim_id, c.merchant_id, c.reference, c.currency, e.n AS entitlement_no, e.withheld_minor - paid.withheld_minor AS withheld_minor, paid.last_n, payable_minor(c.id) AS due_minor
  FROM claim c JOIN scheme s ON s.id = c.scheme_id
  CROSS JOIN LATERAL (SELECT n, withheld_minor, granted_at FROM entitlement WHERE claim_id = c.id ORDER BY n DESC LIMIT 1) e
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE l.entitlement_no = e.n AND l.state <> 'dropped') AS tried, coalesce(max(l.n), 0) AS last_n,
      coalesce(sum(l.withheld_minor) FILTER (WHERE l.state IN (${quoted(COUNTING_STATES)})), 0) AS withheld_minor
    FROM payment_line l WHERE l.claim_id = c.id) paid
  WHERE c.state = 'accepted' AND paid.tried = 0`;
