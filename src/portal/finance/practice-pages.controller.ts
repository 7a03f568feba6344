import { randomInt } from 'node:crypto';
import { Body, Get, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { PayoutQueries, PracticeAnswers, type BatchDetail, type PracticeAnswerView } from '../../modules/payouts/index.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { BatchFiles } from './batch-files.service.js';
import { BatchSheets } from './batch-sheets.service.js';
import { refusedStatus } from './finance-refusals.rules.js';
import { LineFaults } from '../shared/line-faults.service.js';
import { ANSWERS, PRACTICE_REASONS, readMix, readReasons, readSeed, typedMix, USUAL_MIX, type TypedMix } from './practice.form.js';

const PAGE = 'finance/practice.njk';
const MOST_SEED = 1_000_000_000;

/** A bank to practise on answers a batch that left; its files go the way of any bank's. Not there in production. */
@Pages('payouts/:id/practice-bank')
export class PracticePagesController {
  constructor(
    private readonly payouts: PayoutQueries, private readonly files: BatchFiles, private readonly answers: PracticeAnswers, private readonly faults: LineFaults, private readonly sheets: BatchSheets,
  ) {}

  /** Of a batch that has nothing to be answered, or no longer, the way leads back to it. */
  @Get()
  @Requires('payout.reconcile')
  async form(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<View | SeeOther> {
    const batch = unwrap(await this.payouts.get(id));
    return this.files.mayPractise(visit, batch) ? new View(PAGE, await this.#sheet(visit, batch, USUAL_MIX, readReasons({}))) : new SeeOther(`/${visit.language}/payouts/${id}`);
  }

  /** What came in since the page was made is looked at first: so a form that is sent twice brings its files in once. */
  @Post()
  @Requires('payout.reconcile')
  async answer(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const [typed, reasons] = [typedMix(body), readReasons(body)];
    const answered = await this.#answered(visit, id, body, typed, reasons);
    if (answered.ok) return new SeeOther(`/${visit.language}/payouts/${id}?done=practised#bank`);
    const batch = unwrap(await this.payouts.get(id));
    return this.files.mayPractise(visit, batch) ? again(PAGE, await this.#sheet(visit, batch, typed, reasons), answered.refusal, statusOf(answered.refusal))
      : again('finance/batch.njk', await this.sheets.of(visit, id, undefined), answered.refusal, 409);
  }

  async #answered({ ctx }: Visit, id: string, body: unknown, typed: TypedMix, reasons: ReturnType<typeof readReasons>): Promise<Result<PracticeAnswerView>> {
    const mix = readMix(typed);
    if (!mix.ok) return mix;
    const batch = unwrap(await this.payouts.get(id));
    if (await this.files.newestOf(batch) !== formText(body, 'newest', 40)) return refuse('portal.practice_moved_on');
    const answered = await this.answers.of(ctx, { batchId: id, mix: mix.value, seed: readSeed(body), ...reasons, isDelivered: true });
    return answered.ok || answered.refusal.pointer !== '/mix' ? answered : { ok: false, refusal: { ...answered.refusal, pointer: '/accept' } };
  }

  async #sheet(visit: Visit, batch: BatchDetail, typed: TypedMix, reasons: ReturnType<typeof readReasons>): Promise<object> {
    return { batch, typed, reasons, answers: ANSWERS, codes: PRACTICE_REASONS, faultOf: this.faults.in(visit), seed: randomInt(MOST_SEED), newest: await this.files.newestOf(batch) };
  }
}

const statusOf = (refusal: Refusal): number => (refusal.causes === undefined ? refusedStatus(refusal) : 422);
