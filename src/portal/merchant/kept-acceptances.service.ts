import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import type { MakegoodRequest } from '../../platform/http/metadata.js';
import { csrfCookieName } from '../../platform/http/session-cookie.js';
import { KeptForms } from '../../modules/claims/index.js';
import { browserSecret, fieldsOf } from '../intake/kept-form.rules.js';
import type { ClaimSheet } from '../shared/claim-sheet.service.js';
import { formText } from '../shared/form-fields.form.js';
import type { Visit } from '../shared/portal.page.js';
import { SeeOther } from '../shared/view.page.js';

/** An acceptance whose sender had first to show who they are. It is kept in their browser's name and stands ticked when they are back; it counts only when sent again. */
@Injectable()
export class KeptAcceptances {
  readonly #cookie: string;

  constructor(private readonly forms: KeptForms, @Inject(APP_CONFIG) config: AppConfig) {
    this.#cookie = csrfCookieName(config.environment === 'production');
  }

  /** To the proof, and from there back to the offer. */
  async untilProved({ language }: Visit, request: MakegoodRequest, reference: string, form: 'acceptance' | 'on-account' = 'acceptance'): Promise<SeeOther> {
    const claim = `/${language}/claims/${reference}`;
    const address = form === 'acceptance' ? claim : `${claim}/${form}`;
    const token = await this.forms.keep(request.id, browserSecret(request, this.#cookie), { reference, address: `${claim}/${form}`, fields: fieldsOf(request.body) });
    const next = token === undefined ? address : `${address}?kept=${token}`;
    return new SeeOther(`/${language}/account/proof?next=${encodeURIComponent(next)}`);
  }

  /** Whether what was agreed to is what the page shows now: the same offer at the same version, under the same words. */
  async stands(visit: Visit, request: MakegoodRequest, { claim, terms }: ClaimSheet): Promise<boolean> {
    const fields = await this.fields(visit, request, claim.reference);
    return fields !== undefined && fields['agree'] === 'yes' && fields['version'] === String(claim.version)
      && terms.every(({ kind, hash }) => (kind !== 'terms' && kind !== 'release') || fields[`${kind}Hash`] === hash);
  }

  /** What was filled in before the proof, for the same claim. */
  async fields({ ctx }: Visit, request: MakegoodRequest, reference: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const token = formText(request.query, 'kept', 80);
    const kept = token === '' ? undefined : await this.forms.find(ctx, token, browserSecret(request, this.#cookie));
    return kept?.ok === true && kept.value.reference === reference ? kept.value.fields : undefined;
  }
}
