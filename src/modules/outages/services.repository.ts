import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { ServiceEntity } from './service.entity.js';

export interface ServiceRow {
  readonly id: string;
  readonly code: string;
  readonly names: Readonly<Record<string, string>>;
  readonly parentCode: string | null;
  /** This portal itself. */
  readonly isOwn: boolean;
  readonly version: number;
  readonly parts: readonly string[];
}

const COLUMNS = `
  s.id, s.code, s.names, s.parent_code AS "parentCode", s.is_own AS "isOwn", s.version,
  ARRAY(SELECT p.code FROM service p WHERE p.parent_code = s.code ORDER BY p.code) AS parts`;

/** The tree of services; a parent never changes, so it has no cycles. */
@Injectable()
export class ServicesRepository {
  async add(tx: Tx, service: { code: string; names: Record<string, string>; parentCode: string | null; isOwn: boolean; createdAt: Instant }): Promise<void> {
    await tx.manager.insert(ServiceEntity, { ...service, createdAt: new Date(service.createdAt) });
  }

  async rename(tx: Tx, code: string, names: object): Promise<void> {
    await tx.execute('UPDATE service SET names = $2::jsonb, version = version + 1 WHERE code = $1', [code, JSON.stringify(names)]);
  }

  async lock(tx: Tx, code: string): Promise<{ version: number } | undefined> {
    const [row] = await tx.query<{ version: number }>('SELECT version FROM service WHERE code = $1 FOR NO KEY UPDATE', [code]);
    return row;
  }

  async find(reader: Reader, code: string): Promise<ServiceRow | undefined> {
    const [row] = await reader.query<ServiceRow>(`SELECT ${COLUMNS} FROM service s WHERE s.code = $1`, [code]);
    return row;
  }

  /** In no order; what is no service is left out. */
  async findAll(reader: Reader, codes: readonly string[]): Promise<ServiceRow[]> {
    return reader.query<ServiceRow>(`SELECT ${COLUMNS} FROM service s WHERE s.code = ANY ($1::text[])`, [codes]);
  }

  async page(reader: Reader, wanted: { after?: string; limit: number }): Promise<ServiceRow[]> {
    return reader.query<ServiceRow>(
      `SELECT ${COLUMNS} FROM service s WHERE ($1::text IS NULL OR s.code > $1) ORDER BY s.code LIMIT $2`, [wanted.after ?? null, wanted.limit]);
  }

  /** Each named service that exists, with the leaves under it; a leaf with itself. */
  async leavesOf(reader: Reader, codes: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await reader.query<{ code: string; leaves: string[] }>(`
      WITH RECURSIVE below (named, code) AS (
        SELECT code, code FROM service WHERE code = ANY ($1::text[])
        UNION ALL SELECT below.named, part.code FROM below JOIN service part ON part.parent_code = below.code
      )
      SELECT named AS code, array_agg(code ORDER BY code) FILTER (WHERE NOT EXISTS (SELECT FROM service part WHERE part.parent_code = below.code)) AS leaves
      FROM below GROUP BY named`, [codes]);
    return new Map(rows.map(({ code, leaves }) => [code, leaves]));
  }

  /** Leaf services that are this portal itself. */
  async ownLeaves(reader: Reader): Promise<string[]> {
    const rows = await reader.named<{ code: string }>('own_services',
      'SELECT s.code FROM service s WHERE s.is_own AND NOT EXISTS (SELECT FROM service part WHERE part.parent_code = s.code) ORDER BY s.code');
    return rows.map(({ code }) => code);
  }
}
