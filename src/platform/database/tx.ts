import type { EntityManager } from 'typeorm';

/** Reads outside a transaction: each statement on its own, from the request pool. */
export interface Reader {
  /** Rows of one parameterised statement. */
  query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
  /** As `query`, prepared once per connection under `name`: for hot paths. */
  named<Row>(name: string, sql: string, params?: readonly unknown[]): Promise<Row[]>;
  /** TypeORM, for ordinary reads and writes; only entities, repositories and this folder may touch it. */
  readonly manager: EntityManager;
}

/** One open transaction. Handed down explicitly; there is no ambient one. */
export interface Tx extends Reader {
  /** Number of rows that a writing statement touched. */
  execute(sql: string, params?: readonly unknown[]): Promise<number>;
  /** For bulk work: every further statement of this transaction may take so long; those of a request are given seconds. */
  allow(seconds: number): Promise<void>;
  /**
   * For a transaction that fills tables and looks things up in them, step after step: plans its statements for what it is asked, and by index.
   * A plan made when a table was empty reads all of it, is kept, and statistics tell of the rows of this transaction only after it.
   */
  lookUpByIndex(): Promise<void>;
  /** Runs after a successful COMMIT, in order, before `UnitOfWork.run` returns. Not run on rollback. */
  afterCommit(task: () => Promise<void>): void;
}
