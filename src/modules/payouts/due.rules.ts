import { CLAIM_HOLD_KINDS, STOPPED_BY } from '../claims/index.js';
import { COUNTING_STATES } from './payment-line.machine.js';

/** What may stop a payment, apart from the kinds of holds. */
export const PAYMENT_BLOCKS = ['payments_stopped', 'account_recovery', 'not_verified', 'no_account', 'account_changed', 'entitlement_fell'] as const;

const quoted = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');
const STOPPING = quoted(CLAIM_HOLD_KINDS.filter((kind) => STOPPED_BY[kind].includes('line')));

/**
 * SQL: the reasons for which nothing is paid on a claim now, as an array; empty when nothing stops it. The one place that says so, for
 * making lines, for locking, for releasing and for the forecast. Names: the alias of a `claim`, and the method as an expression.
 */
export const blocksOf = (claim: string, method: string): string => `(
  ARRAY(SELECT h.kind FROM claim_hold h WHERE h.claim_id = ${claim}.id AND h.released_at IS NULL AND h.kind IN (${STOPPING}) ORDER BY h.kind)
  || CASE WHEN EXISTS (SELECT FROM payee_hold p WHERE p.merchant_id = ${claim}.merchant_id AND p.released_at IS NULL) THEN ARRAY['payments_stopped'] ELSE ARRAY[]::text[] END
  || CASE WHEN EXISTS (SELECT FROM merchant_hold m WHERE m.merchant_id = ${claim}.merchant_id AND m.released_at IS NULL) THEN ARRAY['account_recovery'] ELSE ARRAY[]::text[] END
  || CASE WHEN EXISTS (SELECT FROM merchant m WHERE m.id = ${claim}.merchant_id AND m.verified_at IS NULL) THEN ARRAY['not_verified'] ELSE ARRAY[]::text[] END
  || CASE WHEN ${method} = 'bank' AND NOT EXISTS (SELECT FROM payee_account p WHERE p.merchant_id = ${claim}.merchant_id AND p.state = 'usable') THEN ARRAY['no_account'] ELSE ARRAY[]::text[] END)`;

/** SQL: accepted claims whose latest entitlement no counting line pays yet; to be narrowed by `AND`. Aliases: `c` claim, `s` scheme, `e` entitlement. */
export const DUE_CLAIMS = `
  SELECT c.id AS claim_id, c.merchant_id, c.reference, c.currency, e.n AS entitlement_no, e.gross_minor, e.withheld_minor
  FROM claim c JOIN scheme s ON s.id = c.scheme_id JOIN entitlement e ON e.claim_id = c.id
  WHERE c.state = 'accepted' AND NOT EXISTS (SELECT FROM entitlement later WHERE later.claim_id = c.id AND later.n > e.n)
    AND NOT EXISTS (SELECT FROM payment_line l WHERE l.claim_id = c.id AND l.entitlement_no = e.n AND l.state IN (${quoted(COUNTING_STATES)}))
    AND NOT EXISTS (SELECT FROM payment_line l WHERE l.claim_id = c.id AND l.entitlement_no = e.n AND l.state IN ('rejected', 'returned'))`;
