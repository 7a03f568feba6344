import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountKind } from './account-number.rules.js';
import type { HolderAnswer } from './holder-check.port.js';
import type { PayeeState } from './payee.machine.js';

/** The sealed number is not among the columns: only the repository's one statement for it reads it. */
@Entity({ name: 'payee_account' })
export class PayeeAccountEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'merchant_id' })
  merchantId!: string;

  @Column({ type: 'text' })
  kind!: AccountKind;

  @Column({ type: 'char', length: 2 })
  country!: string;

  @Column({ type: 'text', nullable: true })
  bank!: string | null;

  @Column({ type: 'text', nullable: true })
  holder!: string | null;

  @Column({ type: 'text', name: 'last_four' })
  lastFour!: string;

  @Column({ type: 'bytea', name: 'blind_index' })
  blindIndex!: Buffer;

  @Column({ type: 'text', name: 'index_key_id' })
  indexKeyId!: string;

  @Column({ type: 'text', name: 'contact_email', nullable: true })
  contactEmail!: string | null;

  @Column({ type: 'text', name: 'contact_phone', nullable: true })
  contactPhone!: string | null;

  @Column({ type: 'text' })
  state!: PayeeState;

  @Column({ type: 'timestamptz', precision: 3, name: 'usable_from' })
  usableFrom!: Date;

  @Column({ type: 'text', name: 'check_outcome' })
  checkOutcome!: HolderAnswer['outcome'];

  @Column({ type: 'text', name: 'holder_on_account', nullable: true })
  holderOnAccount!: string | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'checked_at' })
  checkedAt!: Date;

  @Column({ type: 'uuid', name: 'checked_by', nullable: true })
  checkedBy!: string | null;

  @Column({ type: 'uuid', name: 'created_by' })
  createdBy!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'int' })
  version!: number;
}
