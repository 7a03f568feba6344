import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Refusal, Result } from '../../core/errors/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Requires } from '../../platform/http/metadata.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimQueries } from '../../modules/claims/index.js';
import { PayingAccountQueries } from '../../modules/funds/index.js';
import { People } from '../../modules/identity/index.js';
import { BankQueries, BREAK_KINDS, BreakResolutions, OverpaymentQueries } from '../../modules/payouts/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { atField, ID, readAnswer, typedAnswer } from './break.form.js';

const ON_A_PAGE = 50;
const DONE = ['answered', 'confirmed', 'turned_down'] as const;
const STATES = ['open', 'resolved'] as const;
const PAGE = 'finance/break.njk';

/** What does not fit between the bank and us, and what people make of it. */
@Pages('breaks')
export class BreakPagesController {
  constructor(
    private readonly queries: BankQueries, private readonly resolutions: BreakResolutions, private readonly paying: PayingAccountQueries, private readonly people: People, private readonly claims: ClaimQueries,
    private readonly owed: OverpaymentQueries,
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
    return new View('finance/breaks.njk', { page, state, states: STATES, kind, kinds: BREAK_KINDS, paged: after !== undefined, accountNames: Object.fromEntries(items.map(({ id, name }) => [id, name])) });
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
    const typed = typedAnswer(body);
    const overpaymentId = typed.resolution === 'repaid' ? await this.#owedOn(visit, typed.claim) : undefined;
    const answer = readAnswer(typed, overpaymentId);
    const answered = answer.ok ? await this.resolutions.answer(visit.ctx, id, formVersion(body), answer.value) : answer;
    return this.#answered(visit, id, 'answered', answered.ok ? answered : { ok: false, refusal: atField(answered.refusal) }, typed);
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

  /** What is owed on a claim; people know it by the reference that the business was asked to name. */
  async #owedOn({ ctx }: Visit, reference: string): Promise<string | undefined> {
    const claim = await this.claims.byReference(ctx, reference);
    return claim.ok ? (await this.owed.ofClaim(claim.value.id)).find(({ closedAt }) => closedAt === undefined)?.id : undefined;
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
