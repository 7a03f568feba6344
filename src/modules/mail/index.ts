export { classOf, LETTER_CLASSES, type LetterClass } from './letter-classes.rules.js';
export { LetterDelivery } from './letter-delivery.service.js';
export { signatureOf } from './event-signature.rules.js';
export { LetterQueries, type LetterLine, type LetterView } from './letter-queries.service.js';
export type { LetterFate } from './letter-queries.service.js';
export { LetterPreferences } from './letter-preferences.service.js';
export { MailModule } from './mail.module.js';
export { Outbox, type NewLetter, type Recipient } from './outbox.service.js';
