import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Instant } from '../../core/time/index.js';
import { mandateOf, mayAsMember } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Reader } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { classOf, LetterQueries } from '../mail/index.js';
import { NoticesRepository } from './notices.repository.js';

/**
 * Whether what a deadline runs from has reached the business: its letter was handed over and has not come back, or somebody of the
 * business has opened the page of the claim with it. A bounce takes the first back, never the second.
 */
@Injectable()
export class ClaimDeliveries {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly clock: Clock, private readonly letters: LetterQueries, private readonly notices: NoticesRepository,
  ) {}

  /** The earliest of both, of letters by their ids; those of which nothing is proven are left out, and no time runs from them. */
  async arrivedAt(reader: Reader, letterIds: readonly string[]): Promise<ReadonlyMap<string, Instant>> {
    const [handed, seen] = [await this.letters.arrivedAt(reader, letterIds), await this.notices.firstSeen(reader, letterIds)];
    return new Map(letterIds.flatMap((id) => {
      const proofs = [handed.get(id), seen.get(id)].filter((at) => at !== undefined);
      return proofs.length === 0 ? [] : [[id, Math.min(...proofs) as Instant] as const];
    }));
  }

  /** A person of the business sees the claim's page. An agent does not see it for the business. */
  async opened(ctx: Context, claim: { readonly id: string; readonly merchantId: string }): Promise<Result<void>> {
    const { actor } = ctx;
    if (actor.kind !== 'user' || !mayAsMember(actor, 'claim.read', claim.merchantId) || mandateOf(actor, claim.merchantId) !== undefined) return ok(undefined);
    const { reader } = this.database;
    const standing = (await this.letters.lettersAbout(reader, { kind: 'claim', id: claim.id })).filter(({ template }) => classOf(template) === 'legal').map(({ id }) => id);
    const before = await this.notices.seenBy(reader, actor.userId, standing);
    const letterIds = standing.filter((id) => !before.has(id));
    if (letterIds.length === 0) return ok(undefined);
    return this.work.run({ actor, requestId: ctx.requestId }, async (tx) => {
      await this.notices.see(tx, { claimId: claim.id, merchantId: claim.merchantId, userId: actor.userId, at: this.clock.now(), letterIds });
      return ok(undefined);
    });
  }
}
