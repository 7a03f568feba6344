import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { AssessmentQueries, type AssessmentFigure } from '../../modules/assessments/index.js';
import { Entitlements, type ClaimView } from '../../modules/claims/index.js';
import { PolicyQueries } from '../../modules/policies/index.js';
import { SchemeQueries } from '../../modules/schemes/index.js';
import { ClaimSettings } from './claim-setting.service.js';
import { firstFiled, nextStep, offerDaysOf, type NextStep } from './next-step.rules.js';

export interface ClaimStep {
  readonly next: NextStep;
  /** Whose midnight ends a day. */
  readonly zone: string;
  readonly figure: AssessmentFigure | undefined;
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
    private readonly policies: PolicyQueries,
    private readonly settings: ClaimSettings,
  ) {}

  async of(claims: readonly ClaimView[]): Promise<ReadonlyMap<string, ClaimStep>> {
    const { reader } = this.database;
    const ids = <T>(pick: (claim: ClaimView) => T | undefined): T[] => [...new Set(claims.flatMap((claim) => pick(claim) ?? []))];
    const [schemes, figures, granted, down, waiting] = await Promise.all([
      Promise.all(ids(({ schemeId }) => schemeId).map((id) => this.schemes.view(reader, id))),
      this.assessments.figures(reader, ids(({ assessmentId }) => assessmentId)),
      this.entitlements.datesOf(reader, ids(({ id }) => id)),
      this.settings.ownDowntime(firstFiled(claims, this.clock.now())),
      this.settings.waiting(ids(({ id }) => id)),
    ]);
    const byId = new Map(schemes.flatMap((scheme) => (scheme.ok ? [[scheme.value.id, scheme.value] as const] : [])));
    const versions = [...new Set([...figures.values()].map(({ policyVersionId }) => policyVersionId))];
    const documents = new Map(await Promise.all(versions.map(async (id) => [id, (await this.policies.version(reader, id)).resolved.document] as const)));
    return new Map(claims.map((claim) => {
      const scheme = byId.get(claim.schemeId);
      const figure = figures.get(claim.assessmentId ?? '');
      const dates = granted.get(claim.id);
      const waits = waiting.get(claim.id);
      const zone = scheme?.zone ?? 'UTC';
      const offerDays = offerDaysOf(documents.get(figure?.policyVersionId ?? ''));
      return [claim.id, {
        zone, figure, next: nextStep({ ...claim, ...(dates === undefined ? {} : { granted: dates }), ...(waits === undefined ? {} : { waiting: waits }) }, { targetDays: scheme?.targetDays ?? {}, offerDays, zone, down }, this.clock.now()),
      }];
    }));
  }
}
