import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Requires } from '../../platform/http/metadata.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { PayingAccountQueries } from '../../modules/funds/index.js';
import { People } from '../../modules/identity/index.js';
import { BankQueries, BREAK_KINDS, BreakResolutions, OverpaymentQueries, RESOLUTIONS, type Answer, type Resolution } from '../../modules/payouts/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';

const ON_A_PAGE = 50;
const DONE = ['answered', 'proposed', 'confirmed', 'turned_down'] as const;
const STATES = ['open', 'resolved'] as const;
const PAGE = 'finance/break.njk';
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What else an answer has to name. */
type Named = 'lineId' | 'otherId' | 'recoveryId';
const NAMES: Readonly<Partial<Record<Resolution, Named>>> = { attached: 'lineId', repayment: 'recoveryId', reversed: 'otherId' };
const NOTHING_NAMED = { lineId: 'payouts.resolution_line_missing', otherId: 'payouts.resolution_pair_unfit', recoveryId: 'payouts.resolution_recovery_missing' } as const;

/** What does not fit between the bank and us, and what people make of it. */
@Pages('breaks')
export class BreakPagesController {
  constructor(
    private readonly queries: BankQueries, private readonly resolutions: BreakResolutions, private readonly recoveries: OverpaymentQueries, private readonly paying: PayingAccountQueries,
    private readonly people: People,
  ) {}

  @Get()
  @Requires('payout.read')
  async list(@Query() query: Record<string, unknown>): Promise<View> {
    const [asked, kind] = [formText(query, 'state', 20) || 'open', BREAK_KINDS.find((one) => one === formText(query, 'kind', 40))];
    const state = STATES.find((one) => one === asked);
    if (state === undefined) throw new RefusalException({ code: 'http.not_found', params: {} });
    const { after } = cursorIn(query);
    const page = await this.queries.breaksPage({ state, ...(kind === undefined ? {} : { kind }), ...(after === undefined ? {} : { before: after }), limit: ON_A_PAGE });
    const { items } = await this.paying.list();
    return new View('finance/breaks.njk', { page, state, states: STATES, kind, kinds: BREAK_KINDS, paged: after !== undefined, accounts: new Map(items.map((one) => [one.id, one])) });
  }

  @Get(':id')
  @Requires('payout.read')
  async break(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    return new View(PAGE, { ...await this.#sheet(visit, id), done: DONE.find((one) => one === done) });
  }

  @Post(':id/answer')
  @Requires('payout.reconcile')
  async answer(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const typed = {
      resolution: formText(body, 'resolution', 40), note: formText(body, 'note', 2_000).trim(), lineId: formText(body, 'lineId', 40).trim(), otherId: formText(body, 'otherId', 40).trim(),
      recoveryId: formText(body, 'recoveryId', 40).trim(),
    };
    const read = await this.#read(id, typed);
    const answer = read.ok ? await this.resolutions.answer(visit.ctx, id, formVersion(body), read.value) : read;
    return this.#answered(visit, id, answer.ok && answer.value.proposal !== undefined ? 'proposed' : 'answered', answer, typed);
  }

  @Post(':id/confirm')
  @Requires('payout.reconcile')
  async confirm(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#answered(visit, id, 'confirmed', await this.resolutions.confirm(visit.ctx, id, formVersion(body)));
  }

  @Post(':id/turn-down')
  @Requires('payout.reconcile')
  async turnDown(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#answered(visit, id, 'turned_down', await this.resolutions.turnDown(visit.ctx, id, formVersion(body)));
  }

  async #read(id: string, { resolution: said, note, ...typed }: Readonly<Record<'resolution' | 'note' | Named, string>>): Promise<Result<Answer>> {
    const resolution = RESOLUTIONS.find((one) => one === said);
    if (resolution === undefined) return missing('resolution');
    const names = NAMES[resolution];
    if (names !== undefined && typed[names] === '') return missing(names);
    const named = names === undefined ? undefined : await this.#named(id, names, typed[names]);
    if (names !== undefined && named === undefined) return refuse(NOTHING_NAMED[names], {}, { pointer: `/${names}` });
    return ok({ resolution, ...(note === '' ? {} : { note }), ...(names === undefined ? {} : { [names]: named }) });
  }

  /** The id that was typed; of a payment also the reference it went out with, of what is paid back that of its claim. */
  async #named(id: string, names: Named, typed: string): Promise<string | undefined> {
    if (ID.test(typed)) return typed;
    if (names === 'otherId') return undefined;
    const { payingAccountId } = unwrap(await this.queries.break(id));
    if (names === 'lineId') return this.queries.lineIdOf(payingAccountId, typed.toUpperCase());
    const [recovery] = await this.recoveries.named(payingAccountId, [typed]);
    return recovery?.id;
  }

  async #answered(visit: Visit, id: string, done: (typeof DONE)[number], answer: Result<unknown>, typed: object = {}): Promise<View | SeeOther> {
    if (answer.ok) return new SeeOther(`/${visit.language}/breaks/${id}?done=${done}`);
    return again(PAGE, { ...await this.#sheet(visit, id), typed }, answer.refusal, statusOf(answer.refusal));
  }

  async #sheet({ ctx: { actor } }: Visit, id: string): Promise<object> {
    const found = unwrap(await this.queries.break(id));
    const people = [found.proposal?.by, found.resolvedBy].flatMap((by) => (by !== undefined && ID.test(by) ? [by] : []));
    return {
      found, account: unwrap(await this.paying.get(found.payingAccountId)), names: await this.people.names(people), mayAnswer: isAllowed(actor, 'payout.reconcile') && found.state === 'open',
      isMine: actor.kind === 'user' && found.proposal?.by === actor.userId,
    };
  }
}

const statusOf = ({ code, pointer }: Refusal): number => (code === 'access.permission' || code === 'payouts.proposal_own' || code === 'payouts.releaser_reconciles' ? 403 : pointer === undefined ? 409 : 422);
const missing = (field: string): Result<never> => refuse('portal.field_missing', {}, { pointer: `/${field}` });
