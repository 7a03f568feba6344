import { isWholeReason, OVERRIDE_REASONS, type Reason, type ReasonCatalogue } from '../../core/policy/index.js';
import { DISMISSAL_REASONS } from './objections/objections.rules.js';

/** Said to a business whose claim goes on: that a person looks, that something is not settled yet, or how its figures were read. None of them says why a claim ends. */
const OF_WHAT_GOES_ON = [
  'fact_missing', 'loss_not_shown_by_records', 'loss_above_automatic_band', 'too_few_comparables', 'margin_out_of_range', 'amount_not_computable',
  'sales_gross_policy_net_of_tax', 'sales_net_of_tax_policy_gross', 'sales_to_net_of_tax_by_rate', 'sales_to_net_of_tax_by_column', 'sales_to_gross_by_rate', 'sales_to_gross_by_column',
  'loose_refunds', 'window_straddles_versions', 'window_wider_than_recorded', 'hours_entered_after_outage', 'automatic_limit', 'drawn_for_review', 'identity_not_verified', 'outage_not_final',
  'evidence_unchecked', 'claim_held', 'cap_used', 'fund_exhausted', 'individual_review', 'large_amount', 'evidence_needed', 'start_up_estimate', 'figure_needs_person', 'override_needs_review',
  'decided_with_override', 'looked_at_closely', 'parameter_not_stated', 'periods_do_not_match', 'units_do_not_match', 'division_by_zero', 'too_many_candidates',
] as const;

/** Said of what was granted already. */
const OF_REDUCTIONS = ['granted_in_error', 'facts_corrected'] as const;

const NOT_OF_REFUSALS: readonly string[] = [...OF_WHAT_GOES_ON, ...OF_REDUCTIONS, ...OVERRIDE_REASONS, ...DISMISSAL_REASONS];

/** Whether a refusal may name a code. Edge: what a working denies the claim for may always be named. */
export const refusesFor = (code: string, denials: readonly Pick<Reason, 'code'>[]): boolean =>
  !NOT_OF_REFUSALS.includes(code) || denials.some((denial) => denial.code === code);

/** Codes that a refusal may name, by their names, whose sentence is whole with what the working says of them; without a working, those whose sentence needs nothing. */
export const refusalReasons = (catalogue: ReasonCatalogue, given: readonly Reason[], denials: readonly Reason[]): { readonly code: string; readonly params: Readonly<Record<string, string>> }[] => {
  const params = new Map(given.map((reason) => [reason.code, reason.params]));
  return Object.keys(catalogue).filter((code) => refusesFor(code, denials)).sort().map((code) => ({ code, params: params.get(code) ?? {} }))
    .filter((one) => isWholeReason(catalogue[one.code]?.en ?? '', one.params));
};
