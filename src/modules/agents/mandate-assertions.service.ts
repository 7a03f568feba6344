import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { People } from '../identity/index.js';
import { AgentOrganisations } from './agent-organisations.service.js';
import { feeIn, sameFee, type Fee, type FeeText } from './fee.rules.js';
import { MandateLetters } from './mandate-letters.service.js';
import { MandateLifecycle } from './mandate-lifecycle.service.js';
import { MandatesRepository } from './mandates.repository.js';
import { OrganisationsRepository } from './organisations.repository.js';
import { mandateView, type MandateRow, type MandateView } from './views/mandate-view.js';

export interface Assertion {
  readonly merchantId: string;
  readonly document: { readonly name: string; readonly hash?: string };
  readonly fee: Fee;
  readonly contact: { readonly name: string; readonly email: string };
  readonly language: string;
}

export interface NewMandate {
  readonly merchantId: string;
  readonly document: Assertion['document'];
  readonly fee: FeeText;
  readonly language: string;
}

/** What an agent says it may do for a business, with the document it rests on and the fee it takes. Nothing is true of it until the business confirms. */
@Injectable()
export class MandateAssertions {
  constructor(
    private readonly work: UnitOfWork, private readonly agents: AgentOrganisations,
    private readonly organisations: OrganisationsRepository, private readonly mandates: MandatesRepository, private readonly lifecycle: MandateLifecycle,
    private readonly letters: MandateLetters, private readonly people: People,
  ) {}

  /** Over a business that is here already: its owner is asked at once, at the address the owner signs in with. */
  async assert(ctx: Context, mandate: NewMandate): Promise<Result<MandateView>> {
    const fee = feeIn(mandate.fee);
    if (!fee.ok) return fee;
    return this.work.run(ctx, async (tx): Promise<Result<MandateView>> => {
      const agent = await this.agents.mine(tx, ctx);
      if (!agent.ok) return agent;
      const owner = (await this.people.ownersOf(tx, mandate.merchantId)).find(({ email }) => email !== null);
      // A business whose owners have no mail, one without an owner and one that is not there are answered alike: an agent does not learn who is here.
      if (owner?.email == null) return refuse('agents.mandate_not_found');
      const contact = { name: owner.name, email: owner.email };
      const id = await this.lifecycle.assert(tx, ctx, { ...mandate, fee: fee.value, contact, agentId: agent.value.id, openedByAgent: false, assertedBy: userIdOf(ctx.actor) });
      const row = await this.lifecycle.locked(tx, id);
      if (!row.ok) return row;
      await this.letters.ask(tx, ctx, row.value);
      return this.#view(tx, id);
    });
  }

  /** Over a business that the agent has just opened, in the caller's transaction. A mandate that says the same already is it. */
  async assertOpened(tx: Tx, ctx: Context, agentId: string, assertion: Assertion): Promise<Result<MandateRow>> {
    const standing = await this.mandates.counting(tx, agentId, assertion.merchantId);
    if (standing !== undefined) {
      const same = sameFee(standing.fee, assertion.fee) && standing.contactEmail === assertion.contact.email;
      return same ? ok(standing) : refuse('agents.mandate_differs');
    }
    if (await this.mandates.wasVetoed(tx, agentId, assertion)) return refuse('agents.vetoed');
    const id = await this.lifecycle.assert(tx, ctx, { ...assertion, agentId, openedByAgent: true, assertedBy: userIdOf(ctx.actor) });
    return this.lifecycle.locked(tx, id);
  }

  /** The businesses, of some, that have confirmed this agent's mandate. */
  async confirmedAmong(reader: Reader, agentId: string, merchantIds: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(merchantIds.length === 0 ? [] : (await this.mandates.confirmed(reader, agentId, merchantIds)).map(({ merchantId }) => merchantId));
  }

  /** The mandate that a business with an account of its own has confirmed, held until the commit; the fee stated must be the one it agreed to. */
  async standing(tx: Tx, agentId: string, merchantId: string, fee: Fee): Promise<Result<MandateRow>> {
    const found = await this.mandates.counting(tx, agentId, merchantId);
    const row = found === undefined ? refuse('agents.mandate_not_found') : await this.lifecycle.locked(tx, found.id);
    if (!row.ok || row.value.state !== 'confirmed') return refuse('agents.mandate_not_found');
    return sameFee(row.value.fee, fee) ? row : refuse('agents.mandate_differs');
  }

  /** Addresses at which nobody confirms a mandate of this agent, since its own people read there. */
  async ownAddresses(reader: Reader, agentId: string): Promise<ReadonlySet<string>> {
    return new Set((await this.organisations.members(reader, agentId)).map(({ email }) => email));
  }

  /** Another letter to the business, with a new link; the one before is no longer good. */
  async askAgain(ctx: Context, id: string): Promise<Result<MandateView>> {
    return this.work.run(ctx, async (tx): Promise<Result<MandateView>> => {
      const agent = await this.agents.mine(tx, ctx);
      if (!agent.ok) return agent;
      const row = await this.lifecycle.locked(tx, id);
      if (!row.ok || row.value.agentId !== agent.value.id) return refuse('agents.mandate_not_found');
      if (row.value.state !== 'asserted') return refuse('machine.not_allowed', { machine: 'mandate', event: 'ask', state: row.value.state, allowed: [] });
      const asked = await this.letters.ask(tx, ctx, row.value);
      return asked ? this.#view(tx, id) : refuse('agents.asked_today');
    });
  }

  /** Asks the business unless it was asked today, or has answered. In the caller's transaction. */
  async askOnce(tx: Tx, ctx: Context, id: string): Promise<void> {
    const row = await this.lifecycle.locked(tx, id);
    if (row.ok && row.value.state === 'asserted') await this.letters.ask(tx, ctx, row.value);
  }

  async #view(tx: Tx, id: string): Promise<Result<MandateView>> {
    const row = await this.mandates.find(tx, id);
    return row === undefined ? refuse('agents.mandate_not_found') : ok(mandateView(row));
  }
}
