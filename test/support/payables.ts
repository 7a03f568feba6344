import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { referenceOf } from '../../src/modules/claims/index.js';
import type { PayoutMethod } from '../../src/modules/funds/index.js';
import type { Role } from '../../src/platform/access/roles.js';
import type { Context } from '../../src/platform/access/context.js';
import type { Vault } from '../../src/platform/crypto/vault.js';

export interface Payables {
  readonly fundId: string;
  readonly payingAccountId: string;
  readonly schemeId: string;
  readonly claimIds: readonly string[];
}

const AT = '2026-10-20T09:00:00Z';
const GERMAN = 'DE89370400440532013000';

const referenceFor = (seed: string, n: number): string => referenceOf(createHash('sha256').update(`${seed} ${n}`).digest());

/** Amounts in minor units. */
export const minors = (...amounts: readonly number[]): bigint[] => amounts.map(BigInt);

/** Somebody of finance as a request brings them; their roles are stored, since duties ask for them again. */
export async function financePerson(owner: Client, name: string, role: Role): Promise<Context & { readonly userId: string }> {
  const { rows: [row] } = await owner.query<{ id: string }>('INSERT INTO app_user (email, name, created_at) VALUES ($1, $2, $3) RETURNING id', [`${name}@finance.example`, name, AT]);
  const userId = row?.id ?? '';
  await owner.query('INSERT INTO user_role (user_id, role, granted_at) VALUES ($1, $2, $3)', [userId, role, AT]);
  return { actor: { kind: 'user', userId, roles: [role], memberships: [] }, requestId: name, userId };
}

/**
 * A book of claims that were accepted, each of another verified business with an account in use, reserved for in one fund with a paying
 * account. Written around the application: how they came to be accepted is tested elsewhere. Account numbers are sealed when there is a vault.
 */
