/** What the machine and their role let a person do with a claim now. */
export interface CaseActions {
  readonly pull: boolean;
  readonly recommend: boolean;
  readonly override: boolean;
  readonly decide: boolean;
  /** Say of two claims whether they are one. */
  readonly judge: boolean;
}

/** The one thing to do next; also the section where it is done. */
export type CaseStep = 'pull' | 'recommend' | 'decide' | 'objections';

/** Undefined: it is somebody else's turn. */
export function stepFor(actions: CaseActions, isAssessed: boolean, mayAnswerObjection: boolean): CaseStep | undefined {
  if (mayAnswerObjection) return 'objections';
  if (actions.decide && isAssessed) return 'decide';
  if (actions.recommend && isAssessed) return 'recommend';
  return actions.pull ? 'pull' : undefined;
}

/** Sections of the page, in their order, with the key of their names; those that have nothing to show are left out. */
export const partsOf = (shown: { readonly signals: boolean; readonly duplicates: boolean; readonly findings: boolean; readonly assessed: boolean; readonly figures: boolean }): { id: string; name: string }[] => [
  ...(shown.signals ? [{ id: 'signals', name: 'case.signals.title' }] : []),
  ...(shown.duplicates ? [{ id: 'duplicates', name: 'case.duplicates.title' }] : []),
  ...(shown.findings ? [{ id: 'findings', name: 'case.findings' }] : []),
  { id: 'papers', name: 'evidence.case_title' },
  ...(shown.assessed ? [{ id: 'amount', name: 'claim.amount' }] : []),
  ...(shown.figures ? [{ id: 'figures', name: 'case.figures.title' }] : []),
  ...(shown.assessed ? [{ id: 'time', name: 'case.time' }] : []),
  { id: 'said', name: 'case.said' }, { id: 'messages', name: 'case.messages.title' }, { id: 'payments', name: 'case.payments.title' }, { id: 'history', name: 'case.history' },
];
