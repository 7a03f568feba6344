import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { OVERRIDE_REASONS, type OverridableStep, type OverrideReason } from '../../core/policy/index.js';
import type { Put } from '../../modules/assessments/index.js';
import { formText } from '../shared/form-fields.form.js';

/** One choice of the list: a step to put a figure for, a yes or no for it, or a refusal of it to put aside. */
export interface FigureTarget {
  readonly value: string;
  readonly step: OverridableStep;
  readonly says?: 'true' | 'false';
  readonly waives?: string;
}

/** Everything that may be put now, one choice each, so that a person never writes a code or a truth value. */
export const targetsOf = (open: readonly OverridableStep[]): FigureTarget[] => open.flatMap((step): FigureTarget[] => {
  if (step.as === 'refusal') return step.waivable.map((waives) => ({ value: `${step.step} - ${waives}`, step, waives }));
  if (step.type === 'boolean') return (['true', 'false'] as const).map((says) => ({ value: `${step.step} = ${says}`, step, says }));
  return [{ value: step.step, step }];
});

const reasonIn = (body: unknown): OverrideReason | undefined => OVERRIDE_REASONS.find((code) => code === formText(body, 'why', 80));
const missing = (field: string): Result<never> => refuse('portal.field_missing', {}, { pointer: `/${field}` });

/** What was put, as it was filled in; whether it fits the step is for the service to say. Sums are in the currency of the claim. */
export function readFigure(body: unknown, open: readonly OverridableStep[], currency: string): Result<{ put: Put; evidence: string | undefined }> {
  const target = targetsOf(open).find(({ value }) => value === formText(body, 'step', 200));
  if (target === undefined) return missing('step');
  const typed = formText(body, 'figure', 80).trim();
  const reason = reasonIn(body);
  if (target.says === undefined && target.waives === undefined && typed === '') return missing('figure');
  if (reason === undefined) return missing('why');
  const evidence = formText(body, 'evidence', 2_000).trim();
  return ok({ put: { step: target.step.step, reason, ...valueOf(target, typed, currency) }, evidence: evidence === '' ? undefined : evidence });
}

function valueOf({ step, says, waives }: FigureTarget, typed: string, currency: string): Pick<Put, 'amount' | 'figure' | 'waives'> {
  if (waives !== undefined) return { waives: [waives] };
  return step.type === 'money' ? { amount: { amount: typed, currency } } : { figure: says ?? typed };
}

/** Why a figure is taken back. */
export function readLift(body: unknown, n: number): Result<OverrideReason> {
  const reason = reasonIn(body);
  return reason === undefined ? missing(`why-${n}`) : ok(reason);
}

/** The service names the field of the API; on the page there is one field for every kind of figure. */
export const onThePage = (refusal: Refusal): Refusal =>
  (refusal.pointer === '/amount' || refusal.pointer === '/waives' ? { ...refusal, pointer: '/figure' } : refusal);
