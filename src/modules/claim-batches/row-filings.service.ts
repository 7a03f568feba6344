import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { MandateAssertions } from '../agents/index.js';
import { ClaimDrafting, ClaimSubmission } from '../claims/index.js';
import { MerchantProfiles } from '../merchants/index.js';
import { AgentKeysRepository } from './agent-keys.repository.js';
import { RowPlaces } from './row-places.service.js';
import { businessKey, contentDigest, type Cells } from './row-reading.rules.js';
import type { RowPlan } from './row-plans.service.js';

export interface RowFiling {
  readonly merchantId: string;
  readonly mandateId: string;
  readonly claimId: string;
  readonly reference: string;
}

export interface FilingOf {
  readonly agentId: string;
  readonly batchId: string;
  /** Whoever committed the batch: the claims are theirs. */
  readonly userId: string;
}

/** One row becomes a business, its mandate, its shop and a filed claim, or nothing at all: the caller takes back what a refusal leaves. */
@Injectable()
export class RowFilings {
  constructor(
    private readonly keys: AgentKeysRepository, private readonly profiles: MerchantProfiles, private readonly places: RowPlaces, private readonly mandates: MandateAssertions,
    private readonly drafting: ClaimDrafting, private readonly submission: ClaimSubmission, private readonly clock: Clock,
  ) {}

  async file(tx: Tx, ctx: Context, of: FilingOf, cells: Cells, plan: RowPlan): Promise<Result<RowFiling>> {
    const merchantId = await this.#business(tx, ctx, of.agentId, cells, plan);
    if (!merchantId.ok) return merchantId;
    const { contact, mandate, business, paidElsewhere } = plan.row;
    const asserted = plan.known === undefined
      ? await this.mandates.assertOpened(tx, ctx, of.agentId, { merchantId: merchantId.value, ...mandate, contact, language: business.language })
      : await this.mandates.standing(tx, of.agentId, plan.known, mandate.fee);
    if (!asserted.ok) return asserted;
    const siteId = await this.places.place(tx, ctx, { agentId: of.agentId, merchantId: merchantId.value, cells, plan });
    if (!siteId.ok) return siteId;
    const acting = actingUnder(ctx, of.userId, merchantId.value, asserted.value.id);
    const draft = await this.drafting.begin(tx, acting, { ...plan.draft, siteId: siteId.value });
    if (!draft.ok) return draft;
    const filed = await this.submission.submitIn(tx, acting, draft.value, { isTrue: true, paidElsewhere });
    if (!filed.ok) return filed;
    const { id: claimId, reference } = filed.value;
    const row = { externalId: plan.row.externalId, contentDigest: contentDigest(cells), merchantId: merchantId.value, claimId, reference };
    await this.keys.keepRow(tx, of.agentId, of.batchId, row, this.clock.now());
    return ok({ merchantId: merchantId.value, mandateId: asserted.value.id, claimId, reference });
  }

  /** Opened once, not verified; every later row of the agent that names it means the same. */
  async #business(tx: Tx, ctx: Context, agentId: string, cells: Cells, { row: { business }, known: confirmed }: RowPlan): Promise<Result<string>> {
    if (confirmed !== undefined) return ok(confirmed);
    const key = businessKey(cells);
    const known = await this.keys.business(tx, agentId, key);
    if (known !== undefined) return ok(known);
    const { trade, turnover, ...rest } = business;
    const opened = await this.profiles.open(tx, ctx, {
      ...rest, sector: { system: 'makegood', code: trade },
      sizes: turnover === undefined ? [] : [{ measure: 'turnover', year: turnover.year, value: turnover.money.minor.toString(), currency: turnover.money.currency, source: 'agent' }],
    });
    if (!opened.ok) return opened;
    await this.keys.keepBusiness(tx, agentId, key, opened.value.id);
    return ok(opened.value.id);
  }
}

const actingUnder = ({ requestId }: Context, userId: string, merchantId: string, mandateId: string): Context =>
  ({ actor: { kind: 'user', userId, roles: ['agent'], memberships: [{ merchantId, role: 'agent', mandateId }] }, requestId });
