import { defineCatalogue, type RefusalEntry } from '../../core/errors/index.js';
import type { PolicyFaultCode } from '../../core/policy/index.js';

/** A fault of a document is always "line, column: sentence"; the title says which kind. */
const fault = (title: string): RefusalEntry => ({ kind: 'meaning', title, detail: 'Line {line}, column {column}: {message}.' });

const DOCUMENT_FAULTS = defineCatalogue<PolicyFaultCode>({
  'policy.syntax': fault('Not readable as YAML'),
  'policy.shape': fault('Wrong shape'),
  'policy.unknown_key': fault('Unknown key'),
  'policy.missing': fault('Something is missing'),
  'policy.unknown_block': fault('Unknown block'),
  'policy.dangling_ref': fault('Reference to nothing'),
  'policy.cyclic_ref': fault('Steps refer to each other'),
  'policy.wrong_type': fault('Wrong type'),
  'policy.wrong_unit': fault('Wrong unit'),
  'policy.mixed_currencies': fault('Mixed currencies'),
  'policy.band_gap': fault('Uncovered band'),
  'policy.band_overlap': fault('Overlapping bands'),
  'policy.unreachable': fault('Step without use'),
  'policy.unknown_reason': fault('Unknown reason'),
  'policy.unsaid': fault('A decision is left open'),
  'policy.example_failed': fault('Example does not hold'),
  'policy.repeated': fault('Repeated'),
});

export const POLICY_ERRORS = defineCatalogue({
  ...DOCUMENT_FAULTS,
  'policies.document_faulty': { kind: 'meaning', title: 'Policy refused', detail: 'The document has {count} faults; nothing was published.' },
  'policies.reasons_faulty': { kind: 'meaning', title: 'Reason catalogue refused', detail: 'The catalogue has {count} faults; nothing was published.' },
  'policies.reason_removed': {
    kind: 'meaning', title: 'Reason removed', detail: 'The catalogue no longer has {codes}; published policies name them, so they stay.',
  },
  'policies.folder_unreadable': { kind: 'meaning', title: 'Folder not readable', detail: 'The folder "{folder}" cannot be read: {reason}.' },
  'policies.reasons_missing': {
    kind: 'meaning', title: 'No reason catalogue', detail: 'No reasons are published yet; import a folder with a reasons.yaml first.',
  },
  'policies.period_taken': {
    kind: 'conflict', title: 'Period taken', detail: 'Another version of this policy already answers for part of that period; choose a later start.',
  },
  'policies.needs_change': {
    kind: 'state', title: 'A later version goes through a change',
    detail: 'Policy "{key}" is published already. Write its next version as a draft, hand it in, and have a change with its rehearsal approved by another person.',
  },
  'policies.draft_not_found': { kind: 'missing', title: 'No such draft', detail: 'There is no draft {number} of policy "{key}".' },
  'policies.key_malformed': { kind: 'meaning', title: 'Not a key', detail: '"{key}" cannot name a policy: use small letters, digits and single hyphens, at most 80.' },
  'policies.draft_faulty': { kind: 'meaning', title: 'The draft has faults', detail: 'The document has {count} faults; it stays a draft until they are mended.' },
  'policies.key_differs': { kind: 'meaning', title: 'Another policy', detail: 'This is a draft of "{key}", but the document says "policy: {written}".' },
  'policies.not_in_review': { kind: 'state', title: 'Not in review', detail: 'The draft is {state}; only one that was handed in can be rehearsed and approved.' },
  'policies.resolves_differently': {
    kind: 'state', title: 'The draft means something else now', detail: 'A block it uses has changed since it was handed in (it was {hash}). Send it back, look at it, and hand it in again.',
  },
  'policies.four_eyes': { kind: 'duty', title: 'Another person has to approve', detail: 'You wrote part of this version; somebody else approves it.' },
  'policies.too_early': { kind: 'state', title: 'Not yet', detail: 'This version decides from {decidedFrom} on and cannot be approved before.' },
  'policies.draft_only': { kind: 'state', title: 'Only a draft is edited', detail: 'What was approved or withdrawn stays as it is; write a new draft.' },
  'policies.not_found': { kind: 'missing', title: 'No such policy', detail: 'There is no policy "{key}".' },
  'policies.version_not_found': { kind: 'missing', title: 'No such version', detail: 'Policy "{key}" has no version {version}.' },
  'policies.none_effective': { kind: 'missing', title: 'No version in force', detail: 'No version of policy "{key}" is in force for {at}.' },
  'policies.given_unreadable': {
    kind: 'meaning', title: 'Given values not readable', detail: 'The given values cannot be read: {message}.',
  },
  'policies.given_not_text': {
    kind: 'meaning', title: 'Write values as text', detail: '{path} is a number; write amounts and numbers as text, so that nothing is rounded on the way.',
  },
});

export type PolicyErrorCode = keyof typeof POLICY_ERRORS;
