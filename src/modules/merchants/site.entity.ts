import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OpeningHours } from '../../core/time/index.js';
import type { Address } from './contact.rules.js';

@Entity({ name: 'site' })
export class SiteEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'merchant_id' })
  merchantId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'boolean' })
  online!: boolean;

  @Column({ type: 'text' })
  zone!: string;

  @Column({ type: 'char', length: 2 })
  country!: string;

  @Column({ type: 'jsonb', nullable: true })
  address!: Address | null;

  @Column({ type: 'jsonb', name: 'opening_hours' })
  openingHours!: OpeningHours;

  @Column({ type: 'timestamptz', precision: 3, name: 'hours_entered_at' })
  hoursEnteredAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'int' })
  version!: number;
}
