import { Get, Param, ParseUUIDPipe, Post, Query, Req } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { Requires, TakesFile, type MakegoodRequest } from '../../platform/http/metadata.js';
import { STATUS } from '../../platform/http/problem.js';
import { entryOf } from '../../platform/http/catalogue-registry.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { uploadOf } from '../../platform/http/upload.js';
import { ClaimEvidence } from '../../modules/claims/index.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { EvidencePages } from './evidence-pages.service.js';

const DONE = ['added', 'removed'];

/** Photos and documents of a claim: what is asked for, what is there, and one more. Works as a plain form; scripts only make it resume. */
@Pages('claims')
export class EvidencePagesController {
  constructor(private readonly pages: EvidencePages, private readonly evidence: ClaimEvidence) {}

  @Get(':reference/evidence')
  @Requires('claim.read', 'merchant')
  async show(@Visitor() visit: Visit, @Param('reference') reference: string, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    return new View('merchant/evidence.njk', { ...unwrap(await this.pages.of(visit, reference)), done: DONE.includes(done) ? done : undefined });
  }

  @Post(':reference/evidence')
  @Requires('claim.file', 'merchant')
  @TakesFile()
  async add(@Visitor() visit: Visit, @Param('reference') reference: string, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    const { claim } = unwrap(await this.pages.of(visit, reference));
    const upload = request.isMultipart() ? await uploadOf(request) : undefined;
    const kind = formText(upload?.fields, 'kind', 60);
    const chosen = upload !== undefined && (upload.fileName ?? '') !== '';
    const added = chosen
      ? await this.evidence.add(visit.ctx, claim.id, { fileName: upload.fileName, kind }, upload.stream)
      : { ok: false as const, refusal: { code: 'portal.file_not_chosen', params: {} } };
    upload?.stream.resume();
    if (added.ok) return new SeeOther(`/${visit.language}/claims/${reference}/evidence?done=added`);
    return this.#refused(visit, reference, { ...added.refusal, pointer: added.refusal.pointer ?? '/file' }, { kind });
  }

  @Post(':reference/evidence/:evidenceId/removal')
  @Requires('claim.file', 'merchant')
  async remove(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('evidenceId', ParseUUIDPipe) evidenceId: string): Promise<View | SeeOther> {
    const { claim } = unwrap(await this.pages.of(visit, reference));
    const removed = await this.evidence.remove(visit.ctx, claim.id, evidenceId);
    return removed.ok ? new SeeOther(`/${visit.language}/claims/${reference}/evidence?done=removed`) : this.#refused(visit, reference, removed.refusal, {});
  }

  async #refused(visit: Visit, reference: string, refusal: Refusal, typed: object): Promise<View> {
    const page = unwrap(await this.pages.of(visit, reference));
    return again('merchant/evidence.njk', { ...page, typed }, refusal, STATUS[entryOf(refusal.code)?.kind ?? 'meaning']);
  }
}
