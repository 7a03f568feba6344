import type { BankMessageRow } from '../bank/bank-messages.repository.js';
import type { ReadingRow } from '../bank/bank-readings.repository.js';
import type { BankMessageView, BankReadingView } from './bank-view.js';

export const bankMessageView = (row: BankMessageRow): BankMessageView => ({
  self: `/v1/bank-messages/${row.id}`, id: row.id, job: `/v1/jobs/${row.id}`, payingAccountId: row.payingAccountId, state: row.state, format: row.format,
  ...(row.kind === null ? {} : { kind: row.kind }), ...(row.messageVersion === null ? {} : { messageVersion: row.messageVersion }), ...(row.bankMessageId === null ? {} : { bankMessageId: row.bankMessageId }),
  ...(row.bankCreatedAt === null ? {} : { bankCreatedAt: row.bankCreatedAt }), fileName: row.fileName, sha256: row.sha256, byteCount: Number.parseInt(row.byteCount, 10), schemaValid: row.schemaValid,
  itemCount: row.itemCount, movedCount: row.movedCount, breakCount: row.breakCount, faultCount: row.faultCount, faults: row.faults, ...(row.refusal === null ? {} : { refusal: row.refusal }),
  receivedBy: row.receivedBy, receivedAt: row.receivedAt.toISOString(), ...(row.endedAt === null ? {} : { endedAt: row.endedAt.toISOString() }), version: row.version,
});

export const readingView = ({ askedAt, endedAt, outcome, refusal, ...row }: ReadingRow): BankReadingView => ({
  ...row, askedAt: askedAt.toISOString(), ...(endedAt === null ? {} : { endedAt: endedAt.toISOString() }), ...(outcome === null ? {} : { outcome }), ...(refusal === null ? {} : { refusal }),
});
