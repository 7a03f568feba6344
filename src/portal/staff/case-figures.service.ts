import { Injectable } from '@nestjs/common';
import { figureText, stepSentence } from '../../core/assessment/index.js';
import { OVERRIDE_REASONS, overriddenValue, valueJson, type OverridableStep, type TraceNode, type ValueType } from '../../core/policy/index.js';
import type { AssessmentSheet } from '../../modules/assessments/index.js';
import { OverrideQueries, type OverrideView } from '../../modules/review/index.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import type { Translate } from '../../platform/i18n/translations.js';
import type { ClaimSheet } from '../shared/claim-sheet.service.js';
import { pageStyle } from '../shared/figure-style.rules.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';
import { targetsOf } from './figure.form.js';

/** One row of what people put, in words. */
export interface FigureRow extends Pick<OverrideView, 'n' | 'state' | 'at' | 'by' | 'evidence'> {
  readonly step: string;
  readonly rule: string | undefined;
  readonly person: string;
  readonly why: string;
  readonly lifts: boolean;
}

export interface FigureSheet {
  readonly rows: readonly FigureRow[];
  readonly targets: readonly { readonly value: string; readonly text: string }[];
  readonly reasons: readonly { readonly value: string; readonly text: string }[];
  readonly open: readonly OverridableStep[];
}

type Say = (node: Pick<TraceNode, 'id'>) => string;

/** What people put on a claim, beside what the rule came to, and what may be put now. */
@Injectable()
export class CaseFigures {
  constructor(private readonly overrides: OverrideQueries, private readonly renderer: PageRenderer) {}

  async of({ ctx, language }: Visit, { row, assessment, reasonText }: ClaimSheet): Promise<FigureSheet> {
    const { items, open } = unwrap(await this.overrides.within(ctx, row, standing(assessment)));
    const [f, t] = [this.renderer.formats(language), this.renderer.words(language)];
    const style = pageStyle(f, t);
    const say = namesIn(assessment, (node, policy) => stepSentence(node, policy, language, style));
    const written = (value: TraceNode['output']): string | undefined => figureText(value, assessment?.policy.currency ?? '', style);
    return {
      open,
      rows: items.map((item) => ({
        n: item.n, state: item.state, at: item.at, step: say({ id: item.step }), why: reasonText({ code: item.reason }), lifts: item.kind === 'lifted',
        rule: written(item.computed), person: (item.waives ?? []).map((code) => reasonText({ code })).join(' ') || (written(statedIn(item, assessment)) ?? ''),
        ...(item.by === undefined ? {} : { by: item.by }), ...(item.evidence === undefined ? {} : { evidence: item.evidence }),
      })),
      targets: targetsOf(open).map(({ value, step, says, waives }) => ({
        value, text: waives === undefined ? targetText(t, say({ id: step.step }), says, written(step.computed)) : t('case.figures.put_aside', { reason: reasonText({ code: waives }) }),
      })),
      reasons: OVERRIDE_REASONS.map((code) => ({ value: code, text: reasonText({ code }) })),
    };
  }
}

const standing = (assessment: AssessmentSheet | undefined) =>
  (assessment === undefined ? undefined : { id: assessment.summary.id, policyVersionId: assessment.policy.id, result: assessment.result });

function targetText(t: Translate, name: string, says: 'true' | 'false' | undefined, rule: string | undefined): string {
  const step = says === undefined ? name : `${name}: ${t(says === 'true' ? 'claim.yes' : 'claim.no')}`;
  return rule === undefined ? t('case.figures.target_none', { step }) : t('case.figures.target', { step, rule });
}

function namesIn(assessment: AssessmentSheet | undefined, name: (node: TraceNode, policy: AssessmentSheet['policy']['resolved']) => string): Say {
  const nodes = new Map(assessment?.result.trace.map((node) => [node.id, node]));
  return ({ id }) => {
    const node = nodes.get(id);
    return node === undefined || assessment === undefined ? id : name(node, assessment.policy.resolved);
  };
}

/** What was put, as the trace would write it. */
function statedIn({ kind, amount, figure }: OverrideView, assessment: AssessmentSheet | undefined): TraceNode['output'] {
  if (assessment === undefined || kind === 'lifted' || kind === 'waiver') return null;
  const text = amount?.amount ?? figure;
  return valueJson(overriddenValue(text === undefined ? {} : { value: text }, kind satisfies ValueType, assessment.policy.resolved.currency) ?? null);
}
