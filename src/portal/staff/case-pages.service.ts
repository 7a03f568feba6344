import { Injectable } from '@nestjs/common';
import type { Refusal, Result } from '../../core/errors/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimSights, type ClaimDetail } from '../../modules/claims/index.js';
import { refusalReasons } from '../../modules/review/index.js';
import { ClaimSheets, type ClaimSheet } from '../shared/claim-sheet.service.js';
import { formText } from '../shared/form-fields.form.js';
import type { Visit } from '../shared/portal.page.js';
import { again, SeeOther, type View } from '../shared/view.page.js';
import { partsOf, stepFor } from './case-action.rules.js';
import { CaseObjections } from './case-objections.service.js';
import { CaseSections } from './case-sections.service.js';

/** Fields of the page's forms that take sentences. */
const PROSE = ['note', 'why', 'askNote', 'evidence', 'because', 'interest', 'reduceText'] as const;

/** The staff page of one claim, and what every form on it is answered with. */
@Injectable()
export class CasePages {
  constructor(
    private readonly sheets: ClaimSheets,
    private readonly objections: CaseObjections,
    private readonly sections: CaseSections,
    private readonly sights: ClaimSights,
  ) {}

  async answer(visit: Visit, reference: string, body: unknown, done: string | ((value: unknown) => string), act: (claim: ClaimDetail) => Promise<Result<unknown>>): Promise<View | SeeOther> {
    const { claim } = unwrap(await this.sheets.of(visit, reference));
    const answer = await act(claim);
    if (answer.ok) return new SeeOther(`/${visit.language}/work/${reference}?done=${typeof done === 'string' ? done : done(answer.value)}`);
    return this.#refused(visit, reference, body, answer.refusal);
  }

  /** `before`: the cursor of the page of the timeline before the one asked for. */
  async of(visit: Visit, reference: string, before?: string): Promise<object> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    await this.sights.note(visit.ctx, sheet.claim.id);
    const actions = actionsFor(visit, sheet.claim);
    const sections = await this.sections.of(visit, sheet, before);
    const objecting = await this.objections.of(visit, sheet, sections.figures);
    return {
      ...sheet,
      ...sections,
      reasonCodes: refusalReasons(sheet.reasons, sheet.assessment?.result.reasons ?? [], denialsOf(sheet)),
      reasonWords: sheet.reasons,
      objecting,
      recommendation: recommendationOf(sheet.claim),
      mayAmend: isAllowed(visit.ctx.actor, 'outage.amend'),
      actions,
      step: stepFor(actions, sheet.assessment !== undefined, objecting.mayDecide && objecting.open !== undefined),
      parts: partsOf({
        signals: sections.odd.lines.length > 0 || sections.identity.length > 0, duplicates: sections.odd.candidates.length > 0,
        findings: (sheet.assessment?.result.findings.length ?? 0) > 0, assessed: sheet.assessment !== undefined,
        figures: sections.figures.rows.length > 0 || (actions.override && sections.figures.targets.length > 0),
      }),
    };
  }

  /** The page again as things now stand, with what was typed and what is in the way. */
  async #refused(visit: Visit, reference: string, body: unknown, refusal: Refusal): Promise<View> {
    const isOvertaken = refusal.pointer === undefined;
    // The form itself may be gone with the state it was for; what was written in it is not.
    const written = isOvertaken ? PROSE.map((name) => formText(body, name, 4_000).trim()).filter((text) => text !== '') : [];
    return again('staff/claim.njk', { ...(await this.of(visit, reference)), typed: body, written }, refusal, isOvertaken ? 409 : 422);
  }
}

function actionsFor({ ctx }: Visit, { state, allowedEvents }: ClaimDetail) {
  const may = (permission: Parameters<typeof isAllowed>[1]): boolean => isAllowed(ctx.actor, permission);
  const can = (event: ClaimDetail['allowedEvents'][number]): boolean => allowedEvents.includes(event);
  return {
    pull: can('pull') && may('claim.pull'), recommend: can('recommend') && may('claim.recommend'), override: can('override') && may('claim.recommend'),
    decide: can('award') && may('claim.decide'), ask: can('ask') && may('claim.recommend'), judge: state !== 'draft' && may('claim.recommend'),
  };
}

const denialsOf = ({ assessment }: ClaimSheet) => (assessment?.result.outcome === 'ineligible' ? assessment.result.reasons : []);

/** What was recommended last, in the form the verdict form takes. */
function recommendationOf({ determinations }: ClaimDetail): object | undefined {
  const last = determinations.findLast(({ stage }) => stage === 'recommendation');
  return last === undefined ? undefined : { outcome: last.outcome, at: last.at, reasons: last.reasons.map(({ code }) => code) };
}
