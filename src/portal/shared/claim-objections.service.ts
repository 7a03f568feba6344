import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader } from '../../platform/database/tx.js';
import { ClaimHolds, ClaimNotices, Objections, type ClaimClocks, type ClaimDetail, type ClaimRow } from '../../modules/claims/index.js';
import { mayBeObjected, ObjectionQueries } from '../../modules/review/index.js';
import type { Standing } from './next-step.rules.js';
import type { Visit } from './portal.page.js';

/** What a claim's page says of objections: those there were, and whether the reader may make one. */
export interface ObjectionSheet {
  readonly rows: ClaimDetail['objections'];
  readonly open: ClaimDetail['objections'][number] | undefined;
  /** Who decides the open one, where it is a body outside. */
  readonly outside: string | undefined;
  /** The level that an objection of the reader would have now; undefined where there can be none. */
  readonly level: number | undefined;
}

type ObjectionStanding = Pick<Standing, 'clock' | 'isHeld' | 'objection' | 'objectable'>;

@Injectable()
export class ClaimObjections {
  constructor(
    private readonly notices: ClaimNotices, private readonly objections: Objections, private readonly queries: ObjectionQueries, private readonly holds: ClaimHolds, private readonly clock: Clock,
  ) {}

  async of({ ctx }: Visit, { claim, row }: { readonly claim: ClaimDetail; readonly row: ClaimRow }): Promise<ObjectionSheet> {
    const open = claim.objections.find(({ outcome }) => outcome === undefined);
    const may = open === undefined ? await this.queries.mayObject(ctx, row) : undefined;
    return { rows: claim.objections, open, outside: open === undefined ? undefined : this.queries.outside(open.level)?.name, level: may?.ok === true ? may.value.level : undefined };
  }

  /** Where the offer and the objection of one claim stand. */
  async standingOf(reader: Reader, { id, objections }: Pick<ClaimDetail, 'id' | 'objections'>, clocks: ClaimClocks): Promise<ObjectionStanding> {
    const open = objections.find(({ outcome }) => outcome === undefined);
    return {
      ...this.#clocked(clocks), ...((await this.holds.stopped(reader, [id], 'accept')).has(id) ? { isHeld: true } : {}),
      ...(open === undefined ? {} : { objection: { openedAt: open.openedAt, outside: this.queries.outside(open.level) !== undefined } }),
    };
  }

  /** For many claims at once, by claim. */
  async standing(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, ObjectionStanding>> {
    const [clocks, open, held] = [await this.notices.clocks(reader, claimIds), await this.objections.openOf(reader, claimIds), await this.holds.stopped(reader, claimIds, 'accept')];
    return new Map(claimIds.map((id) => {
      const [told, objection] = [clocks.get(id), open.get(id)];
      return [id, {
        ...(told === undefined ? {} : this.#clocked(told)), ...(held.has(id) ? { isHeld: true } : {}),
        ...(objection === undefined ? {} : { objection: { openedAt: objection.openedAt.toISOString(), outside: this.queries.outside(objection.level) !== undefined } }),
      }];
    }));
  }

  #clocked(clocks: ClaimClocks): Pick<Standing, 'clock' | 'objectable'> {
    const { offer, objection } = clocks;
    return {
      ...(offer === undefined ? {} : { clock: offer }),
      ...(objection !== undefined && mayBeObjected(clocks, this.clock.now()) ? { objectable: objection.until === undefined ? {} : { until: objection.until } } : {}),
    };
  }
}
