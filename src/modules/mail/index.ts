export { MailModule } from './mail.module.js';
export { Outbox, type NewLetter, type Recipient } from './outbox.service.js';
