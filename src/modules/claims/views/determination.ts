/** A recommendation prepares, a decision holds. */
export type Stage = 'recommendation' | 'decision';

/** Nil: eligible, but for nothing; a decision with a letter of its own, not a refusal. */
export type DeterminationOutcome = 'award' | 'refuse' | 'nil';
