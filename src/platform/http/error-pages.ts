import type { FastifyReply } from 'fastify';
import type { Refusal } from '../../core/errors/index.js';
import type { MakegoodRequest } from './metadata.js';
import type { Problem } from './problem.js';

/** Says a refusal to somebody who reads pages; bound by the portal. */
export abstract class ErrorPages {
  abstract send(request: MakegoodRequest, reply: FastifyReply, refusal: Refusal, problem: Problem): Promise<void>;
}
