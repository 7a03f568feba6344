import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Refusal, Result } from '../../core/errors/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { encodeCursor } from '../../platform/http/page.js';
import { MerchantFindings, MerchantProfiles, RegisterProposals, shownPhone } from '../../modules/merchants/index.js';
import { PayeeFindings } from '../../modules/payees/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { BusinessPages } from './business-pages.service.js';
import { addressIn } from './site.form.js';

const ON_A_PAGE = 50;
const DONE = ['verified', 'asked'];

/** Where staff check who businesses are: by a register that answers, or by hand. */
@Pages('businesses')
export class BusinessDeskController {
  constructor(
    private readonly pages: BusinessPages,
    private readonly profiles: MerchantProfiles,
    private readonly findings: MerchantFindings,
    private readonly proposals: RegisterProposals,
    private readonly payees: PayeeFindings,
  ) {}

  @Get()
  @Requires('queue.read')
  async waiting(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const items = unwrap(await this.findings.waiting(visit.ctx, { ...cursorIn(query), limit: ON_A_PAGE + 1 }));
    const page = items.slice(0, ON_A_PAGE);
    const last = page.at(-1);
    return new View('business/waiting.njk', { items: page, nextCursor: items.length > ON_A_PAGE && last !== undefined ? encodeCursor([last.id]) : undefined });
  }

  @Get(':id')
  @Requires('queue.read')
  async look(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    return new View('business/desk.njk', { ...(await this.#data(visit, id)), done: DONE.includes(done) ? done : undefined });
  }

  @Post(':id/verification')
  @Requires('merchant.verify')
  async verify(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#answer(visit, id, 'verified', await this.profiles.verify(visit.ctx, id, formVersion(body)));
  }

  @Post(':id/register-lookup')
  @Requires('merchant.verify')
  async ask(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<View | SeeOther> {
    return this.#answer(visit, id, 'asked', await this.proposals.ask(visit.ctx, id));
  }

  async #answer(visit: Visit, id: string, done: string, answer: Result<unknown>): Promise<View | SeeOther> {
    if (answer.ok) return new SeeOther(`/${visit.language}/businesses/${id}?done=${done}`);
    return this.#refused(visit, id, answer.refusal);
  }

  async #refused(visit: Visit, id: string, refusal: Refusal): Promise<View> {
    return again('business/desk.njk', await this.#data(visit, id), refusal, 409);
  }

  async #data(visit: Visit, id: string): Promise<object> {
    const merchant = await this.pages.merchant(visit, id);
    const proposal = unwrap(await this.proposals.latest(visit.ctx, id));
    const findings = [...unwrap(await this.findings.of(visit.ctx, id)).items, ...unwrap(await this.payees.of(visit.ctx, id)).items];
    return {
      merchant, proposal, findings, mayAsk: this.proposals.canAsk(merchant.registration.scheme),
      mayVerify: isAllowed(visit.ctx.actor, 'merchant.verify') && !merchant.verified, address: addressIn(merchant.address),
      phone: merchant.phone === null ? null : shownPhone(merchant.phone), proposedAddress: addressIn(proposal?.entry?.address ?? null),
    };
  }
}
