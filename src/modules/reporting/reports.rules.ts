import { csvLine } from '../../core/text/index.js';
import { formatMoney, money, currency } from '../../core/money/index.js';
import { CLAIM_HOLD_KINDS, STOPPED_BY } from '../claims/index.js';
import { againMinor, blocksOf, cameBack, DUE_CLAIMS } from '../payouts/index.js';

/**
 * What a cell holds. `code`: a word of the catalogue that `words` names, or a name as it is; `count`: a whole number; `minor`: minor
 * units of the row's `currency`, as text; `percent`: decimal text, rounded half up to one decimal by the database; `ms`: whole milliseconds;
 * `day`: a calendar date.
 */
export type ColumnKind = 'code' | 'count' | 'minor' | 'percent' | 'ms' | 'day';

export interface Column {
  readonly key: string;
  readonly kind: ColumnKind;
  /** Where pages find the words of a code; left out: it is shown as it is. */
  readonly words?: 'states' | 'outcomes' | 'reasons' | 'bands' | 'deciders' | 'stages' | 'money_states' | 'blocks';
}

export interface ReportDefinition {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Reads `asked` (scheme, since, until, now, down: when this portal was): one query for the page, the API and the table. */
  readonly sql: string;
}

export type ReportRow = Readonly<Record<string, string | number | null>>;

const code = (key: string, words?: Column['words']): Column => ({ key, kind: 'code', ...(words === undefined ? {} : { words }) });
const count = (key: string): Column => ({ key, kind: 'count' });
const minor = (key: string): Column => ({ key, kind: 'minor' });
const day = (key: string): Column => ({ key, kind: 'day' });
const percent = (key: string): Column => ({ key, kind: 'percent' });
const time = (key: string): Column => ({ key, kind: 'ms' });

/** Claims filed in the span asked for, of the scheme asked for. */
const FILED = `
  filed AS (
    SELECT c.*, s.code AS scheme FROM asked, claim c JOIN scheme s ON s.id = c.scheme_id
    WHERE c.submitted_at IS NOT NULL AND (asked.scheme IS NULL OR s.code = asked.scheme)
      AND (asked.since IS NULL OR c.submitted_at >= asked.since) AND (asked.until IS NULL OR c.submitted_at < asked.until)
  )`;
/** Determinations made in the span asked for, of claims of the scheme asked for. */
const DETERMINED = `
  determined AS (
    SELECT d.*, s.code AS scheme, c.submitted_at FROM asked, determination d JOIN claim c ON c.id = d.claim_id JOIN scheme s ON s.id = c.scheme_id
    WHERE (asked.scheme IS NULL OR s.code = asked.scheme) AND (asked.since IS NULL OR d.at >= asked.since) AND (asked.until IS NULL OR d.at < asked.until)
  )`;
const DECIDER = `CASE WHEN by_rule THEN 'rule' ELSE 'person' END`;
const part = (some: string, all: string): string => `round(100.0 * ${some} / nullif(${all}, 0), 1)::text`;
const ms = (interval: string): string => `floor(extract(epoch FROM ${interval}) * 1000)::float8`;

/** How long of the time from filing to a decision was ours: without what the claim waited for its merchant, and what this portal was down. */
const OURS = `(
  SELECT coalesce(sum(upper(r) - lower(r)), interval '0') FROM unnest(
    tstzmultirange(tstzrange(f.submitted_at, greatest(f.at, f.submitted_at))) - asked.down - coalesce((
      SELECT range_agg(tstzrange(q.asked_at, least(coalesce(q.settled_at, f.at), f.at))) FROM information_request q WHERE q.claim_id = f.claim_id AND q.asked_at < f.at), '{}')) r)`;

const STOPS_ACCEPTING = CLAIM_HOLD_KINDS.filter((kind) => STOPPED_BY[kind].includes('accept')).map((kind) => `'${kind}'`).join(', ');

