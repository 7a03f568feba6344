import { refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { formatMoney, parseMoney, type Money } from '../../core/money/index.js';
import { interval, parseInstant, type Instant, type Interval } from '../../core/time/index.js';
import { TextField } from './fields.js';

/** Money as it travels: decimal text with exactly the currency's decimals. */
export class MoneyDto {
  @TextField({ max: 40, about: 'Decimal text, such as 123.45', example: '123.45' })
  amount!: string;

  @TextField({ max: 3, min: 3, about: 'ISO 4217', example: 'EUR' })
  currency!: string;
}

/** A half-open stretch of time as it travels. */
export class IntervalDto {
  @TextField({ max: 40, about: 'RFC 3339 with offset, inclusive', example: '2026-10-13T10:20:00+01:00' })
  from!: string;

  @TextField({ max: 40, about: 'RFC 3339 with offset, exclusive', example: '2026-10-13T13:50:00+01:00' })
  to!: string;
}

const at = <T>(result: Result<T>, pointer: string): Result<T> =>
  (result.ok ? result : { ok: false, refusal: { ...result.refusal, pointer: result.refusal.pointer === undefined ? pointer : `${pointer}${result.refusal.pointer}` } });

export const instantIn = (text: string, pointer: string): Result<Instant> => at(parseInstant(text), pointer);
export const moneyIn = ({ amount, currency }: MoneyDto, pointer: string): Result<Money> => at(parseMoney(amount, currency), pointer);

export function intervalIn({ from, to }: IntervalDto, pointer: string): Result<Interval> {
  const [start, end] = [instantIn(from, `${pointer}/from`), instantIn(to, `${pointer}/to`)];
  const causes = [start, end].flatMap((side): Refusal[] => (side.ok ? [] : [side.refusal]));
  if (causes.length > 1) return refuse('http.shape', { count: causes.length }, { causes });
  if (!start.ok) return start;
  if (!end.ok) return end;
  return at(interval(start.value, end.value), pointer);
}

export const moneyOut = (money: Money): MoneyDto => ({ amount: formatMoney(money), currency: money.currency });
