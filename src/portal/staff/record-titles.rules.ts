import { CLAIM_EVENTS } from '../../modules/claims/index.js';

/** What is recorded of a claim besides the moves of its machine, by the name of its words. */
export const TOLD_BESIDE = [
  'held', 'hold_extended', 'hold_released', 'called_duplicate', 'called_not_duplicate', 'archive_given', 'draft_changed', 'discarded', 'assessed_aside', 'assessment_restored',
  'amendment_proposed', 'approved', 'interest_declared', 'assigned', 'released', 'asked_again', 'reduction_proposed', 'reduction_answered', 'reduction_dropped', 'objection_decided', 'objection_dropped', 'sales_taken',
  'second_look', 'handover_created', 'handover_opened', 'handover_revoked',
] as const;

/** The key of the words for an action of the record. Edge: one that nobody foresaw is "something else". */
export function titleKey(action: string): string {
  const name = action.replace(/^claim\./, '').replace('.', '_');
  if ((TOLD_BESIDE as readonly string[]).includes(name)) return `case.record.beside.${name}`;
  return `history.${(CLAIM_EVENTS as readonly string[]).includes(name) || name === 'drafted' ? name : 'other'}`;
}
