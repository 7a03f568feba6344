import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import type { Answers } from './answers.rules.js';
import { ClaimDrafting } from './claim-drafting.service.js';
import { ClaimFilingsRepository } from './claim-filings.repository.js';
import { ClaimSubmission } from './claim-submission.service.js';
import { DraftRecords } from './draft-records.service.js';
import type { ClaimRow } from './views/claim-row.js';
import type { CameTo, OpeningPlace } from './views/opening.js';

export interface Opening extends OpeningPlace {
  readonly schemeId: string;
  readonly answers: Answers;
  readonly cameTo: CameTo;
  /** Who proposed and who approved that it is opened. */
  readonly filedBy: readonly string[];
}

/** Opens a claim for a site from what the operator knows of it, in the transaction of a job: drafted, filed, and its owners told. */
@Injectable()
export class ClaimOpening {
  constructor(
    private readonly drafting: ClaimDrafting, private readonly submission: ClaimSubmission, private readonly filings: ClaimFilingsRepository,
    private readonly records: DraftRecords,
  ) {}

  /** Before anybody looks whether there is a claim already: nobody else begins one for the site under the scheme until the commit. */
  hold(tx: Tx, schemeId: string, siteId: string): Promise<void> {
    return this.filings.holdSite(tx, schemeId, siteId);
  }

  async open(tx: Tx, ctx: Context, { schemeId, siteId, services, window, answers, cameTo, filedBy }: Opening): Promise<Result<ClaimRow>> {
    const draft = await this.drafting.begin(tx, ctx, { schemeId, siteId, services, window, answers }, randomUUID());
    if (!draft.ok) return draft;
    const filed = await this.submission.openIn(tx, ctx, draft.value);
    if (filed.ok) await this.records.opened(tx, filed.value, { filedBy, cameTo });
    return filed;
  }
}
