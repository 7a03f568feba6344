/** The part of a PostgreSQL error that may be looked at. Never logged whole: it carries parameters. */
export interface DatabaseError {
  readonly code: string;
  readonly constraint?: string;
}

const own = (error: unknown, key: string): unknown => (typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[key] : undefined);

/** The PostgreSQL error behind whatever the driver or the ORM threw. */
export function databaseError(error: unknown): DatabaseError | undefined {
  const inner = own(error, 'driverError') ?? error;
  const code = own(inner, 'code');
  if (typeof code !== 'string') return undefined;
  const constraint = own(inner, 'constraint');
  return typeof constraint === 'string' ? { code, constraint } : { code };
}

/** Another run of the whole function may succeed: serialization, deadlock, lock not available. */
export const isRetryable = (error: unknown): boolean => ['40001', '40P01', '55P03'].includes(databaseError(error)?.code ?? '');

const AWAY = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT', '57P01', '57P02', '57P03', '53100', '53200', '53300', '08000', '08003', '08006', '57014', '25P03'];
const AWAY_MESSAGES = /timeout exceeded when trying to connect|Query read timeout|Connection terminated|connection timeout|Client has encountered a connection error|not queryable/i;

/** The database is away, hung or full: nothing is known to be wrong with the request. */
export function isAway(error: unknown): boolean {
  const inner = own(error, 'driverError') ?? error;
  if (Array.isArray(own(inner, 'errors'))) return (own(inner, 'errors') as unknown[]).some(isAway);
  return AWAY.includes(databaseError(inner)?.code ?? '') || (inner instanceof Error && AWAY_MESSAGES.test(inner.message));
}

/** Class 23 (integrity) and P0001 raised by our own triggers carry the name of the rule that was broken. */
export const violatedConstraint = (error: unknown): string | undefined => {
  const found = databaseError(error);
  return found !== undefined && (found.code.startsWith('23') || found.code === 'P0001') ? found.constraint : undefined;
};

/** The outcome of a COMMIT is not known: the client must repeat the request with the same Idempotency-Key. */
export class CommitUnknownError extends Error {
  constructor() {
    super('the outcome of the commit is unknown');
    this.name = 'CommitUnknownError';
  }
}
