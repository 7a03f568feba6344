import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('sales_set')
export class SalesSetEntity {
  @PrimaryColumn({ type: 'uuid', default: () => 'uuidv7()' }) id!: string;
  @Column({ name: 'subject_id', type: 'uuid' }) subjectId!: string;
  @Column({ name: 'merchant_id', type: 'uuid' }) merchantId!: string;
  @Column({ name: 'site_id', type: 'uuid' }) siteId!: string;
  @Column({ type: 'int' }) number!: number;
  @Column({ type: 'text' }) state!: 'parsed' | 'failed';
  @Column({ name: 'file_name', type: 'text', nullable: true }) fileName!: string | null;
  @Column({ name: 'file_bytes', type: 'bigint' }) fileBytes!: string;
  @Column({ name: 'file_sha256', type: 'char', length: 64 }) fileSha256!: string;
  @Column({ name: 'records_sha256', type: 'char', length: 64 }) recordsSha256!: string;
  @Column({ type: 'jsonb' }) reading!: object;
  @Column({ type: 'char', length: 3 }) currency!: string;
  @Column({ type: 'text' }) basis!: 'net_of_tax' | 'gross';
  @Column({ type: 'jsonb', nullable: true }) conversion!: object | null;
  @Column({ name: 'tax_factor', type: 'text', nullable: true }) taxFactor!: string | null;
  @Column({ name: 'granularity_ms', type: 'bigint' }) granularityMs!: string;
  @Column({ name: 'line_count', type: 'int' }) lineCount!: number;
  @Column({ name: 'fault_count', type: 'int' }) faultCount!: number;
  @Column({ type: 'jsonb' }) faults!: object;
  @Column({ type: 'jsonb' }) totals!: object;
  @Column({ name: 'proposed_coverage', type: 'tstzmultirange', nullable: true }) proposedCoverage!: string | null;
  @Column({ type: 'tstzmultirange', nullable: true }) coverage!: string | null;
  @Column({ name: 'coverage_confirmed_by', type: 'uuid', nullable: true }) coverageConfirmedBy!: string | null;
  @Column({ name: 'coverage_confirmed_at', type: 'timestamptz', precision: 3, nullable: true }) coverageConfirmedAt!: Date | null;
  @Column({ name: 'used_at', type: 'timestamptz', precision: 3, nullable: true }) usedAt!: Date | null;
  @Column({ name: 'uploaded_by', type: 'uuid' }) uploadedBy!: string;
  @Column({ name: 'uploaded_at', type: 'timestamptz', precision: 3 }) uploadedAt!: Date;
  @Column({ name: 'written_in', type: 'bigint', default: () => '((pg_current_xact_id())::text)::bigint' }) writtenIn!: string;
  @Column({ type: 'text', default: 'file' }) source!: 'file' | 'typed';
  @Column({ name: 'handover_id', type: 'uuid', nullable: true }) handoverId!: string | null;
  @Column({ type: 'int', default: 1 }) version!: number;
}
