import type { Refusal } from '../../core/errors/index.js';

/** Faults with a bounded list: a file of a million bad lines is told in a hundred. */
export class LineFaults {
  readonly first: Refusal[] = [];
  count = 0;

  add(...faults: readonly Refusal[]): void {
    this.count += faults.length;
    for (const fault of faults) if (this.first.length < MOST_FAULTS) this.first.push(fault);
  }

  /** Faults of which only the first are told; `count` of all there are. */
  addSome(count: number, told: readonly Refusal[]): void {
    this.count += count - told.length;
    this.add(...told);
  }

  /** Before another try. */
  clear(): void {
    this.count = 0;
    this.first.length = 0;
  }

  /** In the order of the file. */
  get inOrder(): readonly Refusal[] {
    return [...this.first].sort((a, b) => Number(a.params['line']) - Number(b.params['line']));
  }
}

const MOST_FAULTS = 100;
