import { Injectable } from '@nestjs/common';
import { ENGINE } from '../../core/assessment/index.js';
import { canonicalJson } from '../../core/audit/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { RegisterQueries } from '../outages/index.js';
import { PolicyQueries } from '../policies/index.js';
import type { SchemeFacts } from '../schemes/index.js';
import { PINNED, type Pinned } from './change-snapshots.service.js';
import type { PrecomputationHead } from './precomputation.rules.js';

/** What a pre-computation holds still, and whether it still stands. */
@Injectable()
export class PrecomputationSnapshots {
  constructor(private readonly register: RegisterQueries, private readonly policies: PolicyQueries) {}

  async take(reader: Reader, { id, code, policyKey, currency, version }: SchemeFacts): Promise<PrecomputationHead> {
    const standing = await this.policies.standing(reader, policyKey);
    const [first] = standing;
    const lossHead = first === undefined ? '' : (await this.policies.version(reader, first.id)).resolved.document.head;
    return {
      kind: 'pre_computation', currency, candidate: { schemeId: id, code, policyKey, lossHead },
      snapshot: { engine: ENGINE, registerVersion: await this.register.registerVersion(reader), schemeVersion: version, standing: standing.map(({ number, hash }) => ({ number, hash })) },
    };
  }

  /** What has changed since, in words; empty while a run made then says what one made now would say, but for the sites. */
  async changedSince(reader: Reader, before: PrecomputationHead, scheme: SchemeFacts): Promise<Pinned[]> {
    const now = await this.take(reader, scheme);
    const moved: Readonly<Partial<Record<Pinned, boolean>>> = {
      'the scheme': now.snapshot.schemeVersion !== before.snapshot.schemeVersion,
      'the engine': now.snapshot.engine !== before.snapshot.engine,
      'the register': now.snapshot.registerVersion !== before.snapshot.registerVersion,
      'the versions in force': canonicalJson(now.snapshot.standing) !== canonicalJson(before.snapshot.standing),
    };
    return PINNED.filter((thing) => moved[thing] === true);
  }
}
