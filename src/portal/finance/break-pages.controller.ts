import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Requires } from '../../platform/http/metadata.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { PayingAccountQueries } from '../../modules/funds/index.js';
import { People } from '../../modules/identity/index.js';
import { BankQueries, BREAK_KINDS, BreakResolutions, MOST_LINES, OverpaymentQueries, RESOLUTIONS, type Answer, type Resolution } from '../../modules/payouts/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';

const ON_A_PAGE = 50;
const DONE = ['answered', 'proposed', 'confirmed', 'turned_down'] as const;
const STATES = ['open', 'resolved'] as const;
const PAGE = 'finance/break.njk';
/** So many references of 35 characters, and what stands between them. */
const MOST_TYPED = 40_000;
/** Of what names nothing, so much is said back. */
const SHOWN = 5;
const AT_PAYMENTS = { pointer: '/payments' } as const;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What else an answer has to name. */
const NAMES = { attached: 'payments', together: 'restId', repayment: 'recoveryId', reversed: 'otherId' } as const satisfies Partial<Record<Resolution, string>>;
type Named = (typeof NAMES)[keyof typeof NAMES];
type Typed = Readonly<Record<'resolution' | 'note' | Named, string>>;

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

  /** From the page of a payment: the question is open then, or was. */
  @Post()
  @Requires('payout.reconcile')
  async ask(@Visitor() visit: Visit, @Body() body: unknown): Promise<SeeOther> {
    const lineId = formText(body, 'lineId', 40);
    const { id } = unwrap(ID.test(lineId) ? await this.resolutions.ask(visit.ctx, lineId) : refuse('payouts.not_found'));
    return new SeeOther(`/${visit.language}/breaks/${id}`);
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
    const typed: Typed = {
      resolution: formText(body, 'resolution', 40), note: formText(body, 'note', 2_000).trim(), payments: formText(body, 'payments', MOST_TYPED).trim(), otherId: formText(body, 'otherId', 40).trim(), restId: formText(body, 'restId', 40).trim(),
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

  async #read(id: string, typed: Typed): Promise<Result<Answer>> {
    const { resolution: said, note } = typed;
    const resolution = RESOLUTIONS.find((one) => one === said);
    if (resolution === undefined) return missing('resolution');
    const named = isNaming(resolution) ? await this.#named(id, NAMES[resolution], typed[NAMES[resolution]]) : ok({});
    return named.ok ? ok({ resolution, ...(note === '' ? {} : { note }), ...named.value }) : named;
  }

  async #named(id: string, names: Named, typed: string): Promise<Result<Omit<Answer, 'resolution'>>> {
    if (typed === '') return missing(names);
    if (names === 'otherId') return ID.test(typed) ? ok({ otherId: typed }) : refuse('payouts.resolution_pair_unfit', {}, { pointer: '/otherId' });
    if (names === 'restId') return ID.test(typed) ? ok({ otherId: typed }) : refuse('payouts.resolution_rest_unfit', {}, { pointer: '/restId' });
    const { payingAccountId } = unwrap(await this.queries.break(id));
    if (names === 'payments') return this.#payments(payingAccountId, typed.split(/[\s,;]+/).filter((word) => word !== ''));
    const recoveryId = ID.test(typed) ? typed : (await this.recoveries.named(payingAccountId, [typed]))[0]?.id;
    return recoveryId === undefined ? refuse('payouts.resolution_recovery_missing', {}, { pointer: '/recoveryId' }) : ok({ recoveryId });
  }

  /** Payments by their references, or one batch by that of its file. */
  async #payments(payingAccountId: string, words: readonly string[]): Promise<Result<Omit<Answer, 'resolution'>>> {
    if (words.length > MOST_LINES) return refuse('payouts.resolution_too_many', { most: MOST_LINES }, AT_PAYMENTS);
    const { lineIds, batchIds: [batchId, ...others], unknown } = await this.queries.named(payingAccountId, words);
    if (unknown.length > 0) return refuse('payouts.resolution_unknown', { references: unknown.slice(0, SHOWN) }, AT_PAYMENTS);
    if (batchId === undefined) return ok({ lineIds });
    return lineIds.length + others.length > 0 ? refuse('payouts.resolution_batch_missing', {}, AT_PAYMENTS) : ok({ batchId });
  }

  async #answered(visit: Visit, id: string, done: (typeof DONE)[number], answer: Result<unknown>, typed: object = {}): Promise<View | SeeOther> {
    if (answer.ok) return new SeeOther(`/${visit.language}/breaks/${id}?done=${done}`);
    const refusal = atField(answer.refusal);
    return again(PAGE, { ...await this.#sheet(visit, id), typed }, refusal, statusOf(refusal));
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
/** What the page asks for in one field, or in another, the API has as members. */
function atField(refusal: Refusal): Refusal {
  if (refusal.code === 'payouts.resolution_rest_unfit') return { ...refusal, pointer: '/restId' };
  return refusal.pointer === '/lineIds' || refusal.pointer === '/batchId' ? { ...refusal, ...AT_PAYMENTS } : refusal;
}

const isNaming = (resolution: Resolution): resolution is keyof typeof NAMES => resolution in NAMES;
