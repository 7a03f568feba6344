import { addRatio, multiplyRatio, parseRatio, ZERO, type Amount, type CurrencyCode, type Ratio } from '../money/index.js';
import { WindowMap, type Interval } from '../time/index.js';
import type { WindowSum } from './facts.js';

/**
 * Answers "what was sold in this window?" from the sums a run was given, and keeps what it could not answer, so that the
 * loader can ask the database for exactly that and run again.
 */
export class SalesDemand {
  readonly missing: Interval[] = [];
  readonly #sums = new WindowMap<WindowSum>();

  constructor(sums: readonly WindowSum[], readonly currency: CurrencyCode) {
    this.learn(sums);
  }

  /** Takes what was asked for; from here on only what is still not there is missing. */
  learn(sums: readonly WindowSum[]): void {
    for (const sum of sums) this.#sums.set(sum, sum);
    this.missing.length = 0;
  }

  /** Net sales of a window as an exact amount of minor units; undefined when the sum was not given (and is now asked for). */
  net(window: Interval): Amount | undefined {
    const sum = this.#sumOf(window);
    return sum === undefined ? undefined : { minor: this.#read(sum.net), currency: this.currency };
  }

  /** Σ over windows, or undefined when any of them is missing; all missing ones are noted. */
  netOfAll(windows: readonly { readonly window: Interval; readonly weight: Ratio }[]): Ratio | undefined {
    let total: Ratio | undefined = ZERO;
    for (const { window, weight } of windows) {
      const net = this.net(window);
      if (net === undefined) total = undefined;
      else if (total !== undefined) total = addRatio(total, scaled(net.minor, weight));
    }
    return total;
  }

  /** Refunds that name no sale, in minor units. */
  looseRefunds(window: Interval): Ratio | undefined {
    const sum = this.#sumOf(window);
    return sum === undefined ? undefined : this.#read(sum.looseRefunds);
  }

  #sumOf(window: Interval): WindowSum | undefined {
    const sum = this.#sums.get(window);
    if (sum === undefined) this.missing.push({ from: window.from, to: window.to });
    return sum;
  }

  #read(text: string): Ratio {
    const read = parseRatio(text);
    if (!read.ok) throw new TypeError(`frozen sum ${text} is not a ratio`);
    return read.value;
  }
}

const scaled = (net: Ratio, weight: Ratio): Ratio =>
  weight.num === weight.den ? net : multiplyRatio(net, weight);
