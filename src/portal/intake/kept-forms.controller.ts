import { Get, Inject, Param, Req } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { Requires, type MakegoodRequest } from '../../platform/http/metadata.js';
import { csrfCookieName } from '../../platform/http/session-cookie.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { KeptForms } from '../../modules/claims/index.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { SeeOther, View } from '../shared/view.page.js';
import { browserSecret, isAcceptance, shownFields } from './kept-form.rules.js';

/** What somebody had written when they were signed in no more, offered again. */
@Pages('kept')
export class KeptFormsController {
  readonly #cookie: string;

  constructor(private readonly kept: KeptForms, @Inject(APP_CONFIG) config: AppConfig) {
    this.#cookie = csrfCookieName(config.environment === 'production');
  }

  @Get(':token')
  @Requires('claim.file', 'merchant')
  async offer(@Visitor() visit: Visit, @Param('token') token: string, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    const form = unwrap(await this.kept.find(visit.ctx, token.slice(0, 80), browserSecret(request, this.#cookie)));
    if (isAcceptance(form.address)) return new SeeOther(`/${visit.language}/claims/${form.reference}?kept=${token}`);
    const fields = Object.entries(form.fields).flatMap(([name, value]) => (typeof value === 'string' ? [value] : value).map((text) => ({ name, text })));
    return new View('intake/kept.njk', { ...form, fields: fields.filter(({ name }) => name !== '_csrf'), shown: shownFields(fields) });
  }
}
