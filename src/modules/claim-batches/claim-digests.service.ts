import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Language } from '../../core/policy/index.js';
import { addDays, dateAt, formatInstant, startOf, type Instant } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { AgentOrganisations, MandateQueries } from '../agents/index.js';
import { ClaimNotices, ClaimQueries, type ClaimEvent } from '../claims/index.js';
import { Outbox } from '../mail/index.js';
import { ClaimDigestsRepository } from './claim-digests.repository.js';

export const CLAIM_DIGESTS = 'claim-batches.claim-digests';

const DAY_ZONE = 'UTC';
/** References of a kind that one letter names; the rest is counted. */
const MOST_NAMED = 10;

/** What an agent is told of, by the events that it comes from. */
const LINES = {
  offered: ['offer_by_rule', 'award', 'upheld'], refused: ['refuse_by_rule', 'refuse'], asked: ['ask'], accepted: ['accept', 'accept_on_account'], lapsed: ['lapse', 'no_answer'],
} as const satisfies Readonly<Record<string, readonly ClaimEvent[]>>;
const TOLD = Object.values(LINES).flat();

/**
 * One letter an agent and day about all claims under its mandates, instead of one a claim: written when the day is over, and none when
 * nothing happened and no offer is about to end. Days on which nobody looked are told with the next one.
 */
@Injectable()
export class ClaimDigests implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs, private readonly clock: Clock, private readonly digests: ClaimDigestsRepository, private readonly agents: AgentOrganisations,
    private readonly mandates: MandateQueries, private readonly claims: ClaimQueries, private readonly notices: ClaimNotices, private readonly outbox: Outbox,
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
    const mandateIds = await this.mandates.standingOf(tx, agentId);
    const moved = await this.claims.movedUnder(tx, mandateIds, { events: TOLD, from: startOf(first, DAY_ZONE), to: startOf(addDays(day, 1), DAY_ZONE) });
    const ending = await this.notices.endingSoon(tx, mandateIds);
    if (moved.length === 0 && ending.length === 0) return;
    const waiting = await this.claims.waitingUnder(tx, mandateIds);
    const lines = Object.fromEntries(Object.entries(LINES).map(([line, events]) => [line, said(moved.filter(({ event }) => (events as readonly string[]).includes(event)).map(({ reference }) => reference).sort())]));
    const data = { agent: people.agent.name, first, day, ...lines, ending: said(ending.map(({ reference, zone, until }) => `${reference}: ${dateAt((until - 1) as Instant, zone)}`)), to_accept: String(waiting.get('offered') ?? 0), to_answer: String(waiting.get('info_requested') ?? 0) };
    for (const { email } of people.members) {
      await this.outbox.post(tx, { template: 'claims.digest', to: { email }, language: people.agent.language as Language, data, about: { kind: 'agent', id: agentId } });
    }
  }
}

/** `2 (MG-…, MG-…)`, in the order given. */
function said(references: readonly string[]): string {
  const each = [...new Set(references)];
  const named = each.slice(0, MOST_NAMED).join(', ');
  return each.length === 0 ? '0' : `${each.length} (${named}${each.length > MOST_NAMED ? ', …' : ''})`;
}
