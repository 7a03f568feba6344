import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { currency as currencyOf, money } from '../../core/money/index.js';
import type { OverridableStep, TraceNode } from '../../core/policy/index.js';
import { isStaff } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { moneyOut } from '../../platform/http/wire.js';
import { AssessmentQueries, holding, Overrides, type OverrideRow } from '../assessments/index.js';
import { AuditQueries } from '../audit/index.js';
import { ClaimQueries } from '../claims/index.js';
import { People } from '../identity/index.js';

export interface OverrideView {
  readonly n: number;
  readonly step: string;
  readonly kind: OverrideRow['kind'];
  readonly amount?: { readonly amount: string; readonly currency: string };
  readonly figure?: string;
  readonly waives?: readonly string[];
  readonly reason: string;
  readonly at: string;
  /** `questioned`: what it rested on has changed. `idle`: it holds, but the standing working does not come to its step. `past`: replaced or taken back. */
  readonly state: 'used' | 'questioned' | 'idle' | 'past';
  /** What the rule came to in the standing working, in the form of the trace. */
  readonly computed: TraceNode['output'];
  /** For staff. */
  readonly by?: string;
  readonly evidence?: string;
}

export interface OverrideList {
  readonly items: readonly OverrideView[];
  /** Steps that are open to a figure now; for staff. */
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
    const { reader } = this.database;
    const claim = await this.claims.visible(ctx, claimId);
    if (!claim.ok) return claim;
    const { assessmentId } = claim.value;
    const rows = await this.overrides.list(reader, claimId);
    const standing = assessmentId === null || rows.length === 0 ? undefined : await this.assessments.standing(reader, assessmentId);
    const nodes = new Map(standing?.result.trace.map((node) => [node.id, node]));
    const holds = holding(rows);
    const staff = isStaff(ctx.actor);
    const names = staff ? await this.people.names(rows.map(({ userId }) => userId)) : new Map<string, string>();
    const texts = staff ? await this.audit.texts(rows.flatMap(({ evidenceDigest }) => evidenceDigest ?? [])) : new Map<string, string>();
    return ok({
      items: rows.map((row) => ({ ...viewOf(row, nodes.get(row.step)?.override, holds.has(row.n)), ...hidden(row, names, texts) })),
      open: staff ? await this.overrides.open(reader, assessmentId) : [],
    });
  }
}

function viewOf(row: OverrideRow, traced: TraceNode['override'], holds: boolean): OverrideView {
  return {
    n: row.n, step: row.step, kind: row.kind, reason: row.reason, at: row.at.toISOString(),
    ...(row.amountMinor === null || row.currency === null ? {} : { amount: moneyOut(money(BigInt(row.amountMinor), currencyOf(row.currency))) }),
    ...(row.figure === null ? {} : { figure: row.figure }), ...(row.waives === null ? {} : { waives: row.waives }),
    state: !holds ? 'past' : traced === undefined ? 'idle' : traced.questioned === true ? 'questioned' : 'used',
    computed: traced?.computed ?? null,
  };
}

const hidden = ({ userId, evidenceDigest }: OverrideRow, names: ReadonlyMap<string, string>, texts: ReadonlyMap<string, string>): Pick<OverrideView, 'by' | 'evidence'> => {
  const [by, evidence] = [names.get(userId), texts.get(evidenceDigest ?? '')];
  return { ...(by === undefined ? {} : { by }), ...(evidence === undefined ? {} : { evidence }) };
};
