import { Injectable } from '@nestjs/common';
import { formatInstant, type Interval } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';

/** A file that was filed with another subject as well. */
export interface SharedFile {
  readonly subjectId: string;
  readonly fileName: string;
}

/** Sales that count for another subject as well: the same file, or this many of the same lines. */
export interface SharedSales {
  readonly subjectId: string;
  readonly isSameFile: boolean;
  readonly lines: number;
}

const MOST_FOUND = 50;
const MOST_LINES = 100;

/** Finds the same bytes and the same sales under other subjects. Bounded, and each step over an index. */
@Injectable()
export class SharedEvidenceRepository {
  /** Of other merchants only: one that claims for several places files the same certificate for each. */
  files(reader: Reader, subjectId: string): Promise<SharedFile[]> {
    return reader.named<SharedFile>('evidence_shared', `
      SELECT DISTINCT ON (other.subject_id) other.subject_id AS "subjectId", own.file_name AS "fileName" FROM evidence_file own
      JOIN evidence_file other ON other.sha256 = own.sha256 AND other.merchant_id <> own.merchant_id AND other.frozen_at IS NOT NULL
      WHERE own.subject_id = $1 AND own.frozen_at IS NOT NULL ORDER BY other.subject_id, own.id LIMIT ${MOST_FOUND}`, [subjectId]);
  }

  /** The same file or records under any other subject. */
  sameSets(reader: Reader, subjectId: string): Promise<SharedSales[]> {
    return reader.named<SharedSales>('sales_shared_sets', `
      WITH own AS (SELECT id, file_sha256, records_sha256 FROM sales_set WHERE subject_id = $1 AND state = 'parsed' ORDER BY number DESC LIMIT 1)
      SELECT DISTINCT subject_id AS "subjectId", true AS "isSameFile", 0 AS lines FROM (
        SELECT o.subject_id FROM own JOIN sales_set o ON o.file_sha256 = own.file_sha256 WHERE o.used_at IS NOT NULL
        UNION ALL SELECT o.subject_id FROM own JOIN sales_set o ON o.records_sha256 = own.records_sha256 WHERE o.used_at IS NOT NULL
      ) found WHERE subject_id <> $1 ORDER BY 1 LIMIT ${MOST_FOUND}`, [subjectId]);
  }

  /** Lines inside the window that files of these merchants have as well: same number, time and sum. The first hundred of the window are looked at. */
  sameLines(reader: Reader, subjectId: string, window: Interval, merchantIds: readonly string[]): Promise<SharedSales[]> {
    return reader.named<SharedSales>('sales_shared_lines', `
      WITH own AS (SELECT id FROM sales_set WHERE subject_id = $1 AND state = 'parsed' ORDER BY number DESC LIMIT 1),
      line AS (
        SELECT r.external_id, r.at, r.amount_minor FROM own JOIN sales_record r ON r.set_id = own.id
        WHERE r.counts_at >= $2 AND r.counts_at < $3 AND r.kind = 'sale' AND r.external_id IS NOT NULL ORDER BY r.counts_at LIMIT ${MOST_LINES}),
      other AS (
        SELECT id, subject_id FROM sales_set
        WHERE merchant_id = ANY ($4::uuid[]) AND used_at IS NOT NULL AND subject_id <> $1 AND coverage && tstzmultirange(tstzrange($2, $3, '[)')) ORDER BY id DESC LIMIT ${MOST_FOUND})
      SELECT other.subject_id AS "subjectId", false AS "isSameFile", count(*)::int AS lines FROM other CROSS JOIN line
      JOIN sales_record r ON r.set_id = other.id AND r.external_id = line.external_id AND r.kind = 'sale' AND r.at = line.at AND r.amount_minor = line.amount_minor
      GROUP BY 1 ORDER BY 1`, [subjectId, formatInstant(window.from), formatInstant(window.to), merchantIds]);
  }
}
