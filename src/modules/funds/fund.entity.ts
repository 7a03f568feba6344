import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FundMode, PayoutMethod } from './ledger.rules.js';

@Entity({ name: 'fund' })
export class FundEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  code!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  mode!: FundMode;

  @Column({ type: 'char', length: 3 })
  currency!: string;

  /** Minor units; of every mode but `open`. */
  @Column({ type: 'bigint', name: 'limit_minor', nullable: true })
  limitMinor!: string | null;

  /** Where its payments leave from; nothing is paid without one. */
  @Column({ type: 'uuid', name: 'paying_account_id', nullable: true })
  payingAccountId!: string | null;

  @Column({ type: 'text' })
  method!: PayoutMethod;

  @Column({ type: 'timestamptz', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'int' })
  version!: number;
}
