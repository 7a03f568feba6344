import { Body, Get, Param, Post, Req } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { Requires, type MakegoodRequest } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ObjectionFiling, OBJECTION_GROUNDS, OfferRenewals, Offers } from '../../modules/review/index.js';
import { ClaimObjections } from '../shared/claim-objections.service.js';
import { ClaimSheets, type ClaimSheet } from '../shared/claim-sheet.service.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { KeptAcceptances } from './kept-acceptances.service.js';
import { objectionTyped, readObjection } from './objection.form.js';

const PAGE = 'merchant/objection.njk';

/** Objecting to what was decided; taking an offer on account, which does it too; and taking up again an offer that lapsed. */
@Pages('claims')
export class ObjectionPagesController {
  constructor(
    private readonly sheets: ClaimSheets, private readonly filing: ObjectionFiling, private readonly offers: Offers, private readonly renewals: OfferRenewals,
    private readonly objections: ClaimObjections, private readonly kept: KeptAcceptances,
  ) {}

  @Get(':reference/objection')
  @Requires('claim.file', 'merchant')
  async object(@Visitor() visit: Visit, @Param('reference') reference: string): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    const { level } = await this.objections.of(visit, sheet);
    return level === undefined ? new SeeOther(`/${visit.language}/claims/${reference}`) : new View(PAGE, { ...sheet, level, typed: objectionTyped({}), grounds: OBJECTION_GROUNDS });
  }

  @Post(':reference/objection')
  @Requires('claim.file', 'merchant')
  async objected(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    const objection = readObjection(body, { services: sheet.claim.services, zone: sheet.site.zone });
    const filed = objection.ok ? await this.filing.file(visit.ctx, sheet.claim.id, formVersion(body), objection.value) : objection;
    return filed.ok ? new SeeOther(`/${visit.language}/claims/${reference}?done=objected`) : this.#again(visit, sheet, body, filed.refusal, false);
  }

  @Get(':reference/on-account')
  @Requires('offer.accept', 'merchant')
  async onAccount(@Visitor() visit: Visit, @Param('reference') reference: string, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    const { level } = await this.objections.of(visit, sheet);
    if (level === undefined || sheet.claim.state !== 'offered') return new SeeOther(`/${visit.language}/claims/${reference}`);
    const kept = await this.kept.fields(visit, request, reference);
    return new View(PAGE, { ...sheet, level, typed: objectionTyped(kept ?? {}), grounds: OBJECTION_GROUNDS, takes: true, isKept: kept !== undefined, agreed: agreedTo(sheet, kept) });
  }

  @Post(':reference/on-account')
  @Requires('offer.accept', 'merchant')
  async taken(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    const { claim, site } = sheet;
    if (formText(body, 'agree', 10) !== 'yes') return this.#again(visit, sheet, body, { code: 'portal.terms_not_ticked', params: {}, pointer: '/agree' }, true);
    const objection = readObjection(body, { services: claim.services, zone: site.zone });
    const accepted = objection.ok
      ? await this.offers.acceptOnAccount(visit.ctx, claim.id, offerOf(sheet), formVersion(body), { termsHash: formText(body, 'termsHash', 64), objection: objection.value })
      : objection;
    if (accepted.ok) return new SeeOther(`/${visit.language}/claims/${reference}?done=on_account`);
    if (accepted.refusal.code === 'identity.proof_needed') return this.kept.untilProved(visit, request, reference, 'on-account');
    return this.#again(visit, sheet, body, accepted.refusal, true);
  }

  @Post(':reference/renewal')
  @Requires('offer.accept', 'merchant')
  async renew(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    const renewed = await this.renewals.takeUpAgain(visit.ctx, sheet.claim.id, offerOf(sheet), formVersion(body));
    if (renewed.ok) return new SeeOther(`/${visit.language}/claims/${reference}?done=renewed`);
    return again('merchant/claim.njk', { ...unwrap(await this.sheets.of(visit, reference)), objecting: await this.objections.of(visit, sheet) }, renewed.refusal, 409);
  }

  async #again(visit: Visit, sheet: ClaimSheet, body: unknown, refusal: Refusal, takes: boolean): Promise<View> {
    const { level } = await this.objections.of(visit, sheet);
    return again(PAGE, { ...sheet, level, typed: objectionTyped(body), grounds: OBJECTION_GROUNDS, takes, agreed: agreedTo(sheet, body) }, refusal, refusal.pointer === undefined ? 409 : 422);
  }
}

const offerOf = ({ claim }: ClaimSheet): number => claim.entitlements.at(-1)?.n ?? 0;
/** Whether the box was ticked under the words that the page shows now: a tick outlives a mistake elsewhere, but not other terms. */
const agreedTo = ({ terms }: ClaimSheet, body: unknown): boolean =>
  formText(body, 'agree', 10) === 'yes' && terms.some(({ kind, hash }) => kind === 'terms' && hash === formText(body, 'termsHash', 64));
