import type { Refusal } from '../../core/errors/index.js';
import type { PolicyFault } from '../../core/policy/index.js';

/** Faults of a document as causes of a refusal: where each is and what to do. */
export const documentFaults = (faults: readonly PolicyFault[]): Refusal[] =>
  faults.map(({ code, line, column, path, message }) => ({ code, params: { line, column, path, message } }));
