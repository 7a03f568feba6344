import { Injectable } from '@nestjs/common';
import type { ClaimSheet } from '../shared/claim-sheet.service.js';
import type { Visit } from '../shared/portal.page.js';
import { CaseAsides } from './case-asides.service.js';
import { CaseFigures } from './case-figures.service.js';
import { CaseHistory } from './case-history.service.js';
import { CaseHolds } from './case-holds.service.js';
import { CasePapers } from './case-papers.service.js';
import { CaseRecord } from './case-record.service.js';
import { CaseSignalCards } from './case-signals.service.js';

/** What each section of the staff page shows, by the name its partial reads it under; one partial a section in `views/staff/case`. */
@Injectable()
export class CaseSections {
  constructor(
    private readonly history: CaseHistory,
    private readonly figures: CaseFigures,
    private readonly asides: CaseAsides,
    private readonly papers: CasePapers,
    private readonly signals: CaseSignalCards,
    private readonly record: CaseRecord,
    private readonly holds: CaseHolds,
  ) {}

  /** `before`: the cursor of the page of the timeline before this one. */
  async of(visit: Visit, sheet: ClaimSheet, before: string | undefined) {
    // None waits for another: the database answers one while the next is asked.
    const [history, figures, asides, papers, holds, odd, record] = await Promise.all([
      this.history.of(sheet.claim.id), this.figures.of(visit, sheet), this.asides.of(visit, sheet), this.papers.of(visit, sheet), this.holds.of(visit, sheet), this.signals.of(visit, sheet),
      this.record.of(visit, sheet, before),
    ]);
    return { ...history, figures, ...asides, ...papers, holds, odd, record };
  }
}