/**
 * Money that has not arrived yet, claim by claim, with when: what is due, what is held and why (an offer, too, that nobody can accept for
 * now), what is offered and not accepted, what is in a batch, and what the bank has. `on_day` is when it is thought to leave: the day of its batch, else today; of an offer the day until
 * which it may be accepted, as its merchant was told.
 */
const MONEY_OUT = `
  outgoing AS (
    SELECT f.code AS fund, s.code AS scheme, d.currency, d.due_minor - greatest(d.withheld_minor, 0) AS minor, b.blocks, NULL::text AS stage, NULL::date AS on_day
    FROM (${DUE_CLAIMS}) d JOIN claim c ON c.id = d.claim_id JOIN scheme s ON s.id = c.scheme_id JOIN fund f ON f.id = s.fund_id CROSS JOIN LATERAL (SELECT ${blocksOf('c', 'f.method')} AS blocks) b
    UNION ALL
    SELECT f.code, s.code, l.currency, l.net_minor, b.blocks, NULL, NULL
    FROM payment_line l JOIN claim c ON c.id = l.claim_id JOIN scheme s ON s.id = c.scheme_id JOIN fund f ON f.id = l.fund_id CROSS JOIN LATERAL (SELECT ${blocksOf('c', 'l.method')} AS blocks) b
    WHERE l.state = 'pending'
    UNION ALL
    SELECT f.code, s.code, l.currency, l.net_minor, '{}', CASE l.state WHEN 'included' THEN 'in_batch' ELSE 'at_bank' END, pb.execute_on
    FROM payment_line l JOIN payout_batch pb ON pb.id = l.batch_id JOIN claim c ON c.id = l.claim_id JOIN scheme s ON s.id = c.scheme_id JOIN fund f ON f.id = l.fund_id
    WHERE l.state IN ('included', 'in_transit', 'accepted_by_bank')
    UNION ALL
    SELECT f.code, s.code, l.currency, back.minor, '{came_back}', NULL, NULL
    FROM payment_line l JOIN claim c ON c.id = l.claim_id JOIN scheme s ON s.id = c.scheme_id JOIN fund f ON f.id = l.fund_id CROSS JOIN LATERAL (${againMinor('l')}) back (minor)
    WHERE ${cameBack('l')} AND back.minor > 0
    UNION ALL
    SELECT f.code, s.code, c.currency, e.net_minor - coalesce(paid.net, 0), h.kinds, CASE WHEN h.kinds = '{}' THEN 'offered' END, CASE WHEN h.kinds = '{}' THEN told.until END
    FROM claim c JOIN scheme s ON s.id = c.scheme_id JOIN fund f ON f.id = s.fund_id
    CROSS JOIN LATERAL (SELECT n, net_minor FROM entitlement WHERE claim_id = c.id ORDER BY n DESC LIMIT 1) e
    LEFT JOIN LATERAL (SELECT sum(l.net_minor) AS net FROM payment_line l WHERE l.claim_id = c.id AND l.state NOT IN ('rejected', 'returned', 'dropped')) paid ON true
    CROSS JOIN LATERAL (SELECT ARRAY(SELECT kind FROM claim_hold WHERE claim_id = c.id AND released_at IS NULL AND kind IN (${STOPS_ACCEPTING}) ORDER BY kind) AS kinds) h
    LEFT JOIN LATERAL (SELECT (n.told_at AT TIME ZONE n.zone)::date + n.offer_days AS until FROM decision_notice n WHERE n.claim_id = c.id AND n.entitlement_no = e.n ORDER BY n.id DESC LIMIT 1) told ON true
    WHERE c.state = 'offered' AND e.net_minor > coalesce(paid.net, 0)
  ),
  foreseen AS (
    SELECT o.fund, o.scheme, o.currency, o.minor, coalesce(o.stage, CASE WHEN cardinality(o.blocks) > 0 THEN 'held' ELSE 'due' END) AS money, o.blocks[1] AS block,
           coalesce(o.on_day, CASE WHEN o.stage IS NULL AND cardinality(o.blocks) = 0 THEN (asked.now AT TIME ZONE 'UTC')::date END) AS day
    FROM asked, outgoing o WHERE asked.scheme IS NULL OR o.scheme = asked.scheme
  )`;
