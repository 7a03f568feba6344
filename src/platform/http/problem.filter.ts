import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Refusal } from '../../core/errors/index.js';
import { isAway } from '../database/database-error.js';
import { reportDefect } from '../logging/logger.js';
import { ErrorPages } from './error-pages.js';
import type { MakegoodRequest } from './metadata.js';
import { pageLanguage } from './page-address.js';
import { problemOf, PROBLEM_TYPE, retryAfter } from './problem.js';
import { RefusalException } from './refusal-exception.js';
import { StrictJsonError } from './strict-json.js';

const BY_STATUS: Readonly<Record<number, string>> = {
  401: 'access.unauthenticated', 403: 'access.undeclared', 404: 'http.not_found', 405: 'http.method_not_allowed', 408: 'http.timeout',
  413: 'http.too_large', 415: 'http.media_type', 431: 'http.headers_too_large', 503: 'platform.database_away',
};

/** What Fastify says about its own refusals is safe to repeat; what anything else says is not. */
function refusalOfStatus(status: number, error: unknown, { routeOptions }: FastifyRequest): Refusal {
  const code = BY_STATUS[status] ?? (status >= 400 && status < 500 ? 'http.malformed' : 'http.defect');
  if (code === 'http.too_large') return { code, params: { limitBytes: routeOptions.bodyLimit } };
  return { code, params: code === 'http.malformed' ? { why: error instanceof StrictJsonError ? error.message : 'it breaks a rule of the protocol' } : {} };
}

/** The refusal behind whatever was thrown. */
export function refusalBehind(error: unknown, request: FastifyRequest): Refusal {
  if (error instanceof RefusalException) return error.refusal;
  if (isAway(error)) return { code: 'platform.database_away', params: {} };
  const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: unknown } | null)?.statusCode;
  if (typeof status === 'number' && status < 500) return refusalOfStatus(status, error, request);
  return { code: 'http.defect', params: { requestId: request.id } };
}

export function sendProblem(reply: FastifyReply, refusal: Refusal, requestId: string): void {
  const problem = problemOf(refusal, requestId);
  const wait = retryAfter(problem);
  if (wait !== undefined) void reply.header('retry-after', String(wait));
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply.status(problem.status).header('content-type', PROBLEM_TYPE).header('cache-control', 'no-store').send(Buffer.from(JSON.stringify(problem)));
}

/** Every answer that is not 2xx is a problem document, or a page that says the same to people; nothing internal leaves. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly pages: ErrorPages) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<MakegoodRequest>();
    const reply = http.getResponse<FastifyReply>();
    const refusal = refusalBehind(error, request);
    if (refusal.code === 'http.defect') reportDefect(request.id, error);
    if (pageLanguage(request.url) === undefined) return sendProblem(reply, refusal, request.id);
    try {
      await this.pages.send(request, reply, refusal, problemOf(refusal, request.id));
    } catch (failure) {
      reportDefect(request.id, failure);
      sendProblem(reply, refusal, request.id);
    }
  }
}
