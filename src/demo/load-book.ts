import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { ENGINE, frozenText } from '../core/assessment/index.js';
import { canonicalJson, sha256Hex } from '../core/audit/index.js';
import { ok, type Result } from '../core/errors/index.js';
import { parseRatio } from '../core/money/index.js';
import type { PolicyDocument } from '../core/policy/index.js';
import { formatInstant, parseInstant, type Instant, type Interval } from '../core/time/index.js';
import { AssessmentRuns, FactsLoader } from '../modules/assessments/index.js';
import { ClaimQueries } from '../modules/claims/index.js';
import { FundLedger } from '../modules/funds/index.js';
import { People } from '../modules/identity/index.js';
import { OutageRegister, ServiceCatalogue } from '../modules/outages/index.js';
import { PolicyImports, PolicyQueries } from '../modules/policies/index.js';
import { SchemePlanning } from '../modules/schemes/index.js';
import { systemActor } from '../platform/access/actor.js';
import type { Context } from '../platform/access/context.js';
import { Database } from '../platform/database/database.js';
import type { Reader, Tx } from '../platform/database/tx.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { unwrap } from '../platform/http/refusal-exception.js';
import { answersOf, BOOK_OUTAGE, BOOK_SERVICE, bookClaim, claimIdsOf, type BookClaim } from './generated-book.js';

const SYSTEM: Context = { actor: systemActor('book'), requestId: 'book' };
export const BOOK_POLICY = 'default-gbp';
export const BOOK_AUTHOR = 'book@makegood.example';
const CHUNK = 250;
const MOST_WAITS = 10;
const HOUR_MS = 3_600_000;

export interface BookRequest {
  readonly claims: number;
  readonly seed: number;
  readonly policyFolder: string;
  readonly onProgress: (done: number) => void;
}

interface Ground {
  readonly userId: string;
  readonly schemeId: string;
}

const range = ({ from, to }: Interval): string => `["${formatInstant(from)}","${formatInstant(to)}")`;

/**
 * Writes a generated book: what stands under it through the services, businesses, sales, claims and their first assessments by the
 * hundred. For rehearsals and measurements; these claims have no audit trail.
 *
 * Goes on with a book of the same seed that was cut short. False for a database that holds anything else: nothing is written there.
 */
export async function loadBook(app: INestApplicationContext, { claims, seed, policyFolder, onProgress }: BookRequest): Promise<boolean> {
  const { reader } = app.get(Database);
  const [row] = await reader.query<{ used: boolean }>('SELECT EXISTS (SELECT FROM app_user) AS used');
  const ground = row?.used === false ? await prepare(app, policyFolder) : await standing(reader, seed);
  if (ground === undefined) return false;
  const choice = await app.get(PolicyQueries).choice(reader, BOOK_POLICY);
  const document = choice.at(BOOK_OUTAGE.official.from)?.resolved.document;
  if (document === undefined) throw new TypeError(`${BOOK_POLICY} is not published`);
  let waits = 0;
  for (let done = await written(reader, seed); done < claims;) {
    const chunk = Array.from({ length: Math.min(CHUNK, claims - done) }, (_, index) => bookClaim(seed, done + index));
    waits = await waited(await write(app, chunk, ground, document), waits);
    done = await written(reader, seed);
    onProgress(done);
  }
  return true;
}

const write = (app: INestApplicationContext, chunk: readonly BookClaim[], ground: Ground, document: PolicyDocument): Promise<Result<null>> =>
  app.get(UnitOfWork).run(SYSTEM, async (tx) => {
    await addBusinesses(tx, chunk, ground);
    await addSales(tx, chunk, ground);
    await addClaims(tx, chunk, ground, (claim) => Object.fromEntries(Object.entries(answersOf(claim, document)).map(([name, { value }]) => [name, value])));
    await assessAll(app, tx, chunk);
    return ok(null);
  });

/** How often a database that is slow to answer has been waited for in a row; what it has done meanwhile is seen by looking. */
async function waited(result: Result<null>, before: number): Promise<number> {
  if (result.ok) return 0;
  if (before === MOST_WAITS || !['platform.commit_unknown', 'platform.database_away'].includes(result.refusal.code)) unwrap(result);
  await pause((before + 1) * 500);
  return before + 1;
}

