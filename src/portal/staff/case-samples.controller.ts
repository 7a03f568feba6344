import { Body, Param, Post } from '@nestjs/common';
import { Requires } from '../../platform/http/metadata.js';
import { SecondLooks } from '../../modules/review/index.js';
import { formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import type { SeeOther, View } from '../shared/view.page.js';
import { CasePages } from './case-pages.service.js';
import { readLook } from './second-look.form.js';

/** Saying of the decision of a sampled claim whether another person would have decided the same. */
@Pages('work')
export class CaseSamplesController {
  constructor(private readonly pages: CasePages, private readonly looks: SecondLooks) {}

  @Post(':reference/second-look')
  @Requires('sampling.look')
  async look(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.pages.answer(visit, reference, body, 'second_look', async ({ id }) => {
      const read = readLook(body);
      return read.ok ? this.looks.look(visit.ctx, id, formVersion(body), read.value) : read;
    });
  }
}
