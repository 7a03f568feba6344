import { Injectable } from '@nestjs/common';
import { currency, formatMoney, money } from '../../core/money/index.js';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Language } from '../../core/policy/index.js';
import { inLanguage } from '../../platform/i18n/translations.js';
import { ClaimQueries, type FiledVersion } from '../../modules/claims/index.js';
import type { ReadyPolicy } from '../../modules/policies/index.js';
import { ClaimSettings } from '../shared/claim-setting.service.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import { labelled, writeDocument, type TaggedSheet } from '../shared/tagged-document.rules.js';
import { FiledAnswers } from './filed-answers.service.js';
import type { Speaking } from './question-view.rules.js';

/** What was filed, as a document to keep: made from the frozen version alone, so the same version gives the same bytes. */
@Injectable()
export class Confirmations {
  constructor(
    private readonly claims: ClaimQueries,
    private readonly settings: ClaimSettings,
    private readonly answers: FiledAnswers,
    private readonly renderer: PageRenderer,
  ) {}

  async pdf(ctx: Context, claimId: string, n: number, language: Language): Promise<Result<Buffer>> {
    const filed = await this.claims.filedVersion(ctx, claimId, n);
    if (!filed.ok) return filed;
    const detail = await this.claims.get(ctx, claimId);
    if (!detail.ok) return detail;
    const setting = await this.settings.of(detail.value);
    if (!setting.ok) return setting;
    const policy = await this.answers.policyOf(filed.value, setting.value.scheme.policyKey);
    if (!policy.ok) return policy;
    const services = (await this.settings.services(filed.value.frozen.services)).map(({ names }) => inLanguage(names, language));
    const speaking = this.renderer.speaking(language);
    const answers = this.answers.inWords(filed.value, policy.value, setting.value, speaking);
    return ok(await writeDocument(sheetOf(filed.value, { ...setting.value, services, answers, policy: policy.value }, speaking)));
  }
}

interface Around {
  readonly site: { readonly name: string; readonly merchantName: string; readonly zone: string };
  readonly scheme: { readonly title: Readonly<Record<string, string>>; readonly contact: Readonly<Record<string, string>> };
  readonly services: readonly string[];
  readonly answers: readonly { readonly label: string; readonly text: string }[];
  readonly policy: ReadyPolicy;
}

function sheetOf({ claim, n, frozen, filedAt }: FiledVersion, { site, scheme, services, answers, policy }: Around, speaking: Speaking): TaggedSheet {
  const { t, f, language } = speaking;
  const { document } = policy.resolved;
  const declared = frozen.declaredMinor === null ? [] : [{ label: t('claim.declared'), text: f.money({ amount: formatMoney(money(BigInt(frozen.declaredMinor), currency(frozen.currency))), currency: frozen.currency }) }];
  return {
    language, title: t('intake.pdf.title'), reference: claim.reference, at: filedAt, lead: t('intake.pdf.page'), contact: `${scheme.contact['name'] ?? ''} ${scheme.contact['email'] ?? ''}`.trim(),
    parts: [
      { title: inLanguage(scheme.title, language), blocks: labelled([
        { label: t('claim.reference'), text: claim.reference }, { label: t('intake.pdf.filed'), text: f.stamp(filedAt, site.zone) }, { label: t('intake.pdf.version'), text: f.number(n) },
        { label: t('intake.pdf.business'), text: site.merchantName }, { label: t('intake.site'), text: site.name },
        { label: t('claim.stopped'), text: services.join(', ') }, { label: t('claim.window'), text: f.period(frozen.window.from, frozen.window.to, site.zone) }, ...declared,
        { label: t('intake.pdf.sales'), text: t(frozen.salesSetId === null ? 'intake.pdf.sales_no' : 'intake.pdf.sales_yes') },
        { label: t('intake.pdf.policy'), text: `${inLanguage({ ...document.title }, language)} (${policy.key} ${policy.version})` },
      ]) },
      { title: t('claim.said'), blocks: labelled(answers) },
      { title: t('intake.pdf.declared'), blocks: labelled(frozen.declarations === undefined ? [{ label: '', text: t('intake.pdf.opened') }] : [
        { label: '', text: t('intake.declare.true') }, { label: '', text: t(frozen.declarations.paidElsewhere ? 'intake.pdf.elsewhere_yes' : 'intake.pdf.elsewhere_no') },
      ]) },
    ],
  };
}
