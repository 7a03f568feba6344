import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many people approve a batch, up to what total; the last band has no bound. */
export interface ApprovalBand {
  /** Inclusive. */
  readonly upToMinor?: string;
  readonly count: number;
}

/** An account of the operator, as its bank knows it. */
export type OwnAccount =
  | { readonly kind: 'iban'; readonly iban: string; readonly bic?: string }
  | { readonly kind: 'kr'; readonly bankCode: string; readonly number: string }
  | { readonly kind: 'other'; readonly number: string; readonly bic?: string; readonly clearing?: { readonly system: string; readonly member: string } };

@Entity({ name: 'paying_account' })
export class PayingAccountEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  code!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'char', length: 3 })
  currency!: string;

  @Column({ type: 'text' })
  holder!: string;

  /** Of the bank: its calendar days begin there. */
  @Column({ type: 'text' })
  zone!: string;

  @Column({ type: 'jsonb' })
  account!: OwnAccount;

  @Column({ type: 'jsonb', nullable: true })
  address!: { readonly street?: string; readonly building?: string; readonly postcode?: string; readonly town: string; readonly country: string } | null;

  /** How the files for its bank are written. */
  @Column({ type: 'jsonb' })
  profile!: object;

  @Column({ type: 'jsonb' })
  approvals!: readonly ApprovalBand[];

  /** Working days after the day of payment until a line that no booking names is missed. */
  @Column({ type: 'int', name: 'missing_after_days' })
  missingAfterDays!: number;

  @Column({ type: 'uuid', name: 'created_by' })
  createdBy!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'int' })
  version!: number;
}
