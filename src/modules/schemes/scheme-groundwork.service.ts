import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Tx } from '../../platform/database/tx.js';
import { RegisterQueries } from '../outages/index.js';
import { PolicyQueries } from '../policies/index.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What a scheme stands on, asked through the front doors below. */
@Injectable()
export class SchemeGroundwork {
  constructor(private readonly policies: PolicyQueries, private readonly register: RegisterQueries) {}

  async currencyOf(tx: Tx, policyKey: string): Promise<Result<string>> {
    const versions = await this.policies.versions(tx, policyKey);
    const latest = versions.ok ? versions.value.at(-1) : undefined;
    if (latest === undefined) return refuse('schemes.policy_unknown', { key: policyKey }, { pointer: '/policyKey' });
    if (latest.use !== 'template') return refuse('schemes.policy_reference', { key: policyKey }, { pointer: '/policyKey' });
    return ok(latest.currency);
  }

  async checkOutages(tx: Tx, outageIds: readonly string[]): Promise<Result<void>> {
    const states = await this.register.statesOf(tx, outageIds.filter((id) => UUID.test(id)));
    for (const [index, outageId] of outageIds.entries()) {
      const pointer = `/outageIds/${index}`;
      const state = states.get(outageId);
      if (state === undefined) return refuse('schemes.outage_unknown', { outageId }, { pointer });
      if (state === 'draft') return refuse('schemes.outage_unconfirmed', { outageId }, { pointer });
    }
    return ok(undefined);
  }
}
