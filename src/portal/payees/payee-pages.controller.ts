import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { KOREAN_BANKS } from '../../core/payments/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { ACCOUNT_KINDS, PayeeAccounts } from '../../modules/payees/index.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { kindIn, kindOf, readAccount } from './payee.form.js';
import { PayeeSheets, type PayeeSheet } from './payee-sheets.service.js';

const DONE = ['entered', 'cancelled'];
const FORM = 'payees/new.njk';

/** Where a business is paid: asked for when there is something to pay, and not before. */
@Pages('business/payee-accounts')
export class PayeePagesController {
  constructor(private readonly sheets: PayeeSheets, private readonly accounts: PayeeAccounts) {}

  @Get()
  @Requires('payee.edit', 'merchant')
  async list(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    const businesses = await this.sheets.businesses(visit.ctx);
    return new View('payees/accounts.njk', { ...await this.#sheet(visit, query), businesses, done: DONE.includes(done) ? done : undefined });
  }

  @Get('new')
  @Requires('payee.edit', 'merchant')
  async form(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View | SeeOther> {
    const sheet = await this.#sheet(visit, query);
    if (sheet.due && sheet.proofNeeded) return new SeeOther(`/${visit.language}/account/proof?next=${encodeURIComponent(hereOf(visit.language, sheet))}`);
    return new View(FORM, { ...formOf(sheet), kind: kindIn(query, kindOf(sheet.business.country)), typed: {} });
  }

  @Post()
  @Requires('payee.edit', 'merchant')
  async add(@Visitor() visit: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const sheet = await this.#sheet(visit, body);
    const typed = readAccount(body);
    if (!sheet.due) return new SeeOther(`/${visit.language}/business/payee-accounts?business=${sheet.business.id}`);
    const added = await this.accounts.add(visit.ctx, sheet.business.id, typed);
    if (added.ok) return new SeeOther(`/${visit.language}/business/payee-accounts?business=${sheet.business.id}&done=entered`);
    return again(FORM, { ...formOf(sheet), kind: typed.kind, typed }, added.refusal, statusOf(added.refusal));
  }

  @Post(':accountId/cancellation')
  @Requires('payee.edit', 'merchant')
  async cancel(@Visitor() visit: Visit, @Param('accountId', ParseUUIDPipe) accountId: string, @Body() body: unknown): Promise<View | SeeOther> {
    const { business } = await this.#sheet(visit, body);
    const cancelled = await this.accounts.cancel(visit.ctx, business.id, accountId, formVersion(body));
    if (cancelled.ok) return new SeeOther(`/${visit.language}/business/payee-accounts?business=${business.id}&done=cancelled`);
    const businesses = await this.sheets.businesses(visit.ctx);
    return again('payees/accounts.njk', { ...await this.#sheet(visit, body), businesses }, cancelled.refusal, 409);
  }

  /** The business that is meant, or the only one there is. Somebody else's is answered like none. */
  async #sheet(visit: Visit, source: unknown): Promise<PayeeSheet> {
    const asked = formText(source, 'business', 40);
    const [first] = asked === '' ? await this.sheets.businesses(visit.ctx) : [];
    const id = asked === '' ? first?.id : asked;
    if (id === undefined || !/^[0-9a-f-]{36}$/.test(id)) throw new RefusalException({ code: 'payees.not_found', params: {} });
    return unwrap(await this.sheets.of(visit.ctx, id));
  }
}

const hereOf = (language: string, { business }: PayeeSheet): string => `/${language}/business/payee-accounts/new?business=${business.id}`;

const formOf = (sheet: PayeeSheet) => ({
  ...sheet, kinds: ACCOUNT_KINDS, banks: Object.entries(KOREAN_BANKS).map(([code, name]) => ({ value: code, text: `${name} (${code})` })),
});

const statusOf = ({ code }: Refusal): number => (code === 'rate.too_many' || code === 'payees.too_many' ? 429 : code === 'identity.proof_needed' ? 403 : code.endsWith('held') || code.endsWith('waiting') ? 409 : 422);
