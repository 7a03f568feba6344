import type { Refusal } from '../../core/errors/index.js';
import type { SalesFault } from '../../core/sales/index.js';

/** Faults with a bounded list: a file of a million bad lines is told in a hundred. */
export class LineFaults {
  readonly first: Refusal[] = [];
  count = 0;

  add(...faults: readonly Refusal[]): void {
    this.count += faults.length;
    for (const fault of faults) if (this.first.length < MOST_FAULTS) this.first.push(fault);
  }

  /** In the order of the file. */
  get inOrder(): readonly Refusal[] {
    return [...this.first].sort((a, b) => Number(a.params['line']) - Number(b.params['line']));
  }
}

const MOST_FAULTS = 100;

/** What core found among the lines, as a refusal that names them. */
export const refusalOf = ({ code, line, other, id, kind }: SalesFault): Refusal => ({
  code: `evidence.${code}`, params: { line, other, ...(id === undefined ? {} : { id }), ...(kind === undefined ? {} : { value: kind }) },
});
