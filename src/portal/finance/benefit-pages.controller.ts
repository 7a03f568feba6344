import { Body, Get, Param, ParseUUIDPipe, Post, Query, Req } from '@nestjs/common';
import type { Result } from '../../core/errors/index.js';
import { Requires, TakesFile, type MakegoodRequest } from '../../platform/http/metadata.js';
import { decodeCursor } from '../../platform/http/page.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { isUpload, uploadOf } from '../../platform/http/upload.js';
import { BENEFIT_STATES, BenefitLists, type BenefitState, type ResultsTaken } from '../../modules/payouts/index.js';
import { cursorIn, formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, Download, SeeOther, View } from '../shared/view.page.js';
import { readBenefitAnswer, tickedBenefits } from './benefit-result.form.js';
import { BenefitSheets } from './benefit-sheets.service.js';
import { refusedStatus } from './finance-refusals.rules.js';

const LIST = 'finance/benefit-lists.njk';
const PAGE = 'finance/benefit-list.njk';
const DONE = ['drawn_up', 'answered'] as const;
/** So many lines that fit nothing are named. */
const MOST_NAMED = 20;

/** What is granted beside money: drawn up as a list, fetched by whoever hands it over, and answered line by line or by a table. */
@Pages('benefit-lists')
export class BenefitPagesController {
  constructor(private readonly lists: BenefitLists, private readonly sheets: BenefitSheets) {}

  @Get()
  @Requires('payout.read')
  async list(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    return new View(LIST, await this.sheets.list(visit, cursorIn(query).after));
  }

  @Post()
  @Requires('payout.prepare')
  async drawUp(@Visitor() visit: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const scheme = formText(body, 'scheme', 40);
    if (!/^[0-9a-f-]{36}$/.test(scheme)) return again(LIST, await this.sheets.list(visit, undefined), { code: 'portal.field_missing', params: {}, pointer: '/scheme' });
    const drawn = await this.lists.drawUp(visit.ctx, scheme);
    if (drawn.ok) return new SeeOther(`/${visit.language}/benefit-lists/${drawn.value.id}?done=drawn_up`);
    return again(LIST, { ...await this.sheets.list(visit, undefined), typed: { scheme } }, { ...drawn.refusal, pointer: '/scheme' }, 409);
  }

  @Get(':id')
  @Requires('payout.read')
  async one(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const said = formText(query, 'done', 20);
    const done = DONE.find((one) => one === said);
    return new View(PAGE, { ...await this.sheets.of(visit, id, placeIn(query)), done, ...(done === 'answered' ? { taken: takenIn(query) } : {}) });
  }

  /** The list for whoever hands the benefits over. */
  @Get(':id/file')
  @Requires('payout.prepare')
  async file(@Param('id', ParseUUIDPipe) id: string): Promise<Download> {
    const { bytes, name } = unwrap(await this.lists.file(id));
    return new Download(bytes, 'text/csv; charset=utf-8', name);
  }

  /** One answer for the lines that were ticked. */
  @Post(':id/answers')
  @Requires('payout.reconcile')
  async answer(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const [place, read] = [placeIn(body), readBenefitAnswer(body)];
    const typed = { ticked: tickedBenefits(body), answer: formText(body, 'answer', 20), day: formText(body, 'day', 20), reason: formText(body, 'reason', 200) };
    return this.#answered(visit, id, read.ok ? await this.lists.say(visit.ctx, id, read.value) : read, { place, typed });
  }

  /** A table of what came of the list. */
  @Post(':id/results')
  @Requires('payout.reconcile')
  @TakesFile('text/csv', 'application/octet-stream')
  async results(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    const upload = isUpload(request) ? await uploadOf(request) : undefined;
    if (upload?.fileName === undefined || upload.fileName === '') return this.#answered(visit, id, { ok: false, refusal: { code: 'portal.field_missing', params: {}, pointer: '/file' } });
    const taken = await this.lists.take(visit.ctx, id, upload.stream);
    return this.#answered(visit, id, taken.ok ? taken : { ok: false, refusal: { ...taken.refusal, pointer: '/file' } });
  }

  async #answered(visit: Visit, id: string, answer: Result<ResultsTaken>, { place = {}, typed = {} }: { place?: Place; typed?: object } = {}): Promise<View | SeeOther> {
    if (!answer.ok) return again(PAGE, { ...await this.sheets.of(visit, id, place), typed }, answer.refusal, refusedStatus(answer.refusal));
    const { moved, repeated, unfit } = answer.value;
    const said = new URLSearchParams({ done: 'answered', moved: String(moved), repeated: String(repeated), unfit: String(unfit.length), lines: unfit.slice(0, MOST_NAMED).join(' '), ...(place.state === undefined ? {} : { state: place.state }) });
    return new SeeOther(`/${visit.language}/benefit-lists/${id}?${said.toString()}`);
  }
}

/** Which of the lines are looked at. Edge: a state or a cursor that nobody gave out is refused. */
interface Place {
  readonly state?: BenefitState;
  readonly after?: string;
}

function placeIn(fields: unknown): Place {
  const asked = formText(fields, 'state', 20);
  const state = BENEFIT_STATES.find((one) => one === asked);
  if (asked !== '' && state === undefined) throw new RefusalException({ code: 'http.not_found', params: {} });
  const after = unwrap(decodeCursor(formText(fields, 'cursor', 400) || undefined, 1))?.[0];
  return { ...(state === undefined ? {} : { state }), ...(after === undefined ? {} : { after }) };
}

const COUNT = /^\d{1,6}$/;

/** What an answer came to, as its address says. */
function takenIn(query: unknown): object {
  const count = (name: string): number => {
    const text = formText(query, name, 6);
    return COUNT.test(text) ? Number.parseInt(text, 10) : 0;
  };
  const lines = formText(query, 'lines', 200).split(' ').filter((one) => COUNT.test(one));
  return { moved: count('moved'), repeated: count('repeated'), unfit: count('unfit'), lines };
}
