import { Injectable } from '@nestjs/common';
import type { AssessmentOutcome } from '../../core/assessment/index.js';
import type { SalesFacts } from '../../core/policy/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

export interface NewAssessmentRow {
  readonly claimId: string;
  readonly merchantId: string;
  readonly claimVersion: number;
  readonly policyVersionId: string;
  readonly registerVersion: number;
  readonly engine: string;
  readonly inputHash: string;
  readonly frozen: string;
  readonly resultHash: string;
  readonly result: string;
  readonly outcome: string;
  readonly provisional: boolean;
  readonly cashMinor: string | null;
  readonly currency: string;
  readonly at: Instant;
}

export interface AssessmentRow {
  readonly id: string;
  readonly claimId: string;
  readonly merchantId: string;
  readonly n: number;
  readonly claimVersion: number;
  readonly policyVersionId: string;
  readonly registerVersion: number;
  readonly inputHash: string;
  readonly resultHash: string;
  readonly result: string;
  readonly outcome: string;
  readonly provisional: boolean;
  readonly cashMinor: string | null;
  readonly currency: string;
  readonly assessedAt: Date;
}

export interface StoredRun {
  readonly id: string;
  readonly policyVersionId: string;
  readonly frozen: string;
  readonly inputHash: string;
  readonly result: string;
  readonly resultHash: string;
}

export interface RecalledRow {
  readonly id: string;
  readonly outcome: AssessmentOutcome;
  readonly cashMinor: string | null;
  readonly sales: Pick<SalesFacts, 'setId' | 'sums'> | null;
}

const COLUMNS = `id, claim_id AS "claimId", merchant_id AS "merchantId", n, claim_version AS "claimVersion", policy_version_id AS "policyVersionId",
  register_version AS "registerVersion", input_hash AS "inputHash", result_hash AS "resultHash", result, outcome, provisional,
  cash_minor::text AS "cashMinor", currency, assessed_at AS "assessedAt"`;
const RUN = 'id, policy_version_id AS "policyVersionId", frozen, input_hash AS "inputHash", result, result_hash AS "resultHash"';

@Injectable()
export class AssessmentsRepository {
  /** Stores runs of different claims; what was stored before with the same input is not in the answer. */
  insert(tx: Tx, rows: readonly NewAssessmentRow[]): Promise<{ id: string; claimId: string; n: number }[]> {
    return tx.named('assessment_insert', `
      INSERT INTO assessment (claim_id, merchant_id, n, claim_version, policy_version_id, register_version, engine, input_hash, frozen, result_hash, result,
                              outcome, provisional, cash_minor, currency, assessed_at)
      SELECT u.claim_id, merchant_id, coalesce((SELECT max(a.n) FROM assessment a WHERE a.claim_id = u.claim_id), 0) + 1, claim_version, policy_version_id, register_version, engine,
             input_hash, frozen, result_hash, result, outcome, provisional, cash_minor, currency, assessed_at
      FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::boolean[], $13::bigint[], $14::text[],
                  $15::timestamptz[])
        AS u(claim_id, merchant_id, claim_version, policy_version_id, register_version, engine, input_hash, frozen, result_hash, result, outcome, provisional, cash_minor, currency, assessed_at)
      ON CONFLICT (claim_id, input_hash) DO NOTHING RETURNING id, claim_id AS "claimId", n`,
    [rows.map((row) => row.claimId), rows.map((row) => row.merchantId), rows.map((row) => row.claimVersion), rows.map((row) => row.policyVersionId), rows.map((row) => row.registerVersion),
      rows.map((row) => row.engine), rows.map((row) => row.inputHash), rows.map((row) => row.frozen), rows.map((row) => row.resultHash), rows.map((row) => row.result),
      rows.map((row) => row.outcome), rows.map((row) => row.provisional), rows.map((row) => row.cashMinor), rows.map((row) => row.currency), rows.map((row) => formatInstant(row.at))]);
  }

  async byInput(reader: Reader, claimId: string, inputHash: string): Promise<string | undefined> {
    const [row] = await reader.query<{ id: string }>('SELECT id FROM assessment WHERE claim_id = $1 AND input_hash = $2', [claimId, inputHash]);
    return row?.id;
  }

  async find(reader: Reader, id: string): Promise<AssessmentRow | undefined> {
    const [row] = await reader.named<AssessmentRow>('assessment_find', `SELECT ${COLUMNS} FROM assessment WHERE id = $1`, [id]);
    return row;
  }

