import { defineCatalogue } from '../../core/errors/index.js';

export const IDENTITY_ERRORS = defineCatalogue({
  'identity.sign_in_failed': { kind: 'unauthenticated', title: 'Signing in failed', detail: 'E-mail and password do not fit together. Check both; after too many attempts you have to wait.' },
  'identity.address_unreadable': { kind: 'meaning', title: 'Neither an email address nor a telephone number', detail: 'Write an email address like name@shop.example, or a mobile number, with its country in front (+82 …) when it is from another one.' },
  'identity.channel_missing': { kind: 'meaning', title: 'We cannot reach this address', detail: 'Codes cannot be sent this way here. Use an email address instead of a telephone number, or the other way round.' },
  'identity.code_wrong': { kind: 'meaning', title: 'The code is wrong', detail: 'This is not the code we sent. Check the six digits of the newest message; after five tries you need another code.' },
  'identity.code_ended': { kind: 'state', title: 'The code is no longer good', detail: 'A code is good for ten minutes, five tries and one use, in the browser that asked for it. Ask for another one.' },
  'identity.code_not_for_staff': { kind: 'forbidden', title: 'Sign in with your password', detail: 'Staff sign in with a password or a passkey, not with a code.' },
  'identity.name_missing': { kind: 'meaning', title: 'Your name is missing', detail: 'Write your name as we may address you.' },
  'identity.terms_not_accepted': { kind: 'meaning', title: 'The terms are not accepted', detail: 'Tick the box when you agree to the terms of use; without them nothing is set up.' },
  'identity.proof_needed': { kind: 'forbidden', title: 'Show once more who you are', detail: 'For this you need to have signed in, typed a code, used a passkey or given your password in the last five minutes. Do so, and try again.' },
  'identity.passkey_refused': { kind: 'meaning', title: 'The passkey did not fit', detail: 'This passkey is not known here, or the page was open for too long. Try again, or sign in with a code.' },
  'identity.passkey_none': { kind: 'state', title: 'There is no passkey', detail: 'No passkey is in your account. Give a code or your password instead, then add one.' },
  'identity.passkey_known': { kind: 'conflict', title: 'The passkey is in use', detail: 'This passkey is already in an account. Use it to sign in, or add another one.' },
  'identity.user_not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'identity.email_taken': { kind: 'conflict', title: 'The e-mail address is in use', detail: 'Somebody is registered with this address. Sign in, or use another one.' },
  'identity.person_is_staff': { kind: 'state', title: 'This person works here', detail: 'The account of somebody with a role here is given back by an administrator, not this way.' },
  'identity.password_weak': { kind: 'meaning', title: 'The password is too short', detail: 'Use at least {least} characters; a sentence is easy to remember.' },
  'identity.role_conflict': { kind: 'duty', title: 'These roles exclude each other', detail: 'A person who is {held} cannot be {granted} as well. Give the role to somebody else.' },
  'identity.last_administrator': { kind: 'state', title: 'Somebody has to administer', detail: 'This is the last administrator. Give the role to somebody else first, then take it away here.' },
  'identity.proof_failed': { kind: 'meaning', title: 'The password is not right', detail: 'It is the one you sign in with. After too many attempts you have to wait.' },
  'identity.duty_conflict': { kind: 'duty', title: 'Another person has to do this', detail: 'You have already acted on it in a part that excludes this one, or you have an interest in it. Ask a colleague.' },
});
