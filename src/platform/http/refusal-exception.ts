import type { Refusal, Result } from '../../core/errors/index.js';

/** Carries a refusal from a controller to the filter. Thrown at the HTTP edge only. */
export class RefusalException extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code);
    this.name = 'RefusalException';
  }
}

/** The value of a result, or the refusal on its way to the client. */
export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new RefusalException(result.refusal);
  return result.value;
}
