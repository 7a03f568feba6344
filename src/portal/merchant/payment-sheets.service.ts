import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Page } from '../../platform/database/paging.js';
import { ClaimQueries, type ClaimDetail } from '../../modules/claims/index.js';
import { BenefitLists, ClaimPayments, type BenefitView, type ClaimPaymentsView, type ClaimPaymentView } from '../../modules/payouts/index.js';
import { ClaimSettings, type ClaimSetting } from '../shared/claim-setting.service.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';
import { writeDocument, type TaggedSheet } from '../shared/tagged-document.rules.js';

/** A payment with what to do about one that came back, in the reader's language. */
export type ToldPayment = ClaimPaymentView & { readonly sentence?: string };

export interface PaymentSheet extends ClaimSetting {
  readonly claim: ClaimDetail;
  readonly paid: Omit<ClaimPaymentsView, 'items'> & { readonly items: readonly ToldPayment[] };
  /** What is handed over beside money. */
  readonly benefits: readonly BenefitView[];
}

/** What a business reads of its payments: on the page of a claim, on a page of their own, in one list, and as a document. */
@Injectable()
export class PaymentSheets {
  constructor(
    private readonly claims: ClaimQueries, private readonly settings: ClaimSettings, private readonly payments: ClaimPayments, private readonly benefits: BenefitLists, private readonly renderer: PageRenderer,
  ) {}

  async of(visit: Visit, reference: string): Promise<Result<PaymentSheet>> {
    const claim = await this.claims.byReference(visit.ctx, reference);
    if (!claim.ok) return claim;
    const [setting, paid] = [await this.settings.of(claim.value), await this.ofClaim(visit, claim.value.id)];
    if (!setting.ok) return setting;
    if (!paid.ok) return paid;
    const benefits = await this.benefits.ofClaim(visit.ctx, claim.value.id);
    return benefits.ok ? ok({ ...setting.value, claim: claim.value, paid: paid.value, benefits: benefits.value.items }) : benefits;
  }

  async ofClaim(visit: Visit, claimId: string): Promise<Result<PaymentSheet['paid']>> {
    const paid = await this.payments.of(visit.ctx, claimId);
    return paid.ok ? ok({ ...paid.value, items: paid.value.items.map((one) => this.#told(visit, one)) }) : paid;
  }

  /** Of all businesses of the reader, newest first. */
  async page(visit: Visit, wanted: { before?: string; limit: number }): Promise<Page<ToldPayment>> {
    const page = await this.payments.page(visit.ctx, wanted);
    return { ...page, items: page.items.map((one) => this.#told(visit, one)) };
  }

  /** What was paid and how it comes about, to keep; only of a payment that the bank has booked. Codes: `claims.not_found`, `payouts.not_found`. */
  async document(visit: Visit, reference: string, n: number): Promise<Result<Buffer>> {
    const sheet = await this.of(visit, reference);
    if (!sheet.ok) return sheet;
    const payment = sheet.value.paid.items.find((one) => one.n === n && one.stage === 'paid');
    return payment === undefined ? refuse('payouts.not_found') : ok(await writeDocument(this.#document(visit, sheet.value, payment)));
  }

  #told({ language }: Visit, payment: ClaimPaymentView): ToldPayment {
    if (payment.fault === undefined) return payment;
    return { ...payment, sentence: payment.isCorrected === true ? this.renderer.words(language)('payments.corrected') : this.payments.sentence(payment.fault, language) };
  }

  #document({ language }: Visit, { claim, site, scheme }: PaymentSheet, payment: ClaimPaymentView): TaggedSheet {
    const [f, t] = [this.renderer.formats(language), this.renderer.words(language)];
    const figures = [
      ['gross', f.money(payment.gross)], ['withheld', f.money(payment.withheld)], ...(/[1-9]/.test(payment.offset.amount) ? [['offset', f.money(payment.offset)] as const] : []), ['net', f.money(payment.net)],
    ] as const;
    const facts = [
      ['business', site.merchantName], ['place', site.name], ['reference', claim.reference], [payment.method === 'bank' ? 'bank_reference' : 'number', payment.bankReference], ...(payment.account === undefined ? [] : [['account', payment.account] as const]),
      ['booked', payment.bookedOn === undefined ? f.date(payment.since, site.zone) : f.date(`${payment.bookedOn}T12:00:00Z`, 'UTC')],
    ] as const;
    return {
      language, title: t('payments.document.title', { sum: f.money(payment.net) }), reference: claim.reference, at: Date.parse(payment.since) as TaggedSheet['at'], lead: scheme.title[language] ?? scheme.title['en'] ?? '',
      contact: t('payments.document.contact', { reference: claim.reference }),
      parts: [
        { title: t('payments.document.what'), blocks: [{ kind: 'table', caption: t('payments.document.caption'), heads: [t('payments.document.part'), t('payments.document.sum')], rows: figures.map(([key, sum]) => [t(`payments.${key}`), sum]) }] },
        { title: t('payments.document.about'), blocks: [{ kind: 'table', caption: t('payments.document.about_caption'), heads: [t('payments.document.fact'), t('payments.document.is')], rows: facts.map(([key, text]) => [t(`payments.${key}`), text]) }] },
      ],
    };
  }
}
