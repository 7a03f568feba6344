import { applyDecorators, Controller, createParamDecorator, UseGuards, UseInterceptors, type ExecutionContext } from '@nestjs/common';
import { LANGUAGES, type Language } from '../../core/policy/index.js';
import type { Context } from '../../platform/access/context.js';
import { ForPeople, type MakegoodRequest } from '../../platform/http/metadata.js';
import { pageLanguage } from '../../platform/http/page-address.js';
import { FormGuard } from './form.guard.js';
import { PageInterceptor } from './page.interceptor.js';

/** Pages under every language: `@Pages('claims')` answers at /en/claims, /ko/claims and /fr/claims. */
export const Pages = (path: string) => applyDecorators(
  Controller(LANGUAGES.map((language) => (path === '' ? language : `${language}/${path}`))),
  ForPeople(), UseGuards(FormGuard), UseInterceptors(PageInterceptor),
);

/** One person asking for one page. */
export interface Visit {
  readonly language: Language;
  readonly ctx: Context;
}

/** Who asks, in which language. */
export const Visitor = createParamDecorator((_data: unknown, host: ExecutionContext): Visit => {
  const request = host.switchToHttp().getRequest<MakegoodRequest>();
  return {
    language: pageLanguage(request.url) ?? 'en',
    ctx: { actor: request.actor ?? { kind: 'anonymous' }, requestId: request.id },
  };
});
