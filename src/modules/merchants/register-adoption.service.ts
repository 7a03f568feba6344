import { Injectable } from '@nestjs/common';
import { refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { MerchantProfiles, type MerchantEdit, type MerchantView } from './merchant-profiles.service.js';
import { RegisterProposals } from './register-proposals.service.js';

export type ProposedPart = 'name' | 'address';

/** Taking over what a register said. */
@Injectable()
export class RegisterAdoption {
  constructor(private readonly proposals: RegisterProposals, private readonly profiles: MerchantProfiles) {}

  /** Takes over the parts somebody ticked, as if they had typed them. */
  async takeOver(ctx: Context, merchantId: string, version: number, parts: readonly ProposedPart[]): Promise<Result<MerchantView>> {
    const latest = await this.proposals.latest(ctx, merchantId);
    if (!latest.ok) return latest;
    const entry = latest.value?.entry ?? null;
    if (entry === null) return refuse('merchants.register_not_found');
    const change: MerchantEdit = {
      ...(parts.includes('name') ? { legalName: entry.name } : {}),
      ...(parts.includes('address') && entry.address !== undefined ? { address: entry.address } : {}),
    };
    return this.profiles.edit(ctx, merchantId, version, change);
  }
}
