import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, formatMoney, isCurrency, money, parseMoney, parseRatio } from '../../core/money/index.js';

/** What an agent takes, in figures and in the words the business reads before it confirms. */
export interface Fee {
  readonly kind: 'none' | 'share' | 'amount';
  /** A ratio as text, above 0 and at most 1: `0.15`. */
  readonly share: string | null;
  readonly minor: string | null;
  readonly currency: string | null;
  readonly words: string;
}

export interface FeeText {
  readonly share?: string;
  readonly amount?: { readonly amount: string; readonly currency: string };
  readonly words: string;
}

const NO_FEE = { kind: 'none', share: null, minor: null, currency: null } as const;

const MILLION = 1_000_000n;

/** `15%`, `12.5 %` or `0.125` as decimal text; undefined when it is no share above nought and at most all. Edge: finer than a millionth is refused. */
export function shareIn(text: string): string | undefined {
  const [, digits = '', percent] = /^\s*(\d{1,3}(?:\.\d{1,9})?)\s*(%?)\s*$/.exec(text) ?? [];
  const read = parseRatio(digits);
  if (!read.ok) return undefined;
  const [num, den] = [read.value.num * MILLION, read.value.den * (percent === '%' ? 100n : 1n)];
  const millionths = num / den;
  if (num % den !== 0n || millionths < 1n || millionths > MILLION) return undefined;
  return millionths === MILLION ? '1' : `0.${millionths.toString().padStart(6, '0').replace(/0+$/, '')}`;
}

/** Code: `agents.fee_invalid`. Edge: neither share nor amount is no fee; both are refused. */
export function feeIn({ share, amount, words }: FeeText): Result<Fee> {
  if (words.trim() === '' || (share !== undefined && amount !== undefined)) return refuse('agents.fee_invalid', {}, { pointer: '/fee' });
  if (share !== undefined) {
    const ratio = shareIn(share);
    return ratio === undefined ? refuse('agents.fee_invalid', {}, { pointer: '/fee/share' }) : ok({ ...NO_FEE, kind: 'share', share: ratio, words });
  }
  if (amount === undefined) return ok({ ...NO_FEE, words });
  const sum = isCurrency(amount.currency) ? parseMoney(amount.amount, amount.currency) : undefined;
  if (sum?.ok !== true || sum.value.minor <= 0n) return refuse('agents.fee_invalid', {}, { pointer: '/fee/amount' });
  return ok({ ...NO_FEE, kind: 'amount', minor: sum.value.minor.toString(), currency: sum.value.currency, words });
}

/** How a fee goes over the wire. */
export const feeOut = ({ kind, share, minor, currency: code, words }: Fee): object => ({
  kind, words, ...(share === null ? {} : { share }),
  ...(minor === null || code === null ? {} : { amount: { amount: formatMoney(money(BigInt(minor), currency(code))), currency: code } }),
});

export const sameFee = (a: Fee, b: Fee): boolean => a.kind === b.kind && a.share === b.share && a.minor === b.minor && a.currency === b.currency && a.words === b.words;
