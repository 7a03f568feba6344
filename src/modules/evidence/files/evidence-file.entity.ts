import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('evidence_file')
export class EvidenceFileEntity {
  @PrimaryColumn({ type: 'uuid', default: () => 'uuidv7()' }) id!: string;
  @Column({ name: 'subject_id', type: 'uuid' }) subjectId!: string;
  @Column({ name: 'merchant_id', type: 'uuid' }) merchantId!: string;
  @Column({ type: 'text' }) kind!: string;
  @Column({ type: 'text' }) state!: string;
  @Column({ name: 'file_name', type: 'text' }) fileName!: string;
  @Column({ name: 'size_bytes', type: 'bigint' }) sizeBytes!: string;
  @Column({ name: 'media_type', type: 'text', nullable: true }) mediaType!: string | null;
  @Column({ type: 'char', length: 64, nullable: true }) sha256!: string | null;
  @Column({ type: 'jsonb', nullable: true }) refusal!: object | null;
  @Column({ type: 'text', nullable: true }) signature!: string | null;
  @Column({ name: 'scan_tries', type: 'int', default: 0 }) scanTries!: number;
  @Column({ name: 'uploaded_by', type: 'uuid' }) uploadedBy!: string;
  @Column({ name: 'begun_at', type: 'timestamptz', precision: 3 }) begunAt!: Date;
  @Column({ name: 'stored_at', type: 'timestamptz', precision: 3, nullable: true }) storedAt!: Date | null;
  @Column({ name: 'scanned_at', type: 'timestamptz', precision: 3, nullable: true }) scannedAt!: Date | null;
  @Column({ name: 'stated_on', type: 'date', nullable: true }) statedOn!: string | null;
  @Column({ name: 'frozen_at', type: 'timestamptz', precision: 3, nullable: true }) frozenAt!: Date | null;
  @Column({ type: 'int', default: 1 }) version!: number;
}
