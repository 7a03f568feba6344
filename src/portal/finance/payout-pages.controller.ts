import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Result } from '../../core/errors/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Requires } from '../../platform/http/metadata.js';
import { decodeCursor } from '../../platform/http/page.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { FundQueries } from '../../modules/funds/index.js';
import { BATCH_STATES, BatchApprovals, BatchPreparation, PayoutFiles, PayoutQueries, type BatchView } from '../../modules/payouts/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, Download, SeeOther, View } from '../shared/view.page.js';
import { readDigest, readNewBatch, TYPED_DIGITS } from './batch.form.js';
import { BatchSheets } from './batch-sheets.service.js';
import { batchStatus } from './finance-refusals.rules.js';

const ON_A_PAGE = 50;
const DONE = ['opened', 'locked', 'approved', 'left_out', 'cancelled', 'asked', 'practised'] as const;
const PAGE = 'finance/batch.njk';

/** What is paid at once: put together and locked by one person, approved by others on its digest, released by another. */
@Pages('payouts')
export class PayoutPagesController {
  constructor(
    private readonly payouts: PayoutQueries, private readonly preparation: BatchPreparation, private readonly approvals: BatchApprovals,
    private readonly files: PayoutFiles, private readonly funds: FundQueries, private readonly sheets: BatchSheets,
  ) {}

  @Get()
  @Requires('payout.read')
  async list(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    return new View('finance/batches.njk', await this.#list(visit, query));
  }

  @Post()
  @Requires('payout.prepare')
  async open(@Visitor() visit: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const asked = readNewBatch(body);
    const opened = asked.ok ? await this.preparation.open(visit.ctx, asked.value) : asked;
    if (opened.ok) return new SeeOther(`/${visit.language}/payouts/${opened.value.id}?done=opened`);
    const pointer = opened.refusal.pointer === '/executeOn' ? '/day' : opened.refusal.pointer ?? '/fund';
    return again('finance/batches.njk', { ...await this.#list(visit, {}), typed: { fund: formText(body, 'fund', 40), day: formText(body, 'day', 20) } }, { ...opened.refusal, pointer }, asked.ok ? 409 : 422);
  }

  @Get(':id')
  @Requires('payout.read')
  async batch(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const after = unwrap(decodeCursor(formText(query, 'cursor', 400) || undefined, 1))?.[0];
    const done = formText(query, 'done', 20);
    return new View(PAGE, { ...await this.#sheet(visit, id, after), done: DONE.find((one) => one === done) });
  }

  @Post(':id/lock')
  @Requires('payout.prepare')
  async lock(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#answered(visit, id, 'locked', await this.preparation.lock(visit.ctx, id, formVersion(body)));
  }

  @Post(':id/approve')
  @Requires('payout.approve')
  async approve(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const digest = readDigest(body);
    return this.#answered(visit, id, 'approved', digest.ok ? await this.approvals.approve(visit.ctx, id, formVersion(body), digest.value) : digest, { typed: formText(body, 'typed', 80) });
  }

  @Post(':id/leave-out')
  @Requires('payout.prepare')
  async leaveOut(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const lineId = formText(body, 'line', 40);
    if (!/^[0-9a-f-]{36}$/.test(lineId)) throw new RefusalException({ code: 'http.not_found', params: {} });
    return this.#answered(visit, id, 'left_out', await this.preparation.leaveOut(visit.ctx, id, formVersion(body), lineId));
  }

  @Post(':id/cancel')
  @Requires('payout.prepare')
  async cancel(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#answered(visit, id, 'cancelled', await this.preparation.cancel(visit.ctx, id, formVersion(body)));
  }

  /** The file for the bank; without a fresh proof the way leads over the page where one is given. */
  @Get(':id/file')
  @Requires('payout.release')
  async file(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<Download | SeeOther> {
    const file = await this.files.open(visit.ctx, id);
    if (!file.ok && file.refusal.code === 'identity.proof_needed') return new SeeOther(`/${visit.language}/account/proof?next=${encodeURIComponent(`/${visit.language}/payouts/${id}`)}`);
    const { bytes, mediaType, name } = unwrap(file);
    return new Download(bytes, mediaType, name);
  }

  async #answered(visit: Visit, id: string, done: (typeof DONE)[number], answer: Result<BatchView>, more: object = {}): Promise<View | SeeOther> {
    if (answer.ok) return new SeeOther(`/${visit.language}/payouts/${id}?done=${done}`);
    return again(PAGE, { ...await this.#sheet(visit, id), ...more }, answer.refusal, batchStatus(answer.refusal));
  }

  async #sheet(visit: Visit, id: string, after?: string): Promise<object> {
    return { ...await this.sheets.of(visit, id, after), digits: TYPED_DIGITS };
  }

  async #list({ ctx: { actor } }: Visit, query: unknown): Promise<object> {
    const asked = formText(query, 'state', 20);
    const state = BATCH_STATES.find((one) => one === asked);
    if (asked !== '' && state === undefined) throw new RefusalException({ code: 'http.not_found', params: {} });
    const { after } = cursorIn(query);
    const page = await this.payouts.page({ ...(state === undefined ? {} : { state }), ...(after === undefined ? {} : { before: after }), limit: ON_A_PAGE });
    const { items: funds } = await this.funds.list();
    return {
      page, state, states: BATCH_STATES, paged: after !== undefined, funds, fundNames: Object.fromEntries(funds.map(({ id, name }) => [id, name])),
      payable: funds.filter(({ payingAccountId }) => payingAccountId !== undefined), mayOpen: isAllowed(actor, 'payout.prepare'),
    };
  }
}
