import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { mayAsMember } from '../../platform/access/ownership.js';
import { Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { decodeIdCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { Overpayments } from '../../modules/payouts/index.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, Download, SeeOther, View } from '../shared/view.page.js';
import { PaymentSheets, type PaymentSheet } from './payment-sheets.service.js';

const ON_A_PAGE = 25;
const OWN_PAGE = 'merchant/payments.njk';

/** Payments of one claim: what was paid, when, where to and how it comes about; what came back and what to do; what has to be paid back. */
@Pages('claims/:reference/payments')
export class ClaimPaymentPagesController {
  constructor(private readonly sheets: PaymentSheets, private readonly overpayments: Overpayments) {}

  @Get()
  @Requires('claim.read', 'merchant')
  async show(@Visitor() visit: Visit, @Param('reference') reference: string, @Query() query: Record<string, unknown>): Promise<View> {
    return new View(OWN_PAGE, { ...this.#seen(visit, unwrap(await this.sheets.of(visit, reference))), done: formText(query, 'done', 20) === 'agreed' ? 'agreed' : undefined });
  }

  @Get(':n/remittance.pdf')
  @Requires('claim.read', 'merchant')
  async document(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('n', NumberPipe) n: number): Promise<Download> {
    return new Download(unwrap(await this.sheets.document(visit, reference, n)), 'application/pdf', `${reference}-${n}.pdf`);
  }

  @Post('offset-consent')
  @Requires('payee.edit', 'merchant')
  async agree(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    const here = `/${visit.language}/claims/${reference}/payments`;
    const seen = this.#seen(visit, sheet);
    if (formText(body, 'agree', 10) !== 'yes') return again(OWN_PAGE, seen, { code: 'portal.offset_not_ticked', params: {}, pointer: '/agree' });
    const owed = sheet.paid.owed.find(({ id }) => id === formText(body, 'recovery', 40));
    const agreed = await this.overpayments.agreeToOffset(visit.ctx, owed?.id ?? '00000000-0000-0000-0000-000000000000', formVersion(body));
    if (agreed.ok) return new SeeOther(`${here}?done=agreed`);
    if (agreed.refusal.code === 'identity.proof_needed') return new SeeOther(`/${visit.language}/account/proof?next=${encodeURIComponent(here)}`);
    return again(OWN_PAGE, this.#seen(visit, unwrap(await this.sheets.of(visit, reference))), agreed.refusal, 409);
  }

  #seen({ ctx: { actor } }: Visit, sheet: PaymentSheet): object {
    const mayEdit = mayAsMember(actor, 'payee.edit', sheet.claim.merchantId);
    return { ...sheet, mayEdit, owing: sheet.paid.owed.filter(({ closedAt }) => closedAt === undefined) };
  }
}

/** All payments to the businesses of the reader. */
@Pages('payments')
export class PaymentListController {
  constructor(private readonly sheets: PaymentSheets) {}

  @Get()
  @Requires('claim.read', 'merchant')
  async list(@Visitor() visit: Visit, @Query('cursor') cursor: string | undefined): Promise<View> {
    const before = unwrap(decodeIdCursor(cursor));
    return new View('merchant/payment-list.njk', { page: await this.sheets.page(visit, { limit: ON_A_PAGE, ...(before === undefined ? {} : { before }) }), paged: cursor !== undefined });
  }
}
