import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ClaimOrigin, ClaimState } from './claim.machine.js';

@Entity({ name: 'claim' })
export class ClaimEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  reference!: string;

  @Column({ type: 'uuid', name: 'scheme_id' })
  schemeId!: string;

  @Column({ type: 'uuid', name: 'site_id' })
  siteId!: string;

  @Column({ type: 'uuid', name: 'merchant_id' })
  merchantId!: string;

  @Column({ type: 'text' })
  head!: string;

  @Column({ type: 'char', length: 3 })
  currency!: string;

  @Column({ type: 'text', array: true })
  services!: string[];

  @Column({ type: 'tstzrange', name: 'claim_window' })
  claimWindow!: string;

  @Column({ type: 'jsonb' })
  answers!: object;

  @Column({ type: 'text' })
  state!: ClaimState;

  @Column({ type: 'boolean' })
  late!: boolean;

  @Column({ type: 'int', name: 'claim_version' })
  claimVersion!: number;

  @Column({ type: 'uuid', name: 'mandate_id', nullable: true })
  mandateId!: string | null;

  @Column({ type: 'text' })
  origin!: ClaimOrigin;

  @Column({ type: 'int' })
  version!: number;
}
