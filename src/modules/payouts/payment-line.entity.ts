import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PayoutMethod } from '../funds/index.js';
import type { LineState } from './payment-line.machine.js';

/** What a file says of a business beside its account, as it stood when the batch was locked. */
export interface FrozenPayee {
  readonly name: string;
  readonly registration: string;
  readonly phone?: string;
  readonly address?: { readonly street?: string; readonly number?: string; readonly postcode?: string; readonly city?: string; readonly country: string };
}

@Entity({ name: 'payment_line' })
export class PaymentLineEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'claim_id' })
  claimId!: string;

  @Column({ type: 'uuid', name: 'merchant_id' })
  merchantId!: string;

  @Column({ type: 'uuid', name: 'fund_id' })
  fundId!: string;

  @Column({ type: 'int', name: 'entitlement_no' })
  entitlementNo!: number;

  /** Of the claim: the first payment is 1. */
  @Column({ type: 'int' })
  n!: number;

  @Column({ type: 'char', length: 3 })
  currency!: string;

  @Column({ type: 'bigint', name: 'gross_minor' })
  grossMinor!: string;

  @Column({ type: 'bigint', name: 'withheld_minor' })
  withheldMinor!: string;

  @Column({ type: 'bigint', name: 'offset_minor' })
  offsetMinor!: string;

  /** What reaches the payee. */
  @Column({ type: 'bigint', name: 'net_minor' })
  netMinor!: string;

  @Column({ type: 'text' })
  method!: PayoutMethod;

  @Column({ type: 'text' })
  state!: LineState;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column({ type: 'uuid', name: 'batch_id', nullable: true })
  batchId!: string | null;

  @Column({ type: 'uuid', name: 'payee_account_id', nullable: true })
  payeeAccountId!: string | null;

  /** From the lock of its batch on; read for its file alone. */
  @Column({ type: 'jsonb', nullable: true, select: false })
  payee!: FrozenPayee | null;

  @Column({ type: 'text', name: 'end_to_end_id' })
  endToEndId!: string;

  @Column({ type: 'uuid' })
  uetr!: string;

  @Column({ type: 'uuid', name: 'replaces_id', nullable: true })
  replacesId!: string | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'moved_at' })
  movedAt!: Date;

  /** Of one that came back: since when nothing of it is due. */
  @Column({ type: 'timestamptz', precision: 3, name: 'nothing_due_at', nullable: true })
  nothingDueAt!: Date | null;

  @Column({ type: 'int' })
  version!: number;
}
