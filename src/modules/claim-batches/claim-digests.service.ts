import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Language } from '../../core/policy/index.js';
import { addDays, formatInstant } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { AgentOrganisations } from '../agents/index.js';
import { Outbox } from '../mail/index.js';
import { DigestLines } from './digest-lines.service.js';
import { ClaimDigestsRepository } from './claim-digests.repository.js';

export const CLAIM_DIGESTS = 'claim-batches.claim-digests';

/**
 * One letter an agent and day about all claims under its mandates, instead of one a claim: written when the day is over, and none when
 * nothing happened and no offer is about to end. Days on which nobody looked are told with the next one.
 */
@Injectable()
export class ClaimDigests implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs, private readonly clock: Clock, private readonly digests: ClaimDigestsRepository, private readonly agents: AgentOrganisations,
    private readonly lines: DigestLines, private readonly outbox: Outbox,
  ) {}

  onModuleInit(): void {
    this.jobs.defineSweep({ queue: CLAIM_DIGESTS, step: (_ctx, tx) => this.#next(tx) });
  }

  async #next(tx: Tx): Promise<Result<{ done: boolean }>> {
    const now = this.clock.now();
    const day = addDays(formatInstant(now).slice(0, 10), -1);
    const next = await this.digests.takeNext(tx, day, now);
    if (next === undefined) return ok({ done: true });
    await this.#write(tx, next.agentId, { first: next.before === null ? day : addDays(next.before, 1), day });
    return ok({ done: false });
  }

  async #write(tx: Tx, agentId: string, { first, day }: { first: string; day: string }): Promise<void> {
    const people = await this.agents.people(tx, agentId);
    if (people === undefined || people.members.length === 0) return;
    const lines = await this.lines.of(tx, agentId, { first, day });
    if (lines === undefined) return;
    const data = { agent: people.agent.name, first, day, ...lines };
    for (const { email } of people.members) {
      await this.outbox.post(tx, { template: 'claims.digest', to: { email }, language: people.agent.language as Language, data, about: { kind: 'agent', id: agentId } });
    }
  }
}
