import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../../core/errors/index.js';
import { isAllowed } from '../../../platform/access/permissions.js';
import type { Context } from '../../../platform/access/context.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import type { DeterminationOutcome } from '../../claims/index.js';
import { PolicyQueries } from '../../policies/index.js';
import { refusesFor } from '../refusal-reasons.rules.js';
import { readable, saidReasons } from '../verdict-checks.service.js';
import { BulkActionsRepository, type BulkRow } from './bulk-actions.repository.js';
import { BulkRecords } from './bulk-records.service.js';
import { BULK_PERMISSIONS, RUN_BULK } from './bulk-runs.service.js';
import { digestOf, MOST_ITEMS, sampleOf, totalsOf, type BulkKind } from './bulk.rules.js';
import { QueueEntriesRepository } from './queue-entries.repository.js';
import { QueueLists } from './queue-lists.service.js';
import { WORK_STATES, type FilterText, type QueueFilter, type QueueName } from './queue.rules.js';
import { bulkView, type BulkView } from '../views/bulk-view.js';

export interface NewBulkAction {
  readonly kind: BulkKind;
  /** Exactly one of the three says which claims. */
  readonly claimIds?: readonly string[];
  readonly chosen?: { readonly queue: QueueName; readonly filter: FilterText };
  /** A recommendation whose claims are to be decided. */
  readonly of?: string;
  readonly outcome?: DeterminationOutcome;
  readonly reasons: readonly string[];
  readonly note?: string;
  readonly to?: string;
}

type Chosen = Awaited<ReturnType<QueueEntriesRepository['chosen']>>[number];
type Action = Omit<NewBulkAction, 'outcome'> & { readonly outcome: DeterminationOutcome | null | undefined };
type Choice = Parameters<QueueEntriesRepository['chosen']>[1];

/** Claims that an answer names one by one with the reason; of more it says how many. */
const MOST_NAMED = 20;

/** What an assessment has to have come to for an outcome to be possible; a refusal rests on its reasons. */
const POSSIBLE: Readonly<Record<DeterminationOutcome, readonly (string | null)[]>> = { award: ['eligible'], nil: ['nil'], refuse: ['eligible', 'nil', 'ineligible', 'refer'] };

/** Freezes a list of claims: from then on it is these, each at its version, and everything about it can be checked. */
@Injectable()
export class BulkFreezing {
  constructor(
    private readonly work: UnitOfWork, private readonly bulk: BulkActionsRepository, private readonly entries: QueueEntriesRepository, private readonly lists: QueueLists,
    private readonly policies: PolicyQueries, private readonly jobs: Jobs, private readonly records: BulkRecords,
  ) {}

  freeze(ctx: Context, asked: NewBulkAction): Promise<Result<BulkView>> {
    return this.work.run(ctx, async (tx): Promise<Result<BulkView>> => {
      const judged = await this.#judged(tx, ctx, asked);
      if (!judged.ok) return judged;
      const { action, items, leftOut } = judged.value;
      if (items.length === 0) return refuse('bulk.empty', { leftOut: leftOut.length }, leftOut.length === 0 ? {} : { causes: named(leftOut) });
      return ok(bulkView(await this.#store(tx, ctx, action, items, leftOut.length)));
    });
  }

  /** Every claim that would be left out as things stand, with the reason; nothing is frozen. */
  leftOut(ctx: Context, asked: NewBulkAction): Promise<Result<readonly Refusal[]>> {
    return this.work.run(ctx, async (tx): Promise<Result<readonly Refusal[]>> => {
      const judged = await this.#judged(tx, ctx, asked);
      return judged.ok ? ok(judged.value.leftOut) : judged;
    });
  }

  async #judged(tx: Tx, ctx: Context, asked: NewBulkAction): Promise<Result<{ action: Action; items: readonly Chosen[]; leftOut: readonly Refusal[] }>> {
    const wanted = await this.#checked(tx, ctx, asked);
    if (!wanted.ok) return wanted;
    const { of } = wanted.value;
    const action = { ...asked, outcome: of?.outcome ?? asked.outcome, reasons: of?.reasons ?? asked.reasons };
    const found = await this.entries.chosen(tx, wanted.value.choice, MOST_ITEMS);
    if (found.length > MOST_ITEMS) return refuse('bulk.too_many', { most: MOST_ITEMS });
    const judged = found.map((claim) => ({ claim, why: unfit(action, claim) }));
    return ok({ action, items: judged.flatMap(({ claim, why }) => (why === undefined ? [claim] : [])), leftOut: judged.flatMap(({ why }) => why ?? []) });
  }

  async #checked(tx: Tx, ctx: Context, asked: NewBulkAction): Promise<Result<{ choice: Choice; of?: BulkRow }>> {
    const { kind, outcome, reasons } = asked;
    if (!isAllowed(ctx.actor, BULK_PERMISSIONS[kind])) return refuse('bulk.may_not', { permission: BULK_PERMISSIONS[kind] });
    const choice = await this.#choice(tx, ctx, asked);
    if (!choice.ok || choice.value.of !== undefined) return choice;
    if (kind === 'assign' || kind === 'release') return choice;
    if (outcome === undefined) return refuse('bulk.outcome_missing', {}, { pointer: '/outcome' });
    if (outcome === 'refuse' && reasons.length === 0) return refuse('review.reasons_missing', {}, { pointer: '/reasons' });
    const catalogue = await this.policies.reasons(tx);
    if (!catalogue.ok) return catalogue;
    // One sentence for many claims: it cannot name what only the working of one says.
    const said = readable(catalogue.value, saidReasons(reasons, { reasons: [] }));
    return said.ok ? choice : said;
  }

