import type { Refusal } from '../../core/errors/index.js';

const FORBIDDEN = ['access.permission', 'identity.duty_conflict', 'identity.role_conflict', 'payouts.write_off_second', 'payouts.write_off_of_another', 'payouts.proposal_own'];

/** The status of a page of finance that was asked for something it refuses: at a field 422, to this person 403, else the state of things is in the way. */
export const refusedStatus = ({ code, pointer }: Refusal): number => (FORBIDDEN.includes(code) ? 403 : pointer === undefined ? 409 : 422);

const OF_BATCH: Readonly<Record<string, number>> = { 'portal.digest_typed': 422, 'identity.proof_needed': 403, 'identity.duty_conflict': 403, 'access.permission': 403 };

/** The same of a page of a batch. */
export const batchStatus = ({ code }: Refusal): number => OF_BATCH[code] ?? 409;
