import { Injectable } from '@nestjs/common';
import type { Refusal, Result } from '../../core/errors/index.js';
import { OVERRIDE_REASONS } from '../../core/policy/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Database } from '../../platform/database/database.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import type { ClaimDetail } from '../../modules/claims/index.js';
import { PolicyQueries } from '../../modules/policies/index.js';
import { EvidencePages } from '../evidence/evidence-pages.service.js';
import { ClaimSheets } from '../shared/claim-sheet.service.js';
import type { Visit } from '../shared/portal.page.js';
import { again, SeeOther, type View } from '../shared/view.page.js';
import { CaseDoubts } from './case-doubts.service.js';
import { CaseFigures } from './case-figures.service.js';
import { CaseHistory } from './case-history.service.js';

/** The staff page of one claim, and what every form on it is answered with. */
@Injectable()
export class CasePages {
  constructor(
    private readonly database: Database,
    private readonly sheets: ClaimSheets,
    private readonly policies: PolicyQueries,
    private readonly history: CaseHistory,
    private readonly figures: CaseFigures,
    private readonly doubts: CaseDoubts,
    private readonly evidence: EvidencePages,
  ) {}

  async answer(visit: Visit, reference: string, body: unknown, done: string, act: (claim: ClaimDetail) => Promise<Result<unknown>>): Promise<View | SeeOther> {
    const { claim } = unwrap(await this.sheets.of(visit, reference));
    const answer = await act(claim);
    if (answer.ok) return new SeeOther(`/${visit.language}/work/${reference}?done=${done}`);
    return this.#refused(visit, reference, body, answer.refusal);
  }

  async of(visit: Visit, reference: string): Promise<object> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    const may = (permission: Parameters<typeof isAllowed>[1]): boolean => isAllowed(visit.ctx.actor, permission);
    const can = (event: (typeof sheet.claim.allowedEvents)[number]): boolean => sheet.claim.allowedEvents.includes(event);
    return {
      ...sheet,
      history: await this.history.of(visit, sheet.claim.id),
      why: await this.history.referredFor(sheet.claim.id),
      disowned: sheet.claim.origin === 'operator' ? await this.history.disownedWith(sheet.claim.id) : undefined,
      reasonCodes: await this.refusalReasons(),
      reasonWords: unwrap(await this.policies.reasons(this.database.reader)),
      recommendation: recommendationOf(sheet.claim),
      figures: await this.figures.of(visit, sheet),
      mayAmend: may('outage.amend'),
      identity: await this.doubts.about(sheet.claim.merchantId),
      files: unwrap(await this.evidence.list(visit, sheet.claim)),
      desk: await this.history.deskOf(visit, sheet.claim.id),
      actions: {
        pull: can('pull') && may('claim.pull'), recommend: can('recommend') && may('claim.recommend'), override: can('override') && may('claim.recommend'),
        decide: can('award') && may('claim.decide'),
      },
    };
  }

  /** Codes that a refusal may name; those that say why a figure was put are not among them. */
  async refusalReasons(): Promise<string[]> {
    const reasons = unwrap(await this.policies.reasons(this.database.reader));
    return Object.keys(reasons).filter((code) => !(OVERRIDE_REASONS as readonly string[]).includes(code)).sort();
  }

  /** The page again as things now stand, with what was typed and what is in the way. */
  async #refused(visit: Visit, reference: string, body: unknown, refusal: Refusal): Promise<View> {
    return again('staff/claim.njk', { ...(await this.of(visit, reference)), typed: body }, refusal, refusal.pointer === undefined ? 409 : 422);
  }
}

/** What was recommended last, in the form the verdict form takes. */
function recommendationOf({ determinations }: ClaimDetail): object | undefined {
  const last = determinations.findLast(({ stage }) => stage === 'recommendation');
  return last === undefined ? undefined : { outcome: last.outcome, at: last.at, reasons: last.reasons.map(({ code }) => code) };
}
