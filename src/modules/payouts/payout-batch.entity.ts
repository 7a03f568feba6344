import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PayingAccountEntity, PayoutMethod } from '../funds/index.js';
import type { BatchState } from './payout-batch.machine.js';

export type LeavingTerms = Pick<PayingAccountEntity, 'holder' | 'account' | 'address' | 'profile'>;

@Entity({ name: 'payout_batch' })
export class PayoutBatchEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'bigint' })
  number!: string;

  @Column({ type: 'uuid', name: 'fund_id' })
  fundId!: string;

  @Column({ type: 'uuid', name: 'paying_account_id' })
  payingAccountId!: string;

  @Column({ type: 'char', length: 3 })
  currency!: string;

  @Column({ type: 'text' })
  method!: PayoutMethod;

  @Column({ type: 'text' })
  state!: BatchState;

  /** The day the bank is to pay, where the paying account is kept. */
  @Column({ type: 'date', name: 'execute_on' })
  executeOn!: string;

  @Column({ type: 'text', name: 'message_id' })
  messageId!: string;

  @Column({ type: 'uuid', name: 'created_by' })
  createdBy!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'uuid', name: 'locked_by', nullable: true })
  lockedBy!: string | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'locked_at', nullable: true })
  lockedAt!: Date | null;

  @Column({ type: 'int', name: 'line_count', nullable: true })
  lineCount!: number | null;

  @Column({ type: 'bigint', name: 'gross_minor', nullable: true })
  grossMinor!: string | null;

  @Column({ type: 'bigint', name: 'withheld_minor', nullable: true })
  withheldMinor!: string | null;

  /** What leaves the paying account. */
  @Column({ type: 'bigint', name: 'total_minor', nullable: true })
  totalMinor!: string | null;

  @Column({ type: 'char', length: 64, nullable: true })
  digest!: string | null;

  /** The terms of the paying account that its file states, as they stood at the lock. */
  @Column({ type: 'jsonb', nullable: true })
  leaving!: LeavingTerms | null;

  @Column({ type: 'int', name: 'approvals_needed', nullable: true })
  approvalsNeeded!: number | null;

  @Column({ type: 'uuid', name: 'released_by', nullable: true })
  releasedBy!: string | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'released_at', nullable: true })
  releasedAt!: Date | null;

  @Column({ type: 'int', name: 'released_count', nullable: true })
  releasedCount!: number | null;

  @Column({ type: 'bigint', name: 'released_minor', nullable: true })
  releasedMinor!: string | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column({ type: 'int' })
  version!: number;
}
