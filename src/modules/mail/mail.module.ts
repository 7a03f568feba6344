import { Module } from '@nestjs/common';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { MAIL_ERRORS } from './mail.errors.js';
import { Carriers } from './carriers.service.js';
import { MailEventsController } from './mail-events.controller.js';
import { MailEventsGuard } from './mail-events.guard.js';
import { MailEvents } from './mail-events.service.js';
import { MailPort, SmsPort } from './carriers.port.js';
import { HttpSms } from './http-sms.port.js';
import { LetterDelivery } from './letter-delivery.service.js';
import { LetterQueries } from './letter-queries.service.js';
import { LetterPreferences } from './letter-preferences.service.js';
import { LetterWriting } from './letter-writing.service.js';
import { LettersRepository } from './letters.repository.js';
import { Outbox } from './outbox.service.js';
import { SmtpMail } from './smtp-mail.port.js';

registerCatalogue(MAIL_ERRORS);

@Module({
  controllers: [MailEventsController],
  providers: [
    LettersRepository, LetterWriting, LetterPreferences, Outbox, LetterDelivery, LetterQueries, Carriers, MailEvents, MailEventsGuard, { provide: MailPort, useClass: SmtpMail }, { provide: SmsPort, useClass: HttpSms },
  ],
  exports: [Outbox, LetterDelivery, LetterPreferences, LetterQueries],
})
export class MailModule {}
