import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits as URL-safe text: a credential nobody can guess. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** SHA-256 of a high-entropy secret; what is stored instead of it. */
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Compares without telling by time where two values differ. */
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);
