import { hmacSha256Hex, sha256Hex } from '../audit/index.js';

/** What a rate is a part of: claims in a million. */
export const MILLION = 1_000_000;
/** Bytes of a seed. */
export const SEED_BYTES = 32;

const OF_16_DIGITS = 1n << 64n;

/** What is published before a period begins, so that its seed cannot be chosen afterwards: SHA-256 of the seed's bytes, in hex. */
export const commitmentTo = (seed: Uint8Array): string => sha256Hex(seed);

/** Where a claim falls: HMAC-SHA-256 of its id (lower-case, with hyphens) under the seed, in hex. */
export const drawOf = (seed: Uint8Array, claimId: string): string => hmacSha256Hex(seed, claimId.toLowerCase());

/**
 * Whether a claim is in the sample: the first 16 hex digits of its draw, as a whole number, over 2^64 are below the rate.
 * Exact: whole numbers throughout. Edge: at a rate of 0 nobody is, at 1,000,000 everybody.
 */
export const isDrawn = (draw: string, ratePerMillion: number): boolean =>
  BigInt(`0x${draw.slice(0, 16)}`) * BigInt(MILLION) < BigInt(ratePerMillion) * OF_16_DIGITS;

export const isSampled = (seed: Uint8Array, claimId: string, ratePerMillion: number): boolean => isDrawn(drawOf(seed, claimId), ratePerMillion);