/** What a book of this seed stands on; undefined where there is none. */
async function standing(reader: Reader, seed: number): Promise<Ground | undefined> {
  const [row] = await reader.query<Ground>(`
    SELECT (SELECT id FROM app_user WHERE email = $1) AS "userId", (SELECT id FROM scheme WHERE code = 'book') AS "schemeId"
    WHERE EXISTS (SELECT FROM claim WHERE id = $2)`, [BOOK_AUTHOR, bookClaim(seed, 0).ids.claim]);
  return row;
}

async function written(reader: Reader, seed: number): Promise<number> {
  const { first, last } = claimIdsOf(seed);
  const [row] = await reader.query<{ count: number }>('SELECT count(*)::int AS count FROM claim WHERE id BETWEEN $1 AND $2', [first, last]);
  return row?.count ?? 0;
}

async function prepare(app: INestApplicationContext, policyFolder: string): Promise<Ground> {
  const ids: string[] = [];
  for (const email of [BOOK_AUTHOR, 'book-second@makegood.example']) {
    ids.push(unwrap(await app.get(People).create(SYSTEM, { email, name: `Generated (${email})`, password: `${randomUUID()}${randomUUID()}` })).id);
  }
  // Who proposes a change of the book, and who approves it, are looked up when they do.
  for (const role of ['register_editor', 'policy_author'] as const) unwrap(await app.get(People).grant(SYSTEM, ids[0] ?? '', role));
  unwrap(await app.get(People).grant(SYSTEM, ids[1] ?? '', 'register_approver'));
  const [one, two] = ids.map((userId): Context => ({ actor: { kind: 'user', userId, roles: ['register_editor', 'policy_author'], memberships: [] }, requestId: 'book' })) as [Context, Context];
  unwrap(await app.get(PolicyImports).importFolder(SYSTEM, policyFolder));
  unwrap(await app.get(ServiceCatalogue).add(one, { code: BOOK_SERVICE, names: { en: 'Generated payments' } }));
  const register = app.get(OutageRegister);
  const line = { service: BOOK_SERVICE, region: '*' };
  const draft = unwrap(await register.createDraft(one, {
    code: BOOK_OUTAGE.code, title: { en: 'Generated outage', ko: '생성된 장애', fr: 'Panne générée' },
    content: {
      complete: true, scope: [{ ...line, ...BOOK_OUTAGE.scope, entry: 0 }], officialWindows: [{ service: BOOK_SERVICE, ...BOOK_OUTAGE.official }],
      segments: BOOK_OUTAGE.segments.map(({ from, to, state, ...more }) => ({ ...line, from, to, state, source: 'generated', ...('level' in more ? { level: unwrap(parseRatio(more.level)) } : {}) })),
    },
  }));
  const confirmed = unwrap(await register.confirm(two, draft.id, draft.version, 1));
  const ended = unwrap(await register.end(two, draft.id, confirmed.version, BOOK_OUTAGE.segments[3].to));
  unwrap(await register.finalise(two, draft.id, ended.version));
  const fund = unwrap(await app.get(FundLedger).create(one, { code: 'book', name: 'Generated', mode: 'open', currency: 'GBP' }));
  const scheme = unwrap(await app.get(SchemePlanning).plan(one, {
    code: 'book', policyKey: BOOK_POLICY, fundId: fund.id, outageIds: [draft.id], zone: 'Europe/London', graceDays: 0, title: { en: 'Generated book', ko: '생성된 장부', fr: 'Livre généré' },
    opensAt: unwrap(parseInstant('2026-10-14T00:00:00Z')), closesAt: unwrap(parseInstant('2036-01-01T00:00:00Z')), contact: { name: 'Generated' }, targetDays: {},
    texts: [{ kind: 'terms', language: 'en', body: 'Generated terms.' }],
  }));
  return { userId: ids[0] ?? '', schemeId: scheme.id };
}

const ENTERED: Instant = (BOOK_OUTAGE.scope.from - 365 * 24 * HOUR_MS) as Instant;

