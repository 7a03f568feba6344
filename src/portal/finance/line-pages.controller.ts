import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Result } from '../../core/errors/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { RefusalException } from '../../platform/http/refusal-exception.js';
import { LineWriteOffs, Reissues, RETURN_REMEDIES } from '../../modules/payouts/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { refusedStatus } from './finance-refusals.rules.js';
import { LineSheets } from './line-sheets.service.js';
import { readReason, readWriteOffDecision } from './write-off.form.js';

const ON_A_PAGE = 50;
const DONE = ['follows', 'proposed', 'written_off', 'dropped', 'taken_back'] as const;
const PAGE = 'finance/payment-line.njk';

/** Payments that came back and wait, and each payment by itself: paid again by one person, given up by two. */
@Pages('payment-lines')
export class LinePagesController {
  constructor(private readonly reissues: Reissues, private readonly writeOffs: LineWriteOffs, private readonly sheets: LineSheets) {}

  @Get()
  @Requires('payout.read')
  async list(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const asked = formText(query, 'waitsFor', 20);
    const waitsFor = RETURN_REMEDIES.find((one) => one === asked);
    if (asked !== '' && waitsFor === undefined) throw new RefusalException({ code: 'http.not_found', params: {} });
    const { after } = cursorIn(query);
    const list = await this.sheets.waiting(visit, { ...(waitsFor === undefined ? {} : { waitsFor }), ...(after === undefined ? {} : { after }), limit: ON_A_PAGE });
    return new View('finance/payment-lines.njk', { ...list, waitsFor, remedies: RETURN_REMEDIES, paged: after !== undefined });
  }

  @Get(':id')
  @Requires('payout.read')
  async line(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    return new View(PAGE, { ...await this.sheets.of(visit, id), done: DONE.find((one) => one === done) });
  }

  /** Leads to the payment that takes its place. */
  @Post(':id/reissue')
  @Requires('payout.prepare')
  async reissue(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const made = await this.reissues.reissue(visit.ctx, id, formVersion(body));
    return this.#answered(visit, made.ok ? made.value.id : id, 'follows', made);
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

  async #answered(visit: Visit, id: string, done: (typeof DONE)[number], answer: Result<unknown>, typed: object = {}): Promise<View | SeeOther> {
    if (answer.ok) return new SeeOther(`/${visit.language}/payment-lines/${id}?done=${done}`);
    return again(PAGE, { ...await this.sheets.of(visit, id), typed }, answer.refusal, refusedStatus(answer.refusal));
  }
}
