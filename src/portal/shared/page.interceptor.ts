import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { Injectable, StreamableFile, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { concatMap, type Observable } from 'rxjs';
import type { MakegoodRequest } from '../../platform/http/metadata.js';
import { PageRenderer } from './page-renderer.service.js';
import { Download, SeeOther, View } from './view.page.js';

/** Turns what a page handler answers into HTML or into the way to another page. */
@Injectable()
export class PageInterceptor implements NestInterceptor {
  constructor(private readonly renderer: PageRenderer) {}

  intercept(host: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = host.switchToHttp().getRequest<MakegoodRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(concatMap(async (answer: unknown) => {
      if (answer instanceof SeeOther) {
        void reply.status(303).header('location', answer.address);
        return '';
      }
      if (answer instanceof Download) {
        void reply.header('cache-control', 'no-store');
        return new StreamableFile(Readable.from(answer.content), { type: answer.type, disposition: `attachment; filename="${answer.name}"` });
      }
      if (!(answer instanceof View)) throw new TypeError('a page handler answers with a View, a SeeOther or a Download');
      return packed(request, reply, await this.renderer.page(request, reply, answer));
    }));
  }
}

/** Compressed for strangers only: the length of a page that knows somebody would tell a listener about them. */
function packed({ actor, headers }: MakegoodRequest, reply: FastifyReply, html: string): string | Buffer {
  void reply.header('vary', 'accept-encoding');
  if (actor?.kind === 'user' || !/\bgzip\b/.test(String(headers['accept-encoding'] ?? ''))) return html;
  void reply.header('content-encoding', 'gzip');
  return gzipSync(html);
}
