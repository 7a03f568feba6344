import { Body, Get, Param, Post, Req } from '@nestjs/common';
import { currency } from '../../core/money/index.js';
import { Requires, type MakegoodRequest } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { InformationAnswers } from '../../modules/review/index.js';
import { IntakeSheets, type IntakeSheet } from '../intake/intake-sheet.service.js';
import { IntakeViews } from '../intake/intake-views.service.js';
import { groundOf, questionView, type QuestionView } from '../intake/question-view.rules.js';
import { ClaimSheets, type ClaimSheet } from '../shared/claim-sheet.service.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import type { AskedRequest, AskedThing } from '../shared/request-sheet.rules.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { KeptReplies } from './kept-replies.service.js';
import { onThePage, prefixOf, readReplies, typedReplies, type AnswerGround, type TypedReply } from './request-answer.form.js';

interface Desk {
  readonly sheet: ClaimSheet;
  readonly intake: IntakeSheet;
  readonly open: AskedRequest;
}

/** What staff asked for, and a form to answer all of it. Files are brought on their own pages, which stay open as long as the request is. */
@Pages('claims')
export class RequestPagesController {
  constructor(
    private readonly sheets: ClaimSheets, private readonly intake: IntakeSheets, private readonly views: IntakeViews, private readonly answers: InformationAnswers, private readonly kept: KeptReplies,
  ) {}

  @Get(':reference/request')
  @Requires('claim.file', 'merchant')
  async show(@Visitor() visit: Visit, @Param('reference') reference: string, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    const desk = await this.#desk(visit, reference);
    if (desk === undefined) return new SeeOther(`/${visit.language}/claims/${reference}`);
    const kept = await this.kept.of(visit, request, desk.sheet, 'request', desk.open.n);
    const typed = kept === undefined ? undefined : typedReplies(kept, desk.open, groundIn(visit, desk.intake));
    return new View('merchant/request.njk', { ...this.#page(visit, desk, typed), isKept: typed !== undefined });
  }

  @Post(':reference/request')
  @Requires('claim.file', 'merchant')
  async answer(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    const desk = await this.#desk(visit, reference);
    if (desk === undefined) return new SeeOther(`/${visit.language}/claims/${reference}`);
    const elsewhere = placeIn(visit, desk.sheet, formText(body, 'to', 20));
    if (elsewhere !== undefined) {
      await this.kept.keep(visit, request, desk.sheet, 'request');
      return new SeeOther(elsewhere);
    }
    return this.#answered(visit, request, desk, body);
  }

  async #answered(visit: Visit, request: MakegoodRequest, desk: Desk, body: unknown): Promise<View | SeeOther> {
    const { reference } = desk.sheet.claim;
    const ground = groundIn(visit, desk.intake);
    const typed = typedReplies(body, desk.open, ground);
    const read = readReplies(typed, desk.open, ground);
    const done = read.ok ? await this.answers.answer(visit.ctx, desk.sheet.claim.id, desk.open.n, formVersion(body), read.value) : read;
    if (done.ok) {
      await this.kept.forget(visit, request, desk.sheet, 'request');
      return new SeeOther(`/${visit.language}/claims/${reference}?done=answered`);
    }
    const now = await this.#desk(visit, reference);
    if (now === undefined) return new SeeOther(`/${visit.language}/claims/${reference}`);
    return again('merchant/request.njk', this.#page(visit, now, typed), onThePage(done.refusal, now.open), done.refusal.causes === undefined ? 409 : 422);
  }

  /** Undefined where nothing is asked. */
  async #desk(visit: Visit, reference: string): Promise<Desk | undefined> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    const { open } = sheet.asked;
    if (open === undefined || sheet.claim.state !== 'info_requested') return undefined;
    return { sheet, open, intake: unwrap(await this.intake.of(visit, reference)) };
  }

  #page(visit: Visit, { sheet, intake, open }: Desk, typed?: ReadonlyMap<number, TypedReply>): object {
    const items = open.items.map((item) => ({
      ...item, said: repliedTo(item, typed?.get(item.n)), prefix: prefixOf(item.n), question: this.#question(visit, intake, item.subject, typed?.get(item.n)),
    }));
    return { ...sheet, open: { ...open, items } };
  }

  /** The question behind an answer that is to be checked again, with what was typed for it, else what is stored. */
  #question(visit: Visit, intake: IntakeSheet, subject: string | undefined, said: TypedReply | undefined): QuestionView | undefined {
    const question = intake.questions.find(({ name }) => name === subject);
    return question === undefined ? undefined : questionView({
      question, claims: [intake.lead], currency: currency(intake.document.currency), ...(said === undefined ? {} : { typed: new Map([['all', said.answer]]) }),
    }, this.views.speaking(visit));
  }
}

/** What came meanwhile counts as given where nothing else was chosen. */
const repliedTo = ({ arrived }: AskedThing, typed: TypedReply | undefined): Omit<TypedReply, 'answer'> => {
  const outcome = arrived === true ? 'given' : '';
  return typed === undefined ? { outcome, text: '', why: '' } : { ...typed, outcome: typed.outcome === '' ? outcome : typed.outcome };
};

/** Where things are brought that the answer then speaks of. */
const placeIn = ({ language }: Visit, { claim }: ClaimSheet, to: string): string | undefined => {
  switch (to) {
    case 'sales_records': return `/${language}/claims/${claim.reference}/sales`;
    case 'evidence': return `/${language}/claims/${claim.reference}/evidence`;
    case 'opening_hours': return `/${language}/business/${claim.merchantId}/sites/${claim.siteId}/hours`;
    default: return undefined;
  }
};

const groundIn = ({ language }: Visit, { lead, document }: IntakeSheet): AnswerGround => ({ ...groundOf(lead, currency(document.currency), language), inputs: document.inputs });
