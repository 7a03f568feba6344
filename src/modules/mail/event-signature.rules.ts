import { createHmac, timingSafeEqual } from 'node:crypto';
import { MINUTE, type Instant } from '../../core/time/index.js';

/** How far the sender's clock may be off, and how long a notice that somebody saw on its way is worth anything. */
const FRESH_MS = 5 * MINUTE;

/** HMAC-SHA256 of `<t>.<body>` in hex; `t` in seconds. */
export const signatureOf = (secret: string, t: string, body: Buffer): string => createHmac('sha256', secret).update(`${t}.`).update(body).digest('hex');

/** Whether `t=…,v1=…` is over this body and made just now. Edge: exactly five minutes old still counts. */
export function isSigned(header: string, body: Buffer, secret: string, now: Instant): boolean {
  const [, t = '', given = ''] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  if (given === '' || Math.abs(now - Number.parseInt(t, 10) * 1_000) > FRESH_MS) return false;
  return timingSafeEqual(Buffer.from(given, 'hex'), Buffer.from(signatureOf(secret, t, body), 'hex'));
}
