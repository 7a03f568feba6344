import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('service')
export class ServiceEntity {
  @PrimaryColumn({ type: 'uuid', default: () => 'uuidv7()' }) id!: string;
  @Column({ type: 'text', unique: true }) code!: string;
  @Column({ type: 'jsonb' }) names!: Record<string, string>;
  @Column({ name: 'parent_code', type: 'text', nullable: true }) parentCode!: string | null;
  @Column({ name: 'is_own', type: 'boolean', default: false }) isOwn!: boolean;
  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 }) createdAt!: Date;
  @Column({ type: 'int', default: 1 }) version!: number;
}
