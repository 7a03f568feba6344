import { Injectable } from '@nestjs/common';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { EvidencePages } from '../evidence/evidence-pages.service.js';
import type { ClaimSheet } from '../shared/claim-sheet.service.js';
import type { Visit } from '../shared/portal.page.js';
import { CaseDoubts } from './case-doubts.service.js';
import { CaseFigures } from './case-figures.service.js';
import { CaseHistory } from './case-history.service.js';

/** What each section of the staff page shows, by the name its partial reads it under; one partial a section in `views/staff/case`. */
@Injectable()
export class CaseSections {
  constructor(private readonly history: CaseHistory, private readonly figures: CaseFigures, private readonly doubts: CaseDoubts, private readonly evidence: EvidencePages) {}

  async of(visit: Visit, sheet: ClaimSheet): Promise<object> {
    const { claim } = sheet;
    return {
      history: await this.history.of(visit, claim.id),
      why: await this.history.referredFor(claim.id),
      disowned: claim.origin === 'operator' ? await this.history.disownedWith(claim.id) : undefined,
      figures: await this.figures.of(visit, sheet),
      identity: await this.doubts.about(claim.merchantId),
      files: unwrap(await this.evidence.list(visit, claim)),
    };
  }
}
