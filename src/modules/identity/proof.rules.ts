import { MINUTE, type Instant } from '../../core/time/index.js';
import type { Actor } from '../../platform/access/actor.js';

const RECENT_MS = 5 * MINUTE;

/** Whether a person showed who they are in the last five minutes: asked before what a stolen session must not do. */
export const isRecentlyProved = (actor: Actor, now: Instant): boolean =>
  actor.kind === 'user' && actor.session !== undefined && now - actor.session.provedAt < RECENT_MS;
