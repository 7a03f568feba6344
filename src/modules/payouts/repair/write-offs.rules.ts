/** What becomes of a proposal to give money up. */
export const WRITE_OFF_OUTCOMES = ['written_off', 'dropped'] as const;
export type WriteOffOutcome = (typeof WRITE_OFF_OUTCOMES)[number];
