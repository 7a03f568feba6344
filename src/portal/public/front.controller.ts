import { Controller, Get, Headers, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LANGUAGES, type Language } from '../../core/policy/index.js';
import { ForPeople, Public } from '../../platform/http/metadata.js';

/** The first of our languages that the browser names, in its order; English when it names none. */
export function preferredLanguage(accepted: string | undefined): Language {
  const wanted = (accepted ?? '').split(',').map((part) => part.trim().slice(0, 2).toLowerCase());
  return wanted.flatMap((code) => LANGUAGES.find((language) => language === code) ?? [])[0] ?? 'en';
}

/** The bare address leads to a page in the reader's language. */
@Controller()
@ForPeople()
export class FrontController {
  @Get()
  @Public()
  front(@Headers('accept-language') accepted: string | undefined, @Res() reply: FastifyReply): void {
    void reply.status(302).header('location', `/${preferredLanguage(accepted)}`).header('vary', 'accept-language').send('');
  }
}
