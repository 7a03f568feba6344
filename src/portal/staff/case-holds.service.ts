import { Injectable } from '@nestjs/common';
import { addDays, dateAt } from '../../core/time/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Clock } from '../../platform/clock/clock.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { RELEASED_BY_ANOTHER } from '../../modules/claims/index.js';
import { People } from '../../modules/identity/index.js';
import { HoldDesk, mayHold, PLACED_KINDS, REDUCTION_REASONS, ReductionDesk, type HoldView, type ReductionView } from '../../modules/review/index.js';
import type { ClaimSheet } from '../shared/claim-sheet.service.js';
import type { Visit } from '../shared/portal.page.js';

/** What stands still about a claim, what of its grant is to fall, and what this person may do about either. */
@Injectable()
export class CaseHolds {
  constructor(private readonly desk: HoldDesk, private readonly reductions: ReductionDesk, private readonly people: People, private readonly clock: Clock) {}

  async of({ ctx }: Visit, { claim, row }: Pick<ClaimSheet, 'claim' | 'row'>): Promise<object> {
    const { actor } = ctx;
    const may = (permission: Parameters<typeof isAllowed>[1]): boolean => isAllowed(actor, permission);
    const holds = unwrap(await this.desk.list(ctx, row)).items.filter((one): one is HoldView => 'version' in one);
    const reductions: readonly ReductionView[] = unwrap(await this.reductions.list(ctx, row)).items;
    const standing = holds.filter(({ released }) => released === undefined);
    const ours = (kind: HoldView['kind']): boolean => mayHold(actor, kind).ok;
    const me = userIdOf(actor);
    const ids = [...holds.flatMap(({ placedBy, released }) => [placedBy, released?.by]), ...reductions.flatMap(({ proposedBy, decidedBy, answers }) => [proposedBy, decidedBy, ...answers.map(({ by }) => by)])];
    const open = reductions.find(({ outcome }) => outcome === 'open');
    return {
      standing: standing.map((one) => ({
        ...one, mayExtend: may('hold.place') && ours(one.kind), mayRelease: may('hold.release') && ours(one.kind) && !(one.placedBy === me && RELEASED_BY_ANOTHER.includes(one.kind)),
      })),
      released: holds.filter(({ released }) => released !== undefined),
      names: await this.people.names(ids.filter((id) => id !== undefined)),
      kinds: may('hold.place') && claim.state !== 'draft' ? PLACED_KINDS.filter((kind) => ours(kind) && standing.every((one) => one.kind !== kind)) : [],
      soonest: addDays(dateAt(this.clock.now(), 'UTC'), 1),
      reductions, open, reasons: REDUCTION_REASONS,
      mayPropose: may('claim.reduce') && open === undefined && claim.allowedEvents.includes('reduce') && claim.entitlements.length > 0,
      mayDecide: may('claim.decide') && open !== undefined && claim.allowedEvents.includes('reduce'),
      isHeard: open !== undefined && (open.withoutHearing || isOver(open.heardUntil, this.clock.now())), isMine: open?.proposedBy === me,
      mayReopen: may('claim.reopen') && claim.allowedEvents.includes('reopen'),
    };
  }
}

const isOver = (until: string | undefined, now: number): boolean => until !== undefined && Date.parse(until) <= now;
