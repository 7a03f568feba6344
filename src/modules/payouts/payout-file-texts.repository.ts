import { Injectable } from '@nestjs/common';
import type { TextChange } from '../../core/payments/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

/** A text of a file beside what was typed; the payer's names no payment. */
export interface ChangedText extends TextChange {
  readonly reference?: string;
}

export interface FileTextRow {
  readonly n: number;
  readonly line: number;
  readonly reference: string | null;
  /** Of the payment that it is a text of. */
  readonly lineId: string | null;
  readonly field: string;
  /** Null where both were erased. */
  readonly typed: string | null;
  readonly sent: string | null;
  readonly why: TextChange['why'];
}

@Injectable()
export class PayoutFileTextsRepository {
  /** In the order given, counted on from `before`. */
  async add(tx: Tx, batchId: string, before: number, texts: readonly ChangedText[]): Promise<void> {
    await tx.named('payout_file_texts_add', `
      INSERT INTO payout_file_text (batch_id, n, line, end_to_end_id, field, typed, sent, why)
      SELECT $1, $2 + w.place, w.line, w.reference, w.field, w.typed, w.sent, w.why
      FROM unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) WITH ORDINALITY AS w (line, reference, field, typed, sent, why, place)`,
    [batchId, before, texts.map(({ line }) => line), texts.map(({ reference }) => reference ?? null), texts.map(({ field }) => field), texts.map(({ from }) => from), texts.map(({ to }) => to), texts.map(({ why }) => why)]);
  }

  /** In the order of the file. */
  list(reader: Reader, batchId: string, { after, limit }: { after: number; limit: number }): Promise<FileTextRow[]> {
    return reader.query(`
      SELECT t.n, t.line, t.end_to_end_id AS reference, l.id AS "lineId", t.field, t.typed, t.sent, t.why FROM payout_file_text t LEFT JOIN payment_line l ON l.end_to_end_id = t.end_to_end_id
      WHERE t.batch_id = $1 AND t.n > $2 ORDER BY t.n LIMIT $3`, [batchId, after, limit]);
  }
}
