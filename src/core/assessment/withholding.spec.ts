import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { factsOf, smallPolicy } from '../../../test/support/policy.js';
import { assess, withheldOf, type AssessmentResult, type Withheld } from './index.js';

const NOTHING: Withheld = { grossMinor: 0n, withheldMinor: 0n };
const minor = fc.bigInt({ min: 1n, max: 10n ** 15n });
/** A total of which something is left, whatever is withheld. */
const total = fc.tuple(minor, minor).map(([net, withheld]): Withheld => ({ grossMinor: net + withheld, withheldMinor: withheld }));
const assessed = ({ grossMinor, withheldMinor }: Withheld) => ({ cashMinor: String(grossMinor), withheldMinor: String(withheldMinor) });

describe('what is withheld of a total', () => {
  it.each([
    ['the first grant, as its assessment says', 100_010n, NOTHING, { cashMinor: '100010', withheldMinor: '3300' }, 3_300n],
    ['a policy that withholds nothing', 100_010n, NOTHING, { cashMinor: '100010', withheldMinor: null }, 0n],
    ['a rise at the same rate', 200_000n, { grossMinor: 100_010n, withheldMinor: 3_300n }, { cashMinor: '200000', withheldMinor: '6600' }, 6_600n],
    ['a floor above its assessment has its share, rounded down', 1_001n, { grossMinor: 1_001n, withheldMinor: 0n }, { cashMinor: '1000', withheldMinor: '33' }, 0n],
    ['a higher total than its assessment', 1_500n, NOTHING, { cashMinor: '1000', withheldMinor: '33' }, 49n],
    ['a floor above an assessment of nothing keeps what it was', 1_000n, { grossMinor: 1_000n, withheldMinor: 33n }, { cashMinor: null, withheldMinor: null }, 33n],
    ['a rate that fell takes nothing back from the tax office', 110n, { grossMinor: 100n, withheldMinor: 20n }, { cashMinor: '110', withheldMinor: '1' }, 20n],
    ['a rate that rose takes nothing back from the payee', 110n, { grossMinor: 100n, withheldMinor: 0n }, { cashMinor: '110', withheldMinor: '55' }, 10n],
    ['a reduction has the share of the total before, rounded down', 50n, { grossMinor: 99n, withheldMinor: 10n }, { cashMinor: '99', withheldMinor: '10' }, 5n],
    ['a reduction to nothing', 0n, { grossMinor: 99n, withheldMinor: 10n }, { cashMinor: null, withheldMinor: null }, 0n],
  ])('%s', (_name, grossMinor, before, result, expected) => {
    expect(withheldOf(grossMinor, before, result)).toBe(expected);
  });

  it('of the assessment’s own total is what its policy says', () => {
    fc.assert(fc.property(total, (own) => { expect(withheldOf(own.grossMinor, NOTHING, assessed(own))).toBe(own.withheldMinor); }));
  });

  it('leaves of every rise neither less withheld nor less to pay, and of every fall no more of either', () => {
    fc.assert(fc.property(total, total, minor, (before, newest, gross) => {
      const withheld = withheldOf(gross, before, assessed(newest));
      const [moreWithheld, morePaid] = [withheld - before.withheldMinor, gross - withheld - (before.grossMinor - before.withheldMinor)];
      expect(withheld >= 0n && withheld <= gross).toBe(true);
      expect(gross >= before.grossMinor ? moreWithheld >= 0n && morePaid >= 0n : moreWithheld <= 0n && morePaid <= 0n).toBe(true);
    }));
  });

  it('comes down to the same total by one reduction or by two, within a minor unit for each', () => {
    fc.assert(fc.property(total, minor, minor, (before, one, two) => {
      const [middle, end] = [one % before.grossMinor, (one % before.grossMinor) * two / 10n ** 15n];
      const twice = withheldOf(end, { grossMinor: middle, withheldMinor: withheldOf(middle, before, assessed(before)) }, assessed(before));
      const once = withheldOf(end, before, assessed(before));
      expect(twice <= once && once - twice <= 2n).toBe(true);
    }));
  });
});

describe('an assessment that withholds', () => {
  const run = (cash: string, withheld: string): AssessmentResult => {
    const policy = smallPolicy({
      inputs: { cash: 'money', tax: 'money' }, result: { cash: '$out', withheld: '$tax' },
      steps: [{ id: 'out', use: 'round', in: { value: '$inputs.cash' }, with: { unit: '0.01', mode: 'down' } }, { id: 'tax', use: 'round', in: { value: '$inputs.tax' }, with: { unit: '0.01', mode: 'down' } }],
    });
    const ran = assess(factsOf(policy, { inputs: { cash, tax: withheld } }), policy);
    if (ran.kind !== 'assessed') throw new Error('no sales were asked for');
    return ran.result;
  };

  it('is for people where nothing would be left, and is what it was where something is', () => {
    expect([run('10.00', '9.99'), run('10.00', '0.00')].map(({ outcome, withheldMinor }) => [outcome, withheldMinor])).toEqual([['eligible', '999'], ['eligible', '0']]);
    expect([run('10.00', '10.00'), run('10.00', '10.01'), run('0.00', '0.01')].map(({ outcome, reasons, cashMinor }) => [outcome, reasons.map(({ code }) => code), cashMinor]))
      .toEqual(Array.from({ length: 3 }, () => ['refer', ['amount_not_computable'], null]));
    expect(run('0.00', '0.00').outcome).toBe('nil');
  });
});
