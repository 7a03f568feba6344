import type { Result } from '../../src/core/errors/index.js';

/** What a use case answered; throws where it refused. */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}

/** The rule of the database that a statement broke; undefined where it was let through. */
export const refusedBy = (statement: Promise<unknown>): Promise<string | undefined> => statement.then(() => undefined, (error: unknown) => (error as { constraint?: string }).constraint);

/** The code with which it refused; undefined where it answered. */
export const codeOf = (result: Result<unknown>): string | undefined => (result.ok ? undefined : result.refusal.code);
