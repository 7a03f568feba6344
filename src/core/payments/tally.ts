import { formatMoney, money, type CurrencyCode } from '../money/index.js';
import { fault, type PaymentFault } from './findings.js';

/** Counts and adds up payments as they go by, and notices a reference that comes twice. Holds the references, nothing else. */
export class Tally {
  count = 0;
  sumMinor = 0n;
  readonly #lines = new Map<string, number>();

  constructor(private readonly currency: CurrencyCode) {}

  /** Edge: an empty reference is no repeat of another. */
  take(minor: bigint, references: Readonly<Record<string, string | undefined>>): PaymentFault[] {
    this.count += 1;
    this.sumMinor += minor;
    return Object.entries(references).flatMap(([field, text]) => {
      if (text === undefined || text === '') return [];
      const first = this.#lines.get(text);
      if (first !== undefined) return [fault('payments.reference_repeated', { line: this.count, first, field, text })];
      // A copy: a piece of a longer text would keep all of it in memory, here the whole file.
      this.#lines.set(text.split('').join(''), this.count);
      return [];
    });
  }

  get sum(): string {
    return formatMoney(money(this.sumMinor, this.currency));
  }
}
