import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Language } from '../../core/policy/index.js';
import { addDays, formatInstant, startOf } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { AgentOrganisations, MandateQueries, type MandateMoved } from '../agents/index.js';
import { Outbox } from '../mail/index.js';
import { BatchesRepository } from './batches.repository.js';

export const DIGEST = 'claim-batches.digest';

/** Days are UTC's, so that those of an agent with people in several zones are the same for all of them. */
const DAY_ZONE = 'UTC';

/** One letter an agent and day with all that happened, never one a claim: noted at the first news, written when the day is over. */
@Injectable()
export class AgentDigests implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs, private readonly events: EventLog, private readonly clock: Clock, private readonly batches: BatchesRepository,
    private readonly agents: AgentOrganisations, private readonly mandates: MandateQueries, private readonly outbox: Outbox,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ agentId: string; day: string }>({ queue: DIGEST, handle: (_ctx, { agentId, day }, tx) => this.write(tx, agentId, day) });
    for (const [topic, subscriber] of [['mandate.confirmed', 'claim-batches.mandate-confirmed'], ['mandate.revoked', 'claim-batches.mandate-revoked']] as const) {
      this.events.subscribe<MandateMoved>({ topic, subscriber, inline: false, handle: (_ctx, { payload }, tx) => this.news(tx, payload.agentId) });
    }
  }

  /** Something happened today that the agent should hear of. */
  async news(tx: Tx, agentId: string): Promise<void> {
    const day = formatInstant(this.clock.now()).slice(0, 10);
    if (!(await this.batches.noteDigest(tx, agentId, day))) return;
    await this.jobs.enqueue(tx, DIGEST, { agentId, day }, { startAt: startOf(addDays(day, 1), DAY_ZONE) });
  }

  async write(tx: Tx, agentId: string, day: string): Promise<void> {
    const span = { from: startOf(day, DAY_ZONE), to: startOf(addDays(day, 1), DAY_ZONE) };
    const [people, done, answered] = [await this.agents.people(tx, agentId), await this.batches.finishedIn(tx, agentId, span), await this.mandates.answeredIn(tx, agentId, span)];
    if (people === undefined) return;
    const data = { agent: people.agent.name, day, ...asText(done), ...asText(answered) };
    for (const { email } of people.members) {
      await this.outbox.post(tx, { template: 'batches.digest', to: { email }, language: people.agent.language as Language, data, about: { kind: 'agent', id: agentId } });
    }
  }
}

const asText = (counts: Readonly<Record<string, number>>): Record<string, string> => Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)]));
