import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { MakegoodRequest } from '../../platform/http/metadata.js';
import { uploadOf } from '../../platform/http/upload.js';
import { RefusalException } from '../../platform/http/refusal-exception.js';

const SAFE = ['GET', 'HEAD'];

/** Whether a browser says that the form stood on a page of ours; an old one that says nothing is judged by its token alone. */
function fromHere({ headers }: MakegoodRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  if (headers.origin === undefined) return true;
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host;
}

/** The library answers by itself when a token is wrong; here the refusal must read like every other. */
const tokenFits = (request: MakegoodRequest, reply: FastifyReply): Promise<boolean> => new Promise((resolve) => {
  const judge = Object.create(reply, { send: { value: () => resolve(false) } }) as FastifyReply;
  request.server.csrfProtection(request, judge, () => resolve(true));
});

/** Whether a form stood on a page of ours, shown in this very browser. */
export const comesFromHere = async (request: MakegoodRequest, reply: FastifyReply): Promise<boolean> => fromHere(request) && await tokenFits(request, reply);

/** A form counts only when it came from a page of ours: by origin, and by the token that page carried. */
@Injectable()
export class FormGuard implements CanActivate {
  async canActivate(host: ExecutionContext): Promise<boolean> {
    const request = host.switchToHttp().getRequest<MakegoodRequest>();
    if (SAFE.includes(request.method)) return true;
    // The fields of a form with a file stand before the file, which nobody has read yet.
    if (request.isMultipart()) request.body = { ...(await uploadOf(request))?.fields };
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (!await comesFromHere(request, reply)) throw new RefusalException({ code: 'portal.form_foreign', params: {} });
    return true;
  }
}
