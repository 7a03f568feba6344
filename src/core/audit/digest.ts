import { createHash, createHmac, createSecretKey } from 'node:crypto';

/** SHA-256 of UTF-8 text or bytes as 64 lower-case hex digits. Edge: of nothing it is `e3b0c442…b855`. Source: FIPS 180-4. */
export const sha256Hex = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** HMAC-SHA-256 of UTF-8 text as 64 lower-case hex digits. Edge: an empty text has one too. Source: RFC 2104. */
export const hmacSha256Hex = (key: Uint8Array, text: string): string => createHmac('sha256', createSecretKey(key)).update(text).digest('hex');
