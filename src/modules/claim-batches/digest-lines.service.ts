import { Injectable } from '@nestjs/common';
import { addDays, dateAt, startOf, type Instant } from '../../core/time/index.js';
import type { Tx } from '../../platform/database/tx.js';
import { MandateQueries } from '../agents/index.js';
import { ClaimNotices, ClaimQueries, type ClaimEvent } from '../claims/index.js';

const DAY_ZONE = 'UTC';
/** References of a kind that one letter names; the rest is counted. */
const MOST_NAMED = 10;

/** What an agent is told of, by the events that it comes from. */
const LINES = {
  offered: ['offer_by_rule', 'award', 'upheld'], refused: ['refuse_by_rule', 'refuse'], asked: ['ask'], accepted: ['accept', 'accept_on_account'], lapsed: ['lapse', 'no_answer'],
} as const satisfies Readonly<Record<string, readonly ClaimEvent[]>>;
const TOLD = Object.values(LINES).flat();

/** What there is to tell an agent of the claims under its mandates, line by line as its letter has it. */
@Injectable()
export class DigestLines {
  constructor(private readonly mandates: MandateQueries, private readonly claims: ClaimQueries, private readonly notices: ClaimNotices) {}

  /** Undefined where nothing happened in these days and no offer is about to end. */
  async of(tx: Tx, agentId: string, { first, day }: { readonly first: string; readonly day: string }): Promise<Record<string, string> | undefined> {
    const mandateIds = await this.mandates.standingOf(tx, agentId);
    const moved = await this.claims.movedUnder(tx, mandateIds, { events: TOLD, from: startOf(first, DAY_ZONE), to: startOf(addDays(day, 1), DAY_ZONE) });
    const ending = await this.notices.endingSoon(tx, mandateIds);
    if (moved.length === 0 && ending.length === 0) return undefined;
    const waiting = await this.claims.waitingUnder(tx, mandateIds);
    const lines = Object.fromEntries(Object.entries(LINES).map(([line, events]) => [line, said(moved.filter(({ event }) => (events as readonly string[]).includes(event)).map(({ reference }) => reference).sort())]));
    return {
      ...lines, ending: said(ending.map(({ reference, zone, until }) => `${reference}: ${dateAt((until - 1) as Instant, zone)}`)),
      to_accept: String(waiting.get('offered') ?? 0), to_answer: String(waiting.get('info_requested') ?? 0),
    };
  }
}

/** `2 (MG-…, MG-…)`, in the order given. */
function said(references: readonly string[]): string {
  const each = [...new Set(references)];
  const named = each.slice(0, MOST_NAMED).join(', ');
  return each.length === 0 ? '0' : `${each.length} (${named}${each.length > MOST_NAMED ? ', …' : ''})`;
}
