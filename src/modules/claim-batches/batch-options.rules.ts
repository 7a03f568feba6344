import { ok, refuse, type Result } from '../../core/errors/index.js';

export interface BatchOptions {
  /** All rows or none, or the good ones. */
  readonly mode: 'strict' | 'lenient';
  /** Stop when more than so many of a hundred rows fail. */
  readonly ceilingPercent: number;
}

const CEILING_BY_DEFAULT = '20';

/** Fields beside a file. Code: `batches.option_invalid`. Edge: left out, the good rows go, and more than 20 in 100 faulty ones stop it. */
export function readBatchOptions(fields: Readonly<Record<string, unknown>>): Result<BatchOptions> {
  const { mode = 'lenient', ceilingPercent = CEILING_BY_DEFAULT } = fields;
  if (mode !== 'strict' && mode !== 'lenient') return refuse('batches.option_invalid', { option: 'mode', expected: 'strict or lenient' }, { pointer: '/mode' });
  const percent = typeof ceilingPercent === 'string' && /^\d{1,3}$/.test(ceilingPercent) ? Number.parseInt(ceilingPercent, 10) : -1;
  if (percent < 0 || percent > 100) return refuse('batches.option_invalid', { option: 'ceilingPercent', expected: 'a whole number from 0 to 100' }, { pointer: '/ceilingPercent' });
  return ok({ mode, ceilingPercent: percent });
}
