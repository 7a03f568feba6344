import type { Refusal, RefusalParam } from '../../../core/errors/index.js';
import type { FaultPlace, FaultReport } from '../../../core/payments/reconcile-reports.js';
import type { BankFileFault } from './bank-files.errors.js';

/** Stops the reading of a file; the refusal is the answer. */
export class BankFileStopped extends Error {
  readonly refusal: Refusal<BankFileFault>;

  constructor(code: BankFileFault, params: Readonly<Record<string, RefusalParam>> = {}) {
    super(code);
    this.refusal = { code, params };
  }
}

/** As much of what a bank wrote as a sentence or a table can hold. */
export const LONGEST_RAW = 200;

/** What is wrong at one place of a file whose rest is read. */
export const faultAt = (place: FaultPlace, code: BankFileFault, params: Readonly<Record<string, RefusalParam>> = {}, raw?: string): FaultReport =>
  ({ report: 'fault', code, params, place, ...(raw === undefined ? {} : { raw: raw.slice(0, LONGEST_RAW) }) });
