import { Injectable } from '@nestjs/common';
import { ENGINE } from '../../core/assessment/index.js';
import { canonicalJson } from '../../core/audit/index.js';
import { formatInstant } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { RegisterQueries } from '../outages/index.js';
import { PolicyQueries, type PolicyCandidate } from '../policies/index.js';
import type { ReportHead } from './report.rules.js';

/** What a run rests on; when one of them changes, the run is out of date. */
export const PINNED = ['the draft', 'the scheme', 'the engine', 'the register', 'the versions in force', 'the fund', 'the rule of the fund', 'the claims'] as const;
export type Pinned = (typeof PINNED)[number];

/** What a rehearsal holds still, and whether it still stands. */
@Injectable()
export class ChangeSnapshots {
  constructor(private readonly register: RegisterQueries, private readonly policies: PolicyQueries) {}

  async take(reader: Reader, { key, number, hash, effectiveFrom, reach, ready }: PolicyCandidate): Promise<ReportHead> {
    const standing = await this.policies.standing(reader, key);
    return {
      kind: 'policy_version', currency: ready.currency,
      candidate: { key, number, hash, reach, effectiveFrom: effectiveFrom === undefined ? null : formatInstant(effectiveFrom) },
      snapshot: { engine: ENGINE, registerVersion: await this.register.registerVersion(reader), standing: standing.map((version) => ({ number: version.number, hash: version.hash })) },
    };
  }

  /** What has changed since, in words; empty while a run made then says what one made now would say. */
  async changedSince(reader: Reader, before: ReportHead, candidate: PolicyCandidate): Promise<Pinned[]> {
    const now = await this.take(reader, candidate);
    const differs = (a: object, b: object): boolean => canonicalJson(a) !== canonicalJson(b);
    const moved: Readonly<Partial<Record<Pinned, boolean>>> = {
      'the draft': differs(now.candidate, before.candidate),
      'the engine': now.snapshot.engine !== before.snapshot.engine,
      'the register': now.snapshot.registerVersion !== before.snapshot.registerVersion,
      'the versions in force': differs(now.snapshot.standing, before.snapshot.standing),
    };
    return PINNED.filter((thing) => moved[thing] === true);
  }
}