  async #choice(tx: Tx, ctx: Context, { kind, claimIds, chosen, of }: NewBulkAction): Promise<Result<{ choice: Choice; of?: BulkRow }>> {
    if ([claimIds, chosen, of].filter((one) => one !== undefined).length !== 1) return refuse('bulk.choice_missing');
    if (claimIds !== undefined) return ok({ choice: { ids: claimIds } });
    if (of !== undefined) return kind === 'decide' ? this.#recommended(tx, ctx, of) : refuse('bulk.choice_missing');
    const { queue, filter: text } = chosen as NonNullable<typeof chosen>;
    const filter: Result<QueueFilter> = this.lists.filter(ctx, queue, text);
    return filter.ok ? ok({ choice: { filter: filter.value } }) : filter;
  }

  async #recommended(tx: Tx, ctx: Context, id: string): Promise<Result<{ choice: Choice; of: BulkRow }>> {
    const of = await this.bulk.find(tx, id);
    if (of === undefined || of.kind !== 'recommend') return refuse('bulk.not_found');
    if (of.createdBy === userIdOf(ctx.actor)) return refuse('bulk.own_recommendation');
    return ok({ choice: { ids: await this.bulk.doneClaims(tx, id) }, of });
  }

  async #store(tx: Tx, ctx: Context, { kind, outcome = null, reasons, note, to, of }: Action, items: readonly Chosen[], leftOutCount: number): Promise<BulkRow> {
    const isVerdict = kind === 'recommend' || kind === 'decide';
    // Drawn after the list was read: nobody can have known it when choosing.
    const seed = randomBytes(32).toString('hex');
    const row = await this.records.keep(tx, ctx, {
      kind, outcome: isVerdict ? outcome : null, reasons: isVerdict ? reasons : [], note, toUser: kind === 'assign' ? to ?? userIdOf(ctx.actor) : null, ofId: of ?? null,
      state: isVerdict ? 'frozen' : 'running', digest: digestOf({ kind, outcome, reasons }, items), seed, items, leftOutCount, ...totalsOf(items),
      sample: isVerdict ? sampleOf(items.map(({ claimId }) => claimId), seed) : new Set(),
    });
    if (row.state === 'running') await this.jobs.enqueue(tx, RUN_BULK, { actionId: row.id });
    return row;
  }
}

const named = (leftOut: readonly Refusal[]): Refusal[] => [
  ...leftOut.slice(0, MOST_NAMED), ...(leftOut.length > MOST_NAMED ? [{ code: 'bulk.more_left_out', params: { more: leftOut.length - MOST_NAMED, named: MOST_NAMED } }] : []),
];

type Wanted = Pick<NewBulkAction, 'kind' | 'reasons'> & { readonly outcome: DeterminationOutcome | undefined };

/** Why this cannot be done to a claim with this outcome, as it stands; undefined where it can. */
function unfit({ kind, outcome, reasons }: Wanted, { reference, state, outcome: assessed, recommended }: Chosen): Refusal | undefined {
  const no = (code: Refusal['code'], params: Refusal['params'] = {}): Refusal => ({ code, params: { reference, ...params } });
  switch (kind) {
    case 'recommend': return state === 'in_review' ? unborne({ outcome, reasons }, assessed, no) : no('bulk.not_in_review');
    case 'decide': return state === 'recommended' ? (recommended === outcome ? undefined : no('bulk.recommended_otherwise')) : no('bulk.not_recommended');
    case 'assign': return WORK_STATES.some((one) => one === state) ? undefined : no('bulk.not_in_work');
    case 'release': return undefined;
  }
}

/** Edge: what a working denies a claim for may be named whatever it is, and only the claim itself says what that is. */
function unborne({ outcome, reasons }: Omit<Wanted, 'kind'>, assessed: string | null, no: (code: string, params?: Refusal['params']) => Refusal): Refusal | undefined {
  if (outcome === undefined || !POSSIBLE[outcome].includes(assessed)) return no('bulk.works_out_otherwise');
  const open = outcome === 'refuse' && assessed !== 'ineligible' ? reasons.find((code) => !refusesFor(code, [])) : undefined;
  return open === undefined ? undefined : no('bulk.reason_goes_on', { code: open });
}
