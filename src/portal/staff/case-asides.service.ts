import { Injectable } from '@nestjs/common';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { SecondLookViews, type SecondLookView } from '../../modules/review/index.js';
import type { ClaimSheet } from '../shared/claim-sheet.service.js';
import type { Visit } from '../shared/portal.page.js';
import { CaseDoubts, type CaseDoubt } from './case-doubts.service.js';
import { CaseSaid, type SaidPart } from './case-said.service.js';
import { CaseDesk } from './case-desk.service.js';
import { CasePaymentSheets, type CasePayments } from './case-payments.service.js';
import { DutySheets } from './duty-sheets.service.js';

/** What stands beside a case: what its merchant said, who else the business may be, who may act on it, whose it is, what the sample found, and what was paid on it. */
@Injectable()
export class CaseAsides {
  constructor(
    private readonly doubts: CaseDoubts, private readonly duties: DutySheets, private readonly desk: CaseDesk, private readonly looks: SecondLookViews, private readonly said: CaseSaid,
    private readonly payments: CasePaymentSheets,
  ) {}

  async of(visit: Visit, sheet: ClaimSheet): Promise<{ told: SaidPart | undefined; identity: CaseDoubt[]; duties: object; desk: object | undefined; sample: SecondLookView; paid: CasePayments }> {
    const { id, merchantId } = sheet.claim;
    const [sample, told, identity, duties, desk, paid] = await Promise.all([
      this.looks.of(visit.ctx, sheet.row), this.said.of(visit, sheet), this.doubts.about(merchantId), this.duties.of(visit, sheet), this.desk.of(visit, id), this.payments.of(visit, id),
    ]);
    return { sample: unwrap(sample), told, identity, duties, desk, paid };
  }
}
