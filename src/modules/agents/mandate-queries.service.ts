import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Interval } from '../../core/time/index.js';
import type { MandateReader } from '../../platform/access/mandate-reader.js';
import { mayAsMember } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page } from '../../platform/database/paging.js';
import type { Reader } from '../../platform/database/tx.js';
import { AgentOrganisations } from './agent-organisations.service.js';
import { MandatesRepository } from './mandates.repository.js';
import { mandateView, type MandateView } from './views/mandate-view.js';

/** Reads mandates, each side its own; and says what an agent may act under. */
@Injectable()
export class MandateQueries implements MandateReader {
  constructor(private readonly database: Database, private readonly mandates: MandatesRepository, private readonly agents: AgentOrganisations) {}

  actingFor(userId: string, merchantId: string): Promise<string | undefined> {
    return this.mandates.acting(this.database.reader, userId, merchantId);
  }

  /** Whether the business has confirmed the mandate under which a claim was begun; a claim without one needs none. */
  async letsDecide(reader: Reader, mandateId: string | null): Promise<boolean> {
    return mandateId === null || this.mandates.isConfirmed(reader, mandateId);
  }

  async get(ctx: Context, id: string): Promise<Result<MandateView>> {
    const row = await this.mandates.find(this.database.reader, id);
    if (row === undefined) return refuse('agents.mandate_not_found');
    const mine = mayAsMember(ctx.actor, 'mandate.read', row.merchantId) || (await this.agents.maybeMine(this.database.reader, ctx))?.id === row.agentId;
    return mine ? ok(mandateView(row)) : refuse('agents.mandate_not_found');
  }

  async page(ctx: Context, wanted: { state?: string; before?: string; limit: number }): Promise<Page<MandateView>> {
    const agent = await this.agents.maybeMine(this.database.reader, ctx);
    const merchantIds = ctx.actor.kind === 'user' ? ctx.actor.memberships.map(({ merchantId }) => merchantId).filter((id) => mayAsMember(ctx.actor, 'mandate.read', id)) : [];
    const rows = await this.mandates.page(this.database.reader, { ...wanted, limit: wanted.limit + 1, merchantIds, ...(agent === undefined ? {} : { agentId: agent.id }) });
    const page = pageOf(rows, wanted.limit, ({ id }) => [id]);
    return { ...page, items: page.items.map(mandateView) };
  }

  standingOf(reader: Reader, agentId: string): Promise<string[]> {
    return this.mandates.standingOf(reader, agentId);
  }

  answeredIn(reader: Reader, agentId: string, span: Interval): Promise<{ confirmed: number; ended: number }> {
    return this.mandates.answeredIn(reader, agentId, span);
  }

  counts(agentId: string): Promise<ReadonlyMap<string, number>> {
    return this.mandates.counts(this.database.reader, agentId);
  }
}
