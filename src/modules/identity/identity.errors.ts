import { defineCatalogue } from '../../core/errors/index.js';

export const IDENTITY_ERRORS = defineCatalogue({
  'identity.sign_in_failed': { kind: 'unauthenticated', title: 'Signing in failed', detail: 'E-mail and password do not fit together. Check both; after too many attempts you have to wait.' },
  'identity.user_not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'identity.email_taken': { kind: 'conflict', title: 'The e-mail address is in use', detail: 'Somebody is registered with this address. Sign in, or use another one.' },
  'identity.password_weak': { kind: 'meaning', title: 'The password is too short', detail: 'Use at least {least} characters; a sentence is easy to remember.' },
  'identity.role_conflict': { kind: 'duty', title: 'These roles exclude each other', detail: 'A person who is {held} cannot be {granted} as well. Give the role to somebody else.' },
  'identity.duty_conflict': { kind: 'duty', title: 'Another person has to do this', detail: 'You have already acted on it in a part that excludes this one. Ask a colleague.' },
});
