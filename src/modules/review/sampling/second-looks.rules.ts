/** What somebody found who looked at a decision another had made. */
export const LOOK_VERDICTS = ['agree', 'disagree'] as const;
export type LookVerdict = (typeof LOOK_VERDICTS)[number];
