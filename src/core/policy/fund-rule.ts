import { addRatio, compareRatio, ONE, parseMoney, parseRatio, ZERO, type CurrencyCode, type Ratio } from '../money/index.js';
import type { MinimumPayment, SharingPlan, Tier } from '../sharing/index.js';
import type { FundDefinition, PolicyDocument, TierDefinition } from './document/index.js';
import type { TreeReader } from './document/reader.js';
import { own } from './own.js';

/** How the fund of a policy is shared; what is in it is known when it is. */
export interface FundRule {
  readonly plan: Omit<SharingPlan, 'fundId' | 'fund'>;
  /** The answer that names a claim's tier; undefined: there is one tier for all. */
  readonly tierBy: string | undefined;
}

/** The tier of every claim where the rule names none. */
export const ONE_TIER = 'all';

/**
 * Reads the `fund` table, noting every fault: ratios, sums, an answer that names no tier, fractions that do not add up to 1.
 * Edge: of a fund that is not shared there is no rule, and what it says of sharing is a fault.
 */
export function fundRule({ fund, inputs }: PolicyDocument, currency: CurrencyCode, at: TreeReader): FundRule | undefined {
  if (fund.mode !== 'shared') {
    for (const name of Object.keys(fund).filter((key) => key !== 'mode')) at.at(name).fault('policy.unreachable', `a fund of mode "${fund.mode}" is not shared: leave "${name}" out`);
    return undefined;
  }
  const { keptBack = '0', order = 'together', tierBy, minimum } = fund;
  const reserveRatio = ratioOf(at.at('keptBack'), keptBack);
  if (compareRatio(reserveRatio, ONE) >= 0) at.at('keptBack').fault('policy.shape', 'what is kept back is less than all of it');
  const tiers = tiersOf(fund, currency, at);
  checkTierBy(fund, inputs, at);
  const plan = { reserveRatio, order, tiers, ...(minimum === undefined ? {} : { minimum: minimumOf(minimum, currency, at.at('minimum')) }), ...(fund.surplus === undefined ? {} : { surplus: fund.surplus }) };
  return { plan, tierBy };
}

/** A ratio that is not below nought, such as `3/4` or `5%`. */
function ratioOf(at: TreeReader, text: string): Ratio {
  const read = parseRatio(text);
  if (read.ok && read.value.num >= 0n) return read.value;
  at.fault('policy.wrong_type', `"${text}" is no share: write a fraction such as 3/4, a decimal or a percentage, not below nought`);
  return ZERO;
}

function sumOf(at: TreeReader, text: string, currency: CurrencyCode): bigint {
  const read = parseMoney(text, currency);
  if (read.ok && read.value.minor > 0n) return read.value.minor;
  at.fault('policy.wrong_unit', `"${text}" is no sum of ${currency} above nought`);
  return 1n;
}

const minimumOf = ({ amount, passes }: NonNullable<FundDefinition['minimum']>, currency: CurrencyCode, at: TreeReader): MinimumPayment =>
  ({ minor: sumOf(at.at('amount'), amount, currency), passes });

function tiersOf({ tiers, order }: FundDefinition, currency: CurrencyCode, at: TreeReader): readonly Tier[] {
  const listed = at.at('tiers').items();
  const read = (tiers ?? []).map((tier, index) => tierOf(tier, currency, listed[index] ?? at));
  if (new Set(read.map(({ key }) => key)).size !== read.length) at.at('tiers').fault('policy.repeated', 'a tier stands twice');
  const whole = read.reduce((sum, { fractionRatio = ZERO }) => addRatio(sum, fractionRatio), ZERO);
  if (order === 'by_fraction' && compareRatio(whole, ONE) !== 0) at.at('tiers').fault('policy.shape', 'by_fraction: the fractions of the tiers add up to 1');
  if (order !== 'by_fraction' && whole.num !== 0n) at.at('tiers').fault('policy.unreachable', 'fractions are read with the order by_fraction only: leave them out');
  return read.length > 0 ? read : [{ key: ONE_TIER }];
}

function tierOf({ key, least, most, floor, cap, fraction }: TierDefinition, currency: CurrencyCode, at: TreeReader): Tier {
  return {
    key,
    ...(least === undefined ? {} : { leastRatio: least === 'protected' ? ONE : ratioOf(at.at('least'), least) }),
    ...(most === undefined ? {} : { mostRatio: most === 'unlimited' ? most : ratioOf(at.at('most'), most) }),
    ...(floor === undefined ? {} : { floorMinor: sumOf(at.at('floor'), floor, currency) }),
    ...(cap === undefined ? {} : { capMinor: sumOf(at.at('cap'), cap, currency) }),
    ...(fraction === undefined ? {} : { fractionRatio: ratioOf(at.at('fraction'), fraction) }),
  };
}

/** Whoever answers is in a tier: the answer is a choice that has to be made, and each of its options is one. */
function checkTierBy({ tiers = [], tierBy }: FundDefinition, inputs: PolicyDocument['inputs'], at: TreeReader): void {
  const keys = tiers.map(({ key }) => key);
  if (tierBy === undefined) {
    if (keys.some((key) => key !== ONE_TIER)) at.at('tiers').fault('policy.missing', `tiers need "tierBy", the answer that says which; one for all is called "${ONE_TIER}"`);
    return;
  }
  const input = own(inputs, tierBy);
  if (input?.type !== 'choice' || !input.required) {
    at.at('tierBy').fault('policy.wrong_type', `"${tierBy}" must be an input of type choice that has to be answered`);
    return;
  }
  const options = input.options ?? [];
  if ([...options].sort().join() !== [...keys].sort().join()) at.at('tiers').fault('policy.shape', `every option of "${tierBy}" is a tier, and every tier an option: ${options.join(', ')}`);
}
