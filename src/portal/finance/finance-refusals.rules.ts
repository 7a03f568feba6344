import type { Refusal } from '../../core/errors/index.js';

const FORBIDDEN = ['access.permission', 'identity.duty_conflict', 'identity.role_conflict', 'payouts.write_off_second', 'payouts.write_off_of_another', 'payouts.proposal_own'];

/** The status of a page of finance that was asked for something it refuses: at a field 422, to this person 403, else the state of things is in the way. */
export const refusedStatus = ({ code, pointer }: Refusal): number => (FORBIDDEN.includes(code) ? 403 : pointer === undefined ? 409 : 422);
