import { Body, Get, Param, Post, Req } from '@nestjs/common';
import { refuse } from '../../core/errors/index.js';
import { Requires, type MakegoodRequest } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ReductionDesk, type ReductionView } from '../../modules/review/index.js';
import { ClaimSheets, type ClaimSheet } from '../shared/claim-sheet.service.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { KeptReplies } from './kept-replies.service.js';

const PAGE = 'merchant/reduction.njk';

interface Hearing {
  readonly sheet: ClaimSheet;
  readonly open: ReductionView;
}

/** What a business says before less is granted than before. Papers are brought on their own page, which stays open until it is decided. */
@Pages('claims')
export class ReductionPagesController {
  constructor(private readonly sheets: ClaimSheets, private readonly desk: ReductionDesk, private readonly kept: KeptReplies) {}

  @Get(':reference/reduction')
  @Requires('claim.file', 'merchant')
  async show(@Visitor() visit: Visit, @Param('reference') reference: string, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    const hearing = await this.#hearing(visit, reference);
    if (hearing === undefined) return new SeeOther(`/${visit.language}/claims/${reference}`);
    const kept = await this.kept.of(visit, request, hearing.sheet, 'reduction', hearing.open.n);
    return new View(PAGE, { ...hearing.sheet, open: hearing.open, text: formText(kept, 'text', 4_000), isKept: kept !== undefined });
  }

  @Post(':reference/reduction')
  @Requires('claim.file', 'merchant')
  async answer(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    const hearing = await this.#hearing(visit, reference);
    const claim = `/${visit.language}/claims/${reference}`;
    if (hearing === undefined) return new SeeOther(claim);
    const { sheet, open } = hearing;
    if (formText(body, 'to', 20) === 'evidence') {
      await this.kept.keep(visit, request, sheet, 'reduction');
      return new SeeOther(`${claim}/evidence`);
    }
    const text = formText(body, 'text', 4_000).trim();
    const said = text === '' ? refuse('portal.field_missing', {}, { pointer: '/text' }) : await this.desk.answer(visit.ctx, sheet.claim.id, open.n, formVersion(body), text);
    if (said.ok) {
      await this.kept.forget(visit, request, sheet, 'reduction');
      return new SeeOther(`${claim}?done=heard`);
    }
    const now = await this.#hearing(visit, reference);
    return now === undefined ? new SeeOther(claim) : again(PAGE, { ...now.sheet, open: now.open, text }, said.refusal, said.refusal.pointer === undefined ? 409 : 422);
  }

  /** Undefined where nothing is proposed. */
  async #hearing(visit: Visit, reference: string): Promise<Hearing | undefined> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    const open = unwrap(await this.desk.list(visit.ctx, sheet.row)).items.find(({ outcome }) => outcome === 'open');
    return open === undefined ? undefined : { sheet, open };
  }
}
