import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Refusal } from '../../core/errors/index.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { ErrorPages } from '../../platform/http/error-pages.js';
import type { MakegoodRequest } from '../../platform/http/metadata.js';
import { pageLanguage } from '../../platform/http/page-address.js';
import { retryAfter, type Problem } from '../../platform/http/problem.js';
import { csrfCookieName } from '../../platform/http/session-cookie.js';
import { KeptForms } from '../../modules/claims/index.js';
import { browserSecret, fieldsOf, keptReference } from '../intake/kept-form.rules.js';
import { errorPageOf } from './error-page.rules.js';
import { comesFromHere } from './form.guard.js';
import { PageRenderer } from './page-renderer.service.js';
import { View } from './view.page.js';


/** A refusal as a page. Somebody not signed in is shown the way in, and comes back to where they wanted to go. */
@Injectable()
export class ErrorPageService implements ErrorPages {
  readonly #cookie: string;

  constructor(private readonly renderer: PageRenderer, private readonly kept: KeptForms, @Inject(APP_CONFIG) config: AppConfig) {
    this.#cookie = csrfCookieName(config.environment === 'production');
  }

  async send(request: MakegoodRequest, reply: FastifyReply, refusal: Refusal, problem: Problem): Promise<void> {
    const language = pageLanguage(request.url) ?? 'en';
    if (problem.status === 401) {
      return void reply.status(303).header('location', `/${language}/sign-in?${await this.#wayBack(request, reply, language)}`).header('cache-control', 'no-store').send('');
    }
    const { kind, why } = errorPageOf(problem.status, refusal.code);
    const wait = retryAfter(problem);
    if (wait !== undefined) void reply.header('retry-after', String(wait));
    const html = await this.renderer.page(request, reply, new View('error.njk', { kind, requestId: request.id }, why ? [refusal] : [], problem.status));
    void reply.send(html);
  }

  /** Back to the page, or to what was written on it: a form that came too late is kept, if it came from a page of ours. */
  async #wayBack(request: MakegoodRequest, reply: FastifyReply, language: string): Promise<string> {
    if (request.method === 'GET') return `next=${encodeURIComponent(request.url)}`;
    const [path = ''] = request.url.split('?');
    const reference = keptReference(path);
    const token = reference === undefined || !await comesFromHere(request, reply) ? undefined : await this.kept.keep(
      request.id, browserSecret(request, this.#cookie), { reference, address: path, fields: fieldsOf(request.body) });
    return token === undefined ? 'ended=1' : `ended=1&next=${encodeURIComponent(`/${language}/kept/${token}`)}`;
  }
}