async function addBusinesses(tx: Tx, chunk: readonly BookClaim[], { userId }: Ground): Promise<void> {
  const [merchants, sites] = [chunk.map(({ ids }) => ids.merchant), chunk.map(({ ids }) => ids.site)];
  const sizes = chunk.map(({ turnoverMinor }) => JSON.stringify([{ measure: 'turnover', year: 2025, value: turnoverMinor, currency: 'GBP', source: 'generated' }]));
  await tx.execute(`
    INSERT INTO merchant (id, legal_name, registration_scheme, registration_value, sector_system, sector_code, country, language, zone, sizes, verified_at, verified_by, created_at)
    SELECT id, 'Generated ' || right(id::text, 6), 'none', '', 'makegood', trade, 'GB', 'en', 'Europe/London', sizes, $4, $5, $4
    FROM unnest($1::uuid[], $2::text[], $3::jsonb[]) AS u (id, trade, sizes)`, [merchants, chunk.map(({ trade }) => trade), sizes, formatInstant(ENTERED), userId]);
  await tx.execute(`
    INSERT INTO app_user (id, email, name, created_at)
    SELECT id, 'owner-' || right(merchant_id::text, 17) || '@makegood.example', 'Generated', $3 FROM unnest($1::uuid[], $2::uuid[]) AS u (id, merchant_id)`, [chunk.map(({ ids }) => ids.owner), merchants, formatInstant(ENTERED)]);
  await tx.execute(`INSERT INTO membership (user_id, merchant_id, role) SELECT u.*, 'owner' FROM unnest($1::uuid[], $2::uuid[]) AS u`, [chunk.map(({ ids }) => ids.owner), merchants]);
  await tx.execute(`
    INSERT INTO site (id, merchant_id, name, online, zone, country, opening_hours, hours_entered_at, created_at)
    SELECT id, merchant_id, 'Generated', false, 'Europe/London', 'GB', hours, $4, $4 FROM unnest($1::uuid[], $2::uuid[], $3::jsonb[]) AS u (id, merchant_id, hours)`,
  [sites, merchants, chunk.map(({ openingHours }) => JSON.stringify(openingHours)), formatInstant(ENTERED)]);
  await tx.execute(`
    INSERT INTO enrolment (merchant_id, site_id, service_code, region, during, source, created_at)
    SELECT merchant_id, site_id, $3, '*', tstzrange($4, NULL), 'generated', $4 FROM unnest($1::uuid[], $2::uuid[]) AS u (merchant_id, site_id)`,
  [merchants, sites, BOOK_SERVICE, formatInstant(ENTERED)]);
}

async function addSales(tx: Tx, chunk: readonly BookClaim[], { userId }: Ground): Promise<void> {
  const filedAt = formatInstant(BOOK_OUTAGE.scope.to);
  const digests = chunk.map(({ hours }) => sha256Hex(hours.map(({ at, minor }) => `${at} ${minor}`).join('\n')));
  await tx.execute(`
    INSERT INTO sales_set (id, subject_id, merchant_id, site_id, number, state, file_bytes, file_sha256, records_sha256, reading, currency, basis, granularity_ms, line_count,
      fault_count, faults, totals, proposed_coverage, coverage, coverage_confirmed_by, coverage_confirmed_at, used_at, uploaded_by, uploaded_at)
    SELECT id, claim_id, merchant_id, site_id, 1, 'parsed', 0, digest, digest, '{}', 'GBP', 'net_of_tax', $8, lines, 0, '[]', '{}', coverage, coverage, $9, $10, $10, $9, $10
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::int[], $7::tstzmultirange[]) AS u (id, claim_id, merchant_id, site_id, digest, lines, coverage)`,
  [chunk.map(({ ids }) => ids.set), chunk.map(({ ids }) => ids.claim), chunk.map(({ ids }) => ids.merchant), chunk.map(({ ids }) => ids.site), digests,
    chunk.map(({ hours }) => hours.length), chunk.map(({ coverage }) => `{${coverage.map(range).join(',')}}`), HOUR_MS, userId, filedAt]);
  const lines = chunk.flatMap(({ ids, hours }) => hours.map((hour, line) => ({ ids, ...hour, line: line + 1 })));
  await tx.execute(`
    INSERT INTO sales_record (set_id, merchant_id, line, kind, at, counts_at, period_ms, amount_minor, net_minor, loose_minor)
    SELECT set_id, merchant_id, line, 'sale', at, at, $6, minor, minor, 0 FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[], $5::bigint[]) AS u (set_id, merchant_id, line, at, minor)`,
  [lines.map(({ ids }) => ids.set), lines.map(({ ids }) => ids.merchant), lines.map(({ line }) => line), lines.map(({ at }) => formatInstant(at)), lines.map(({ minor }) => String(minor)), HOUR_MS]);
}

