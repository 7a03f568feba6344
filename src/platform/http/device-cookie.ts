import type { FastifyReply } from 'fastify';
import type { MakegoodRequest } from './metadata.js';

const named = (secure: boolean): string => `${secure ? '__Host-' : ''}makegood_device`;
const LASTS_SECONDS = 1_800;

/** The token of a device that came in by a code, beside any session and never one. */
export function deviceCookie({ cookies }: MakegoodRequest): string | undefined {
  const token = cookies[named(true)] ?? cookies[named(false)];
  return token !== undefined && /^[A-Za-z0-9_-]{20,200}$/.test(token) ? token : undefined;
}

export function setDeviceCookie(reply: FastifyReply, token: string, secure: boolean): void {
  void reply.setCookie(named(secure), token, { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge: LASTS_SECONDS });
}
