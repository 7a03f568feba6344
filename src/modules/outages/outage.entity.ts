import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OutageState } from './outage.machine.js';

@Entity('outage')
export class OutageEntity {
  @PrimaryColumn({ type: 'uuid', default: () => 'uuidv7()' }) id!: string;
  @Column({ type: 'text', unique: true }) code!: string;
  @Column({ type: 'jsonb' }) title!: Record<string, string>;
  @Column({ type: 'text', default: 'draft' }) state!: OutageState;
  @Column({ name: 'created_by', type: 'uuid' }) createdBy!: string;
  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 }) createdAt!: Date;
  @Column({ type: 'int', default: 1 }) version!: number;
}
