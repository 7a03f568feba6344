/** Legal: something turns on it, a right, a deadline, money or access. Courtesy: nothing is lost by whoever does not get it. */
export type LetterClass = 'legal' | 'courtesy';

/** Every letter there is. One that nobody has classed is legal: better one too many than a deadline nobody heard of. */
export const LETTER_CLASSES: Readonly<Record<string, LetterClass>> = {
  'account.passkey-added': 'legal',
  'account.password-changed': 'legal',
  'batches.digest': 'courtesy',
  'claim.decided': 'legal',
  'claim.opened': 'legal',
  'claim.received': 'courtesy',
  'claims.digest': 'courtesy',
  'claims.register-corrected': 'legal',
  'claims.rule-changed': 'legal',
  'mandate.confirm': 'legal',
  'mandate.lapsed': 'legal',
  'mandate.reminder': 'courtesy',
  'member.invited': 'legal',
  'payee.changed': 'legal',
  'payee.entered': 'legal',
  'payee.stopped': 'legal',
  'recovery.done': 'legal',
  'recovery.granted': 'legal',
  'recovery.handed-over': 'legal',
  'recovery.notice': 'legal',
  'recovery.received': 'legal',
  'recovery.refused': 'legal',
  'recovery.stopped': 'legal',
  'recovery.taken-over': 'legal',
  'sign-in.code': 'legal',
  'sign-up.welcome': 'legal',
};

export const classOf = (template: string): LetterClass => (Object.hasOwn(LETTER_CLASSES, template) ? LETTER_CLASSES[template] ?? 'legal' : 'legal');
