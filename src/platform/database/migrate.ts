import { DataSource } from 'typeorm';

/** A migration class, in the order of its name. */
export type MigrationClass = new () => { name?: string };

/** Anything that fits a bigint; the same for all instances of this product. */
const LOCK = 7_263_401_118;

export interface Migrated {
  readonly applied: readonly string[];
}

/**
 * Brings the schema up to date as the owner. Several instances starting at once are safe: one holds the advisory lock on a
 * session of its own, the others wait and find nothing left to do. `afterwards` runs under the same lock.
 */
export async function migrate(ownerUrl: string, migrations: readonly MigrationClass[], afterwards: () => Promise<void> = () => Promise.resolve()): Promise<Migrated> {
  const source = new DataSource({
    type: 'postgres', url: ownerUrl, entities: [], migrations: [...migrations], migrationsTableName: 'migration', installExtensions: false,
    migrationsTransactionMode: 'each', logging: false, poolSize: 3, extra: { connectionTimeoutMillis: 10_000, options: '-c TimeZone=UTC' },
  });
  await source.initialize();
  try {
    const guard = source.createQueryRunner();
    await guard.connect();
    try {
      await guard.query('SELECT pg_advisory_lock($1)', [LOCK]);
      const applied = await source.runMigrations();
      await afterwards();
      return { applied: applied.map(({ name }) => name) };
    } finally {
      await guard.query('SELECT pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
      await guard.release();
    }
  } finally {
    await source.destroy();
  }
}
