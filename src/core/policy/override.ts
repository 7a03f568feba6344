import { amountOf, parseMoney, parseRatio, type CurrencyCode } from '../money/index.js';
import type { OverrideFact } from './facts.js';
import type { Value, ValueType } from './value.js';

/**
 * The figure a person stated, as a value of the step's type: money as decimal text of the policy's currency, ratios and numbers
 * as exact text, booleans as `true` or `false`.
 *
 * Undefined when the text is no value of that type, or the type cannot be stated. Edge: "1/3" is a ratio, never a sum.
 */
export function overriddenValue({ value: text }: Pick<OverrideFact, 'value'>, type: ValueType, currency: CurrencyCode): Value | undefined {
  if (text === undefined) return undefined;
  switch (type) {
    case 'money': {
      const read = parseMoney(text, currency);
      return read.ok ? { type, amount: amountOf(read.value) } : undefined;
    }
    case 'ratio': case 'number': {
      const read = parseRatio(text);
      return read.ok ? { type, ratio: read.value } : undefined;
    }
    case 'boolean': return text === 'true' || text === 'false' ? { type, is: text === 'true' } : undefined;
    case 'text': return { type, text };
    default: return undefined;
  }
}