async function addClaims(tx: Tx, chunk: readonly BookClaim[], { userId, schemeId }: Ground, answers: (claim: BookClaim) => object): Promise<void> {
  const filedAt = formatInstant(BOOK_OUTAGE.scope.to);
  const given = chunk.map((claim) => JSON.stringify(answers(claim)));
  const frozen = chunk.map((claim) => JSON.stringify({
    services: [BOOK_SERVICE], window: claim.window, declaredMinor: null, currency: 'GBP', answers: answers(claim), declarations: { isTrue: true, paidElsewhere: false }, salesSetId: claim.ids.set,
  }));
  const [claims, merchants, sites] = [chunk.map(({ ids }) => ids.claim), chunk.map(({ ids }) => ids.merchant), chunk.map(({ ids }) => ids.site)];
  const windows = chunk.map(({ window }) => range(window));
  await tx.execute(`
    INSERT INTO claim (id, reference, scheme_id, site_id, merchant_id, head, currency, services, claim_window, answers, state, claim_version, created_by, submitted_by, created_at, submitted_at)
    SELECT id, 'BOOK-' || right(id::text, 12), $6, site_id, merchant_id, 'lost_sales', 'GBP', ARRAY[$7], claim_window, answers, 'submitted', 1, $8, $8, $9, $9
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::tstzrange[], $5::jsonb[]) AS u (id, merchant_id, site_id, claim_window, answers)`,
  [claims, merchants, sites, windows, given, schemeId, BOOK_SERVICE, userId, filedAt]);
  await tx.execute(`
    INSERT INTO claim_version (claim_id, n, merchant_id, frozen, filed_by, filed_at) SELECT id, 1, merchant_id, frozen, $4, $5 FROM unnest($1::uuid[], $2::uuid[], $3::jsonb[]) AS u (id, merchant_id, frozen)`,
  [claims, merchants, frozen, userId, filedAt]);
  await tx.execute(`
    INSERT INTO claim_occupancy (claim_id, merchant_id, head, site_id, service, span)
    SELECT id, merchant_id, 'lost_sales', site_id, $5, span FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::tstzrange[]) AS u (id, merchant_id, site_id, span)`,
  [claims, merchants, sites, windows, BOOK_SERVICE]);
}

async function assessAll(app: INestApplicationContext, tx: Tx, chunk: readonly BookClaim[]): Promise<void> {
  const filed = await app.get(ClaimQueries).filed(tx, { ids: chunk.map(({ ids }) => ids.claim) });
  const applied = (await app.get(FactsLoader).load(tx, filed)).map(({ facts, choice }) => unwrap(choice.apply(facts)));
  const settled = await app.get(AssessmentRuns).settle(tx, applied);
  const rows = settled.flatMap(({ facts, assessed }, index) => (assessed === undefined ? [] : [{ facts, result: assessed.result, policy: applied[index]?.policy, frozen: frozenText(facts), text: canonicalJson(assessed.result) }]));
  const made = await tx.query<{ id: string; claimId: string }>(`
    INSERT INTO assessment (claim_id, merchant_id, n, claim_version, policy_version_id, register_version, engine, input_hash, frozen, result_hash, result, outcome, provisional,
      cash_minor, currency, assessed_at)
    SELECT claim_id, merchant_id, 1, 1, version_id, register_version, $11, input_hash, frozen, result_hash, result, outcome, false, cash_minor, 'GBP', $12
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[])
      AS u (claim_id, merchant_id, version_id, register_version, input_hash, frozen, result_hash, result, outcome, cash_minor)
    RETURNING id, claim_id AS "claimId"`,
  [rows.map(({ facts }) => facts.claim.id), rows.map(({ facts }) => facts.merchant.id), rows.map(({ policy }) => policy?.id), rows.map(({ facts }) => facts.registerVersion),
    rows.map(({ frozen }) => sha256Hex(frozen)), rows.map(({ frozen }) => frozen), rows.map(({ text }) => sha256Hex(text)), rows.map(({ text }) => text),
    rows.map(({ result }) => result.outcome), rows.map(({ result }) => result.cashMinor), ENGINE, formatInstant(BOOK_OUTAGE.scope.to)]);
  await tx.execute('UPDATE claim c SET assessment_id = u.id, version = version + 1 FROM unnest($1::uuid[], $2::uuid[]) AS u (claim_id, id) WHERE c.id = u.claim_id',
    [made.map(({ claimId }) => claimId), made.map(({ id }) => id)]);
}
