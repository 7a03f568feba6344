import { Injectable } from '@nestjs/common';
import type { OverridableStep } from '../../core/policy/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimSales, type ClaimDetail } from '../../modules/claims/index.js';
import type { SalesSetView } from '../../modules/evidence/index.js';
import { DISMISSAL_REASONS, ObjectionQueries } from '../../modules/review/index.js';
import { ClaimObjections, type ObjectionSheet } from '../shared/claim-objections.service.js';
import { ClaimSheets, type ClaimSheet } from '../shared/claim-sheet.service.js';
import type { Visit } from '../shared/portal.page.js';
import { CaseFigures, type FigureSheet } from './case-figures.service.js';

export interface CaseObjectionSheet extends ObjectionSheet {
  readonly mayDecide: boolean;
  readonly figures: Pick<FigureSheet, 'targets' | 'reasons'>;
  /** Sales that came since the claim was filed, where an objection is open. */
  readonly newSales: SalesSetView | undefined;
  readonly dismissals: readonly { readonly value: string; readonly text: string }[];
}

/** Objections of a claim as staff see them, and what the form for a decision is made of. */
@Injectable()
export class CaseObjections {
  constructor(
    private readonly objections: ClaimObjections, private readonly queries: ObjectionQueries, private readonly figures: CaseFigures, private readonly sheets: ClaimSheets,
    private readonly sales: ClaimSales,
  ) {}

  async of(visit: Visit, sheet: ClaimSheet, { targets, reasons }: FigureSheet): Promise<CaseObjectionSheet> {
    const objections = await this.objections.of(visit, sheet);
    return {
      ...objections, figures: { targets, reasons }, newSales: objections.open === undefined ? undefined : await this.#newSales(visit, sheet),
      mayDecide: objections.open !== undefined && isAllowed(visit.ctx.actor, 'objection.decide') && await this.queries.mayDecide(visit.ctx, sheet.claim.id),
      dismissals: DISMISSAL_REASONS.map((code) => ({ value: code, text: sheet.reasonText({ code }) })),
    };
  }

  async #newSales({ ctx }: Visit, { row }: ClaimSheet): Promise<SalesSetView | undefined> {
    const newest = unwrap(await this.sales.list(ctx, row)).items.findLast(({ state }) => state === 'parsed');
    return newest?.frozen === false ? newest : undefined;
  }

  /** As `of`, where the figures stand nowhere else. */
  async alone(visit: Visit, sheet: ClaimSheet): Promise<CaseObjectionSheet> {
    return this.of(visit, sheet, await this.figures.of(visit, sheet));
  }

  /** The claim that a form is about, with the steps that are open to a figure. */
  async deciding(visit: Visit, reference: string, act: (claim: ClaimDetail, open: readonly OverridableStep[]) => Promise<void>): Promise<void> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    await act(sheet.claim, (await this.figures.of(visit, sheet)).open);
  }
}
