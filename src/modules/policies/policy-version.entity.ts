import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('policy_version')
export class PolicyVersionEntity {
  @PrimaryColumn({ type: 'uuid', default: () => 'uuidv7()' }) id!: string;
  @Column({ type: 'text' }) key!: string;
  @Column({ type: 'int' }) number!: number;
  @Column({ type: 'char', length: 64 }) hash!: string;
  @Column({ type: 'text' }) use!: 'template' | 'reference';
  @Column({ type: 'char', length: 3 }) currency!: string;
  @Column({ type: 'jsonb' }) title!: Record<string, string>;
  @Column({ type: 'text' }) source!: string;
  @Column({ type: 'text' }) resolved!: string;
  @Column({ name: 'published_by', type: 'text' }) publishedBy!: string;
  @Column({ name: 'published_at', type: 'timestamptz', precision: 3 }) publishedAt!: Date;
}
