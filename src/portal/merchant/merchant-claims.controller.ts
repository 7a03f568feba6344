import { Body, Get, Param, Post, Query, Req } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { Requires, type MakegoodRequest } from '../../platform/http/metadata.js';
import { decodeIdCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimWithdrawal, Offers } from '../../modules/review/index.js';
import { MerchantAsides } from './merchant-asides.service.js';
import { ClaimLists } from '../shared/claim-list.service.js';
import { ClaimSheets, type ClaimSheet } from '../shared/claim-sheet.service.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { KeptAcceptances } from './kept-acceptances.service.js';

const ON_A_PAGE = 25;
const DONE = ['accepted', 'on_account', 'renewed', 'objected', 'declined', 'amended', 'corrected', 'withdrawn', 'disclaimed', 'answered', 'heard'];

/** A merchant's own claims: where each stands, what it is worth and why, and the offer. */
@Pages('claims')
export class MerchantClaimsController {
  constructor(
    private readonly lists: ClaimLists, private readonly sheets: ClaimSheets, private readonly offers: Offers, private readonly withdrawal: ClaimWithdrawal, private readonly kept: KeptAcceptances,
    private readonly asides: MerchantAsides,
  ) {}

  @Get()
  @Requires('claim.read', 'merchant')
  async list(@Visitor() visit: Visit, @Query('cursor') cursor: string | undefined, @Query('done') done: string | undefined): Promise<View> {
    const before = unwrap(decodeIdCursor(cursor));
    const page = await this.lists.page(visit, { limit: ON_A_PAGE, ...(before === undefined ? {} : { before }) });
    return new View('merchant/claims.njk', { page, paged: cursor !== undefined, done });
  }

  @Get(':reference')
  @Requires('claim.read', 'merchant')
  async claim(@Visitor() visit: Visit, @Param('reference') reference: string, @Query() query: Record<string, unknown>, @Req() request: MakegoodRequest): Promise<View> {
    const done = formText(query, 'done', 20);
    const sheet = unwrap(await this.sheets.of(visit, reference));
    return new View('merchant/claim.njk', { ...sheet, ...await this.asides.shown(visit, sheet), agreed: await this.kept.stands(visit, request, sheet), done: DONE.includes(done) ? done : undefined });
  }

  @Get(':reference/decline')
  @Requires('offer.accept', 'merchant')
  async askBeforeDeclining(@Visitor() visit: Visit, @Param('reference') reference: string): Promise<View> {
    return new View('merchant/decline.njk', unwrap(await this.sheets.of(visit, reference)));
  }

  @Post(':reference/acceptance')
  @Requires('offer.accept', 'merchant')
  async accept(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    if (formText(body, 'agree', 10) !== 'yes') return this.#refused(visit, sheet, { code: 'portal.terms_not_ticked', params: {}, pointer: '/agree' });
    const open = sheet.claim.objections.find(({ outcome }) => outcome === undefined);
    if (open !== undefined && formText(body, 'drops', 6) !== String(open.n)) return new View('merchant/accept-drops.njk', { ...sheet, open, sent: acceptanceSent(body) });
    const releaseHash = formText(body, 'releaseHash', 64);
    const accepted = await this.offers.acceptInFull(visit.ctx, sheet.claim.id, offerOf(sheet), formVersion(body), {
      termsHash: formText(body, 'termsHash', 64), ...(releaseHash === '' ? {} : { releaseHash }),
    });
    if (accepted.ok) return new SeeOther(`/${visit.language}/claims/${reference}?done=accepted`);
    if (accepted.refusal.code === 'identity.proof_needed') return this.kept.untilProved(visit, request, reference);
    return this.#refused(visit, unwrap(await this.sheets.of(visit, reference)), accepted.refusal);
  }

  @Post(':reference/refusal')
  @Requires('offer.accept', 'merchant')
  async decline(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    const declined = await this.offers.decline(visit.ctx, sheet.claim.id, offerOf(sheet), formVersion(body));
    if (declined.ok) return new SeeOther(`/${visit.language}/claims/${reference}?done=declined`);
    return this.#refused(visit, unwrap(await this.sheets.of(visit, reference)), declined.refusal);
  }

  @Get(':reference/disclaimer')
  @Requires('claim.file', 'merchant')
  async askBeforeDisclaiming(@Visitor() visit: Visit, @Param('reference') reference: string): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    return sheet.claim.allowedEvents.includes('not_mine') ? new View('merchant/disclaimer.njk', sheet) : new SeeOther(`/${visit.language}/claims/${reference}`);
  }

  @Post(':reference/disclaimer')
  @Requires('claim.file', 'merchant')
  async disclaim(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const { claim } = unwrap(await this.sheets.of(visit, reference));
    const note = formText(body, 'note', 2_000).trim();
    const said = await this.withdrawal.disclaim(visit.ctx, claim.id, formVersion(body), note === '' ? undefined : note);
    if (said.ok) return new SeeOther(`/${visit.language}/claims/${reference}?done=disclaimed`);
    return again('merchant/disclaimer.njk', { ...unwrap(await this.sheets.of(visit, reference)), typed: { note } }, said.refusal, 409);
  }

  async #refused(visit: Visit, sheet: ClaimSheet, refusal: Refusal): Promise<View> {
    return again('merchant/claim.njk', { ...sheet, ...await this.asides.again(visit, sheet) }, refusal, refusal.pointer === undefined ? 409 : 422);
  }
}

const acceptanceSent = (body: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(['version', 'agree', 'termsHash', 'releaseHash'].map((name) => [name, formText(body, name, 64)]));

const offerOf = ({ claim }: ClaimSheet): number => claim.entitlements.at(-1)?.n ?? 0;
