/** A recommendation prepares, a decision holds; a reduction lowers what one granted. */
export type Stage = 'recommendation' | 'decision' | 'reduction';

/** Nil: eligible, but for nothing; a decision with a letter of its own, not a refusal. */
export type DeterminationOutcome = 'award' | 'refuse' | 'nil';
