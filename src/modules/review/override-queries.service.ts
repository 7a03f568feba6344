import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { OverridableStep } from '../../core/policy/index.js';
import { isStaff } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { AssessmentQueries, holding, Overrides, type StandingAssessment } from '../assessments/index.js';
import { AuditQueries } from '../audit/index.js';
import { ClaimQueries, type ClaimAsked } from '../claims/index.js';
import { People } from '../identity/index.js';
import { overrideView, staffPart, type OverrideView } from './views/override-view.js';

export interface OverrideList {
  readonly items: readonly OverrideView[];
  /** Steps that are open to a figure now; for staff, and for the body outside that decides an objection by its link. */
  readonly open: readonly OverridableStep[];
}

/** Reads what people put, newest first, beside what the rule came to. */
@Injectable()
export class OverrideQueries {
  constructor(
    private readonly database: Database,
    private readonly claims: ClaimQueries,
    private readonly overrides: Overrides,
    private readonly assessments: AssessmentQueries,
    private readonly people: People,
    private readonly audit: AuditQueries,
  ) {}

  async list(ctx: Context, claimId: string): Promise<Result<OverrideList>> {
    const claim = await this.claims.visible(ctx, claimId);
    if (!claim.ok) return claim;
    const { assessmentId } = claim.value;
    return this.within(ctx, claim.value, assessmentId === null ? undefined : await this.assessments.standing(this.database.reader, assessmentId));
  }

  /** As `list`, for whoever has read the claim and its working already. */
  async within(ctx: Context, asked: ClaimAsked, standing: StandingAssessment | undefined): Promise<Result<OverrideList>> {
    const { reader } = this.database;
    const claim = await this.claims.visible(ctx, asked);
    if (!claim.ok) return claim;
    const rows = await this.overrides.list(reader, claim.value.id);
    const nodes = new Map(standing?.result.trace.map((node) => [node.id, node]));
    const holds = holding(rows);
    const staff = isStaff(ctx.actor);
    const names = staff ? await this.people.names(rows.flatMap(({ userId }) => userId ?? [])) : new Map<string, string>();
    const texts = staff ? await this.audit.texts(rows.flatMap(({ evidenceDigest }) => evidenceDigest ?? [])) : new Map<string, string>();
    return ok({
      items: rows.map((row) => ({ ...overrideView(row, nodes.get(row.step)?.override, holds.has(row.n)), ...staffPart(row, names, texts) })),
      open: (staff || ctx.actor.kind === 'system') && standing !== undefined ? await this.overrides.open(reader, standing) : [],
    });
  }
}
