import type { Actor } from './actor.js';

/** Finds the person behind a bearer token; bound by the module that keeps sessions. */
export abstract class SessionReader {
  /** Undefined when the token is unknown, expired or revoked. */
  abstract resolve(token: string): Promise<Actor | undefined>;
}
