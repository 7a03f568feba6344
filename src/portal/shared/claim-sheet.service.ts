import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { reasonSketch, type ReasonCatalogue } from '../../core/policy/index.js';
import { parseInstant, type Instant, type Interval } from '../../core/time/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Permission } from '../../platform/access/permissions.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { AssessmentQueries, type AssessmentSheet } from '../../modules/assessments/index.js';
import { ClaimQueries, type ClaimClocks, type ClaimDetail, type ClaimRow } from '../../modules/claims/index.js';
import { PolicyQueries, type ReadyPolicy } from '../../modules/policies/index.js';
import type { SchemeText } from '../../modules/schemes/index.js';
import { claimStrip } from './claim-lanes.rules.js';
import { ClaimSettings, type ClaimSetting } from './claim-setting.service.js';
import { comparableBars, type Bar } from './comparables.rules.js';
import { firstFiled, nextStep, type NextStep } from './next-step.rules.js';
import { pageStyle } from './figure-style.rules.js';
import { requestSheet, type RequestSheet } from './request-sheet.rules.js';
import { PageRenderer } from './page-renderer.service.js';
import type { Visit } from './portal.page.js';
import { textsFor } from './scheme-texts.rules.js';
import type { Strip } from './strip.rules.js';

/** Everything a page about one claim shows, for merchants and staff alike; each sees what they may. */
export interface ClaimSheet extends ClaimSetting {
  readonly claim: ClaimDetail;
  /** The claim as it was read for this page: whoever needs it again is handed it. */
  readonly row: ClaimRow;
  /** The policy that the claim comes under. */
  readonly policy: ReadyPolicy;
  /** The sentences of the shared reason codes. */
  readonly reasons: ReasonCatalogue;
  readonly terms: readonly SchemeText[];
  readonly assessment: AssessmentSheet | undefined;
  readonly strip: Strip | undefined;
  readonly bars: readonly Bar[];
  readonly next: NextStep;
  /** What the merchant was asked for, in words. */
  readonly asked: RequestSheet;
  /** A reason or finding as a sentence in the reader's language. */
  readonly reasonText: (reason: { code: string; params?: Readonly<Record<string, string>> }) => string;
  /** What the reader may do for this merchant. */
  readonly mayDo: readonly Permission[];
}

const ASKED: readonly Permission[] = ['claim.file', 'offer.accept', 'payee.edit'];

export const windowOf = ({ window }: Pick<ClaimDetail, 'window'>): Interval => ({ from: instantOf(window.from), to: instantOf(window.to) });

function instantOf(text: string): Instant {
  const read = parseInstant(text);
  if (!read.ok) throw new TypeError(`not an instant: ${text}`);
  return read.value;
}

@Injectable()
export class ClaimSheets {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly claims: ClaimQueries,
    private readonly assessments: AssessmentQueries,
    private readonly settings: ClaimSettings,
    private readonly renderer: PageRenderer,
    private readonly policies: PolicyQueries,
  ) {}

  async of(visit: Visit, reference: string): Promise<Result<ClaimSheet>> {
    const { reader } = this.database;
    const row = await this.claims.named(visit.ctx, reference);
    if (!row.ok) return row;
    const told = await this.claims.told(visit.ctx, row.value);
    if (!told.ok) return told;
    const { detail: claim, clocks } = told.value;
    const setting = await this.settings.of(claim);
    if (!setting.ok) return setting;
    const { site, scheme } = setting.value;
    const reasons = await this.policies.reasons(reader);
    if (!reasons.ok) return reasons;
    const policy = await this.policies.effective(reader, scheme.policyKey, row.value.window.from);
    if (!policy.ok) return policy;
    const [f, t] = [this.renderer.formats(visit.language), this.renderer.words(visit.language)];
    const assessment = await this.assessments.sheet(visit.ctx, row.value, reasons.value, visit.language, pageStyle(f, t));
    if (!assessment.ok) return assessment;
    const { document } = policy.value.resolved;
    const asked = await this.settings.asked(visit.ctx, row.value, { document, zone: site.zone });
    if (!asked.ok) return asked;
    const own = assessment.value?.policy.resolved.document.reasons ?? {};
    return ok({
      reasonText: ({ code, params }) => reasonSketch((own[code] ?? reasons.value[code])?.[visit.language] ?? code, params ?? {}),
      mayDo: ASKED.filter((permission) => mayFor(visit.ctx.actor, permission, claim.merchantId)),
      ...setting.value, claim, row: row.value, policy: policy.value, reasons: reasons.value, terms: textsFor(scheme.texts, visit.language),
      assessment: assessment.value,
      strip: assessment.value === undefined ? undefined : claimStrip(assessment.value.result, windowOf(claim), site.zone, f, t),
      bars: assessment.value === undefined ? [] : comparableBars(assessment.value.result, {
        thisTime: t('claim.this_time'), thisWeek: t('claim.this_week'), dayOf: (day) => f.shortDate(`${day}T00:00:00Z`, 'UTC'),
      }),
      asked: requestSheet(asked.value, { f, t, language: visit.language, inputs: document.inputs, zone: site.zone, window: windowOf(claim) }),
      next: await this.#next(claim, clocks, scheme),
    });
  }

  async #next(claim: ClaimDetail, clocks: ClaimClocks, scheme: ClaimSetting['scheme']): Promise<NextStep> {
    const now = this.clock.now();
    const [granted, waiting] = [claim.entitlements.at(-1), (await this.settings.waiting([claim.id])).get(claim.id)];
    const down = await this.settings.ownDowntime(firstFiled([claim], now));
    const money = (await this.settings.money([claim])).get(claim.id);
    return nextStep({ ...claim, ...(money === undefined ? {} : { money }), ...await this.settings.standing(claim, clocks), ...(granted === undefined ? {} : { granted }), ...(waiting === undefined ? {} : { waiting }) },
      { targetDays: scheme.targetDays, zone: scheme.zone, down }, now);
  }
}
