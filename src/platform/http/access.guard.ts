import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Actor } from '../access/actor.js';
import { isAllowed } from '../access/permissions.js';
import { SessionReader } from '../access/session-reader.js';
import { ACCESS, PAGE, type AccessDeclaration, type MakegoodRequest } from './metadata.js';
import { sessionCookie } from './session-cookie.js';
import { RefusalException } from './refusal-exception.js';

const CACHED_FOR_MS = 1_000;
const MOST_CACHED = 5_000;

const bearerToken = ({ headers }: MakegoodRequest): string | undefined => /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(headers.authorization ?? '')?.[1];

/** Denied by default. A token is looked up at most once a second, so a revocation is felt within one. */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #cache = new Map<string, { actor: Actor; until: number }>();

  constructor(private readonly reflector: Reflector, private readonly sessions: SessionReader) {}

  async canActivate(host: ExecutionContext): Promise<boolean> {
    const request = host.switchToHttp().getRequest<MakegoodRequest>();
    const declared = this.reflector.getAllAndOverride<AccessDeclaration | undefined>(ACCESS, [host.getHandler(), host.getClass()]);
    if (declared === undefined) throw new RefusalException({ code: 'access.undeclared', params: {} });
    const token = this.reflector.get<true | undefined>(PAGE, host.getClass()) === true ? sessionCookie(request) : bearerToken(request);
    const found = token === undefined ? undefined : await this.#resolve(token);
    if (found !== undefined) request.actor = found;
    if (declared.kind === 'public') return true;
    const actor = request.actor;
    if (actor === undefined) {
      throw new RefusalException({ code: token === undefined && request.headers.authorization === undefined ? 'access.unauthenticated' : 'access.expired', params: {} });
    }
    if (!isAllowed(actor, declared.permission)) throw new RefusalException({ code: 'access.permission', params: { permission: declared.permission } });
    return true;
  }

  async #resolve(token: string): Promise<Actor | undefined> {
    const now = performance.now();
    const cached = this.#cache.get(token);
    if (cached !== undefined && cached.until > now) return cached.actor;
    this.#cache.delete(token);
    const actor = await this.sessions.resolve(token);
    if (actor !== undefined) {
      if (this.#cache.size >= MOST_CACHED) this.#cache.clear();
      this.#cache.set(token, { actor, until: now + CACHED_FOR_MS });
    }
    return actor;
  }
}
