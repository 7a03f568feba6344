import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import { formatInstant } from '../../../core/time/index.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Database } from '../../../platform/database/database.js';
import type { Reader } from '../../../platform/database/tx.js';
import { ClaimQueries, type ClaimAsked, type ClaimRow } from '../../claims/index.js';
import { Duties, People } from '../../identity/index.js';
import { Sampling } from './sampling.service.js';
import { SecondLooksRepository } from './second-looks.repository.js';
import type { LookVerdict } from './second-looks.rules.js';

/** What staff see of the sample in a claim. */
export interface SecondLookView {
  /** Whether the claim was drawn. */
  readonly isSampled: boolean;
  /** Whether its newest decision waits for somebody to look at it. */
  readonly isOpen: boolean;
  /** Whether whoever asks may. */
  readonly mayLook: boolean;
  /** Oldest first; `decision` is the number of the determination that was looked at. */
  readonly items: readonly { readonly decision: number; readonly verdict: LookVerdict; readonly reason?: string; readonly by: string; readonly at: string }[];
}

@Injectable()
export class SecondLookViews {
  constructor(
    private readonly database: Database, private readonly claims: ClaimQueries, private readonly sampling: Sampling, private readonly looks: SecondLooksRepository,
    private readonly duties: Duties, private readonly people: People,
  ) {}

  async of(ctx: Context, asked: ClaimAsked): Promise<Result<SecondLookView>> {
    const claim = await this.claims.visible(ctx, asked);
    return claim.ok ? ok(await this.view(this.database.reader, ctx, claim.value)) : claim;
  }

  async view(reader: Reader, ctx: Context, claim: ClaimRow): Promise<SecondLookView> {
    if (!(await this.sampling.drawn(reader, [claim])).has(claim.id)) return { isSampled: false, isOpen: false, mayLook: false, items: [] };
    const [decision, rows] = [await this.looks.decision(reader, claim.id), await this.looks.of(reader, claim.id)];
    const names = await this.people.names(rows.map(({ userId }) => userId));
    const isOpen = decision?.isLookedAt === false;
    return {
      isSampled: true, isOpen, mayLook: isOpen && await this.duties.may(reader, claim.id, userIdOf(ctx.actor), 'second_reader', 'sampling.look'),
      items: rows.map(({ determinationNo, verdict, reason, userId, at }) => ({
        decision: determinationNo, verdict, ...(reason === null ? {} : { reason }), by: names.get(userId) ?? '', at: formatInstant(at),
      })),
    };
  }
}
