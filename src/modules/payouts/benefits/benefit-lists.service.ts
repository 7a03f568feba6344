import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { csvLine } from '../../../core/text/index.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../../../platform/database/paging.js';
import type { Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { AuditTrail } from '../../audit/index.js';
import { ClaimQueries } from '../../claims/index.js';
import { benefitLineView, benefitListView, benefitView, type BenefitLineView, type BenefitListView, type BenefitView } from '../views/benefit-view.js';
import { readBenefitResults, type BenefitResult, type BenefitResults } from './benefit-results.importer.js';
import { dueOf, isDue, type BenefitState, type EntitledBenefit } from './benefits.rules.js';
import { BenefitsRepository } from './benefits.repository.js';

/** Benefits of one list at most. */
const MOST = 10_000;
const A_PIECE = 1_000;
const CLAIMS_A_STEP = 500;
const HEADINGS = ['list', 'benefit_reference', 'claim', 'registration_number', 'customer_name', 'kind', 'quantity', 'unit'];

export interface ResultsTaken {
  readonly moved: number;
  /** Said before. */
  readonly repeated: number;
  /** Lines of the table that say nothing which could count: of another list, of a benefit that stands otherwise, or not to be read. */
  readonly unfit: readonly number[];
}

/**
 * What is granted beside money, on its way to the business: drawn up as a list, handed over by whoever has it to give, and answered by a table. It
 * has no value in a currency, so it is in no fund and no proof, and one person draws a list up.
 */
@Injectable()
export class BenefitLists {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly benefits: BenefitsRepository, private readonly claims: ClaimQueries, private readonly audit: AuditTrail, private readonly clock: Clock,
  ) {}

  /** Everything of a scheme that is to be handed over and on no list, up to 10,000. Code: `payouts.benefits_none`. */
  drawUp(ctx: Context, schemeId: string): Promise<Result<BenefitListView>> {
    return this.work.run(ctx, async (tx): Promise<Result<BenefitListView>> => {
      await this.benefits.lockScheme(tx, schemeId);
      const due = dueOf(await this.#entitled(tx, schemeId));
      if (due.length === 0) return refuse('payouts.benefits_none');
      const id = await this.benefits.insert(tx, { schemeId, due, by: userIdOf(ctx.actor), at: this.clock.now() });
      await this.audit.record(tx, ctx, { aggregate: { type: 'benefit_list', id }, action: 'benefit_list.drawn_up', data: { schemeId, count: due.length }, isNew: true });
      return this.#view(tx, id);
    });
  }

  /** What became of the benefits of a list. The same table again changes nothing. Codes: `payouts.not_found`, those of `readBenefitResults`. */
  async take(ctx: Context, listId: string, table: AsyncIterable<Uint8Array>): Promise<Result<ResultsTaken>> {
    const read = await readBenefitResults(table);
    return read.ok ? this.say(ctx, listId, read.value) : read;
  }

  /** As `take`, of what is read already. Code: `payouts.not_found`. */
  say(ctx: Context, listId: string, { results, unread }: BenefitResults): Promise<Result<ResultsTaken>> {
    return this.work.run(ctx, async (tx): Promise<Result<ResultsTaken>> => {
      if (await this.benefits.find(tx, listId) === undefined) return refuse('payouts.not_found');
      const at = this.clock.now();
      const [first, then] = [results.filter(({ state }) => state !== 'withdrawn'), results.filter(({ state }) => state === 'withdrawn')];
      const moved = [...await this.benefits.move(tx, listId, first, at), ...await this.benefits.move(tx, listId, then, at)].length;
      const states = await this.benefits.states(tx, listId, results.map(({ reference }) => reference));
      const stands = ({ reference, state }: BenefitResult): boolean => states.get(reference) === state || (state === 'given' && states.get(reference) === 'withdrawn');
      const unfit = [...unread, ...results.filter((one) => !stands(one)).map(({ row }) => row)].sort((a, b) => a - b);
      const taken = { moved, repeated: results.length + unread.length - unfit.length - moved, unfit };
      await this.audit.record(tx, ctx, { aggregate: { type: 'benefit_list', id: listId }, action: 'benefit_list.answered', data: { moved, repeated: taken.repeated, unfit: unfit.length } });
      return ok(taken);
    });
  }

  async page({ before, limit }: { before?: string; limit: number }): Promise<Page<BenefitListView>> {
    const page = pageOf(await this.benefits.page(this.database.reader, { limit: limit + 1, ...(before === undefined ? {} : { before }) }), limit, ({ id }) => [id]);
    return { ...page, items: page.items.map(benefitListView) };
  }

  /** Code: `payouts.not_found`. */
  async get(id: string): Promise<Result<BenefitListView>> {
    const row = await this.benefits.find(this.database.reader, id);
    return row === undefined ? refuse('payouts.not_found') : ok(benefitListView(row));
  }

  /** What stands on a list, in the order of its file. */
  async linesOf(listId: string, { state, after, limit }: { state?: BenefitState; after?: string; limit: number }): Promise<Page<BenefitLineView>> {
    const rows = await this.benefits.ofList(this.database.reader, listId, { after: after ?? '', limit: limit + 1, ...(state === undefined ? {} : { state }) });
    const page = pageOf(rows, limit, ({ reference }) => [reference]);
    return { ...page, items: page.items.map(benefitLineView) };
  }

  /** The list as a table, by name; the same at any time. Code: `payouts.not_found`. */
  async file(listId: string): Promise<Result<{ name: string; bytes: Readable }>> {
    const list = await this.benefits.find(this.database.reader, listId);
    return list === undefined ? refuse('payouts.not_found') : ok({ name: `benefits-${list.number}.csv`, bytes: Readable.from(this.#rows(list)) });
  }

  /** Of a claim that the reader may see, newest first. Code: `claims.not_found`. */
  async ofClaim(ctx: Context, claimId: string): Promise<Result<{ items: BenefitView[] }>> {
    const claim = await this.claims.visible(ctx, claimId);
    return claim.ok ? ok({ items: (await this.benefits.ofClaim(this.database.reader, claimId)).map(benefitView) }) : claim;
  }

  /** Of which something is due, up to as many as a list takes; claims of which nothing more is are gone past, and not kept. */
  async #entitled(tx: Tx, schemeId: string): Promise<EntitledBenefit[]> {
    const found: EntitledBenefit[] = [];
    for (let after: string | undefined; found.length < MOST;) {
      const claimIds = await this.benefits.entitledClaims(tx, schemeId, after, CLAIMS_A_STEP);
      found.push(...(await this.benefits.entitled(tx, claimIds)).filter(isDue));
      after = claimIds.at(-1);
      if (claimIds.length < CLAIMS_A_STEP) break;
    }
    return found.slice(0, MOST);
  }

  async* #rows({ id, number }: { readonly id: string; readonly number: string }): AsyncGenerator<Buffer> {
    yield Buffer.from(csvLine(HEADINGS));
    for (let after = '';;) {
      const rows = await this.benefits.ofList(this.database.reader, id, { after, limit: A_PIECE });
      yield Buffer.from(rows.map((row) => csvLine([number, row.reference, row.claimReference, row.registrationNumber, row.customerName, row.kind, row.quantity, row.unit])).join(''));
      const last = rows.at(-1);
      if (last === undefined || rows.length < A_PIECE) return;
      after = last.reference;
    }
  }

  async #view(tx: Tx, id: string): Promise<Result<BenefitListView>> {
    const row = await this.benefits.find(tx, id);
    return row === undefined ? refuse('payouts.not_found') : ok(benefitListView(row));
  }
}
