import { Get, Param, Query } from '@nestjs/common';
import { isAllowed } from '../../platform/access/permissions.js';
import { Public, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { SeeOther, View } from '../shared/view.page.js';
import { OutagePages } from './outage-pages.service.js';
import { SchemePages } from './scheme-pages.service.js';

/** What anybody may read without signing in. */
@Pages('')
export class PublicController {
  constructor(private readonly outages: OutagePages, private readonly schemes: SchemePages) {}

  @Get()
  @Public()
  async home(@Query() query: Record<string, unknown>): Promise<View> {
    return new View('public/home.njk', { schemes: await this.schemes.newest(), outages: await this.outages.newest(), signedOut: query['signed-out'] !== undefined });
  }

  /** Where a person goes after signing in: to what they are here for. */
  @Get('start')
  @Requires('session.read')
  start(@Visitor() { language, ctx: { actor } }: Visit): SeeOther {
    if (isAllowed(actor, 'fund.edit')) return new SeeOther(`/${language}/funds`);
    if (isAllowed(actor, 'policy.edit')) return new SeeOther(`/${language}/policies`);
    if (isAllowed(actor, 'queue.read')) return new SeeOther(`/${language}/work`);
    if (isAllowed(actor, 'agency.work')) return new SeeOther(`/${language}/batches`);
    return new SeeOther(`/${language}/claims`);
  }

  @Get('outages/:code')
  @Public()
  async outage(@Visitor() visit: Visit, @Param('code') code: string, @Query() query: Record<string, unknown>): Promise<View> {
    const asked = { service: formText(query, 'service', 80), day: formText(query, 'day', 20), time: formText(query, 'time', 20) };
    const { faults, ...page } = unwrap(await this.outages.of(visit, code, asked));
    return new View('public/outage.njk', page, faults, faults.length > 0 ? 422 : 200);
  }

  @Get('schemes/:code')
  @Public()
  async scheme(@Visitor() visit: Visit, @Param('code') code: string): Promise<View> {
    const page = unwrap(await this.schemes.of(visit, code));
    return new View('public/scheme.njk', { ...page, example: await this.schemes.example(page) });
  }
}
