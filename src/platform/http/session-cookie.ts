import type { FastifyReply } from 'fastify';
import type { MakegoodRequest } from './metadata.js';

/** Over TLS the name itself forbids a subdomain or a plain connection to set it. */
const named = (name: string, secure: boolean): string => (secure ? `__Host-${name}` : name);
const SESSION = 'makegood_session';

export const csrfCookieName = (secure: boolean): string => named('makegood_form', secure);

/** The session token a browser brings to a page. */
export function sessionCookie({ cookies }: MakegoodRequest): string | undefined {
  const token = cookies[named(SESSION, true)] ?? cookies[SESSION];
  return token !== undefined && /^[A-Za-z0-9_-]{20,200}$/.test(token) ? token : undefined;
}

/** Not read by scripts, not sent along by other sites' forms, gone with the browser. */
export function setSessionCookie(reply: FastifyReply, token: string, secure: boolean): void {
  void reply.setCookie(named(SESSION, secure), token, { path: '/', httpOnly: true, sameSite: 'lax', secure });
}

export function clearSessionCookie(reply: FastifyReply, secure: boolean): void {
  void reply.clearCookie(named(SESSION, secure), { path: '/', secure });
}

/** What a browser holds between two steps of one thing, such as asking for a code and typing it: for these steps only, gone with the browser. */
export type Holding = 'makegood_code' | 'makegood_passkey';

export function heldBy({ cookies }: MakegoodRequest, holding: Holding): string | undefined {
  const token = cookies[named(holding, true)] ?? cookies[holding];
  return token !== undefined && /^[A-Za-z0-9_-]{20,200}$/.test(token) ? token : undefined;
}

export function letHold(reply: FastifyReply, holding: Holding, token: string, secure: boolean): void {
  void reply.setCookie(named(holding, secure), token, { path: '/', httpOnly: true, sameSite: 'strict', secure });
}

export function letGo(reply: FastifyReply, holding: Holding, secure: boolean): void {
  void reply.clearCookie(named(holding, secure), { path: '/', secure });
}
