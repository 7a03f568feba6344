import { Injectable } from '@nestjs/common';
import { ENGINE } from '../../core/assessment/index.js';
import { canonicalJson } from '../../core/audit/index.js';
import type { Result } from '../../core/errors/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { ClaimQueries } from '../claims/index.js';
import { RegisterQueries, touchedBy, type Amendment } from '../outages/index.js';
import { PolicyQueries } from '../policies/index.js';
import { SchemeQueries } from '../schemes/index.js';
import type { Pinned } from './change-snapshots.service.js';
import { PINNED } from './change-snapshots.service.js';
import { amendmentOf, type ChangeRow } from './changes.repository.js';
import type { AmendmentHead } from './report.rules.js';

/** What totals are in where no claim and no scheme says it. */
const NO_CLAIMS = 'EUR';

/** What the rehearsal of an amendment holds still, and whether it still stands. */
@Injectable()
export class AmendmentSnapshots {
  constructor(
    private readonly register: RegisterQueries, private readonly policies: PolicyQueries, private readonly schemes: SchemeQueries, private readonly claims: ClaimQueries,
  ) {}

  candidate(reader: Reader, change: Pick<ChangeRow, 'id' | 'outageId' | 'outageRevision'>): Promise<Result<Amendment>> {
    const { outageId, revision } = amendmentOf(change);
    return this.register.amendment(reader, outageId, revision);
  }

  /** Claims that the amendment touches, by index. */
  touched(reader: Reader, { before, after }: Amendment): Promise<string[]> {
    return this.claims.touched(reader, touchedBy(before, after));
  }

  async take(reader: Reader, amendment: Amendment, touched: readonly string[]): Promise<AmendmentHead> {
    const schemes = await this.claims.schemesOf(reader, touched);
    const [currency, ...others] = [...new Set(schemes.map((scheme) => scheme.currency))].sort();
    const [own] = await this.schemes.ofOutage(reader, amendment.outageId);
    const keys = [...new Set((await this.schemes.policyKeys(reader, schemes.map(({ schemeId }) => schemeId))).values())].sort();
    return {
      kind: 'amendment', ...(currency === undefined || others.length === 0 ? { currency: currency ?? own?.currency ?? NO_CLAIMS } : { currencies: [currency, ...others] }),
      candidate: { outageId: amendment.outageId, code: amendment.code, revision: amendment.revision, base: amendment.base },
      snapshot: { engine: ENGINE, registerVersion: await this.register.registerVersion(reader), standing: await this.#standing(reader, keys) },
    };
  }

  /** What has changed since, in words; empty while a run made then says what one made now would say. */
  async changedSince(reader: Reader, { candidate, snapshot }: AmendmentHead, amendment: Amendment): Promise<Pinned[]> {
    const keys = [...new Set(snapshot.standing.map(({ key }) => key))];
    const moved: Readonly<Partial<Record<Pinned, boolean>>> = {
      'the draft': candidate.revision !== amendment.revision || amendment.isOvertaken,
      'the engine': snapshot.engine !== ENGINE,
      'the register': snapshot.registerVersion !== await this.register.registerVersion(reader),
      'the versions in force': canonicalJson(await this.#standing(reader, keys)) !== canonicalJson(snapshot.standing),
    };
    return PINNED.filter((thing) => moved[thing] === true);
  }

  async #standing(reader: Reader, keys: readonly string[]): Promise<AmendmentHead['snapshot']['standing']> {
    const standing: { key: string; number: number; hash: string }[] = [];
    for (const key of keys) standing.push(...(await this.policies.standing(reader, key)).map(({ number, hash }) => ({ key, number, hash })));
    return standing;
  }
}
