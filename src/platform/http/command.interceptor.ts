import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { map, of, type Observable } from 'rxjs';
import { authorityOf } from '../access/ownership.js';
import { actorName } from '../events/event-log.js';
import { fingerprintOf, IdempotencyStore, type IdempotencyScope } from '../idempotency/idempotency-store.js';
import { COMMAND, type MakegoodRequest } from './metadata.js';
import { RefusalException, unwrap } from './refusal-exception.js';
import { isUpload, uploadOf } from './upload.js';

/** What a view says about itself: its version becomes the ETag, its address the Location of what was created. */
interface View {
  readonly version?: unknown;
  readonly self?: unknown;
}

function describe(reply: FastifyReply, body: unknown, created: boolean): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const { version, self } = body as View;
  if (typeof version === 'number') void reply.header('etag', `"${version}"`);
  if (created && typeof self === 'string') void reply.header('location', self);
  return body;
}

/**
 * Between authorisation and the handler: answers a repeated key from the store, and otherwise keeps a place for the answer that
 * the unit of work fills in its own transaction. Then names version and address of what comes back.
 */
@Injectable()
export class CommandInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector, private readonly store: IdempotencyStore) {}

  async intercept(host: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = host.switchToHttp().getRequest<MakegoodRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const status = this.reflector.get<number | undefined>(COMMAND, host.getHandler());
    const created = status === 201;
    const key = request.headers['idempotency-key'];
    if (status === undefined || key === undefined) return next.handle().pipe(map((body) => describe(reply, body, created)));
    const scope = this.#scope(request, key);
    const stored = unwrap(await this.store.lookup(scope));
    if (stored !== undefined) {
      void reply.status(stored.status).header('idempotency-replayed', 'true');
      return of(describe(reply, stored.body, created));
    }
    request.pendingAnswer = this.store.pending(scope, status);
    return next.handle().pipe(map((body) => describe(reply, body, created)));
  }

  #scope(request: MakegoodRequest, key: string | string[]): IdempotencyScope {
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) throw new RefusalException({ code: 'idempotency.key_malformed', params: {} });
    const actor = request.actor ?? { kind: 'anonymous' };
    return {
      principal: actorName(actor),
      method: request.method,
      path: request.url.split('?')[0] ?? request.url,
      key,
      authority: authorityOf(actor),
      fingerprint: async () => fingerprintOf(isUpload(request) ? await (await uploadOf(request))?.fingerprint() : request.body, request.headers['if-match']),
    };
  }
}
