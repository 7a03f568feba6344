import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Address } from './contact.rules.js';

export interface StoredSize {
  readonly measure: string;
  readonly year: number;
  readonly value: string;
  readonly currency?: string;
  readonly source: string;
}

@Entity({ name: 'merchant' })
export class MerchantEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text', name: 'legal_name' })
  legalName!: string;

  @Column({ type: 'text', name: 'registration_scheme' })
  registrationScheme!: string;

  @Column({ type: 'text', name: 'registration_value' })
  registrationValue!: string;

  @Column({ type: 'text', name: 'registration_typed' })
  registrationTyped!: string;

  @Column({ type: 'text', nullable: true })
  phone!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  address!: Address | null;

  @Column({ type: 'text', name: 'sector_system' })
  sectorSystem!: string;

  @Column({ type: 'text', name: 'sector_code' })
  sectorCode!: string;

  @Column({ type: 'char', length: 2 })
  country!: string;

  @Column({ type: 'text' })
  language!: string;

  @Column({ type: 'text' })
  zone!: string;

  @Column({ type: 'jsonb' })
  sizes!: readonly StoredSize[];

  @Column({ type: 'timestamptz', precision: 3, name: 'verified_at', nullable: true })
  verifiedAt!: Date | null;

  @Column({ type: 'uuid', name: 'verified_by', nullable: true })
  verifiedBy!: string | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'int' })
  version!: number;
}
