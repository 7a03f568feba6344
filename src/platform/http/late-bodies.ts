import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerBelow } from './below.js';
import { takesFile } from './metadata.js';

/** How long a whole body may take where no file is expected, and how long bytes of a file may stop to flow. */
export interface BodyPatience {
  readonly wholeMs: number;
  readonly silenceMs: number;
}

const hasBody = ({ headers }: FastifyRequest): boolean => headers['transfer-encoding'] !== undefined || !['0', undefined].includes(headers['content-length']);

/** Told so where nothing was answered yet; a handler that is at work on a whole request is left alone, however long it takes. */
function cut({ raw }: FastifyRequest, reply: FastifyReply): void {
  if (reply.raw.headersSent) raw.socket.destroy();
  else if (!raw.complete) answerBelow(Object.assign(new Error('the body is late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), raw.socket);
}

function within(ms: number, request: FastifyRequest, reply: FastifyReply): void {
  const timer = setTimeout(() => cut(request, reply), ms).unref();
  for (const over of ['end', 'close']) request.raw.once(over, () => clearTimeout(timer));
}

/**
 * Cuts bodies that are late. A small one has to arrive whole; a file may come over a slow line for as long as it comes, and is cut when nothing
 * comes any more. Edge: what is still sent after the answer has the time of a small body, whoever sends it.
 */
export function cutLateBodies(fastify: FastifyInstance, { wholeMs, silenceMs }: BodyPatience): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    // A silent connection is Node's to cut, unless somebody listens: here, on the response, which is there until the answer is out.
    reply.raw.on('timeout', () => cut(request, reply));
    if (hasBody(request)) {
      if (takesFile(request)) {
        reply.raw.setTimeout(silenceMs);
        reply.raw.once('finish', () => {
          if (!request.raw.complete) within(wholeMs, request, reply);
        });
      } else within(wholeMs, request, reply);
    }
    done();
  });
}
