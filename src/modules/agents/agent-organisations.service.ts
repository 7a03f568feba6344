import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Reader } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { OrganisationsRepository, type AgentRow } from './organisations.repository.js';

export interface AgentView extends AgentRow {
  readonly self: string;
  readonly members: readonly { readonly userId: string; readonly name: string }[];
}

/** Agents: businesses that file for other businesses. An administrator sets them up; their people sign in like everybody. */
@Injectable()
export class AgentOrganisations {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly organisations: OrganisationsRepository,
    private readonly audit: AuditTrail, private readonly clock: Clock,
  ) {}

  open(ctx: Context, agent: { name: string; language: string }): Promise<Result<AgentView>> {
    return this.work.run(ctx, async (tx): Promise<Result<AgentView>> => {
      const id = await this.organisations.insert(tx, { ...agent, at: this.clock.now() });
      await this.audit.record(tx, ctx, { aggregate: { type: 'agent', id }, action: 'agent.opened', data: {}, isNew: true });
      return ok({ self: `/v1/agents/${id}`, id, ...agent, members: [] });
    });
  }

  addMember(ctx: Context, agentId: string, userId: string): Promise<Result<AgentView>> {
    return this.work.run(ctx, async (tx): Promise<Result<AgentView>> => {
      if (await this.organisations.find(tx, agentId) === undefined) return refuse('agents.not_found');
      await this.organisations.addMember(tx, { userId, agentId, at: this.clock.now() });
      await this.audit.record(tx, ctx, { aggregate: { type: 'agent', id: agentId }, action: 'agent.member_added', data: { userId } });
      return this.#view(tx, agentId);
    });
  }

  get(agentId: string): Promise<Result<AgentView>> {
    return this.#view(this.database.reader, agentId);
  }

  /** The agent the acting person works for. Code: `agents.no_agency`. */
  async mine(reader: Reader, ctx: Context): Promise<Result<AgentRow>> {
    const found = ctx.actor.kind === 'user' ? await this.organisations.ofMember(reader, ctx.actor.userId) : undefined;
    return found === undefined ? refuse('agents.no_agency') : ok(found);
  }

  /** As `mine`, for things that may belong to either side: nothing when the person is no agent. */
  async maybeMine(reader: Reader, ctx: Context): Promise<AgentRow | undefined> {
    const isAgent = ctx.actor.kind === 'user' && ctx.actor.roles.includes('agent');
    return isAgent && ctx.actor.kind === 'user' ? this.organisations.ofMember(reader, ctx.actor.userId) : undefined;
  }

  /** An agent and the addresses of its people, for a letter to them. */
  async people(reader: Reader, agentId: string): Promise<{ agent: AgentRow; members: readonly { email: string }[] } | undefined> {
    const agent = await this.organisations.find(reader, agentId);
    return agent === undefined ? undefined : { agent, members: await this.organisations.members(reader, agentId) };
  }

  async #view(reader: Reader, id: string): Promise<Result<AgentView>> {
    const agent = await this.organisations.find(reader, id);
    if (agent === undefined) return refuse('agents.not_found');
    const members = await this.organisations.members(reader, id);
    return ok({ self: `/v1/agents/${id}`, ...agent, members: members.map(({ userId, name }) => ({ userId, name })) });
  }
}
