import {
  addLocalDays, contains, intersect, localDay, localToInstantBy, openIntervals, overlaps, parseLocal, toLocal, dateOf, weekdayOf,
  type Instant, type Interval, type LocalMs,
} from '../time/index.js';
import type { Json } from '../audit/index.js';
import { answered } from './answers.js';
import type { CompiledPolicy } from './compile.js';
import type { InputDefinition } from './document/index.js';
import type { PolicyFacts } from './facts.js';
import { firstDay, isLossWeek } from './loss-week.js';
import { own } from './own.js';
import type { SalesDemand } from './sales-demand.js';
import { valueJson, type Maybe } from './value.js';

const DAY = 86_400_000;

/**
 * The policy's inputs as values: derived from uploaded sales where the input says so and the records cover the period, else
 * what was asked. An answer never overwrites a fact.
 */
export class InputValues {
  readonly #values = new Map<string, Maybe | 'pending'>();

  /** `selectedAt`: the instant that dates the run. */
  constructor(private readonly policy: CompiledPolicy, private readonly facts: PolicyFacts, private readonly demand: SalesDemand, private readonly selectedAt: Instant) {}

  get(name: string): Maybe | 'pending' {
    const found = this.#values.get(name);
    if (found !== undefined) return found;
    const definition = own(this.policy.document.inputs, name);
    const value = definition === undefined ? null : this.#read(name, definition);
    this.#values.set(name, value);
    return value;
  }

  /** Sums have come: what waited for them is read again. */
  forgetPending(): void {
    for (const [name, value] of this.#values) if (value === 'pending') this.#values.delete(name);
  }

  /** Required inputs a run looked at that nobody answered, and that no records answer. */
  unanswered(): string[] {
    return [...this.#values].flatMap(([name, value]) => (value === null && own(this.policy.document.inputs, name)?.required === true ? [name] : []));
  }

  /** Calendar weeks in which the policy looks for the loss; whether their sales come from records or were stated. */
  lossWeeks(): Interval[] {
    return Object.values(this.policy.document.inputs).flatMap((definition) => (isLossWeek(definition) ? [this.#weekOf(this.selectedAt, firstDay(definition))] : []));
  }

  /** Inputs a run looked at, as JSON for the trace. */
  trace(): Record<string, Json> {
    return Object.fromEntries([...this.#values].flatMap(([name, value]) => (value === 'pending' ? [] : [[name, valueJson(value)]])));
  }

  #read(name: string, definition: InputDefinition): Maybe | 'pending' {
    const derived = definition.source === 'sales' ? this.#fromSales(definition) : undefined;
    return derived ?? this.#asked(name, definition);
  }

  #asked(name: string, definition: InputDefinition): Maybe {
    return answered(own(this.facts.inputs, name)?.value, definition, { currency: this.policy.currency, window: this.facts.claim.window });
  }

  #fromSales(definition: InputDefinition): Maybe | 'pending' | undefined {
    const first = firstDay(definition);
    if (this.facts.sales === undefined || first === 0) return undefined;
    const loss = this.#weekOf(this.selectedAt, first);
    if (definition.range === undefined) return this.#covered(loss) ? this.#sum(loss) : undefined;
    const weeks = this.#weeksIn(definition.range, first).filter((week) => !overlaps([week], [loss]) && this.#covered(week));
    if (weeks.length === 0) return undefined;
    const sums = weeks.map((week) => ({ label: this.#label(week), amount: this.demand.net(week) }));
    const samples = sums.flatMap(({ label, amount }) => (amount === undefined ? [] : [{ label, amount }]));
    return samples.length < sums.length ? 'pending' : { type: 'series', samples };
  }

  #sum(week: Interval): Maybe | 'pending' {
    const amount = this.demand.net(week);
    return amount === undefined ? 'pending' : { type: 'money', amount };
  }

  #covered(week: Interval): boolean {
    const coverage = this.facts.sales?.coverage ?? [];
    return contains(coverage, [week]) || contains(coverage, intersect([week], openIntervals(this.facts.site.openingHours, week)));
  }

  #label(week: Interval): string {
    return dateOf(toLocal(week.from, this.facts.site.zone));
  }

  /** The local week beginning on `weekday` that holds the instant. */
  #weekOf(at: Instant, weekday: number): Interval {
    const { zone } = this.facts.site;
    const day = localDay(toLocal(at, zone));
    const back = (weekdayOf(day) - weekday + 7) % 7;
    const from = localToInstantBy((day - back * DAY) as LocalMs, zone, 'first');
    return { from, to: addLocalDays(from, zone, 7) };
  }

  /** Whole local weeks inside `[first, last]`, both dates inclusive. */
  #weeksIn([first, last]: readonly [string, string], weekday: number): Interval[] {
    const { zone } = this.facts.site;
    const [start, end] = [parseLocal(first), parseLocal(last)];
    if (!start.ok || !end.ok) return [];
    const stop = localToInstantBy((end.value + DAY) as LocalMs, zone, 'first');
    const weeks: Interval[] = [];
    let week = this.#weekOf(localToInstantBy((start.value + 6 * DAY) as LocalMs, zone, 'first'), weekday);
    while (week.to <= stop) {
      weeks.push(week);
      week = { from: week.to, to: addLocalDays(week.to, zone, 7) };
    }
    return weeks;
  }
}
