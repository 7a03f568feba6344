import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { occupiedBy, type CompiledPolicy } from '../../core/policy/index.js';
import type { Interval } from '../../core/time/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { PolicyQueries } from '../policies/index.js';
import { SchemeQueries } from '../schemes/index.js';
import { ClaimFacts } from './claim-facts.service.js';
import { ClaimsRepository } from './claims.repository.js';
import type { ClaimRow } from './views/claim-row.js';

/** Another claim in the way; which one, for those who may see it. */
export interface Clash {
  readonly code: 'claims.already_claimed' | 'claims.overlaps';
  readonly other?: { readonly id: string; readonly reference: string };
}

/** No loss is made good twice: one claim a scheme and site, and no two live ones for the same head, site, service and time. */
@Injectable()
export class ClaimClashes {
  constructor(
    private readonly database: Database,
    private readonly claims: ClaimsRepository,
    private readonly facts: ClaimFacts,
    private readonly schemes: SchemeQueries,
    private readonly policies: PolicyQueries,
  ) {}

  /** What would refuse a draft if it were filed now; undefined for nothing. */
  async ahead(ctx: Context, claim: ClaimRow): Promise<Clash | undefined> {
    const { reader } = this.database;
    const scheme = await this.schemes.get(reader, claim.schemeId);
    const policy = scheme.ok ? await this.policies.effective(reader, scheme.value.policyKey, claim.window.from) : scheme;
    return this.#of(reader, ctx, claim, policy.ok ? await this.#occupied(reader, claim, policy.value.resolved) : claim.window);
  }

  /** Holds the site until the commit and answers with the time that filing is to take. Codes: `claims.already_claimed`, `claims.overlaps`. */
  async take(tx: Tx, ctx: Context, claim: ClaimRow, policy: CompiledPolicy): Promise<Result<Interval>> {
    await this.claims.holdSite(tx, claim.siteId);
    const occupied = await this.#occupied(tx, claim, policy);
    const clash = await this.#of(tx, ctx, claim, occupied);
    return clash === undefined ? ok(occupied) : { ok: false, refusal: refusalOf(clash) };
  }

  /** Whether a claim that ended may live again: nothing else has taken its time since. Holds the site until the commit. */
  async mayReturn(tx: Tx, claim: ClaimRow): Promise<boolean> {
    await this.claims.holdSite(tx, claim.siteId);
    return !(await this.claims.isTimeTaken(tx, claim.id));
  }

  /** A refusal that came from a constraint, in the words of the one that `take` gives. */
  async named(ctx: Context, id: string, refusal: Refusal): Promise<Refusal> {
    if (refusal.params['constraint'] === undefined || !isClash(refusal.code)) return refusal;
    const claim = await this.claims.find(this.database.reader, id);
    const clash = claim === undefined || !mayFor(ctx.actor, 'claim.read', claim.merchantId) ? undefined : await this.ahead(ctx, claim);
    return refusalOf(clash ?? { code: refusal.code });
  }

  /** The hull of claim window and loss window. */
  async #occupied(reader: Reader, claim: ClaimRow, policy: CompiledPolicy): Promise<Interval> {
    if (!policy.reaches) return claim.window;
    const { services, window, declaredMinor, currency, answers } = claim;
    const [facts] = await this.facts.of(reader, [{ claim, frozen: { services, window, declaredMinor, currency, answers, salesSetId: null } }]);
    if (facts === undefined) throw new TypeError('facts were asked for one claim and came for none');
    return occupiedBy(policy, facts);
  }

  async #of(reader: Reader, { actor }: Context, claim: ClaimRow, span: Interval): Promise<Clash | undefined> {
    const rival = await this.claims.rival(reader, claim, span);
    if (rival === undefined) return undefined;
    const { id, reference, merchantId, isSameScheme } = rival;
    return { code: isSameScheme ? 'claims.already_claimed' : 'claims.overlaps', ...(mayFor(actor, 'claim.read', merchantId) ? { other: { id, reference } } : {}) };
  }
}

const isClash = (code: string): code is Clash['code'] => code === 'claims.already_claimed' || code === 'claims.overlaps';

const refusalOf = ({ code, other }: Clash): Refusal =>
  refuse(code, other === undefined ? { other: '' } : { other: ` (${other.reference})`, reference: other.reference, claim: `/v1/claims/${other.id}` }).refusal;
