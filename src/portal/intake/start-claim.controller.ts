import { Body, Get, Param, Post } from '@nestjs/common';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { formChoices } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { FilingStarts } from './filing-starts.service.js';

/** The first page of a claim: for which places. */
@Pages('schemes/:code/claim')
export class StartClaimController {
  constructor(private readonly starts: FilingStarts) {}

  @Get()
  @Requires('claim.read', 'merchant')
  async choose(@Visitor() visit: Visit, @Param('code') code: string): Promise<View> {
    return new View('intake/start.njk', unwrap(await this.starts.page(visit, code)));
  }

  @Post()
  @Requires('claim.file', 'merchant')
  async begin(@Visitor() visit: Visit, @Param('code') code: string, @Body() body: unknown): Promise<View | SeeOther> {
    const page = unwrap(await this.starts.page(visit, code));
    const chosen = formChoices(body, 'sites', page.sites.map(({ site }) => site.id));
    if (chosen.length === 0) return again('intake/start.njk', page, { code: 'intake.sites_missing', params: {}, pointer: '/sites' });
    const begun = await this.starts.begin(visit, page, chosen);
    if (!begun.ok) return again('intake/start.njk', { ...page, chosen }, begun.refusal);
    return new SeeOther(`/${visit.language}/claims/${begun.value}/tasks`);
  }
}
