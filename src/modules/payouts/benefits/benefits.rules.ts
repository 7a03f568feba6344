import { formatRatio, parseRatio, subtractRatio, addRatio, compareRatio, ZERO, type Ratio } from '../../../core/money/index.js';

/** `asked` is on a list that went out; what was refused or withdrawn is due again. */
export const BENEFIT_STATES = ['asked', 'given', 'refused', 'withdrawn'] as const;
export type BenefitState = (typeof BENEFIT_STATES)[number];

/** What a claim is granted of one kind by its newest assessment, and what counts of it already. */
export interface EntitledBenefit {
  readonly claimId: string;
  readonly merchantId: string;
  readonly reference: string;
  readonly assessmentId: string;
  readonly kind: string;
  readonly unit: string;
  /** Of each step that grants it. */
  readonly granted: readonly string[];
  /** Asked for or given under earlier assessments. */
  readonly counting: readonly string[];
  /** Of what was listed for the claim before. */
  readonly lastN: number;
}

export interface DueBenefit extends Pick<EntitledBenefit, 'claimId' | 'merchantId' | 'assessmentId' | 'kind' | 'unit'> {
  readonly n: number;
  readonly reference: string;
  readonly quantity: string;
}

const total = (quantities: readonly string[]): Ratio => quantities.reduce((sum, text) => {
  const quantity = parseRatio(text);
  if (!quantity.ok) throw new TypeError(`a benefit of "${text}"`);
  return addRatio(sum, quantity.value);
}, ZERO);

const left = ({ granted, counting }: Pick<EntitledBenefit, 'granted' | 'counting'>): Ratio => subtractRatio(total(granted), total(counting));

/** Whether more is granted than was asked for or given. Edge: where less is granted than was asked for, nothing is taken back. */
export const isDue = (entitled: Pick<EntitledBenefit, 'granted' | 'counting'>): boolean => compareRatio(left(entitled), ZERO) > 0;

/** What is to be handed over now, numbered within each claim; what is not due is left out. */
export function dueOf(entitled: readonly EntitledBenefit[]): DueBenefit[] {
  const listed = new Map<string, number>();
  return entitled.filter(isDue).map((one) => {
    const { claimId, merchantId, assessmentId, reference, kind, unit, lastN } = one;
    const quantity = formatRatio(left(one));
    const n = (listed.get(claimId) ?? lastN) + 1;
    listed.set(claimId, n);
    return { claimId, merchantId, assessmentId, kind, unit, n, reference: `${reference.replaceAll('-', '')}-B${n}`, quantity };
  });
}
