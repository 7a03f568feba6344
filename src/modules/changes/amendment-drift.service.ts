import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, money, type Money } from '../../core/money/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { ClaimQueries } from '../claims/index.js';
import type { Amendment } from '../outages/index.js';
import { AmendmentRehearsal } from './amendment-rehearsal.service.js';
import { AmendmentSnapshots } from './amendment-snapshots.service.js';
import type { Drift } from './approval-bounds.rules.js';
import { ChangeRunsRepository, type AmendmentRun } from './change-runs.repository.js';
import type { ChangeRow } from './changes.repository.js';
import { isDecided, statesIn } from './claim-rehearsal.service.js';
import type { RehearsedClaim } from './rehearsal.rules.js';

const PAGE = 2_000;
/** As of rules: below one in a hundred the changed claims are run again. */
const ONE_IN = 100;

/** Whether the finished run of an amendment still says what approving it would do. */
@Injectable()
export class AmendmentDrift {
  constructor(
    private readonly claims: ClaimQueries, private readonly runs: ChangeRunsRepository, private readonly snapshots: AmendmentSnapshots, private readonly rehearsal: AmendmentRehearsal,
  ) {}

  /** Codes: `changes.run_stale`, `changes.claims_changed`. */
  async since(reader: Reader, run: AmendmentRun, change: ChangeRow): Promise<Result<Drift>> {
    const amendment = await this.snapshots.candidate(reader, change);
    if (!amendment.ok) return amendment;
    const changed = await this.snapshots.changedSince(reader, run.head, amendment.value);
    if (changed.length > 0) return refuse('changes.run_stale', { changed });
    const stale = await this.#changedClaims(reader, run);
    if (stale.length > 0 && stale.length * ONE_IN >= run.doneCount) return refuse('changes.claims_changed', { changed: stale.length, claims: run.doneCount });
    return ok({ changed: stale.length, moved: await this.#moved(reader, run, amendment.value, stale) });
  }

  /** Filed anew since, decided since, or ended. */
  async #changedClaims(reader: Reader, run: AmendmentRun): Promise<RehearsedClaim[]> {
    const stale: RehearsedClaim[] = [];
    const states: readonly string[] = statesIn('all');
    for (let after: string | undefined; ;) {
      const page = await this.runs.itemPage(reader, run.id, { order: 'filed', ...(after === undefined ? {} : { after }), limit: PAGE });
      const heads = new Map((await this.claims.heads(reader, page.map(({ claimId }) => claimId))).map((head) => [head.id, head]));
      stale.push(...page.filter(({ claimId, claimVersion, state }) => {
        const head = heads.get(claimId);
        return head?.claimVersion !== claimVersion || !states.includes(head.state) || isDecided(head.state) !== isDecided(state);
      }));
      const last = page.at(-1);
      if (last === undefined) return stale;
      after = last.claimId;
    }
  }

  async #moved(reader: Reader, run: AmendmentRun, { revisionId }: Amendment, stale: readonly RehearsedClaim[]): Promise<Money[]> {
    if (stale.length === 0) return [];
    const states: readonly string[] = statesIn('all');
    const filed = (await this.claims.filed(reader, { ids: stale.map(({ claimId }) => claimId) })).filter(({ claim }) => states.includes(claim.state));
    const again = await this.rehearsal.rehearse(reader, filed, { registerVersion: run.head.snapshot.registerVersion, revisionId });
    const now = new Map(again.map(({ claimId, after }) => [claimId, after.minor]));
    const moved = new Map<string, bigint>();
    for (const { claimId, currency: code, before, after } of stale) moved.set(code, (moved.get(code) ?? 0n) + (now.get(claimId) ?? before.minor) - after.minor);
    return [...moved].map(([code, minor]) => money(minor, currency(code)));
  }
}
