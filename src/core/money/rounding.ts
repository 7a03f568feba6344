/**
 * The six named roundings; there is no default.
 *
 * `floor` toward −∞, `ceiling` toward +∞, `down` toward zero, `up` away from zero, `half_up` to nearest with ties away
 * from zero (the commercial rule), `half_even` to nearest with ties to the even neighbour.
 */
export type Rounding = 'floor' | 'ceiling' | 'down' | 'up' | 'half_up' | 'half_even';

export const ROUNDINGS: readonly Rounding[] = ['floor', 'ceiling', 'down', 'up', 'half_up', 'half_even'];

/**
 * `num ÷ den` as a whole number by the named rounding; `den > 0`.
 *
 * Edge: −5 ÷ 2 is −3 (floor, up, half_up) or −2 (ceiling, down, half_even).
 */
export function roundQuotient(num: bigint, den: bigint, rounding: Rounding): bigint {
  const toZero = num / den;
  const rest = num % den;
  if (rest === 0n) return toZero;
  const away = toZero + (num < 0n ? -1n : 1n);
  const twice = (rest < 0n ? -rest : rest) * 2n;
  switch (rounding) {
    case 'floor': return num < 0n ? away : toZero;
    case 'ceiling': return num < 0n ? toZero : away;
    case 'down': return toZero;
    case 'up': return away;
    case 'half_up': return twice >= den ? away : toZero;
    case 'half_even': return twice > den || (twice === den && toZero % 2n !== 0n) ? away : toZero;
  }
}
