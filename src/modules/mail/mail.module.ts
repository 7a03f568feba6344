import { Module } from '@nestjs/common';
import { MailPort, SmsPort } from './carriers.port.js';
import { HttpSms } from './http-sms.port.js';
import { LetterDelivery } from './letter-delivery.service.js';
import { LetterQueries } from './letter-queries.service.js';
import { LetterWriting } from './letter-writing.service.js';
import { LettersRepository } from './letters.repository.js';
import { Outbox } from './outbox.service.js';
import { SmtpMail } from './smtp-mail.port.js';

@Module({
  providers: [
    LettersRepository, LetterWriting, Outbox, LetterDelivery, LetterQueries, { provide: MailPort, useClass: SmtpMail }, { provide: SmsPort, useClass: HttpSms },
  ],
  exports: [Outbox, LetterDelivery, LetterQueries],
})
export class MailModule {}
