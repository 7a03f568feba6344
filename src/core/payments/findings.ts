import type { Refusal } from '../errors/index.js';
import type { PAYMENTS_ERRORS } from './payments.errors.js';

export type PaymentFaultCode = keyof typeof PAYMENTS_ERRORS;
export type PaymentFault = Refusal<PaymentFaultCode>;

/** A fault with the values of its sentence. */
export const fault = (code: PaymentFaultCode, params: Refusal['params'] = {}): PaymentFault => ({ code, params });

/** What a check found: all are counted, the first of them are kept, so that a batch of a hundred thousand mistakes stays readable. */
export interface Findings {
  readonly count: number;
  readonly faults: readonly PaymentFault[];
}

/** Faults that are kept of one check. */
export const MOST_FAULTS = 200;

/** Collects faults as they are found. */
export class FaultList {
  readonly #faults: PaymentFault[] = [];
  #count = 0;

  add(faults: Iterable<PaymentFault>): void {
    for (const found of faults) {
      this.#count += 1;
      if (this.#faults.length < MOST_FAULTS) this.#faults.push(found);
    }
  }

  get findings(): Findings {
    return { count: this.#count, faults: this.#faults };
  }
}
