import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayAsMember, userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { tokenHash } from '../../platform/crypto/tokens.js';
import { Database } from '../../platform/database/database.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { People } from '../identity/index.js';
import { AgentOrganisations } from './agent-organisations.service.js';
import { MandateLifecycle } from './mandate-lifecycle.service.js';
import { MandatesRepository } from './mandates.repository.js';
import { mandateView, type MandateRow, type MandateView } from './views/mandate-view.js';

/**
 * What a business answers, by the link it was sent or signed in, and how either side ends a mandate. Who confirms by the link has
 * shown that they read the address, and becomes the one who signs for the business.
 */
@Injectable()
export class MandateAnswers {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly mandates: MandatesRepository, private readonly lifecycle: MandateLifecycle,
    private readonly agents: AgentOrganisations, private readonly people: People, private readonly clock: Clock,
  ) {}

  /** Looking at it does not use the link up. Code: `agents.link_dead`. */
  async behind(token: string): Promise<Result<MandateRow>> {
    return this.#behind(this.database.reader, token);
  }

  confirmByLink(ctx: Context, token: string, name: string): Promise<Result<MandateView>> {
    return this.work.run(ctx, async (tx): Promise<Result<MandateView>> => {
      const row = await this.#lockedBehind(tx, token);
      if (!row.ok) return row;
      const confirmedBy = await this.people.welcomeOwner(tx, ctx, { email: row.value.contactEmail, name, merchantId: row.value.merchantId });
      return viewed(await this.lifecycle.apply(tx, ctx, row.value, 'confirm', { confirmedBy }));
    });
  }

  vetoByLink(ctx: Context, token: string): Promise<Result<MandateView>> {
    return this.work.run(ctx, async (tx): Promise<Result<MandateView>> => {
      const row = await this.#lockedBehind(tx, token);
      return row.ok ? viewed(await this.lifecycle.apply(tx, ctx, row.value, 'veto', { revoked: { side: 'merchant', by: undefined } })) : row;
    });
  }

  confirm(ctx: Context, id: string, version: number): Promise<Result<MandateView>> {
    return this.work.run(ctx, async (tx): Promise<Result<MandateView>> => {
      const row = await this.lifecycle.locked(tx, id);
      if (!row.ok || !mayAsMember(ctx.actor, 'mandate.confirm', row.value.merchantId)) return refuse('agents.mandate_not_found');
      if (row.value.version !== version) return refuse('http.stale', { seen: version, current: row.value.version });
      return viewed(await this.lifecycle.apply(tx, ctx, row.value, 'confirm', { confirmedBy: userIdOf(ctx.actor) }));
    });
  }

  /** Ends a mandate, from whichever side the actor stands on. */
  revoke(ctx: Context, id: string, version: number): Promise<Result<MandateView>> {
    return this.work.run(ctx, async (tx): Promise<Result<MandateView>> => {
      const row = await this.lifecycle.locked(tx, id);
      const side = row.ok ? await this.#side(tx, ctx, row.value) : undefined;
      if (!row.ok || side === undefined) return refuse('agents.mandate_not_found');
      if (row.value.version !== version) return refuse('http.stale', { seen: version, current: row.value.version });
      const event = row.value.state !== 'asserted' ? 'revoke' : side === 'agent' ? 'withdraw' : 'veto';
      return viewed(await this.lifecycle.apply(tx, ctx, row.value, event, { revoked: { side, by: userIdOf(ctx.actor) } }));
    });
  }

  async #side(tx: Tx, ctx: Context, row: MandateRow): Promise<'agent' | 'merchant' | undefined> {
    if (mayAsMember(ctx.actor, 'mandate.revoke', row.merchantId)) return 'merchant';
    return (await this.agents.maybeMine(tx, ctx))?.id === row.agentId ? 'agent' : undefined;
  }

  async #lockedBehind(tx: Tx, token: string): Promise<Result<MandateRow>> {
    const seen = await this.#behind(tx, token);
    if (!seen.ok) return seen;
    const row = await this.lifecycle.locked(tx, seen.value.id);
    // Under the lock once more: of two who press at the same time, the second finds the link used.
    return row.ok ? this.#behind(tx, token) : row;
  }

  async #behind(reader: Reader, token: string): Promise<Result<MandateRow>> {
    const id = /^[A-Za-z0-9_-]{43}$/.test(token) ? await this.mandates.byLink(reader, tokenHash(token), this.clock.now()) : undefined;
    const row = id === undefined ? undefined : await this.mandates.find(reader, id);
    return row === undefined ? refuse('agents.link_dead') : ok(row);
  }
}

const viewed = (moved: Result<MandateRow>): Result<MandateView> => (moved.ok ? ok(mandateView(moved.value)) : moved);
