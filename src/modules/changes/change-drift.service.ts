import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, money } from '../../core/money/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { ClaimQueries } from '../claims/index.js';
import type { PolicyCandidate } from '../policies/index.js';
import type { Drift } from './approval-bounds.rules.js';
import { ChangeRunsRepository, type PolicyRun } from './change-runs.repository.js';
import { ChangeSnapshots } from './change-snapshots.service.js';
import { ClaimRehearsal, statesIn } from './claim-rehearsal.service.js';
import type { RehearsedClaim } from './rehearsal.rules.js';

const PAGE = 2_000;
/** Below one in a hundred the changed claims are run again; from there on the whole run is. */
const ONE_IN = 100;

/** Whether a finished run still says what approving it would do. */
@Injectable()
export class ChangeDrift {
  constructor(
    private readonly claims: ClaimQueries,
    private readonly runs: ChangeRunsRepository,
    private readonly snapshots: ChangeSnapshots,
    private readonly rehearsal: ClaimRehearsal,
  ) {}

  /** Codes: `changes.run_stale`, `changes.claims_changed`. */
  async since(reader: Reader, run: PolicyRun, candidate: PolicyCandidate): Promise<Result<Drift>> {
    const changed = await this.snapshots.changedSince(reader, run.head, candidate);
    if (changed.length > 0) return refuse('changes.run_stale', { changed });
    const stale = await this.#changedClaims(reader, run, candidate);
    const claims = run.doneCount;
    if (stale.length > 0 && stale.length * ONE_IN >= claims) return refuse('changes.claims_changed', { changed: stale.length, claims });
    return this.#rerun(reader, stale, candidate);
  }

  async #changedClaims(reader: Reader, run: PolicyRun, { reach }: PolicyCandidate): Promise<RehearsedClaim[]> {
    const stale: RehearsedClaim[] = [];
    const states: readonly string[] = statesIn(reach);
    for (let after: string | undefined; ;) {
      const page = await this.runs.itemPage(reader, run.id, { order: 'filed', ...(after === undefined ? {} : { after }), limit: PAGE });
      const heads = new Map((await this.claims.heads(reader, page.map(({ claimId }) => claimId))).map((head) => [head.id, head]));
      for (const item of page) {
        const head = heads.get(item.claimId);
        if (head?.claimVersion !== item.claimVersion || !states.includes(head.state)) stale.push(item);
      }
      const last = page.at(-1);
      if (last === undefined) return stale;
      after = last.claimId;
    }
  }

  /** A claim that was decided meanwhile, outside the reach, gets what it had. */
  async #rerun(reader: Reader, stale: readonly RehearsedClaim[], candidate: PolicyCandidate): Promise<Result<Drift>> {
    if (stale.length === 0) return ok({ changed: 0, moved: [] });
    const states: readonly string[] = statesIn(candidate.reach);
    const filed = (await this.claims.filed(reader, { ids: stale.map(({ claimId }) => claimId) })).filter(({ claim }) => states.includes(claim.state));
    const again = await this.rehearsal.rehearse(reader, filed, candidate);
    if (!again.ok) return again;
    const now = new Map(again.value.map(({ claimId, after }) => [claimId, after.minor]));
    const minor = stale.reduce((sum, { claimId, before, after }) => sum + (now.get(claimId) ?? before.minor) - after.minor, 0n);
    return ok({ changed: stale.length, moved: [money(minor, currency(candidate.ready.currency))] });
  }
}