/** Of what has a day, what lies in the span asked for. */
const IN_SPAN = '(day IS NULL OR ((asked.since IS NULL OR day >= (asked.since AT TIME ZONE \'UTC\')::date) AND (asked.until IS NULL OR day < (asked.until AT TIME ZONE \'UTC\')::date)))';

export const REPORTS = [
  {
    name: 'claims-by-state', columns: [code('scheme'), code('state', 'states'), code('currency'), count('claims'), minor('assessed'), minor('granted')],
    sql: `, ${FILED}, granted AS (SELECT DISTINCT ON (e.claim_id) e.claim_id, e.gross_minor FROM entitlement e JOIN filed f ON f.id = e.claim_id ORDER BY e.claim_id, e.n DESC)
      SELECT f.scheme, f.state, f.currency, count(*)::int AS claims, coalesce(sum(a.cash_minor), 0)::text AS assessed, coalesce(sum(g.gross_minor), 0)::text AS granted
      FROM filed f LEFT JOIN assessment a ON a.id = f.assessment_id LEFT JOIN granted g ON g.claim_id = f.id
      GROUP BY f.scheme, f.state, f.currency ORDER BY f.scheme, f.state, f.currency`,
  },
  {
    name: 'open-by-age', columns: [code('state', 'states'), code('age', 'bands'), count('claims'), time('oldest')],
    sql: `, ${FILED}, aged AS (SELECT f.state, asked.now - f.submitted_at AS age FROM asked, filed f WHERE f.state IN ('submitted', 'in_review', 'info_requested', 'recommended', 'offered'))
      SELECT state, CASE WHEN age < interval '1 day' THEN 'day' WHEN age < interval '7 days' THEN 'week' WHEN age < interval '30 days' THEN 'month' ELSE 'longer' END AS age,
             count(*)::int AS claims, ${ms('max(age)')} AS oldest
      FROM aged GROUP BY 1, 2 ORDER BY 1, min(age)`,
  },
  {
    name: 'reasons', columns: [code('reason', 'reasons'), code('outcome', 'outcomes'), code('decider', 'deciders'), count('claims')],
    sql: `, ${DETERMINED}
      SELECT r ->> 'code' AS reason, outcome, ${DECIDER} AS decider, count(DISTINCT claim_id)::int AS claims
      FROM determined, jsonb_array_elements(reasons) r WHERE stage = 'decision' GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3`,
  },
  {
    name: 'overturned', columns: [code('scheme'), code('decider', 'deciders'), count('decided'), count('objected'), count('upheld'), percent('ofObjected'), percent('ofDecided')],
    sql: `, ${DETERMINED}, decided AS (SELECT DISTINCT ON (claim_id) claim_id, scheme, by_rule FROM determined WHERE stage = 'decision' ORDER BY claim_id, n),
      heard AS (SELECT o.claim_id, bool_or(o.outcome = 'award') AS upheld FROM determination o JOIN decided USING (claim_id) WHERE o.stage = 'objection' GROUP BY o.claim_id)
      SELECT scheme, ${DECIDER} AS decider, count(*)::int AS decided, count(h.claim_id)::int AS objected, (count(*) FILTER (WHERE h.upheld))::int AS upheld,
             ${part('count(*) FILTER (WHERE h.upheld)', 'count(h.claim_id)')} AS "ofObjected", ${part('count(*) FILTER (WHERE h.upheld)', 'count(*)')} AS "ofDecided"
      FROM decided LEFT JOIN heard h USING (claim_id) GROUP BY 1, 2 ORDER BY 1, 2`,
  },
  {
    name: 'workload', columns: [code('person'), code('stage', 'stages'), code('outcome', 'outcomes'), count('claims')],
    sql: `, ${DETERMINED}
      SELECT u.name AS person, stage, outcome, count(DISTINCT claim_id)::int AS claims
      FROM determined JOIN app_user u ON u.id = user_id GROUP BY u.id, u.name, stage, outcome ORDER BY u.name, u.id, stage, outcome`,
  },
  {
    name: 'time-to-decision', columns: [code('scheme'), code('decider', 'deciders'), count('claims'), time('median'), time('ninth'), time('longest')],
    sql: `, ${DETERMINED}, first AS (SELECT DISTINCT ON (claim_id) * FROM determined WHERE stage = 'decision' ORDER BY claim_id, n),
      timed AS (SELECT f.scheme, f.by_rule, ${OURS} AS took FROM asked, first f)
      SELECT scheme, ${DECIDER} AS decider, count(*)::int AS claims, ${ms('percentile_disc(0.5) WITHIN GROUP (ORDER BY took)')} AS median,
             ${ms('percentile_disc(0.9) WITHIN GROUP (ORDER BY took)')} AS ninth, ${ms('max(took)')} AS longest
      FROM timed GROUP BY 1, 2 ORDER BY 1, 2`,
  },
  {
    name: 'payment-forecast', columns: [code('fund'), code('scheme'), code('money', 'money_states'), code('block', 'blocks'), day('day'), code('currency'), count('claims'), minor('amount')],
    sql: `, ${MONEY_OUT}
      SELECT fund, foreseen.scheme, money, block, day::text, currency, count(*)::int AS claims, sum(minor)::text AS amount
      FROM asked, foreseen WHERE ${IN_SPAN} GROUP BY fund, foreseen.scheme, money, block, day, currency ORDER BY fund, foreseen.scheme, array_position(ARRAY['due', 'held', 'offered', 'in_batch', 'at_bank'], money), block, day, currency`,
  },
  {
    name: 'cash-calendar', columns: [day('week'), code('fund'), code('money', 'money_states'), code('currency'), count('claims'), minor('amount')],
    sql: `, ${MONEY_OUT}
      SELECT date_trunc('week', day)::date::text AS week, fund, money, currency, count(*)::int AS claims, sum(minor)::text AS amount
      FROM asked, foreseen WHERE day IS NOT NULL AND ${IN_SPAN} GROUP BY 1, fund, money, currency ORDER BY 1, fund, array_position(ARRAY['due', 'offered', 'in_batch', 'at_bank'], money), currency`,
  },
] as const satisfies readonly ReportDefinition[];

export const REPORT_NAMES = REPORTS.map(({ name }) => name);

export const reportOf = (name: string): ReportDefinition | undefined => REPORTS.find((report) => report.name === name);

/** A cell as a table has it: amounts with their currency's decimals, and nothing where there is nothing. */
function cellText({ key, kind }: Column, row: ReportRow): string {
  const value = row[key];
  if (value === null || value === undefined) return '';
  return kind === 'minor' ? formatMoney(money(BigInt(value), currency(String(row['currency'])))) : String(value);
}

/** The table in lines, heading first. */
export const reportCsv = ({ columns }: ReportDefinition, rows: readonly ReportRow[]): string[] =>
  [csvLine(columns.map(({ key, kind }) => (kind === 'ms' ? `${key}Ms` : key))), ...rows.map((row) => csvLine(columns.map((column) => cellText(column, row))))];

/** A row as the API answers it: amounts as decimal text beside the row's currency. */
export const reportItem = ({ columns }: ReportDefinition, row: ReportRow): ReportRow =>
  Object.fromEntries(columns.map((column) => [column.key, column.kind === 'minor' ? cellText(column, row) : row[column.key] ?? null]));
