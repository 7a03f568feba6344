import { Injectable } from '@nestjs/common';
import { HOUR, type Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { newToken, tokenHash } from '../../platform/crypto/tokens.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import { objectionDecided } from './claims.events.js';
import { ObjectionsRepository } from './objections.repository.js';
import type { ClaimRow } from './views/claim-row.js';
import type { NewObjection, ObjectionOutcome, ObjectionRow } from './views/objection-row.js';

const LINK_LASTS_DAYS = 60;

/** Objections to what was decided about a claim. Who may, in what time, and what comes of it is decided above; the claim is locked by the caller. */
@Injectable()
export class Objections {
  constructor(private readonly rows: ObjectionsRepository, private readonly audit: AuditTrail, private readonly events: EventLog, private readonly clock: Clock) {}

  async open(tx: Tx, claim: ClaimRow, { text, ...objection }: Omit<NewObjection, 'at' | 'textDigest'> & { readonly text: string }): Promise<number> {
    return this.rows.insert(tx, claim, { ...objection, textDigest: await this.audit.keepText(tx, text), at: this.clock.now() });
  }

  /** `by`: undefined for a body outside. */
  async decide(tx: Tx, ctx: Context, { claimId, merchantId, k }: Pick<ObjectionRow, 'claimId' | 'merchantId' | 'k'>, result: { outcome: Exclude<ObjectionOutcome, 'dropped'>; by: string | undefined; determinationId: string; noteDigest: string | undefined }): Promise<void> {
    const { noteDigest, ...decided } = result;
    await this.rows.decide(tx, claimId, k, { ...decided, at: this.clock.now() });
    await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: claimId }, action: 'claim.objection_decided', data: { k, outcome: result.outcome, noteDigest } });
    await this.events.append(tx, ctx, objectionDecided(merchantId, { claimId, k, outcome: result.outcome }));
  }

  /** The matter is settled or the claim taken back: what is open has no object any more. */
  async drop(tx: Tx, ctx: Context, claimId: string): Promise<void> {
    const k = await this.rows.drop(tx, claimId, this.clock.now());
    if (k !== undefined) await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: claimId }, action: 'claim.objection_dropped', data: { k } });
  }

  /** Oldest first. */
  of(reader: Reader, claimId: string): Promise<ObjectionRow[]> {
    return this.rows.of(reader, [claimId]);
  }

  /** The open one of each claim that has one. */
  async openOf(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, ObjectionRow>> {
    const rows = claimIds.length === 0 ? [] : await this.rows.of(reader, claimIds);
    return new Map(rows.filter(({ outcome }) => outcome === null).map((row) => [row.claimId, row]));
  }

  /** Those that wait, the oldest first. */
  waiting(reader: Reader, wanted: Parameters<ObjectionsRepository['open']>[1]): Promise<ObjectionRow[]> {
    return this.rows.open(reader, wanted);
  }

  /** The secret of a link that opens this one case, once; only its hash is kept. It ends with the decision. */
  async link(tx: Tx, { id, merchantId }: ClaimRow, k: number): Promise<{ token: string; endsAt: Instant }> {
    const [token, at] = [newToken(), this.clock.now()];
    const endsAt = (at + LINK_LASTS_DAYS * 24 * HOUR) as Instant;
    await this.rows.saveLink(tx, { claimId: id, k, merchantId, tokenHash: tokenHash(token), at, endsAt });
    return { token, endsAt };
  }

  behindLink(reader: Reader, token: string): Promise<{ claimId: string; k: number } | undefined> {
    return this.rows.behindLink(reader, tokenHash(token), this.clock.now());
  }
}
