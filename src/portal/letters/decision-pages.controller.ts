import { Get, Param } from '@nestjs/common';
import { Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimQueries } from '../../modules/claims/index.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { Download } from '../shared/view.page.js';
import { DecisionPages } from './decision-pages.service.js';

/** A decision as a document, for the business and for staff: in the words of the page. */
@Pages('claims/:reference/decisions')
export class DecisionPagesController {
  constructor(private readonly claims: ClaimQueries, private readonly decisions: DecisionPages) {}

  @Get(':n/letter.pdf')
  @Requires('claim.read', 'merchant')
  async letter(@Visitor() { ctx, language }: Visit, @Param('reference') reference: string, @Param('n', NumberPipe) n: number): Promise<Download> {
    const claim = unwrap(await this.claims.byReference(ctx, reference));
    return new Download(unwrap(await this.decisions.pdf(ctx, claim.id, n, language)), 'application/pdf', `${claim.reference}-decision-${n}.pdf`);
  }
}
