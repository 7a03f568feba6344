import { Module } from '@nestjs/common';
import { LetterWriting } from './letter-writing.service.js';
import { LettersRepository } from './letters.repository.js';
import { Outbox } from './outbox.service.js';

@Module({ providers: [LettersRepository, LetterWriting, Outbox], exports: [Outbox, LetterWriting] })
export class MailModule {}
