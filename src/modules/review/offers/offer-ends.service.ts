import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../core/time/index.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { ClaimHolds, ClaimLetters, ClaimLifecycle, ClaimNotices, Objections, type ClaimRow } from '../../claims/index.js';
import { Awards } from '../awards.service.js';
import { DecisionNotices } from './decision-notices.service.js';

/** What an offer that nobody answers comes to. */
@Injectable()
export class OfferEnds {
  constructor(
    private readonly holds: ClaimHolds,
    private readonly objections: Objections,
    private readonly lifecycle: ClaimLifecycle,
    private readonly awards: Awards,
    private readonly notices: ClaimNotices,
    private readonly decisions: DecisionNotices,
    private readonly letters: ClaimLetters,
  ) {}

  /** Whether nothing stops the clock of its offer now. */
  async runs(tx: Tx, { id }: ClaimRow): Promise<boolean> {
    if (!(await this.holds.clear(tx, id, 'lapse')).ok) return false;
    return (await this.objections.of(tx, id)).every(({ outcome }) => outcome !== null);
  }

  async remind(tx: Tx, claim: ClaimRow, { noticeId, until }: { noticeId: string; until: Instant }): Promise<void> {
    const offer = await this.decisions.offer(tx, claim, 'claim.offer_reminder');
    await this.letters.toOwners(tx, claim, { template: offer.template, data: (setting) => ({ ...offer.data?.(setting), until: setting.local(until) }) });
    await this.notices.reminded(tx, noticeId);
  }

  /** Of an offer that nobody was told of, because there was no owner, or letters were not written yet. False while there is still nobody. */
  async tell(tx: Tx, claim: ClaimRow, n: number): Promise<boolean> {
    if (!(await this.letters.reachesOwners(tx, claim))) return false;
    await this.decisions.tell(tx, claim, { kind: 'offer', entitlementNo: n }, await this.decisions.offer(tx, claim, 'claim.offered'));
    return true;
  }

  async lapse(tx: Tx, ctx: Context, claim: ClaimRow, n: number): Promise<boolean> {
    const moved = await this.lifecycle.apply(tx, ctx, claim, { event: 'lapse', data: { entitlement: n } });
    if (!moved.ok) return false;
    const released = await this.awards.release(tx, ctx, claim);
    if (!released.ok) throw new TypeError(`what was reserved for claim ${claim.id} cannot be given back: ${released.refusal.code}`);
    await this.letters.toOwners(tx, moved.value, await this.decisions.offer(tx, claim, 'claim.offer_lapsed'));
    return true;
  }
}
