import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('scheme')
export class SchemeEntity {
  @PrimaryColumn({ type: 'uuid', default: () => 'uuidv7()' }) id!: string;
  @Column({ type: 'text', unique: true }) code!: string;
  @Column({ type: 'jsonb' }) title!: Record<string, string>;
  @Column({ name: 'policy_key', type: 'text' }) policyKey!: string;
  @Column({ type: 'char', length: 3 }) currency!: string;
  @Column({ name: 'fund_id', type: 'uuid', nullable: true }) fundId!: string | null;
  @Column({ type: 'text' }) zone!: string;
  @Column({ name: 'opens_at', type: 'timestamptz' }) opensAt!: Date;
  @Column({ name: 'closes_at', type: 'timestamptz' }) closesAt!: Date;
  @Column({ name: 'grace_days', type: 'int', default: 0 }) graceDays!: number;
  @Column({ type: 'jsonb' }) contact!: Record<string, string>;
  @Column({ name: 'target_days', type: 'jsonb', default: {} }) targetDays!: Record<string, number>;
  @Column({ name: 'created_by', type: 'uuid' }) createdBy!: string;
  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 }) createdAt!: Date;
  @Column({ type: 'int', default: 1 }) version!: number;
}
