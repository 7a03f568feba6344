import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { canonicalJson } from '../../core/audit/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { PolicyDocument } from '../../core/policy/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import { Database } from '../../platform/database/database.js';
import { actionsIn, ClaimFilings, ClaimQueries, ClaimSales, type ClaimRow } from '../../modules/claims/index.js';
import type { SalesSetView } from '../../modules/evidence/index.js';
import { PolicyQueries, type ReadyPolicy } from '../../modules/policies/index.js';
import { ClaimSettings, type ClaimSetting } from '../shared/claim-setting.service.js';
import type { Visit } from '../shared/portal.page.js';
import { policyChange, questionsOf, type PolicyChange, type Question } from './questions.rules.js';

/** One claim of those that are filled in together. */
export interface IntakeClaim {
  readonly row: ClaimRow;
  readonly site: ClaimSetting['site'];
  readonly hasSales: boolean;
  /** The sales that count: the newest that could be read. */
  readonly sales?: SalesSetView;
}

/** `draft`: everything may change. `amend`: it was sent, and nobody has opened it yet. `correct`: the operator opened and offered it. `closed`: it is only shown. */
export type IntakeMode = 'draft' | 'amend' | 'correct' | 'closed';

/** What a policy that changed since means for the answers. */
export interface SeenChange extends PolicyChange {
  readonly before: PolicyDocument;
}

/** Everything the pages of a form are made from. */
export interface IntakeSheet extends Omit<ClaimSetting, 'site'> {
  readonly lead: IntakeClaim;
  /** Those that are filled in with it and can still be changed as it can, itself among them. */
  readonly claims: readonly IntakeClaim[];
  readonly mode: IntakeMode;
  readonly policy: ReadyPolicy;
  readonly document: PolicyDocument;
  readonly questions: readonly Question[];
  readonly change: SeenChange | undefined;
}

/** A part of claims as a short text that differs when the part does: a page carries it, so that a form knows what its reader saw. */
export const digestOf = (part: unknown): string => createHash('sha256').update(canonicalJson(JSON.parse(JSON.stringify(part)))).digest('hex').slice(0, 24);

const answersOf = ({ row }: IntakeClaim): object => ({ services: row.services, window: row.window, answers: row.answers, hasSales: undefined });

/** What a check page showed. */
export const wholeOf = (claims: readonly IntakeClaim[]): string => digestOf(claims.map((claim) => [claim.row.reference, answersOf(claim), claim.hasSales]));

@Injectable()
export class IntakeSheets {
  constructor(
    private readonly database: Database,
    private readonly claims: ClaimQueries,
    private readonly filings: ClaimFilings,
    private readonly settings: ClaimSettings,
    private readonly sales: ClaimSales,
    private readonly policies: PolicyQueries,
  ) {}

  async of(visit: Visit, reference: string): Promise<Result<IntakeSheet>> {
    const found = await this.claims.byReference(visit.ctx, reference);
    if (!found.ok) return found;
    if (!mayFor(visit.ctx.actor, 'claim.file', found.value.merchantId)) return refuse('claims.not_found');
    const setting = await this.settings.of(found.value);
    const filing = await this.filings.of(visit.ctx, found.value.id);
    if (!setting.ok) return setting;
    if (!filing.ok) return filing;
    const own = filing.value.claims.find(({ id }) => id === found.value.id);
    if (own === undefined) return refuse('claims.not_found');
    const mode = modeOf(own);
    const rows = mode === 'draft' ? filing.value.claims.filter(({ state }) => state === 'draft') : [own];
    const policy = await this.policies.effective(this.database.reader, setting.value.scheme.policyKey, own.window.from);
    if (!policy.ok) return policy;
    const claims = await Promise.all(rows.map((row) => this.#withSales(visit, row, setting.value)));
    const lead = claims.find(({ row }) => row.id === own.id);
    if (lead === undefined) return refuse('claims.not_found');
    const { document } = policy.value.resolved;
    return ok({
      scheme: setting.value.scheme, services: setting.value.services, lead, claims, mode, policy: policy.value, document, questions: questionsOf(document),
      change: mode === 'draft' ? await this.#change(filing.value.seenPolicyId, policy.value, rows) : undefined,
    });
  }

  /** Everything the scheme covers, in trade words. */
  servicesOf({ scheme }: IntakeSheet): Promise<ClaimSetting['services']> {
    return this.settings.services(scheme.services);
  }

  async #withSales({ ctx }: Visit, row: ClaimRow, setting: ClaimSetting): Promise<IntakeClaim> {
    const found = row.siteId === setting.site.id ? setting.site : await this.settings.site(row.siteId);
    const sets = await this.sales.list(ctx, row.id);
    const counting = sets.ok ? sets.value.items.findLast(({ state, totals }) => state === 'parsed' && totals !== undefined) : undefined;
    return { row, site: found, hasSales: sets.ok && sets.value.items.some(({ totals }) => totals !== undefined), ...(counting === undefined ? {} : { sales: counting }) };
  }

  async #change(seenPolicyId: string | undefined, now: ReadyPolicy, rows: readonly ClaimRow[]): Promise<SeenChange | undefined> {
    if (seenPolicyId === undefined || seenPolicyId === now.id) return undefined;
    const before = (await this.policies.version(this.database.reader, seenPolicyId)).resolved.document;
    const found = policyChange(before, now.resolved.document);
    const isAnswered = (name: string): boolean => rows.some(({ answers }) => answers[name] !== undefined);
    return { before, ...found, kept: found.kept.filter(isAnswered), gone: found.gone.filter(isAnswered) };
  }
}

function modeOf(claim: ClaimRow): IntakeMode {
  const { state, openedByStaff } = claim;
  if (state === 'draft') return 'draft';
  if (actionsIn(claim).includes('correct')) return 'correct';
  return state === 'submitted' && !openedByStaff ? 'amend' : 'closed';
}
