import { ok, refuse, type Result } from '../../core/errors/index.js';
import { ratio, type Ratio } from '../../core/money/index.js';
import { TAX_BASES, type SalesConversion, type TaxBasis } from '../../core/policy/index.js';

export { TAX_BASES, type SalesConversion, type TaxBasis };

const RATE = /^(\d{1,2})(?:[.,](\d{1,3}))?\s?%?$/u;

/**
 * A rate of value added tax in percent of the amount without tax, as somebody writes it: `20`, `7,5 %`. Answers with it as decimal text.
 * Code: `evidence.option_invalid`. Edge: `0` is a rate; 100 and more are none.
 */
export function readTaxRate(text: string): Result<string> {
  const [, whole, fraction = ''] = RATE.exec(text.trim()) ?? [];
  if (whole === undefined) return refuse('evidence.tax_rate_invalid', { value: text.slice(0, 40) }, { pointer: '/taxRatePercent' });
  const decimals = fraction.replace(/0+$/u, '');
  return ok(`${BigInt(whole)}${decimals === '' ? '' : `.${decimals}`}`);
}

/**
 * What an amount is multiplied by; exact, nothing is rounded. Undefined where the records hold what counts already.
 * Edge: at 20 % an amount with tax counts as 5/6 of itself.
 */
export function taxFactor(conversion: SalesConversion | undefined): Ratio | undefined {
  if (conversion?.by !== 'rate') return undefined;
  const [whole = '', fraction = ''] = conversion.ratePercent.split('.');
  const hundred = 100n * 10n ** BigInt(fraction.length);
  const withTax = hundred + BigInt(whole + fraction);
  return conversion.to === 'net_of_tax' ? ratio(hundred, withTax) : ratio(withTax, hundred);
}
