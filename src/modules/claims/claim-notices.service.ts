import { Injectable } from '@nestjs/common';
import { durationMs, intersect, normalise, type Deadline, type Instant, type Interval } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { ClaimDeliveries } from './claim-deliveries.service.js';
import { kindsThatStop } from './claim-holds.rules.js';
import { ClaimHoldsRepository } from './claim-holds.repository.js';
import { ClaimLetters, type ClaimLetter } from './claim-letters.service.js';
import { ClaimNoticesRepository, type NoticeRow } from './claim-notices.repository.js';
import { answerBy, remindedAt, type NoticeKind } from './claim-notices.rules.js';
import { NoticePlaces } from './notice-places.service.js';
import { ObjectionsRepository } from './objections.repository.js';
import type { ClaimRow } from './views/claim-row.js';
import type { ObjectionRow } from './views/objection-row.js';

/** Claims whose clocks are read in one go. */
const AT_ONCE = 200;

export interface Told {
  readonly kind: NoticeKind;
  readonly entitlementNo?: number;
  readonly objectionNo?: number;
  /** What the policy leaves. */
  readonly days: { readonly offer: number; readonly objection: number };
  readonly letter: ClaimLetter;
}

/** Of a deadline what our own outages moved. */
export type Moved = Pick<Deadline, 'movedMs' | 'because'>;

/** Where the clocks of a claim stand. Without `until` no letter is known to have arrived: nothing runs yet. */
export interface ClaimClocks {
  /** Of the newest offer, whatever became of it. */
  readonly offer?: {
    readonly noticeId: string; readonly n: number; readonly zone: string; readonly reminded: boolean;
    /** Whether anybody was written to. */
    readonly isTold: boolean;
    readonly until?: Deadline; readonly moved?: Moved;
  };
  /** Until when the last decision may be objected to. */
  readonly objection?: { readonly until?: Deadline };
  /** The decision that objections are counted from, and how many there were since. */
  readonly base: { readonly noticeId?: string; readonly objections: number };
}

interface Read {
  readonly arrived: ReadonlyMap<string, Instant>;
  readonly down: readonly Interval[];
  readonly held: readonly Interval[];
}

/** Who was told what of a claim, and from when on their time to answer runs: from the proven arrival of the letter, never from its writing. */
@Injectable()
export class ClaimNotices {
  constructor(
    private readonly notices: ClaimNoticesRepository,
    private readonly objections: ObjectionsRepository,
    private readonly holds: ClaimHoldsRepository,
    private readonly letters: ClaimLetters,
    private readonly deliveries: ClaimDeliveries,
    private readonly places: NoticePlaces,
    private readonly clock: Clock,
  ) {}

  tell(tx: Tx, claim: ClaimRow, told: Told): Promise<void> {
    return this.tellAll(tx, [{ claim, ...told }]);
  }

  /** Of different claims, with as many statements as of one. */
  async tellAll(tx: Tx, told: readonly (Told & { readonly claim: ClaimRow })[]): Promise<void> {
    if (told.length === 0) return;
    const letterIds = await this.letters.toOwnersOfAll(tx, told);
    const zones = await this.places.zones(tx, told.map(({ claim }) => claim.siteId));
    const at = this.clock.now();
    await this.notices.insert(tx, told.map(({ claim, kind, entitlementNo, objectionNo, days }, index) => ({
      claimId: claim.id, merchantId: claim.merchantId, kind, entitlementNo, objectionNo, letterIds: letterIds[index] ?? [], offerDays: days.offer, objectionDays: days.objection,
      zone: zones.get(claim.siteId) ?? 'UTC', at, lookAt: claim.state === 'offered' && entitlementNo !== undefined ? at : undefined,
    })));
  }

  async clocksOf(reader: Reader, claimId: string): Promise<ClaimClocks> {
    return (await this.clocks(reader, [claimId])).get(claimId) ?? { base: { objections: 0 } };
  }

