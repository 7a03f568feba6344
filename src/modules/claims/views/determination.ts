/** A recommendation prepares, a decision holds, the result of an objection decides it anew, a reduction lowers what one granted. */
export type Stage = 'recommendation' | 'decision' | 'objection' | 'reduction' | 'allocation';

/** Nil: eligible, but for nothing; a decision with a letter of its own, not a refusal. */
export type DeterminationOutcome = 'award' | 'refuse' | 'nil';
