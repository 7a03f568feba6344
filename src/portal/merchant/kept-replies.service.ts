import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import type { MakegoodRequest } from '../../platform/http/metadata.js';
import { csrfCookieName } from '../../platform/http/session-cookie.js';
import { KeptForms } from '../../modules/claims/index.js';
import { browserSecret, fieldsOf } from '../intake/kept-form.rules.js';
import type { ClaimSheet } from '../shared/claim-sheet.service.js';
import { formText } from '../shared/form-fields.form.js';
import type { Visit } from '../shared/portal.page.js';

/** Pages that ask something of a business, by the end of their addresses. */
type AskingPage = 'request' | 'reduction';

/** An answer to a request, or to a proposal, that somebody leaves half written to bring a file first: it stands in its fields when they are back, and is not sent before they send it. */
@Injectable()
export class KeptReplies {
  readonly #cookie: string;

  constructor(private readonly forms: KeptForms, @Inject(APP_CONFIG) config: AppConfig) {
    this.#cookie = csrfCookieName(config.environment === 'production');
  }

  async keep(visit: Visit, request: MakegoodRequest, { claim }: ClaimSheet, page: AskingPage): Promise<void> {
    await this.forms.keep(request.id, this.#browser(request), { reference: claim.reference, address: addressOf(visit, claim.reference, page), fields: fieldsOf(request.body) });
  }

  /** What was typed for the `n`th of its kind. */
  async of(visit: Visit, request: MakegoodRequest, { claim }: ClaimSheet, page: AskingPage, n: number): Promise<object | undefined> {
    const fields = await this.forms.newest(visit.ctx, claim, addressOf(visit, claim.reference, page), this.#browser(request));
    return formText(fields, 'request', 10) === String(n) ? fields : undefined;
  }

  async forget(visit: Visit, request: MakegoodRequest, { claim }: ClaimSheet, page: AskingPage): Promise<void> {
    await this.forms.forgetAt(visit.ctx, claim.id, addressOf(visit, claim.reference, page), this.#browser(request));
  }

  #browser(request: MakegoodRequest): string {
    return browserSecret(request, this.#cookie);
  }
}

const addressOf = ({ language }: Visit, reference: string, page: AskingPage): string => `/${language}/claims/${reference}/${page}`;