export async function payableClaims(owner: Client, { seed = 'book', currency = 'EUR', amounts, withheld = [], method = 'bank', approvals = [{ count: 1 }], profile = {}, vault, payees = () => GERMAN, account = { kind: 'iban', iban: 'DE02120300000000202051' }, payeeAccount = { kind: 'iban', country: 'DE' } }: {
  seed?: string; currency?: string; amounts: readonly bigint[]; withheld?: readonly bigint[]; method?: PayoutMethod; approvals?: readonly object[]; profile?: object; account?: object; vault?: Vault; payees?: (n: number) => string;
  payeeAccount?: { kind: string; country: string; bank?: string };
}): Promise<Payables> {
  const count = amounts.length;
  await owner.query('SET session_replication_role = replica');
  const one = async (sql: string, params: readonly unknown[]): Promise<string> => (await owner.query<{ id: string }>(sql, params as unknown[])).rows[0]?.id ?? '';
  const payingAccountId = await one(`
    INSERT INTO paying_account (code, name, currency, holder, zone, account, address, profile, approvals, created_by, created_at)
    VALUES ($1, 'Operations', $2, 'Makegood Operator', 'Europe/Berlin', $3, '{"town":"Berlin","country":"DE"}', $4, $5, uuidv7(), $6) RETURNING id`,
  [`paying-${seed}`, currency, JSON.stringify(account), JSON.stringify(profile), JSON.stringify(approvals), AT]);
  await owner.query(`INSERT INTO ledger_account (paying_account_id, name, currency) SELECT $1, unnest(ARRAY['bank', 'capital', 'cleared', 'suspense', 'fees']), $2`, [payingAccountId, currency]);
  const fundId = await one(`INSERT INTO fund (code, name, mode, currency, created_at, paying_account_id, method) VALUES ($1, 'A fund', 'open', $2, $3, $4, $5) RETURNING id`, [`fund-${seed}`, currency, AT, payingAccountId, method]);
  await owner.query(`
    INSERT INTO ledger_account (fund_id, name, currency)
    SELECT $1, unnest(ARRAY['funding', 'available', 'reserved', 'in_transit', 'paid', 'tax_payable', 'recoverable', 'written_off']), $2`, [fundId, currency]);
  const schemeId = await one(`
    INSERT INTO scheme (code, title, policy_key, currency, fund_id, zone, opens_at, closes_at, contact, created_by, created_at)
    VALUES ($1, '{"en":"A scheme"}', 'default-eur', $2, $3, 'Europe/Berlin', $4, '2027-01-01T00:00:00Z', '{}', uuidv7(), $4) RETURNING id`, [`scheme-${seed}`, currency, fundId, AT]);
  const references = Array.from({ length: count }, (_, n) => referenceFor(seed, n));
  const { rows } = await owner.query<{ id: string }>(`
    WITH wanted AS (SELECT uuidv7() AS id, uuidv7() AS merchant_id, w.* FROM unnest($1::text[], $2::bigint[], $6::bigint[]) WITH ORDINALITY AS w (reference, minor, withheld, n)),
    merchants AS (
      INSERT INTO merchant (id, legal_name, registration_scheme, registration_value, sector_system, sector_code, country, language, zone, verified_at, verified_by, created_at)
      SELECT merchant_id, 'Business ' || n, 'none', reference, 'isic', '5610', 'DE', 'en', 'Europe/Berlin', $5, uuidv7(), $5 FROM wanted),
    accounts AS (
      INSERT INTO payee_account (id, merchant_id, kind, country, bank, holder, last_four, key_id, blind_index, index_key_id, state, usable_from, check_outcome, checked_at, created_by, created_at)
      SELECT uuidv7(), merchant_id, $7, $8, $9, 'Business ' || n, '2051', 'k1', sha256(convert_to(reference, 'UTF8')), 'k1', 'usable', $5, 'match', $5, uuidv7(), $5 FROM wanted),
    claims AS (
      INSERT INTO claim (id, reference, scheme_id, site_id, merchant_id, head, currency, services, claim_window, state, claim_version, created_by, submitted_by, created_at, submitted_at, version)
      SELECT id, reference, $3, uuidv7(), merchant_id, 'lost_sales', $4, '{a.b}', '[2026-10-13T09:00:00Z,2026-10-13T12:00:00Z)', 'accepted', 1, 'test', 'test', $5, $5, 5 FROM wanted),
    granted AS (
      INSERT INTO entitlement (claim_id, n, merchant_id, determination_id, assessment_id, gross_minor, withheld_minor, net_minor, currency, granted_at)
      SELECT id, 1, merchant_id, uuidv7(), uuidv7(), minor, withheld, minor - withheld, $4, $5::timestamptz + n * interval '1 millisecond' FROM wanted)
    SELECT id FROM wanted ORDER BY n`, [references, amounts.map(String), schemeId, currency, AT, amounts.map((_, n) => String(withheld[n] ?? 0n)), payeeAccount.kind, payeeAccount.country, payeeAccount.bank ?? null]);
  await owner.query(`
    WITH wanted AS (SELECT uuidv7() AS id, e.claim_id, e.gross_minor FROM entitlement e JOIN claim c ON c.id = e.claim_id WHERE c.scheme_id = $2),
    entered AS (INSERT INTO ledger_entry (id, fund_id, kind, at, claim_id, entitlement_no) SELECT id, $1, 'reservation', $3, claim_id, 1 FROM wanted)
    INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency)
    SELECT w.id, a.id, CASE a.name WHEN 'funding' THEN -w.gross_minor ELSE w.gross_minor END, a.currency
    FROM wanted w JOIN ledger_account a ON a.fund_id = $1 AND a.name IN ('funding', 'reserved')`, [fundId, schemeId, AT]);
  if (vault !== undefined) await seal(owner, vault, schemeId, payees);
  await owner.query('SET session_replication_role = origin');
  return { fundId, payingAccountId, schemeId, claimIds: rows.map(({ id }) => id) };
}

async function seal(owner: Client, vault: Vault, schemeId: string, payees: (n: number) => string): Promise<void> {
  const { rows } = await owner.query<{ id: string; merchantId: string }>(`
    SELECT p.id, p.merchant_id AS "merchantId" FROM payee_account p JOIN claim c ON c.merchant_id = p.merchant_id WHERE c.scheme_id = $1 ORDER BY p.id`, [schemeId]);
  const envelopes = await Promise.all(rows.map(({ id, merchantId }, n) => vault.seal(payees(n), { table: 'payee_account', column: 'sealed', rowId: id, merchantId })));
  await owner.query(`
    UPDATE payee_account p SET sealed = w.sealed, wrapped_key = w.wrapped, key_id = w.key_id, version = version + 1
    FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::text[]) AS w (id, sealed, wrapped, key_id) WHERE p.id = w.id`,
  [rows.map(({ id }) => id), envelopes.map(({ sealed }) => sealed), envelopes.map(({ wrappedKey }) => wrappedKey), envelopes.map(({ keyId }) => keyId)]);
}
