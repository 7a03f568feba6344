import type { Result } from '../../core/errors/index.js';
import { refusalOf } from './constraint-refusals.js';
import { violatedConstraint } from './database-error.js';
import type { Reader, Tx } from './tx.js';

/** What one attempt asks to be done after the commit counts only if the attempt stands. */
class Attempt implements Tx {
  readonly tasks: (() => Promise<void>)[] = [];

  constructor(private readonly tx: Tx) {}

  get manager(): Reader['manager'] {
    return this.tx.manager;
  }

  query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]> {
    return this.tx.query(sql, params);
  }

  named<Row>(name: string, sql: string, params?: readonly unknown[]): Promise<Row[]> {
    return this.tx.named(name, sql, params);
  }

  execute(sql: string, params?: readonly unknown[]): Promise<number> {
    return this.tx.execute(sql, params);
  }

  allow(seconds: number): Promise<void> {
    return this.tx.allow(seconds);
  }

  lookUpByIndex(): Promise<void> {
    return this.tx.lookUpByIndex();
  }

  afterCommit(task: () => Promise<void>): void {
    this.tasks.push(task);
  }
}

/**
 * One of many things done in one transaction, of which some may be refused: what a refused one has written is taken back to a
 * savepoint, and the transaction goes on. A violated constraint is the refusal it is mapped to; anything else that is thrown
 * ends the transaction as usual.
 */
export async function attempt<T>(tx: Tx, work: (tx: Tx) => Promise<Result<T>>): Promise<Result<T>> {
  await tx.execute('SAVEPOINT attempt');
  const inner = new Attempt(tx);
  let outcome: Result<T>;
  try {
    outcome = await work(inner);
  } catch (error) {
    const constraint = violatedConstraint(error);
    const refusal = constraint === undefined ? undefined : refusalOf(constraint);
    if (refusal === undefined) throw error;
    outcome = { ok: false, refusal };
  }
  if (!outcome.ok) await tx.execute('ROLLBACK TO SAVEPOINT attempt');
  // Also after a rollback: an attempt around this one must find its own savepoint under the name.
  await tx.execute('RELEASE SAVEPOINT attempt');
  if (outcome.ok) inner.tasks.forEach((task) => tx.afterCommit(task));
  return outcome;
}
