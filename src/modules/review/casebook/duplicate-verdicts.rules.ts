export const DUPLICATE_VERDICTS = ['duplicate', 'not_duplicate'] as const;
export type DuplicateVerdict = (typeof DUPLICATE_VERDICTS)[number];
