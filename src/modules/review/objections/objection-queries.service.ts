import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { parseInstant } from '../../../core/time/index.js';
import type { Context } from '../../../platform/access/context.js';
import { mayFor } from '../../../platform/access/ownership.js';
import { Database } from '../../../platform/database/database.js';
import { decodeCursor, pageOf, type Page } from '../../../platform/database/paging.js';
import { ClaimLifecycle, ClaimQueries, Objections, type ClaimRow, type ObjectionRow } from '../../claims/index.js';
import { Duties } from '../../identity/index.js';
import { ObjectionFiling } from './objection-filing.service.js';
import { ObjectionLetters, type OutsideBody } from './objection-letters.service.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface WaitingObjection {
  readonly claimId: string;
  readonly reference: string;
  readonly n: number;
  readonly level: number;
  readonly grounds: readonly string[];
  readonly openedAt: string;
  /** Who decides, where it is a body outside. */
  readonly outside?: string;
}

/** Reads objections: those that wait, and how one stands with the reader. */
@Injectable()
export class ObjectionQueries {
  constructor(
    private readonly database: Database, private readonly objections: Objections, private readonly claims: ClaimQueries, private readonly filing: ObjectionFiling,
    private readonly letters: ObjectionLetters, private readonly duties: Duties, private readonly lifecycle: ClaimLifecycle,
  ) {}

  async waiting(cursor: string | undefined, limit: number): Promise<Result<Page<WaitingObjection>>> {
    const after = decodeCursor(cursor, 2);
    if (!after.ok) return after;
    const [at = '', id = ''] = after.value ?? [];
    if (after.value !== undefined && (!parseInstant(at).ok || !UUID.test(id))) return refuse('http.cursor_malformed');
    const rows = await this.objections.waiting(this.database.reader, { limit: limit + 1, ...(after.value === undefined ? {} : { after: [at, id] as const }) });
    const page = pageOf(rows, limit, ({ openedAt, claimId }) => [openedAt.toISOString(), claimId]);
    const references = await this.claims.references(this.database.reader, page.items.map(({ claimId }) => claimId));
    return ok({ ...page, items: page.items.map((row) => this.#waiting(row, references.get(row.claimId) ?? '')) });
  }

  /** Who decides an objection at this level, where it is a body outside. */
  outside(level: number): OutsideBody | undefined {
    return this.letters.outside(level);
  }

  /** Whether the reader may object now, and if not, why. */
  async mayObject(ctx: Context, claim: ClaimRow): Promise<Result<{ level: number }>> {
    if (!mayFor(ctx.actor, 'claim.file', claim.merchantId)) return refuse('claims.not_found');
    const allowed = this.lifecycle.decide(ctx, claim, { event: 'object', to: claim.state });
    return allowed.ok ? this.filing.place(this.database.reader, claim) : allowed;
  }

  /** Whether the reader may decide the open objection: not when they touched the claim, or decided the first one. For what a page offers, never instead of the decision. */
  async mayDecide(ctx: Context, claimId: string): Promise<boolean> {
    if (ctx.actor.kind !== 'user') return false;
    const { userId } = ctx.actor;
    const rows = await this.objections.of(this.database.reader, claimId);
    const open = rows.find(({ outcome }) => outcome === null);
    if (open === undefined || this.outside(open.level) !== undefined) return false;
    const held = await this.duties.held(this.database.reader, claimId, userId);
    return held.length === 0 && rows.every(({ decidedBy }) => decidedBy !== userId);
  }

  #waiting({ claimId, k, level, grounds, openedAt }: ObjectionRow, reference: string): WaitingObjection {
    const body = this.outside(level);
    return { claimId, reference, n: k, level, grounds, openedAt: openedAt.toISOString(), ...(body === undefined ? {} : { outside: body.name }) };
  }
}