  /** For many at once, by claim; those of which nobody was told anything are left out. */
  async clocks(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, ClaimClocks>> {
    const rows = claimIds.length === 0 ? [] : await this.notices.of(reader, claimIds);
    if (rows.length === 0) return new Map();
    const [objections, held, arrived] = [
      await this.objections.of(reader, claimIds), await this.holds.spans(reader, claimIds, kindsThatStop('lapse')), await this.deliveries.arrivedAt(reader, rows.flatMap(({ letterIds }) => letterIds)),
    ];
    const down = arrived.size === 0 ? [] : await this.places.ownDowntime(reader, Math.min(...arrived.values()) as Instant);
    const now = this.clock.now();
    const spans = (id: string): Interval[] => held.filter(({ claimId }) => claimId === id).flatMap(({ from, to }) => spanOf(instantOf(from), to === null ? undefined : instantOf(to), now));
    return new Map([...new Set(rows.map(({ claimId }) => claimId))].map((id) => [id, clocksFrom(
      rows.filter(({ claimId }) => claimId === id), objections.filter(({ claimId }) => claimId === id), { arrived, down, held: spans(id) }, now,
    )]));
  }

  /** Offers to claims begun under mandates that end within the days of a reminder, the soonest first. One whose clock a hold stops ends no sooner than it is lifted, and is left out. */
  async endingSoon(reader: Reader, mandateIds: readonly string[]): Promise<{ reference: string; zone: string; until: Instant }[]> {
    const now = this.clock.now();
    const ending: { reference: string; zone: string; until: Instant }[] = [];
    for (let after: string | undefined; ;) {
      const near = await this.notices.nearEnd(reader, mandateIds, { now, after, limit: AT_ONCE });
      const ids = near.map(({ claimId }) => claimId);
      const held = new Set((await this.holds.spans(reader, ids, kindsThatStop('lapse'))).filter(({ to }) => to === null).map(({ claimId }) => claimId));
      const clocks = await this.clocks(reader, ids);
      for (const { claimId, reference } of near) {
        const { until, zone } = clocks.get(claimId)?.offer ?? {};
        if (until !== undefined && zone !== undefined && !held.has(claimId) && now < until.at && remindedAt(until.at, zone) <= now) ending.push({ reference, zone, until: until.at });
      }
      after = ids.at(-1);
      if (near.length < AT_ONCE) return ending.sort((one, other) => one.until - other.until || one.reference.localeCompare(other.reference));
    }
  }

  due(reader: Reader, limit: number): Promise<{ id: string; claimId: string }[]> {
    return this.notices.due(reader, this.clock.now(), limit);
  }

  lookAgain(tx: Tx, noticeId: string, at: Instant | undefined): Promise<void> {
    return this.notices.lookAgain(tx, noticeId, at);
  }

  reminded(tx: Tx, noticeId: string): Promise<void> {
    return this.notices.reminded(tx, noticeId, this.clock.now());
  }
}

/** What goes on reaches to now. */
const spanOf = (from: Instant, to: Instant | undefined, now: Instant): Interval[] => (from < (to ?? now) ? [{ from, to: to ?? now }] : []);

const instantOf = (at: Date): Instant => at.getTime() as Instant;

function clocksFrom(notices: readonly NoticeRow[], objections: readonly ObjectionRow[], { arrived, down, held }: Read, now: Instant): ClaimClocks {
  const arrivedAt = ({ letterIds }: NoticeRow): Instant | undefined => {
    const known = letterIds.flatMap((id) => arrived.get(id) ?? []);
    return known.length === 0 ? undefined : (Math.min(...known) as Instant);
  };
  const answered = objections.flatMap(({ k, openedAt }) => {
    const notice = notices.find(({ objectionNo }) => objectionNo === k);
    return spanOf(instantOf(openedAt), notice === undefined ? undefined : arrivedAt(notice), now);
  });
  const until = (notice: NoticeRow, days: number, still: readonly Interval[]): { until?: Deadline; moved?: Moved } => {
    const at = arrivedAt(notice);
    if (at === undefined) return {};
    const deadline = answerBy(at, { days, zone: notice.zone }, normalise([...down, ...still]));
    const because = intersect(deadline.because, normalise(down));
    return { until: deadline, ...(because.length === 0 ? {} : { moved: { movedMs: durationMs(because), because } }) };
  };
  const offer = notices.findLast(({ entitlementNo, kind }) => entitlementNo !== null && kind !== 'grant');
  const base = notices.findLast(({ kind }) => kind !== 'objection' && kind !== 'renewal');
  const last = notices.findLast(({ kind }) => kind !== 'renewal');
  return {
    ...(offer?.entitlementNo == null ? {} : {
      offer: { noticeId: offer.id, n: offer.entitlementNo, zone: offer.zone, reminded: offer.remindedAt !== null, isTold: offer.letterIds.length > 0, ...until(offer, offer.offerDays, [...answered, ...held]) },
    }),
    ...(last === undefined ? {} : { objection: until(last, last.objectionDays, []) }),
    base: { ...(base === undefined ? {} : { noticeId: base.id }), objections: objections.filter(({ noticeId }) => noticeId === (base?.id ?? null)).length },
  };
}
