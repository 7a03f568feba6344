import { Body, Param, Post } from '@nestjs/common';
import { refuse } from '../../core/errors/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { ClaimQueries } from '../../modules/claims/index.js';
import { Duplicates } from '../../modules/review/index.js';
import { formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import type { SeeOther, View } from '../shared/view.page.js';
import { readPairVerdict } from './case-duplicate.form.js';
import { CasePages } from './case-pages.service.js';

/** Saying of two claims that lie side by side whether they are one. */
@Pages('work')
export class CaseDuplicatesController {
  constructor(private readonly pages: CasePages, private readonly claims: ClaimQueries, private readonly duplicates: Duplicates) {}

  @Post(':reference/duplicates/:other')
  @Requires('claim.recommend')
  async say(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('other') other: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.pages.answer(visit, reference, body, 'said_of_pair', async ({ id }) => {
      const beside = await this.claims.byReference(visit.ctx, other);
      if (!beside.ok) return refuse('review.other_claim_unknown');
      const read = readPairVerdict(body, beside.value.reference);
      return read.ok ? this.duplicates.say(visit.ctx, id, formVersion(body), { otherClaimId: beside.value.id, ...read.value }) : read;
    });
  }
}
