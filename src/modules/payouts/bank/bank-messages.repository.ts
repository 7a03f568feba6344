import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../../core/errors/index.js';
import type { MessageKind } from '../../../core/payments/reconcile-reports.js';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { OwnAccount } from '../../funds/index.js';
import type { BankFaultView, BankFormat, BankMessageState } from '../views/bank-view.js';
import type { SchemaValid } from './bank-file.importer.js';

export interface BankMessageRow {
  readonly id: string;
  readonly payingAccountId: string;
  readonly sha256: string;
  readonly byteCount: string;
  readonly fileName: string;
  readonly format: BankFormat;
  readonly kind: MessageKind | null;
  readonly messageVersion: string | null;
  readonly bankMessageId: string | null;
  readonly bankCreatedAt: string | null;
  readonly schemaValid: SchemaValid;
  readonly state: BankMessageState;
  readonly stagedCount: number;
  readonly itemCount: number;
  readonly movedCount: number;
  readonly breakCount: number;
  readonly faultCount: number;
  readonly faults: readonly BankFaultView[];
  readonly refusal: Refusal | null;
  readonly receivedBy: string;
  readonly receivedAt: Date;
  readonly endedAt: Date | null;
  readonly version: number;
}

/** What a file said of itself, and how its reading went. */
export interface MessageAbout {
  readonly kind?: MessageKind;
  readonly version?: string;
  readonly messageId?: string;
  readonly createdAt?: string;
  readonly schemaValid: SchemaValid;
  readonly faultCount: number;
  readonly faults: readonly BankFaultView[];
}

/** What a file without an account of its own says it is about: a file of ours, or the references of payments. */
export interface NamedOfOurs {
  readonly file?: string | undefined;
  readonly payments: readonly string[];
}

const COLUMNS = `id, paying_account_id AS "payingAccountId", sha256, byte_count::text AS "byteCount", file_name AS "fileName", format, kind, message_version AS "messageVersion", bank_message_id AS "bankMessageId",
  bank_created_at AS "bankCreatedAt", schema_valid AS "schemaValid", state, staged_count AS "stagedCount", item_count AS "itemCount", moved_count AS "movedCount", break_count AS "breakCount",
  fault_count AS "faultCount", faults, refusal, received_by AS "receivedBy", received_at AS "receivedAt", ended_at AS "endedAt", version`;

@Injectable()
export class BankMessagesRepository {
  /** Undefined when the account has a message with this digest. */
  async insert(tx: Tx, row: Pick<BankMessageRow, 'payingAccountId' | 'sha256' | 'fileName' | 'format' | 'receivedBy'> & { byteCount: number; at: Instant }): Promise<BankMessageRow | undefined> {
    const [made] = await tx.query<BankMessageRow>(`
      INSERT INTO bank_message (paying_account_id, sha256, byte_count, file_name, format, received_by, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
      ON CONFLICT ON CONSTRAINT bank_message_digest_uq DO NOTHING RETURNING ${COLUMNS}`,
    [row.payingAccountId, row.sha256, row.byteCount, row.fileName, row.format, row.receivedBy, formatInstant(row.at)]);
    return made;
  }

  async byDigest(reader: Reader, { payingAccountId, sha256, format }: Pick<BankMessageRow, 'payingAccountId' | 'sha256' | 'format'>): Promise<BankMessageRow | undefined> {
    const [row] = await reader.query<BankMessageRow>(`SELECT ${COLUMNS} FROM bank_message WHERE paying_account_id = $1 AND sha256 = $2 AND format = $3`, [payingAccountId, sha256, format]);
    return row;
  }

  /** The paying account that what is named of ours left from: a file, or payments. Undefined when this account is among them, or nothing of it is ours. */
  async leftFromOther(reader: Reader, payingAccountId: string, { file, payments }: NamedOfOurs): Promise<OwnAccount | undefined> {
    const rows = await reader.query<{ id: string; account: OwnAccount }>(`
      SELECT p.id, p.account FROM paying_account p WHERE p.id IN (
        SELECT b.paying_account_id FROM payout_batch b WHERE b.message_id = $1 OR b.id IN (SELECT l.batch_id FROM payment_line l WHERE l.end_to_end_id = ANY ($2::text[])))`, [file ?? null, payments]);
    return rows.some(({ id }) => id === payingAccountId) ? undefined : rows[0]?.account;
  }

