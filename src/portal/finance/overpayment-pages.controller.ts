import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Result } from '../../core/errors/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { RefusalException } from '../../platform/http/refusal-exception.js';
import { OverpaymentWriteOffs, Overpayments } from '../../modules/payouts/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { refusedStatus } from './finance-refusals.rules.js';
import { OverpaymentSheets } from './overpayment-sheets.service.js';
import { readReason, readRepayment, readWriteOffDecision } from './write-off.form.js';

const ON_A_PAGE = 50;
const STATES = ['open', 'closed', 'unbooked', 'all'] as const;
const DONE = ['repayment_proposed', 'repayment_confirmed', 'repayment_turned_down', 'proposed', 'written_off', 'dropped', 'taken_back'] as const;
const PAGE = 'finance/overpayment.njk';

/** What was paid above a grant and has to come back: told by the bank or by two people, given up by two. */
@Pages('overpayments')
export class OverpaymentPagesController {
  constructor(private readonly overpayments: Overpayments, private readonly writeOffs: OverpaymentWriteOffs, private readonly sheets: OverpaymentSheets) {}

  @Get()
  @Requires('payout.read')
  async list(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const asked = formText(query, 'state', 20) || 'open';
    const state = STATES.find((one) => one === asked);
    if (state === undefined) throw new RefusalException({ code: 'http.not_found', params: {} });
    const { after } = cursorIn(query);
    const list = await this.sheets.list(visit, { ...(state === 'all' ? {} : { state }), ...(after === undefined ? {} : { before: after }), limit: ON_A_PAGE });
    return new View('finance/overpayments.njk', { ...list, state, states: STATES, paged: after !== undefined });
  }

  @Get(':id')
  @Requires('payout.read')
  async overpayment(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 40);
    return new View(PAGE, { ...await this.sheets.of(visit, id), done: DONE.find((one) => one === done) });
  }

  @Post(':id/repayment')
  @Requires('payout.reconcile')
  async repay(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const { owed } = await this.sheets.of(visit, id);
    const repayment = readRepayment(body, owed.left.currency);
    const proposed = repayment.ok ? await this.overpayments.propose(visit.ctx, id, formVersion(body), repayment.value) : repayment;
    return this.#answered(visit, id, 'repayment_proposed', proposed, { amount: formText(body, 'amount', 40), evidence: formText(body, 'evidence', 400) });
  }

  @Post(':id/repayment/confirmation')
  @Requires('payout.reconcile')
  async confirm(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#answered(visit, id, 'repayment_confirmed', await this.overpayments.confirm(visit.ctx, id, formVersion(body)), {});
  }

  @Post(':id/repayment/objection')
  @Requires('payout.reconcile')
  async turnDown(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#answered(visit, id, 'repayment_turned_down', await this.overpayments.turnDown(visit.ctx, id, formVersion(body)), {});
  }

  @Post(':id/write-off')
  @Requires('payout.reconcile')
  async propose(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const reason = readReason(body);
    const proposed = reason.ok ? await this.writeOffs.propose(visit.ctx, id, formVersion(body), reason.value) : reason;
    return this.#answered(visit, id, 'proposed', proposed, { why: formText(body, 'why', 2_000) });
  }

  @Post(':id/write-off/:n/decision')
  @Requires('payout.write_off')
  async decide(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Body() body: unknown): Promise<View | SeeOther> {
    const decision = readWriteOffDecision(body);
    const decided = decision.ok ? await this.writeOffs.decide(visit.ctx, id, formVersion(body), { n, ...decision.value }) : decision;
    return this.#answered(visit, id, decision.ok ? decision.value.outcome : 'dropped', decided, { note: formText(body, 'note', 2_000) });
  }

  @Post(':id/write-off/:n/withdrawal')
  @Requires('payout.reconcile')
  async takeBack(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number): Promise<View | SeeOther> {
    return this.#answered(visit, id, 'taken_back', await this.writeOffs.takeBack(visit.ctx, id, n), {});
  }

  async #answered(visit: Visit, id: string, done: (typeof DONE)[number], answer: Result<unknown>, typed: object): Promise<View | SeeOther> {
    if (answer.ok) return new SeeOther(`/${visit.language}/overpayments/${id}?done=${done}`);
    return again(PAGE, { ...await this.sheets.of(visit, id), typed }, answer.refusal, refusedStatus(answer.refusal));
  }
}
