import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Instant } from '../../core/time/index.js';
import type { Actor } from '../access/actor.js';
import { MandateReader } from '../access/mandate-reader.js';
import { isAllowed } from '../access/permissions.js';
import { SessionReader } from '../access/session-reader.js';
import { Clock } from '../clock/clock.js';
import { ACCESS, PAGE, type AccessDeclaration, type MakegoodRequest } from './metadata.js';
import { sessionCookie } from './session-cookie.js';
import { RefusalException } from './refusal-exception.js';

const CACHED_FOR_MS = 1_000;
const MOST_CACHED = 5_000;

const bearerToken = ({ headers }: MakegoodRequest): string | undefined => /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(headers.authorization ?? '')?.[1];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Denied by default. A bearer token is looked up at most once a second, so a revocation is felt within one; a page's cookie each time. */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #cache = new Map<string, { actor: Actor; until: number; clock: Instant }>();

  constructor(private readonly reflector: Reflector, private readonly sessions: SessionReader, private readonly mandates: MandateReader, private readonly time: Clock) {}

  async canActivate(host: ExecutionContext): Promise<boolean> {
    const request = host.switchToHttp().getRequest<MakegoodRequest>();
    const declared = this.reflector.getAllAndOverride<AccessDeclaration | undefined>(ACCESS, [host.getHandler(), host.getClass()]);
    if (declared === undefined) throw new RefusalException({ code: 'access.undeclared', params: {} });
    const isPage = this.reflector.get<true | undefined>(PAGE, host.getClass()) === true;
    const token = isPage ? sessionCookie(request) : bearerToken(request);
    // On the page after a form, somebody must already hold what the form gave them: a new business, an accepted invitation.
    const found = token === undefined ? undefined : await (isPage ? this.sessions.resolve(token) : this.#resolve(token));
    if (found !== undefined) request.actor = isPage ? found : await this.#actingFor(found, request.headers['act-for']);
    if (declared.kind === 'public') return true;
    const actor = request.actor;
    if (actor === undefined) {
      throw new RefusalException({ code: token === undefined && request.headers.authorization === undefined ? 'access.unauthenticated' : 'access.expired', params: {} });
    }
    if (!isAllowed(actor, declared.permission)) throw new RefusalException({ code: 'access.permission', params: { permission: declared.permission } });
    return true;
  }

  /** `Act-For` chooses the merchant for whom an agent acts: what it may then do, it may for that merchant and no other. */
  async #actingFor(actor: Actor, merchantId: string | string[] | undefined): Promise<Actor> {
    if (merchantId === undefined || actor.kind !== 'user') return actor;
    const mandateId = typeof merchantId === 'string' && UUID.test(merchantId) ? await this.mandates.actingFor(actor.userId, merchantId) : undefined;
    if (mandateId === undefined) throw new RefusalException({ code: 'access.mandate_missing', params: {} });
    return { ...actor, memberships: [{ merchantId: merchantId as string, role: 'agent', mandateId }] };
  }

  async #resolve(token: string): Promise<Actor | undefined> {
    // By the process's own time, which nobody puts right, and by the clock that proofs and sessions are judged by.
    const [now, clock] = [performance.now(), this.time.now()];
    const cached = this.#cache.get(token);
    if (cached !== undefined && cached.until > now && Math.abs(clock - cached.clock) < CACHED_FOR_MS) return cached.actor;
    this.#cache.delete(token);
    const actor = await this.sessions.resolve(token);
    if (actor !== undefined) {
      if (this.#cache.size >= MOST_CACHED) this.#cache.clear();
      this.#cache.set(token, { actor, until: now + CACHED_FOR_MS, clock });
    }
    return actor;
  }
}
