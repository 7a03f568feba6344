import { Body, Get, Param, Post } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Public } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimQueries } from '../../modules/claims/index.js';
import { ObjectionDecisions } from '../../modules/review/index.js';
import { ClaimSheets, type ClaimSheet } from '../shared/claim-sheet.service.js';
import { EvidencePages } from '../evidence/evidence-pages.service.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { CaseObjections } from './case-objections.service.js';
import { holderOf } from './outside-link.rules.js';
import { onTheForm, readObjectionVerdict, withTotal } from './objection-verdict.form.js';

const PAGE = 'staff/objections/outside.njk';

/** The link of a body outside that decides second objections: one case, to read and to decide, and nothing else. Opening it changes nothing. */
@Pages('objection-case')
export class OutsidePagesController {
  constructor(
    private readonly database: Database, private readonly decisions: ObjectionDecisions, private readonly claims: ClaimQueries, private readonly sheets: ClaimSheets,
    private readonly objections: CaseObjections, private readonly evidence: EvidencePages,
  ) {}

  @Get('decided')
  @Public()
  decided(): View {
    return new View('staff/objections/decided.njk');
  }

  @Get(':token')
  @Public()
  async open(@Visitor() visit: Visit, @Param('token') token: string): Promise<View> {
    return new View(PAGE, await this.#case(visit, token));
  }

  @Post(':token')
  @Public()
  async decide(@Visitor() visit: Visit, @Param('token') token: string, @Body() body: unknown): Promise<View | SeeOther> {
    const { visit: reader, sheet } = await this.#sheet(visit, token);
    let open: Parameters<typeof readObjectionVerdict>[1] = [];
    await this.objections.deciding(reader, sheet.claim.reference, (_claim, steps) => {
      open = steps;
      return Promise.resolve();
    });
    const verdict = readObjectionVerdict(body, open, sheet.claim.currency);
    const decided = onTheForm<unknown>(verdict.ok ? await this.decisions.decideOutside(visit.ctx.requestId, token, verdict.value) : verdict);
    if (decided.ok) return new SeeOther(`/${visit.language}/objection-case/decided`);
    return again(PAGE, { ...await this.#case(visit, token), typed: withTotal(body, decided) }, decided.refusal, decided.refusal.pointer === undefined ? 409 : 422);
  }

  async #case(visit: Visit, token: string): Promise<object> {
    const { visit: reader, sheet } = await this.#sheet(visit, token);
    return { ...sheet, token, objecting: await this.objections.alone(reader, sheet), files: unwrap(await this.evidence.within(reader, sheet.row, sheet.policy.resolved.document)) };
  }

  /** Read in the name of the link, whoever may be signed in beside it. */
  async #sheet({ language, ctx }: Visit, token: string): Promise<{ visit: Visit; sheet: ClaimSheet }> {
    const { claimId } = unwrap(await this.decisions.behind(token));
    const reference = (await this.claims.references(this.database.reader, [claimId])).get(claimId) ?? '';
    const visit: Visit = { language, ctx: holderOf(ctx) };
    return { visit, sheet: unwrap(await this.sheets.of(visit, reference)) };
  }
}
