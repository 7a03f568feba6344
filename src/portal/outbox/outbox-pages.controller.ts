import { Controller, Get, Param, ParseUUIDPipe, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LANGUAGES } from '../../core/policy/index.js';
import { ForPeople, Public } from '../../platform/http/metadata.js';
import { RefusalException } from '../../platform/http/refusal-exception.js';
import { LetterQueries, type LetterView } from '../../modules/mail/index.js';
import { cursorIn } from '../shared/form-fields.form.js';
import { encodeCursor } from '../../platform/http/page.js';
import { Pages } from '../shared/portal.page.js';
import { View } from '../shared/view.page.js';

const ON_A_PAGE = 30;

const nothingHere = (): RefusalException => new RefusalException({ code: 'http.not_found', params: {} });

/**
 * Letters of the demo, for whoever tries it and waits for a code. Anybody may read them, as anybody knows the demo's password; where
 * a mail server is connected, the demo is off or this is production there is nothing at this address.
 */
@Pages('outbox')
export class OutboxPagesController {
  constructor(private readonly letters: LetterQueries) {}

  @Get()
  @Public()
  async list(@Query() query: Record<string, unknown>): Promise<View> {
    if (!this.letters.isReadable) throw nothingHere();
    const { after } = cursorIn(query);
    const found = await this.letters.newest(after, ON_A_PAGE + 1);
    const letters = found.slice(0, ON_A_PAGE);
    const last = found.length > ON_A_PAGE ? letters.at(-1) : undefined;
    return new View('outbox/list.njk', {
      letters: letters.map((letter) => ({ ...letter, createdAt: letter.createdAt.toISOString() })), paged: after !== undefined,
      ...(last === undefined ? {} : { nextCursor: encodeCursor([last.id]) }),
    });
  }

  @Get(':id')
  @Public()
  async letter(@Param('id', ParseUUIDPipe) id: string): Promise<View> {
    const letter = await this.letters.find(id);
    if (letter === undefined) throw nothingHere();
    return new View('outbox/letter.njk', { letter: { ...letter, createdAt: letter.createdAt.toISOString() } });
  }
}

/** A letter's own HTML, which no page of ours may hold: alone, in a sandbox, with its styles and nothing else. */
@Controller(LANGUAGES.map((language) => `${language}/outbox`))
@ForPeople()
export class LetterHtmlController {
  constructor(private readonly letters: LetterQueries) {}

  @Get(':id/html')
  @Public()
  async html(@Param('id', ParseUUIDPipe) id: string, @Res() reply: FastifyReply): Promise<void> {
    const letter: LetterView | undefined = await this.letters.find(id);
    if (letter === undefined || letter.html === null) throw nothingHere();
    void reply.header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-top-navigation-by-user-activation; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
      .send(letter.html);
  }
}
