import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatMoney, money } from '../../core/money/index.js';
import { overrideFault, type CompiledPolicy, type OverridableStep, type OverrideFact, type OverrideReason } from '../../core/policy/index.js';
import type { OverrideRow } from './views/override-row.js';

/** What a person wants to put for a step: a sum, another figure, or reasons of a refusal that are put aside. Exactly one of the three. */
export interface Put {
  readonly step: string;
  readonly amount?: { readonly amount: string; readonly currency: string };
  /** A share or number as exact text, or `true` and `false`. */
  readonly figure?: string;
  readonly waives?: readonly string[];
  readonly reason: OverrideReason;
}

/** Numbers of the rows that hold: the newest of each step, unless it lifts. Rows come newest first. */
export function holding(rows: readonly OverrideRow[]): ReadonlySet<number> {
  const newest = new Map<string, OverrideRow>();
  for (const row of rows) if (!newest.has(row.step)) newest.set(row.step, row);
  return new Set([...newest.values()].flatMap(({ n, kind }) => (kind === 'lifted' ? [] : [n])));
}

export const notOpen = ({ steps }: CompiledPolicy, open: readonly OverridableStep[], step: string): Result<never> => refuse(
  steps.some(({ id }) => id === step) ? 'assessments.step_not_open' : 'assessments.step_unknown',
  { step, open: open.map((one) => one.step).join(', ') || '–' }, { pointer: '/step' });

const FIELDS = ['amount', 'figure', 'waives'] as const;

/** Whether a put is of the kind the step takes, in its currency and within its bounds; every refusal says what would be. */
export function fitting(open: OverridableStep, put: Put, { currency }: CompiledPolicy): Result<void> {
  const { step } = open;
  const takes = open.as === 'refusal' ? 'waives' : open.type === 'money' ? 'amount' : 'figure';
  const given = FIELDS.filter((field) => put[field] !== undefined);
  const pointer = { pointer: `/${takes}` };
  if (given.length !== 1 || given[0] !== takes) return refuse('assessments.one_figure', { step, takes }, pointer);
  if (put.amount !== undefined && put.amount.currency !== currency) return refuse('assessments.figure_currency', { step, given: put.amount.currency, currency }, pointer);
  const fault = overrideFault(open, stated(put), currency);
  switch (fault?.kind) {
    case undefined: return ok(undefined);
    case 'not_waivable': return refuse('assessments.not_waivable', { code: fault.code, waivable: open.waivable.join(', ') || '–' }, pointer);
    case 'out_of_bounds': return refuse('assessments.figure_out_of_bounds', { step, given: stated(put).value ?? '', ...boundsText(open, currency) }, pointer);
    case 'unreadable': return refuse('assessments.figure_unreadable', { step, type: open.type, currency }, pointer);
  }
}

const stated = ({ amount, figure, waives }: Put): Pick<OverrideFact, 'value' | 'waives'> =>
  (waives === undefined ? { value: amount?.amount ?? figure ?? '' } : { waives });

/** Bounds as they are typed: sums as decimals of the currency. */
function boundsText({ type, least, most }: OverridableStep, code: CompiledPolicy['currency']): { least: string; most: string } {
  const said = (text: string | undefined): string => (text === undefined ? '–' : type === 'money' && /^-?\d+$/.test(text) ? formatMoney(money(BigInt(text), code)) : text);
  return { least: said(least), most: said(most) };
}
