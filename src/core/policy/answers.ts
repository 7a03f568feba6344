import { amountOf, ONE, parseMoney, type CurrencyCode } from '../money/index.js';
import { constant, intersect, normalise, parseInstant, subtract, type Interval } from '../time/index.js';
import type { InputDefinition, InputType } from './document/index.js';
import { isDate, readScalar, valueOf } from './scalar.js';
import type { Maybe, Row, Sample, Value } from './value.js';

export interface AnswerGround {
  readonly currency: CurrencyCode;
  /** Answered intervals count inside it. */
  readonly window: Interval;
}

/**
 * An answer as a value of its input's type; null when it is none. Amounts and numbers are text, so that no digit is lost; a
 * duration without a unit is in minutes.
 * Edge: a list whose fields are named is rows; a field that cannot be read is null, and the row stays.
 */
export function answered(given: unknown, definition: Pick<InputDefinition, 'type' | 'fields' | 'options'>, ground: AnswerGround): Maybe {
  const { type, fields } = definition;
  switch (type) {
    case 'boolean': return typeof given === 'boolean' ? { type, is: given } : null;
    case 'series': return Array.isArray(given) ? seriesOf(given, ground) : null;
    case 'intervals': return Array.isArray(given) ? timeOf(given, ground.window) : null;
    case 'list':
      if (!Array.isArray(given)) return null;
      return fields === undefined ? { type: 'list', items: given.filter((item) => typeof item === 'string') } : { type: 'rows', rows: given.map((row) => rowOf(row, fields, ground)) };
    default: return typeof given === 'string' ? scalarAnswer(given, type, definition.options, ground.currency) : null;
  }
}

function scalarAnswer(text: string, type: InputType, options: readonly string[] | undefined, currency: CurrencyCode): Maybe {
  switch (type) {
    case 'text': return { type: 'text', text };
    case 'choice': return options === undefined || options.includes(text) ? { type: 'text', text } : null;
    case 'date': return isDate(text) ? { type: 'date', on: text } : null;
    case 'instant': {
      const read = parseInstant(text);
      return read.ok ? { type: 'instant', at: read.value } : null;
    }
    case 'money': case 'ratio': case 'number': case 'duration': {
      const read = readScalar(text, type, currency, 'minutes');
      return typeof read === 'string' ? null : valueOf(read);
    }
    default: return null;
  }
}

function rowOf(given: unknown, fields: Readonly<Record<string, InputType>>, ground: AnswerGround): Row {
  const members: Readonly<Record<string, unknown>> = typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
  return Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, answered(members[name], { type }, ground)]));
}

function seriesOf(given: readonly unknown[], { currency }: AnswerGround): Value | null {
  const samples = given.flatMap((entry): Sample[] => {
    const { from, amount } = (typeof entry === 'object' && entry !== null ? entry : {}) as { from?: unknown; amount?: unknown };
    const read = typeof amount === 'string' ? parseMoney(amount, currency) : undefined;
    return read?.ok === true && typeof from === 'string' ? [{ label: from, amount: amountOf(read.value) }] : [];
  });
  return samples.length === 0 ? null : { type: 'series', samples };
}

/** Answered intervals as time inside the claim window; the rest of the window is left out. */
function timeOf(given: readonly unknown[], window: Interval): Value {
  const read = given.flatMap((entry): Interval[] => {
    const { from, to } = (typeof entry === 'object' && entry !== null ? entry : {}) as { from?: unknown; to?: unknown };
    const [a, b] = [typeof from === 'string' ? parseInstant(from) : undefined, typeof to === 'string' ? parseInstant(to) : undefined];
    return a?.ok === true && b?.ok === true && a.value < b.value ? [{ from: a.value, to: b.value }] : [];
  });
  const inside = intersect(normalise(read), [window]);
  return { type: 'time', time: { window, pieces: constant(inside, ONE), removed: constant(subtract([window], inside), 'excluded') } };
}
