import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { EventLog, type StoredEvent } from '../../platform/events/event-log.js';
import { Formatting } from '../../platform/i18n/formatting.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { ClaimLetters, ClaimQueries, Entitlements, type ClaimMoved } from '../claims/index.js';
import { AccountRequestsRepository } from './account-requests.repository.js';
import { nextAsking } from './account-requests.rules.js';

export const ACCOUNT_REQUESTS = 'payouts.ask-for-accounts';
const AT_ONCE = 20;
/** A claim is accepted by its merchant, or in the moment of its award where nobody is asked. */
const TOPICS = ['claim.accepted', 'claim.offered'] as const;

/** Asks for an account when money is due and none is named, never before: by letter a day after, and twice more. One letter a business, however many claims. */
@Injectable()
export class AccountRequests implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs, private readonly events: EventLog, private readonly clock: Clock, private readonly requests: AccountRequestsRepository, private readonly claims: ClaimQueries,
    private readonly entitlements: Entitlements, private readonly letters: ClaimLetters,
  ) {}

  onModuleInit(): void {
    for (const topic of TOPICS) {
      this.events.subscribe<ClaimMoved>({ topic, subscriber: `payouts.account-for-${topic.replace('.', '-')}`, inline: true, handle: (_ctx, event, tx) => this.#begin(tx, event) });
    }
    this.jobs.defineSweep({ queue: ACCOUNT_REQUESTS, step: (_ctx, tx) => this.#step(tx) });
  }

  /** Those of the claims on which nothing can be paid until their business names an account. */
  async lacking(reader: Reader, claimIds: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(claimIds.length === 0 ? [] : await this.requests.lacking(reader, claimIds));
  }

  async #begin(tx: Tx, { payload: { claimId, to } }: StoredEvent<ClaimMoved>): Promise<void> {
    const at = nextAsking(0, this.clock.now());
    if (to === 'accepted' && at !== undefined) await this.requests.begin(tx, claimId, at);
  }

  async #step(tx: Tx): Promise<Result<{ done: boolean }>> {
    const now = this.clock.now();
    const due = await this.requests.due(tx, now, AT_ONCE);
    const lacking = await this.lacking(tx, due.map(({ claimId }) => claimId));
    for (const { merchantId, claimId, asked } of due) {
      const isAsked = lacking.has(claimId);
      if (isAsked) await this.#ask(tx, claimId);
      await this.requests.put(tx, { merchantId, asked: isAsked ? asked + 1 : asked, nextAt: isAsked ? nextAsking(asked + 1, now) : undefined });
    }
    return ok({ done: due.length < AT_ONCE });
  }

  async #ask(tx: Tx, claimId: string): Promise<void> {
    const [claim, granted] = [await this.claims.find(tx, claimId), await this.entitlements.latest(tx, claimId)];
    if (claim === undefined || granted === undefined) throw new TypeError(`claim ${claimId} has nothing that is due`);
    await this.letters.toOwners(tx, claim, { template: 'payment.account_needed', data: ({ language }) => ({ sum: new Formatting(language).minor(granted.netMinor, granted.currency) }) });
  }
}
