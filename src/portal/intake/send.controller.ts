import { Body, Get, Param, Post } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { entryOf } from '../../platform/http/catalogue-registry.js';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimDrafting } from '../../modules/claims/index.js';
import { ClaimWithdrawal } from '../../modules/review/index.js';
import { ClaimSheets } from '../shared/claim-sheet.service.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, Download, SeeOther, View } from '../shared/view.page.js';
import { Confirmations } from './confirmation.service.js';
import { readDeclarations, typedDeclarations } from './declarations.form.js';
import { Filings } from './filings.service.js';
import { IntakeSheets, wholeOf, type IntakeSheet } from './intake-sheet.service.js';
import { IntakeViews } from './intake-views.service.js';

/** The end of the form: check, declare, send; and what can still be done afterwards. */
@Pages('claims/:reference')
export class SendController {
  constructor(
    private readonly sheets: IntakeSheets,
    private readonly views: IntakeViews,
    private readonly filings: Filings,
    private readonly claims: ClaimSheets,
    private readonly drafting: ClaimDrafting,
    private readonly withdrawal: ClaimWithdrawal,
    private readonly confirmations: Confirmations,
  ) {}

  @Get('check')
  @Requires('claim.file', 'merchant')
  async check(@Visitor() visit: Visit, @Param('reference') reference: string): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    return sheet.mode === 'draft' ? new View('intake/check.njk', await this.#checkPage(visit, sheet)) : new SeeOther(`/${visit.language}/claims/${reference}`);
  }

  @Post('submission')
  @Requires('claim.file', 'merchant')
  async send(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    // A second click on the same button: the first one sent it.
    if (sheet.mode !== 'draft') return new SeeOther(`/${visit.language}/claims/${reference}/sent`);
    const page = { ...await this.#checkPage(visit, sheet), typed: typedDeclarations(body) };
    if (formText(body, 'policy', 40) !== sheet.policy.id) return again('intake/check.njk', page, { code: 'intake.policy_changed', params: {}, pointer: '/policy' }, 409);
    if (formText(body, 'seen', 40) !== wholeOf(sheet.claims)) return again('intake/check.njk', page, { code: 'intake.changed_meanwhile', params: {}, pointer: '/answers' }, 409);
    const declarations = readDeclarations(body);
    if (!declarations.ok) return again('intake/check.njk', page, declarations.refusal);
    const { sent, refused } = await this.filings.send(visit, sheet, declarations.value);
    if (refused.length === 0) return new SeeOther(`/${visit.language}/claims/${reference}/sent`);
    const left = unwrap(await this.sheets.of(visit, refused[0]?.reference ?? reference));
    if (left.mode !== 'draft') return new SeeOther(`/${visit.language}/claims/${reference}/sent`);
    const faults = refused.flatMap(({ refusal }): readonly Refusal[] => refusal.causes ?? [refusal]);
    return new View('intake/check.njk', { ...await this.#checkPage(visit, left), typed: typedDeclarations(body), sent }, faults, faults.some(({ code }) => entryOf(code)?.kind === 'conflict') ? 409 : 422);
  }

  async #checkPage(visit: Visit, sheet: IntakeSheet): Promise<object> {
    const [together, clashes] = [await this.views.together(visit, sheet), await this.views.inTheWay(visit, sheet)];
    return { sheet, attached: await this.views.attached.of(visit, sheet), answers: this.views.answers(visit, sheet), seen: wholeOf(sheet.claims), clashes, together, estimate: together === undefined ? await this.views.estimate(visit, sheet) : undefined };
  }

  @Get('sent')
  @Requires('claim.read', 'merchant')
  async sent(@Visitor() visit: Visit, @Param('reference') reference: string): Promise<View | SeeOther> {
    const page = unwrap(await this.filings.sentPage(visit, reference));
    return page.claims.length === 0 ? new SeeOther(`/${visit.language}/claims/${reference}/tasks`) : new View('intake/sent.njk', page);
  }

  @Get('confirmation.pdf')
  @Requires('claim.read', 'merchant')
  async confirmation(@Visitor() visit: Visit, @Param('reference') reference: string): Promise<Download> {
    const { claim } = unwrap(await this.claims.of(visit, reference));
    return new Download(unwrap(await this.confirmations.pdf(visit.ctx, claim.id, claim.claimVersion, visit.language)), 'application/pdf', `${claim.reference}-${claim.claimVersion}.pdf`);
  }

  @Get('withdrawal')
  @Requires('claim.file', 'merchant')
  async askBeforeWithdrawing(@Visitor() visit: Visit, @Param('reference') reference: string): Promise<View> {
    return new View('intake/withdrawal.njk', unwrap(await this.claims.of(visit, reference)));
  }

  @Post('withdrawal')
  @Requires('claim.file', 'merchant')
  async withdraw(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const sheet = unwrap(await this.claims.of(visit, reference));
    const { id, state } = sheet.claim;
    const reason = formText(body, 'reason', 2_000).trim();
    const done = state === 'draft'
      ? await this.drafting.discard(visit.ctx, id, formVersion(body))
      : await this.withdrawal.withdraw(visit.ctx, id, formVersion(body), reason === '' ? undefined : reason);
    if (done.ok) return new SeeOther(state === 'draft' ? `/${visit.language}/claims?done=discarded` : `/${visit.language}/claims/${reference}?done=withdrawn`);
    return again('intake/withdrawal.njk', { ...unwrap(await this.claims.of(visit, reference)), typed: { reason } }, done.refusal, 409);
  }
}
