import type { Interval } from './interval.js';

/** Values by interval, both bounds alike. As quick as a map by one number: no text is made of the bounds. */
export class WindowMap<T> {
  readonly #byStart = new Map<number, { readonly to: number; value: T }[]>();

  get({ from, to }: Interval): T | undefined {
    const entries = this.#byStart.get(from);
    if (entries === undefined) return undefined;
    for (const entry of entries) if (entry.to === to) return entry.value;
    return undefined;
  }

  set({ from, to }: Interval, value: T): void {
    const entries = this.#byStart.get(from);
    if (entries === undefined) {
      this.#byStart.set(from, [{ to, value }]);
      return;
    }
    const found = entries.find((entry) => entry.to === to);
    if (found === undefined) entries.push({ to, value });
    else found.value = value;
  }

  *values(): Generator<T> {
    for (const entries of this.#byStart.values()) for (const { value } of entries) yield value;
  }

  /** How many different starts it holds. */
  get starts(): number {
    return this.#byStart.size;
  }

  clear(): void {
    this.#byStart.clear();
  }
}
