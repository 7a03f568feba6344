import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader } from '../../platform/database/tx.js';
import { ClaimNotices, Objections, type ClaimClocks, type ClaimDetail, type ClaimRow } from '../../modules/claims/index.js';
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

@Injectable()
export class ClaimObjections {
  constructor(private readonly notices: ClaimNotices, private readonly objections: Objections, private readonly queries: ObjectionQueries, private readonly clock: Clock) {}

  async of({ ctx }: Visit, { claim, row }: { readonly claim: ClaimDetail; readonly row: ClaimRow }): Promise<ObjectionSheet> {
    const open = claim.objections.find(({ outcome }) => outcome === undefined);
    const may = open === undefined ? await this.queries.mayObject(ctx, row) : undefined;
    return { rows: claim.objections, open, outside: open === undefined ? undefined : this.queries.outside(open.level)?.name, level: may?.ok === true ? may.value.level : undefined };
  }

  /** Where the offer and the objection of one claim stand, from what was read of it. */
  standingOf({ objections }: Pick<ClaimDetail, 'objections'>, clocks: ClaimClocks): Pick<Standing, 'clock' | 'objection' | 'objectable'> {
    const open = objections.find(({ outcome }) => outcome === undefined);
    return {
      ...this.#clocked(clocks),
      ...(open === undefined ? {} : { objection: { openedAt: open.openedAt, outside: this.queries.outside(open.level) !== undefined } }),
    };
  }

  /** For many claims at once, by claim. */
  async standing(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, Pick<Standing, 'clock' | 'objection' | 'objectable'>>> {
    const [clocks, open] = [await this.notices.clocks(reader, claimIds), await this.objections.openOf(reader, claimIds)];
    return new Map(claimIds.map((id) => {
      const [told, objection] = [clocks.get(id), open.get(id)];
      return [id, {
        ...(told === undefined ? {} : this.#clocked(told)),
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