  async find(reader: Reader, id: string): Promise<BankMessageRow | undefined> {
    const [row] = await reader.query<BankMessageRow>(`SELECT ${COLUMNS} FROM bank_message WHERE id = $1`, [id]);
    return row;
  }

  /** With its paying account: what banks say of one account is applied one message after the other. */
  async lock(tx: Tx, id: string): Promise<BankMessageRow | undefined> {
    await tx.query('SELECT FROM paying_account p JOIN bank_message m ON m.paying_account_id = p.id WHERE m.id = $1 FOR NO KEY UPDATE OF p', [id]);
    const [row] = await tx.query<BankMessageRow>(`SELECT ${COLUMNS} FROM bank_message WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    return row;
  }

  /** False while a message is made to count there. */
  async tryLockAccount(tx: Tx, payingAccountId: string): Promise<boolean> {
    return (await tx.query('SELECT 1 FROM paying_account WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED', [payingAccountId])).length > 0;
  }

  /** Newest first; `since` is an instant. */
  list(reader: Reader, { payingAccountId, state, since, before, limit }: { payingAccountId?: string; state?: BankMessageState; since?: string; before?: string; limit: number }): Promise<BankMessageRow[]> {
    return reader.query(`
      SELECT ${COLUMNS} FROM bank_message WHERE ($1::uuid IS NULL OR paying_account_id = $1) AND ($2::text IS NULL OR state = $2) AND ($3::uuid IS NULL OR id < $3)
        AND ($5::timestamptz IS NULL OR received_at >= $5) ORDER BY id DESC LIMIT $4`,
    [payingAccountId ?? null, state ?? null, before ?? null, limit, since ?? null]);
  }

  /** Of every reading of it. */
  async clearReports(tx: Tx, messageId: string): Promise<void> {
    await tx.execute('DELETE FROM bank_report WHERE message_id = $1', [messageId]);
  }

  /** Nothing once the message has ended: two may read it at once, and the first to end is the one that counts. */
  async addReports(tx: Tx, { messageId, reading }: { messageId: string; reading: string }, from: number, said: readonly string[]): Promise<void> {
    await tx.named('bank_report_add', `
      INSERT INTO bank_report (message_id, reading, n, said) SELECT m.id, $2, $3 + w.place, w.said FROM bank_message m, unnest($4::jsonb[]) WITH ORDINALITY AS w (said, place)
      WHERE m.id = $1 AND m.state = 'received'`, [messageId, reading, from, said]);
    await tx.execute(`UPDATE bank_message SET staged_count = $2, version = version + 1 WHERE id = $1 AND state = 'received'`, [messageId, from + said.length]);
  }

  /** Of a message that was read: it is being read again. */
  async reopen(tx: Tx, id: string): Promise<void> {
    await tx.execute(`UPDATE bank_message SET state = 'received', refusal = NULL, ended_at = NULL, staged_count = 0, version = version + 1 WHERE id = $1`, [id]);
  }

  /** Of a message of which something counts: another reading was refused, and what it says stands as it was. */
  async stand(tx: Tx, id: string, at: Instant): Promise<void> {
    await tx.execute(`UPDATE bank_message SET state = 'applied', ended_at = $2, version = version + 1 WHERE id = $1`, [id, formatInstant(at)]);
  }

  async end(tx: Tx, id: string, about: MessageAbout, { state, refusal, counts = { items: 0, moved: 0, breaks: 0 }, at }: {
    state: 'applied' | 'quarantined'; refusal?: Refusal; counts?: { items: number; moved: number; breaks: number }; at: Instant;
  }): Promise<void> {
    await tx.execute(`
      UPDATE bank_message SET kind = $2, message_version = $3, bank_message_id = $4, bank_created_at = $5, schema_valid = $6, fault_count = $7, faults = $8, state = $9, refusal = $10,
        item_count = $11, moved_count = $12, break_count = $13, ended_at = $14, version = version + 1 WHERE id = $1`,
    [id, about.kind ?? null, about.version ?? null, about.messageId ?? null, about.createdAt ?? null, about.schemaValid, about.faultCount, JSON.stringify(about.faults), state,
      refusal === undefined ? null : JSON.stringify(refusal), counts.items, counts.moved, counts.breaks, formatInstant(at)]);
  }
}
