import { Injectable } from '@nestjs/common';
import type { ClaimSheet } from '../shared/claim-sheet.service.js';
import type { Visit } from '../shared/portal.page.js';
import { CaseFigures } from './case-figures.service.js';
import { CaseHolds } from './case-holds.service.js';

/** What stands beside a claim on the page of its case, each with its own forms. */
@Injectable()
export class CaseParts {
  constructor(private readonly figures: CaseFigures, private readonly holds: CaseHolds) {}

  async of(visit: Visit, sheet: ClaimSheet): Promise<{ figures: object; holds: object }> {
    return { figures: await this.figures.of(visit, sheet), holds: await this.holds.of(visit, sheet.claim) };
  }
}