  /** As `find`, for many; those that are not there are left out. */
  findAll(reader: Reader, ids: readonly string[]): Promise<AssessmentRow[]> {
    return reader.named<AssessmentRow>('assessment_find_all', `SELECT ${COLUMNS} FROM assessment WHERE id = ANY ($1::uuid[])`, [ids]);
  }

  /** Outcome and figure of each, for a list of claims. */
  figures(reader: Reader, ids: readonly string[]): Promise<Pick<AssessmentRow, 'id' | 'outcome' | 'provisional' | 'cashMinor' | 'currency' | 'policyVersionId'>[]> {
    return reader.query('SELECT id, outcome, provisional, cash_minor::text AS "cashMinor", currency, policy_version_id AS "policyVersionId" FROM assessment WHERE id = ANY ($1::uuid[])', [ids]);
  }

  /** What each comes to, and what its policy withholds of that. */
  sums(reader: Reader, ids: readonly string[]): Promise<{ id: string; cashMinor: string | null; withheldMinor: string | null }[]> {
    return reader.named('assessment_sums', `SELECT id, cash_minor::text AS "cashMinor", result::json ->> 'withheldMinor' AS "withheldMinor" FROM assessment WHERE id = ANY ($1::uuid[])`, [ids]);
  }

  /** What came out of each, and the sums of sales it was made with, for running many of them again. */
  recalled(reader: Reader, ids: readonly string[]): Promise<RecalledRow[]> {
    return reader.named('assessment_recalled', `
      SELECT id, outcome, cash_minor::text AS "cashMinor", frozen::json -> 'sales' AS sales
      FROM assessment WHERE id = ANY ($1::uuid[])`, [ids]);
  }

  registerVersions(reader: Reader, ids: readonly string[]): Promise<{ id: string; registerVersion: number }[]> {
    return reader.named('assessment_register_versions', 'SELECT id, register_version::int AS "registerVersion" FROM assessment WHERE id = ANY ($1::uuid[])', [ids]);
  }

  async ofClaim(reader: Reader, claimId: string, n: number): Promise<AssessmentRow | undefined> {
    const [row] = await reader.named<AssessmentRow>('assessment_of_claim', `SELECT ${COLUMNS} FROM assessment WHERE claim_id = $1 AND n = $2`, [claimId, n]);
    return row;
  }

  /** The run that a receipt names; for an operator's command, so without an index of its own. */
  async byHashes(reader: Reader, inputHash: string, resultHash: string): Promise<Pick<AssessmentRow, 'id' | 'policyVersionId'> | undefined> {
    const [row] = await reader.query<Pick<AssessmentRow, 'id' | 'policyVersionId'>>(
      'SELECT id, policy_version_id AS "policyVersionId" FROM assessment WHERE input_hash = $1 AND result_hash = $2 LIMIT 1', [inputHash, resultHash]);
    return row;
  }

  /** The frozen input of a run, as it is stored. */
  async frozen(reader: Reader, id: string): Promise<string> {
    const [row] = await reader.named<{ frozen: string }>('assessment_frozen', 'SELECT frozen FROM assessment WHERE id = $1', [id]);
    if (row === undefined) throw new TypeError(`assessment ${id} is gone`);
    return row.frozen;
  }

  list(reader: Reader, claimId: string): Promise<AssessmentRow[]> {
    return reader.query(`SELECT ${COLUMNS} FROM assessment WHERE claim_id = $1 ORDER BY n DESC LIMIT 100`, [claimId]);
  }

  async count(reader: Reader): Promise<number> {
    const [row] = await reader.query<{ count: number }>('SELECT count(*)::int AS count FROM assessment');
    return row?.count ?? 0;
  }

  /** One of `runsAfter`. */
  async run(reader: Reader, id: string): Promise<StoredRun | undefined> {
    const [row] = await reader.query<StoredRun>(`SELECT ${RUN} FROM assessment WHERE id = $1`, [id]);
    return row;
  }

  /** A page of stored runs in the order of their ids, for recomputing all of them. */
  runsAfter(reader: Reader, after: string, limit: number): Promise<StoredRun[]> {
    return reader.query(`SELECT ${RUN} FROM assessment WHERE id > $1 ORDER BY id LIMIT $2`, [after, limit]);
  }
}
