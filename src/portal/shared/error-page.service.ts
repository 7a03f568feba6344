import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Refusal } from '../../core/errors/index.js';
import { ErrorPages } from '../../platform/http/error-pages.js';
import type { MakegoodRequest } from '../../platform/http/metadata.js';
import { pageLanguage } from '../../platform/http/page-address.js';
import { retryAfter, type Problem } from '../../platform/http/problem.js';
import { PageRenderer } from './page-renderer.service.js';
import { View } from './view.page.js';

/** Which page says it; everything else is "something went wrong", and says whether it is theirs or ours. */
const PAGE_OF: Readonly<Record<number, string>> = { 403: 'forbidden', 404: 'missing', 409: 'changed', 412: 'changed', 429: 'later', 503: 'away' };

/** A refusal as a page. Somebody not signed in is shown the way in, and comes back to where they wanted to go. */
@Injectable()
export class ErrorPageService implements ErrorPages {
  constructor(private readonly renderer: PageRenderer) {}

  async send(request: MakegoodRequest, reply: FastifyReply, refusal: Refusal, problem: Problem): Promise<void> {
    const language = pageLanguage(request.url) ?? 'en';
    if (problem.status === 401) {
      const next = request.method === 'GET' ? `?next=${encodeURIComponent(request.url)}` : '?ended=1';
      return void reply.status(303).header('location', `/${language}/sign-in${next}`).header('cache-control', 'no-store').send('');
    }
    const kind = PAGE_OF[problem.status] ?? (problem.status >= 500 ? 'defect' : 'unreadable');
    const wait = retryAfter(problem);
    if (wait !== undefined) void reply.header('retry-after', String(wait));
    const html = await this.renderer.page(request, reply, new View('error.njk', { kind, requestId: request.id }, [refusal], problem.status));
    void reply.send(html);
  }
}
