import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { AssessmentQueries, type AssessmentFigure } from '../../modules/assessments/index.js';
import { Entitlements, type ClaimView } from '../../modules/claims/index.js';
import type { PaymentStatus } from '../../modules/payouts/index.js';
import { SchemeQueries } from '../../modules/schemes/index.js';
import { ClaimObjections } from './claim-objections.service.js';
import { ClaimSettings } from './claim-setting.service.js';
import { firstFiled, nextStep, type NextStep } from './next-step.rules.js';

export interface ClaimStep {
  readonly next: NextStep;
  /** Whose midnight ends a day. */
  readonly zone: string;
  readonly figure: AssessmentFigure | undefined;
  /** Where its money stands; left out where there is none. */
  readonly payment: PaymentStatus | undefined;
}

/** Whose turn it is on claims that the viewer was shown: one read each for schemes, figures and entitlements, however many claims. */
@Injectable()
export class NextSteps {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schemes: SchemeQueries,
    private readonly assessments: AssessmentQueries,
    private readonly entitlements: Entitlements,
    private readonly objections: ClaimObjections,
    private readonly settings: ClaimSettings,
  ) {}

  async of(claims: readonly ClaimView[]): Promise<ReadonlyMap<string, ClaimStep>> {
    const { reader } = this.database;
    const ids = <T>(pick: (claim: ClaimView) => T | undefined): T[] => [...new Set(claims.flatMap((claim) => pick(claim) ?? []))];
    const [schemes, figures, granted, standing, down, waiting, moneys] = await Promise.all([
      Promise.all(ids(({ schemeId }) => schemeId).map((id) => this.schemes.view(reader, id))),
      this.assessments.figures(reader, ids(({ assessmentId }) => assessmentId)),
      this.entitlements.datesOf(reader, ids(({ id }) => id)),
      this.objections.standing(reader, ids(({ id }) => id)),
      this.settings.ownDowntime(firstFiled(claims, this.clock.now())),
      this.settings.waiting(ids(({ id }) => id)),
      this.settings.money(claims),
    ]);
    const byId = new Map(schemes.flatMap((scheme) => (scheme.ok ? [[scheme.value.id, scheme.value] as const] : [])));
    return new Map(claims.map((claim) => {
      const scheme = byId.get(claim.schemeId);
      const figure = figures.get(claim.assessmentId ?? '');
      const dates = granted.get(claim.id);
      const waits = waiting.get(claim.id);
      const money = moneys.get(claim.id);
      const zone = scheme?.zone ?? 'UTC';
      return [claim.id, {
        zone, figure, payment: money?.status === 'none' ? undefined : money?.status, next: nextStep({ ...claim, ...(money === undefined ? {} : { money }), ...standing.get(claim.id), ...(dates === undefined ? {} : { granted: dates }), ...(waits === undefined ? {} : { waiting: waits }) }, { targetDays: scheme?.targetDays ?? {}, zone, down }, this.clock.now()),
      }];
    }));
  }
}
