import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { formatMoney, type Money } from '../../core/money/index.js';
import type { Refusal, Result } from '../../core/errors/index.js';
import { Database } from '../../platform/database/database.js';
import { Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { ChangeCommands, ChangeQueries, currenciesOf, ITEM_ORDERS, LEFT_OUT, totalsIn, type CurrencyTotals, type PrecomputationReport, type RunDetail } from '../../modules/changes/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { boundsIn, readApproval, type TypedApproval } from './approval.form.js';
import { asPageSays } from './change-refusals.rules.js';
import { ChangeSheets, type Approvable, type ChangeSheet } from './change-sheets.service.js';
import { layHistogram, type Histogram } from './histogram.rules.js';
import { ReasonWords } from './reason-words.service.js';
import { StepBlocks } from './step-blocks.service.js';

const ON_A_PAGE = 50;
const TOP = 5;
const ARRIVALS = 25;

interface Opened extends ChangeSheet {
  readonly run: RunDetail;
  readonly approvable: Approvable;
}

/** A run finished, so it has a report and a digest. */
interface Reported extends Opened {
  readonly report: NonNullable<RunDetail['report']>;
  readonly digest: string;
}

/** As typed, the amounts as they were understood. */
const asRead = (typed: TypedApproval, bounds: readonly Money[]): TypedApproval =>
  ({ ...typed, bounds: typed.bounds.map((bound, index) => ({ ...bound, text: bounds[index] === undefined ? bound.text : formatMoney(bounds[index]) })) });

/** Runs of a change: how far they are, what they came to, and their approval. */
@Pages('changes/:id/runs/:n')
export class RunPagesController {
  constructor(
    private readonly database: Database,
    private readonly sheets: ChangeSheets,
    private readonly queries: ChangeQueries,
    private readonly commands: ChangeCommands,
    private readonly steps: StepBlocks,
    private readonly renderer: PageRenderer,
    private readonly reasons: ReasonWords,
  ) {}

  @Get()
  @Requires('change.read')
  async run(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number): Promise<View> {
    const opened = await this.#opened(visit, id, n);
    const { report } = opened.run;
    if (report === undefined) return new View('changes/run.njk', opened);
    if (report.kind === 'pre_computation') return this.#precomputed(opened, report, visit);
    if (report.kind === 'allocation') return new View('changes/allocation.njk', { ...opened, report, ...await this.#part(visit, opened, report) });
    const parts = await Promise.all(totalsIn(report).map((totals) => this.#part(visit, opened, totals)));
    return new View('changes/report.njk', {
      ...opened, report, parts, steps: report.kind === 'policy_version' ? await this.steps.of(report.candidate) : new Map(),
      arrivals: unwrap(await this.queries.arrivals(this.database.reader, id, n, ARRIVALS)),
    });
  }

  /** The claims of one currency: how their differences lie, and who wins and loses most. */
  async #part(visit: Visit, { change, run }: Opened, totals: CurrencyTotals): Promise<object> {
    const { currency } = totals;
    const [winners, losers] = await Promise.all((['winners', 'losers'] as const).map((order) => this.sheets.rehearsed(change.id, run.n, { order, currency, limit: TOP }).then(unwrap)));
    return { ...totals, histogram: this.#histogram(totals, visit), most: { winners, losers } };
  }

  async #precomputed(opened: Opened, report: PrecomputationReport, visit: Visit): Promise<View> {
    const { id } = opened.change;
    return new View('changes/precomputed.njk', {
      ...opened, report, histogram: this.#histogram(report, visit), reasonText: await this.reasons.inWords(visit.language),
      opening: unwrap(await this.sheets.sites(id, opened.run.n, { opening: true, limit: TOP })),
    });
  }

  #histogram({ histogram, currency }: Pick<CurrencyTotals, 'histogram' | 'currency'>, { language }: Visit): Histogram | undefined {
    const [f, t] = [this.renderer.formats(language), this.renderer.words(language)];
    return layHistogram(histogram, currency, f, (count) => t('changes.claims', { count, number: f.number(count) }));
  }

  @Get('sites')
  @Requires('change.read')
  async sites(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Query() query: Record<string, unknown>): Promise<View> {
    const asked = formText(query, 'why', 20);
    const leftOut = LEFT_OUT.find((one) => one === asked);
    const { report, ...reported } = await this.#reported(visit, id, n);
    if (report.kind !== 'pre_computation' || (asked !== '' && asked !== 'opening' && leftOut === undefined)) throw new RefusalException({ code: 'http.not_found', params: {} });
    const cursor = cursorIn(query);
    const wanted = { ...(leftOut === undefined ? {} : { leftOut }), ...(asked === 'opening' ? { opening: true } : {}), ...cursor, limit: ON_A_PAGE };
    return new View('changes/sites.njk', {
      ...reported, report, why: asked, paged: cursor.after !== undefined, reasonText: await this.reasons.inWords(visit.language), page: unwrap(await this.sheets.sites(id, n, wanted)),
    });
  }

  @Get('claims')
  @Requires('change.read')
  async claims(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Query() query: Record<string, unknown>): Promise<View> {
    const asked = formText(query, 'order', 20);
    const order = ITEM_ORDERS.find((one) => one === (asked === '' ? 'filed' : asked));
    if (order === undefined) throw new RefusalException({ code: 'http.not_found', params: {} });
    const { report, ...reported } = await this.#reported(visit, id, n);
    if (report.kind === 'pre_computation') throw new RefusalException({ code: 'http.not_found', params: {} });
    const cursor = cursorIn(query);
    const parts = totalsIn(report);
    const part = parts.find(({ currency }) => currency === formText(query, 'currency', 3)) ?? parts[0];
    return new View('changes/claims.njk', {
      ...reported, report, order, orders: ITEM_ORDERS, parts, part, paged: cursor.after !== undefined, steps: report.kind === 'policy_version' ? await this.steps.of(report.candidate) : new Map(),
      page: unwrap(await this.sheets.rehearsed(id, n, { order, ...(part === undefined ? {} : { currency: part.currency }), ...cursor, limit: ON_A_PAGE })),
    });
  }

  /** First the bound; with a bound that can be read, the page on which it is approved. Nothing is stored between, so both can be opened again. */
  @Get('approval')
  @Requires('change.approve')
  async approving(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Query() query: Record<string, unknown>): Promise<View> {
    const reported = await this.#reported(visit, id, n);
    const typed = readApproval(query, currenciesOf(reported.report));
    if (query['again'] !== undefined || typed.bounds.every(({ field }) => query[field] === undefined) || !reported.approvable.may) return new View('changes/approval.njk', { ...reported, typed });
    const bounds = boundsIn(typed);
    return bounds.ok ? new View('changes/approve.njk', { ...reported, typed: asRead(typed, bounds.value) }) : this.#unbound(visit, reported, typed, bounds.refusal);
  }

  @Post('approval')
  @Requires('change.approve')
  async approve(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Body() body: unknown): Promise<View | SeeOther> {
    const reported = await this.#reported(visit, id, n);
    const typed = readApproval(body, currenciesOf(reported.report));
    const movesLessThan = boundsIn(typed);
    if (!movesLessThan.ok) return this.#unbound(visit, reported, typed, movesLessThan.refusal);
    if (!typed.compared) return again('changes/approve.njk', { ...reported, typed }, { code: 'portal.digest_not_compared', params: {}, pointer: '/compared' });
    const approved: Result<unknown> = await this.commands.approve(visit.ctx, id, formVersion(body), n, { digest: typed.digest, movesLessThan: movesLessThan.value });
    if (approved.ok) return new SeeOther(`/${visit.language}/changes/${id}?done=approved`);
    return this.#unbound(visit, await this.#reported(visit, id, n), typed, approved.refusal);
  }

  /** The page with the bound again: what was typed, and why it went no further. */
  #unbound({ language }: Visit, reported: Reported, typed: TypedApproval, refusal: Refusal): View {
    const said = asPageSays(refusal, this.renderer.formats(language), currenciesOf(reported.report));
    return again('changes/approval.njk', { ...reported, typed }, said, said.pointer === undefined && said.causes === undefined ? 409 : 422);
  }

  async #opened(visit: Visit, id: string, n: number): Promise<Opened> {
    const sheet = unwrap(await this.sheets.of(visit, id));
    return { ...sheet, ...unwrap(await this.sheets.run(visit, sheet, n)) };
  }

  async #reported(visit: Visit, id: string, n: number): Promise<Reported> {
    const opened = await this.#opened(visit, id, n);
    const { report, digest, state } = opened.run;
    if (report === undefined || digest === undefined) throw new RefusalException({ code: 'changes.run_not_finished', params: { n, state } });
    return { ...opened, report, digest };
  }
}
