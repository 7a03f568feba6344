import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { ClaimEstimates, type Estimate } from '../../modules/assessments/index.js';
import { PolicyQueries } from '../../modules/policies/index.js';
import { reasonText } from '../../core/policy/index.js';
import { Database } from '../../platform/database/database.js';
import { claimStrip } from '../shared/claim-lanes.rules.js';
import { comparableBars, type Bar } from '../shared/comparables.rules.js';
import { pageStyle } from '../shared/figure-style.rules.js';
import type { Visit } from '../shared/portal.page.js';
import type { Strip } from '../shared/strip.rules.js';
import type { IntakeSheet } from './intake-sheet.service.js';
import { IntakeViews } from './intake-views.service.js';
import { lossFigures, type LossFigures } from './loss-figures.rules.js';
import { wordOf } from './question-view.rules.js';

export interface MethodView {
  readonly input: string;
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly answer: string | boolean; readonly text: string; readonly chosen: boolean; readonly cashMinor: string | undefined }[];
}

export interface LossPage {
  readonly estimate: Estimate;
  readonly site: string;
  readonly strip: Strip;
  readonly bars: readonly Bar[];
  readonly figures: LossFigures | undefined;
  readonly methods: readonly MethodView[];
  readonly reasons: readonly string[];
}

/** The loss as the records show it: comparable windows with their spread, the sales of the time itself, and what each choice would change. */
@Injectable()
export class LossPages {
  constructor(
    private readonly database: Database,
    private readonly estimates: ClaimEstimates,
    private readonly policies: PolicyQueries,
    private readonly views: IntakeViews,
  ) {}

  async of(visit: Visit, sheet: IntakeSheet): Promise<Result<LossPage>> {
    const speaking = this.views.speaking(visit);
    const { t, f, language } = speaking;
    const estimate = await this.estimates.of(visit.ctx, sheet.lead.row.id, language, pageStyle(f, t));
    if (!estimate.ok) return estimate;
    const catalogue = await this.policies.reasons(this.database.reader);
    if (!catalogue.ok) return catalogue;
    const { result } = estimate.value;
    const { reasons: own, inputs } = sheet.document;
    return ok({
      estimate: estimate.value, site: sheet.lead.site.name, figures: lossFigures(result),
      strip: claimStrip(result, sheet.lead.row.window, sheet.lead.site.zone, f, t),
      bars: comparableBars(result, { thisTime: t('claim.this_time'), thisWeek: t('claim.this_week'), dayOf: (day) => f.shortDate(`${day}T00:00:00Z`, 'UTC') }),
      methods: estimate.value.methods.flatMap(({ input, options }): MethodView[] => {
        const definition = inputs[input];
        return definition === undefined ? [] : [{
          input, label: definition.label[language], options: options.map(({ value, ...rest }) => ({
            ...rest, answer: value, value: String(value), text: typeof value === 'boolean' ? t(value ? 'claim.yes' : 'claim.no') : wordOf('options', value, definition, speaking),
          })),
        }];
      }),
      reasons: result.reasons.map(({ code, params }) => reasonText((own[code] ?? catalogue.value[code])?.[language] ?? code, params)),
    });
  }
}
