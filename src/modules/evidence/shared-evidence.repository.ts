import { Injectable } from '@nestjs/common';
import { formatInstant, type Interval } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';

/** What was brought to prove a subject and another one as well. */
export interface Shared {
  readonly of: string;
  readonly subjectId: string;
}

/** Whose sales are looked for among those of which merchants, and over which time. */
export interface AskedSales {
  readonly subjectId: string;
  readonly window: Interval;
  readonly merchantIds: readonly string[];
}

const MOST_FOUND = 50;
const MOST_LINES = 100;

/** Finds the same bytes and the same sales under other subjects. Bounded, and each step over an index. */
@Injectable()
export class SharedEvidenceRepository {
  /** Of other merchants only: one that claims for several places files the same certificate for each. */
  files(reader: Reader, subjectIds: readonly string[]): Promise<Shared[]> {
    return reader.named<Shared>('evidence_shared', `
      SELECT asked.id AS "of", found."subjectId" FROM unnest($1::uuid[]) AS asked (id) CROSS JOIN LATERAL (
        SELECT DISTINCT other.subject_id AS "subjectId" FROM evidence_file own
        JOIN evidence_file other ON other.sha256 = own.sha256 AND other.merchant_id <> own.merchant_id AND other.frozen_at IS NOT NULL
        WHERE own.subject_id = asked.id AND own.frozen_at IS NOT NULL ORDER BY 1 LIMIT ${MOST_FOUND}) found`, [subjectIds]);
  }

  /** The same file or records under any other subject. */
  sameSets(reader: Reader, subjectIds: readonly string[]): Promise<Shared[]> {
    return reader.named<Shared>('sales_shared_sets', `
      SELECT asked.id AS "of", found."subjectId" FROM unnest($1::uuid[]) AS asked (id)
      CROSS JOIN LATERAL (SELECT file_sha256, records_sha256 FROM sales_set WHERE subject_id = asked.id AND state = 'parsed' ORDER BY number DESC LIMIT 1) own
      CROSS JOIN LATERAL (
        SELECT DISTINCT subject_id AS "subjectId" FROM (
          SELECT o.subject_id FROM sales_set o WHERE o.file_sha256 = own.file_sha256 AND o.used_at IS NOT NULL
          UNION ALL SELECT o.subject_id FROM sales_set o WHERE o.records_sha256 = own.records_sha256 AND o.used_at IS NOT NULL
        ) same WHERE subject_id <> asked.id ORDER BY 1 LIMIT ${MOST_FOUND}) found`, [subjectIds]);
  }

  /** Lines inside the window that files of these merchants have as well: same number, time and sum. The first hundred of the window are looked at. */
  sameLines(reader: Reader, asked: readonly AskedSales[]): Promise<Shared[]> {
    return reader.named<Shared>('sales_shared_lines', `
      SELECT asked.id AS "of", found."subjectId" FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::text[]) AS asked (id, begins, ends, merchants)
      CROSS JOIN LATERAL (
        WITH line AS MATERIALIZED (
          SELECT r.external_id, r.at, r.amount_minor FROM (SELECT id FROM sales_set WHERE subject_id = asked.id AND state = 'parsed' ORDER BY number DESC LIMIT 1) own
          JOIN sales_record r ON r.set_id = own.id
          WHERE r.counts_at >= asked.begins AND r.counts_at < asked.ends AND r.kind = 'sale' AND r.external_id IS NOT NULL ORDER BY r.counts_at LIMIT ${MOST_LINES}),
        other AS (
          SELECT id, subject_id FROM sales_set
          WHERE merchant_id = ANY (asked.merchants::uuid[]) AND used_at IS NOT NULL AND subject_id <> asked.id AND coverage && tstzmultirange(tstzrange(asked.begins, asked.ends, '[)'))
          ORDER BY id DESC LIMIT ${MOST_FOUND})
        SELECT DISTINCT other.subject_id AS "subjectId" FROM other CROSS JOIN line
        JOIN sales_record r ON r.set_id = other.id AND r.external_id = line.external_id AND r.kind = 'sale' AND r.at = line.at AND r.amount_minor = line.amount_minor) found`,
    [asked.map(({ subjectId }) => subjectId), asked.map(({ window }) => formatInstant(window.from)), asked.map(({ window }) => formatInstant(window.to)),
      asked.map(({ merchantIds }) => `{${merchantIds.join(',')}}`)]);
  }
}
