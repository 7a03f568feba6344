import { Injectable } from '@nestjs/common';
import { currency } from '../../core/money/index.js';
import { parseInstant, type Instant } from '../../core/time/index.js';
import { ClaimEstimates, sumOfRanges, type Estimate, type Range, type RangeSum } from '../../modules/assessments/index.js';
import { ClaimClashes } from '../../modules/claims/index.js';
import { pageStyle } from '../shared/figure-style.rules.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';
import { AttachedParts } from './attached-parts.service.js';
import type { IntakeSheet } from './intake-sheet.service.js';
import { answerText, groundOf, type Speaking } from './question-view.rules.js';
import { GROUPS, groupState, stateOf, type Group, type TaskState } from './questions.rules.js';

/** The estimate as every step shows it. */
export interface EstimatePart {
  readonly estimate: Estimate;
  readonly site: string;
  /** Trouble on record inside the claimed time, and what of the claimed time counts; in words. */
  readonly recorded: string;
  readonly counted: string;
}

/** Another claim that would refuse one of these. */
export interface ClashPart {
  readonly reference: string;
  readonly site: string;
  readonly kind: 'same_scheme' | 'same_time';
  /** Left out for those who may not see it. */
  readonly other?: string;
}

/** What claims that are filled in together might come to, each and in all. */
export interface TogetherPart extends RangeSum {
  readonly currency: string;
  readonly places: readonly { readonly reference: string; readonly site: string; readonly range: Range }[];
}

export interface Task {
  readonly key: string;
  readonly title: string;
  readonly address: string;
  readonly state: TaskState;
}

const TROUBLE = ['down', 'degraded', 'unknown'];

/** What the pages of the form have in common: words, the task list, and the estimate. */
@Injectable()
export class IntakeViews {
  constructor(private readonly renderer: PageRenderer, private readonly estimates: ClaimEstimates, private readonly clashes: ClaimClashes, readonly attached: AttachedParts) {}

  speaking({ language }: Visit): Speaking {
    return this.renderer.speaking(language);
  }

  /** Undefined where the engine has nothing to run, such as a window no version of the policy is for. */
  async estimate(visit: Visit, sheet: IntakeSheet): Promise<EstimatePart | undefined> {
    const { t, f } = this.speaking(visit);
    const estimate = await this.estimates.of(visit.ctx, sheet.lead.row.id, visit.language, pageStyle(f, t));
    if (!estimate.ok) return undefined;
    const { lanes, totals } = estimate.value.result;
    const recorded = lanes.recorded.filter(({ state }) => TROUBLE.includes(state)).reduce((sum, { from, to }) => sum + (to - from), 0);
    return { estimate: estimate.value, site: sheet.lead.site.name, recorded: f.duration(recorded), counted: f.duration(totals.countedMs) };
  }

  /** What would refuse these claims if they were sent now. */
  async inTheWay({ ctx }: Visit, { claims, mode }: IntakeSheet): Promise<ClashPart[]> {
    const clashes = await this.clashes.ahead(ctx, mode === 'draft' ? claims.map(({ row }) => row) : []);
    return claims.flatMap(({ row, site }): ClashPart[] => {
      const clash = clashes.get(row.id);
      return clash === undefined ? [] : [{
        reference: row.reference, site: site.name, kind: clash.code === 'claims.already_claimed' ? 'same_scheme' : 'same_time',
        ...(clash.other === undefined ? {} : { other: clash.other.reference }),
      }];
    });
  }

  /** Undefined for one claim, whose estimate says it all. */
  async together(visit: Visit, { claims, document }: IntakeSheet): Promise<TogetherPart | undefined> {
    if (claims.length < 2) return undefined;
    const ranges = await this.estimates.ranges(visit.ctx, claims.map(({ row }) => row));
    const places = claims.map(({ row, site }, index) => ({ reference: row.reference, site: site.name, range: ranges[index] ?? { kind: 'unknown' as const } }));
    return { ...sumOfRanges(ranges), places, currency: document.currency };
  }

  tasks(visit: Visit, sheet: IntakeSheet): Task[] {
    const { t } = this.speaking(visit);
    const at = `/${visit.language}/claims/${sheet.lead.row.reference}`;
    return [
      { key: 'services', title: t('intake.services.title'), address: `${at}/services`, state: 'done' },
      { key: 'window', title: t('intake.window.title'), address: `${at}/window`, state: 'done' },
      ...GROUPS.flatMap((group) => this.#groupTask(sheet, group, at, t)),
    ];
  }

  #groupTask(sheet: IntakeSheet, group: Group, at: string, t: Speaking['t']): Task[] {
    const questions = sheet.questions.filter((question) => question.group === group);
    const [first] = questions;
    if (first === undefined) return [];
    const states = questions.flatMap((question) => sheet.claims.map(({ row, hasSales }) => stateOf(question, row.answers, hasSales)));
    const open = questions.find((question) => sheet.claims.some(({ row, hasSales }) => stateOf(question, row.answers, hasSales) === 'to_do')) ?? first;
    return [{ key: group, title: t(`intake.groups.${group}`), address: `${at}/answers/${open.name}`, state: groupState(states) }];
  }

  /** Everything that was answered, for the page to check and for a confirmation. */
  answers(visit: Visit, sheet: IntakeSheet): { readonly name: string; readonly label: string; readonly values: readonly { site: string; text: string }[]; readonly state: TaskState }[] {
    const speaking = this.speaking(visit);
    const code = currency(sheet.document.currency);
    return sheet.questions.map((question) => {
      const { name, input } = question;
      const claims = input.scope === 'merchant' ? sheet.claims.slice(0, 1) : sheet.claims;
      const states = claims.map(({ row, hasSales }) => stateOf(question, row.answers, hasSales));
      return {
        name, label: input.label[visit.language], state: groupState(states),
        values: claims.map((claim) => ({ site: claims.length > 1 ? claim.site.name : '', text: answerText(claim.row.answers[name], input, groundOf(claim, code, visit.language), speaking) })),
      };
    });
  }
}

/** The time a scheme's outages were announced for, over all its services; else what was recorded. */
export function officialSpan(lines: readonly { readonly from: string; readonly to?: string }[]): { from: Instant; to: Instant } | undefined {
  const ends = lines.flatMap(({ from, to }) => [from, ...(to === undefined ? [] : [to])]).flatMap((text) => {
    const read = parseInstant(text);
    return read.ok ? [read.value] : [];
  });
  if (ends.length < 2) return undefined;
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  return from < to ? { from: from as Instant, to: to as Instant } : undefined;
}

