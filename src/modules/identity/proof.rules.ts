import { ok, refuse, type Result } from '../../core/errors/index.js';
import { MINUTE, type Instant } from '../../core/time/index.js';
import type { Actor } from '../../platform/access/actor.js';

const PROOF_LASTS_MS = 5 * MINUTE;

/**
 * A stolen session must not move money or let somebody else in: what touches where money goes, or how one signs in, asks whether the
 * person has shown in the last five minutes that it is them. Signing in counts; rules and jobs have nothing to prove.
 * Code: `identity.proof_needed`. Edge: exactly five minutes ago is too long ago.
 */
export function requireProof(actor: Actor, now: Instant): Result<void> {
  if (actor.kind === 'system') return ok(undefined);
  const isFresh = actor.kind === 'user' && actor.session !== undefined && now - actor.session.provedAt < PROOF_LASTS_MS;
  return isFresh ? ok(undefined) : refuse('identity.proof_needed', { withinMinutes: PROOF_LASTS_MS / MINUTE });
}
