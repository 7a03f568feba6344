import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, type EntityManager, type EntitySchema, type QueryRunner } from 'typeorm';
import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import { APP_CONFIG, type AppConfig } from '../config/config.js';
import { isAway } from './database-error.js';
import type { Reader, Tx } from './tx.js';

export type EntityClass = (new () => object) | EntitySchema;
export const ENTITIES = Symbol('entities');

/** Limits of an ordinary request; bulk work asks for more (`Tx.allow`). Set as connection options, so no transaction pays for them. */
const REQUEST_LIMITS = { connect: 1_500, query: 4_000, statement: 3_500, lock: 2_000, idle: 5_000 };

export function dataSourceOptions(url: string, poolSize: number, entities: readonly EntityClass[]): ConstructorParameters<typeof DataSource>[0] {
  const limits = REQUEST_LIMITS;
  return {
    type: 'postgres',
    url,
    entities: [...entities],
    synchronize: false,
    logging: false,
    installExtensions: false,
    poolSize,
    extra: {
      connectionTimeoutMillis: limits.connect,
      query_timeout: limits.query,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      options: `-c statement_timeout=${limits.statement} -c lock_timeout=${limits.lock} -c idle_in_transaction_session_timeout=${limits.idle} -c TimeZone=UTC`,
    },
  };
}

/** One checked-out connection. `Tx` while a transaction is open on it, plain reads otherwise. */
export class Session implements Tx {
  readonly #afterCommit: (() => Promise<void>)[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #mostMs: number | undefined;

  constructor(private readonly runner: QueryRunner, private readonly client: PoolClient) {}

  get manager(): EntityManager {
    return this.runner.manager;
  }

  async query<Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#ask({ text: sql, values: params as unknown[] })).rows as Row[];
  }

  async named<Row>(name: string, sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#ask({ name, text: sql, values: params as unknown[] })).rows as Row[];
  }

  async execute(sql: string, params: readonly unknown[] = []): Promise<number> {
    return (await this.#ask({ text: sql, values: params as unknown[] })).rowCount ?? 0;
  }

  /** Both ends hold it: the server ends a statement, and the driver stops waiting for a server that does not answer, a second later. */
  async allow(seconds: number): Promise<void> {
    await this.query(`SELECT set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $1, true)`, [`${seconds}s`]);
    this.#mostMs = (seconds + 1) * 1_000;
  }

  async lookUpByIndex(): Promise<void> {
    await this.query(`SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true)`);
  }

  #ask(statement: QueryConfig): Promise<QueryResult> {
    return this.#inTurn(() => this.client.query({ ...statement, ...(this.#mostMs === undefined ? {} : { query_timeout: this.#mostMs }) }));
  }

  /** A connection answers one statement at a time: who asks meanwhile waits here. */
  async #inTurn<T>(statement: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(statement, statement);
    this.#turn = turn;
    return turn;
  }

  afterCommit(task: () => Promise<void>): void {
    this.#afterCommit.push(task);
  }

  async runAfterCommit(): Promise<void> {
    for (const task of this.#afterCommit) await task();
  }
}

/** The pool behind everything. Opened by the module, closed last. */
@Injectable()
export class Database implements OnApplicationShutdown {
  readonly source: DataSource;
  #opening: Promise<unknown> | undefined;

  constructor(@Inject(APP_CONFIG) config: AppConfig, @Inject(ENTITIES) entities: readonly EntityClass[]) {
    if (config.databaseUrl === undefined) throw new Error('the database address is not known yet');
    this.source = new DataSource(dataSourceOptions(config.databaseUrl, config.poolSize, entities));
  }

  /** Opens the pool; a failure is forgotten, so that the next request tries again by itself. */
  async open(): Promise<void> {
    if (this.source.isInitialized) return;
    this.#opening ??= this.source.initialize();
    try {
      await this.#opening;
    } finally {
      this.#opening = undefined;
    }
  }

  /** Runs `work` on one connection, which is destroyed instead of returned when `work` says it is spoilt. */
  async withSession<T>(work: (session: Session, spoil: (why: Error) => void) => Promise<T>): Promise<T> {
    await this.open();
    const runner = this.source.createQueryRunner();
    let spoilt: Error | undefined;
    try {
      const client = (await runner.connect()) as PoolClient;
      return await work(new Session(runner, client), (why) => {
        spoilt = why;
      });
    } catch (error) {
      // A statement that timed out on our side may still be running there: its connection is not reused.
      if (isAway(error)) spoilt = error as Error;
      throw error;
    } finally {
      const releasing = runner as QueryRunner & { releasePostgresConnection(error?: Error): Promise<void> };
      await releasing.releasePostgresConnection(spoilt);
    }
  }

  /** Reads outside a transaction. Each call borrows a connection for one statement. */
  get reader(): Reader {
    return {
      query: (sql, params) => this.withSession((session) => session.query(sql, params)),
      named: (name, sql, params) => this.withSession((session) => session.named(name, sql, params)),
      manager: this.source.manager,
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }
}
