/** An active ISO 4217 code, checked against the table below. */
export type CurrencyCode = string & { readonly __currency: unique symbol };

const NO_MINOR_UNIT = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';
const THREE_DIGITS = 'BHD IQD JOD KWD LYD OMR TND';
const FOUR_DIGITS = 'CLF UYW';
const TWO_DIGITS =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU ' +
  'CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD ' +
  'KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO ' +
  'NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB ' +
  'TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG';

/**
 * Digits after the decimal point per currency. Our own table on purpose: `Intl` answers with customary display digits and
 * differs from ISO 4217 for 29 codes, payable ones (HUF, IDR, COP, PKR, IQD) among them.
 * State of the list: BGN ended on 1 January 2026; XCG replaced ANG in 2025.
 */
export const CURRENCIES: ReadonlyMap<string, number> = new Map(
  ([[0, NO_MINOR_UNIT], [2, TWO_DIGITS], [3, THREE_DIGITS], [4, FOUR_DIGITS]] as const)
    .flatMap(([exponent, codes]) => codes.split(' ').map((code): [string, number] => [code, exponent])),
);

/** Whether `code` is an active ISO 4217 code in capitals. Edge: `krw` and `ANG` are not. */
export const isCurrency = (code: string): code is CurrencyCode => CURRENCIES.has(code);

/** The code as a `CurrencyCode`. Throws RangeError for anything else: meant for constants, not for input. */
export function currency(code: string): CurrencyCode {
  if (!isCurrency(code)) throw new RangeError(`${code} is not an active ISO 4217 currency`);
  return code;
}

/** Digits after the decimal point. Edge: KRW 0, EUR 2, KWD 3. Source: ISO 4217. */
export const exponentOf = (code: CurrencyCode): number => CURRENCIES.get(code) ?? 2;
