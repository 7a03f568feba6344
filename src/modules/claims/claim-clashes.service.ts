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

type PolicyOf = (claim: Pick<ClaimRow, 'schemeId' | 'window'>) => CompiledPolicy | undefined;
interface Place { readonly claim: ClaimRow; readonly span: Interval }

const questionOf = ({ schemeId, window }: Pick<ClaimRow, 'schemeId' | 'window'>): string => `${schemeId} ${window.from}`;

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

  /** What would refuse drafts if they were filed now, by claim; those that nothing is in the way of are left out. As many statements for many as for one. */
  async ahead(ctx: Context, claims: readonly ClaimRow[]): Promise<ReadonlyMap<string, Clash>> {
    if (claims.length === 0) return new Map();
    const { reader } = this.database;
    return this.#of(reader, ctx, await this.#occupied(reader, claims, await this.#effective(reader, claims)));
  }

  /** Holds the site until the commit and answers with the time that filing is to take. Codes: `claims.already_claimed`, `claims.overlaps`. */
  async take(tx: Tx, ctx: Context, claim: ClaimRow, policy: CompiledPolicy): Promise<Result<Interval>> {
    await this.claims.holdSite(tx, claim.siteId);
    const places = await this.#occupied(tx, [claim], () => policy);
    const clash = (await this.#of(tx, ctx, places)).get(claim.id);
    return clash === undefined ? ok(places[0]?.span ?? claim.window) : { ok: false, refusal: refusalOf(clash) };
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
    const clash = claim === undefined || !mayFor(ctx.actor, 'claim.read', claim.merchantId) ? undefined : (await this.ahead(ctx, [claim])).get(id);
    return refusalOf(clash ?? { code: refusal.code });
  }

  /** The version of the policy that answers for each claim, read once for claims of one scheme that begin together. */
  async #effective(reader: Reader, claims: readonly ClaimRow[]): Promise<PolicyOf> {
    const keys = await this.schemes.policyKeys(reader, [...new Set(claims.map(({ schemeId }) => schemeId))]);
    const found = new Map<string, CompiledPolicy | undefined>();
    for (const { schemeId, window } of claims) {
      const [asked, key] = [questionOf({ schemeId, window }), keys.get(schemeId)];
      if (found.has(asked)) continue;
      const policy = key === undefined ? undefined : await this.policies.effective(reader, key, window.from);
      found.set(asked, policy?.ok === true ? policy.value.resolved : undefined);
    }
    return (claim) => found.get(questionOf(claim));
  }

  /** Of each claim the hull of its window and its loss window, in the order given. */
  async #occupied(reader: Reader, claims: readonly ClaimRow[], policyOf: PolicyOf): Promise<Place[]> {
    const reaching = claims.filter((claim) => policyOf(claim)?.reaches === true);
    const facts = reaching.length === 0 ? [] : await this.facts.of(reader, reaching.map((claim) => {
      const { services, window, declaredMinor, currency, answers } = claim;
      return { claim, frozen: { services, window, declaredMinor, currency, answers, salesSetId: null } };
    }));
    const factsOf = new Map(reaching.map(({ id }, index) => [id, facts[index]]));
    return claims.map((claim) => {
      const [policy, known] = [policyOf(claim), factsOf.get(claim.id)];
      return { claim, span: policy === undefined || known === undefined ? claim.window : occupiedBy(policy, known) };
    });
  }

  async #of(reader: Reader, { actor }: Context, places: readonly Place[]): Promise<ReadonlyMap<string, Clash>> {
    const rivals = await this.claims.rivals(reader, places);
    return new Map([...rivals].map(([claimId, { id, reference, merchantId, isSameScheme }]) =>
      [claimId, { code: isSameScheme ? 'claims.already_claimed' : 'claims.overlaps', ...(mayFor(actor, 'claim.read', merchantId) ? { other: { id, reference } } : {}) }]));
  }
}

const isClash = (code: string): code is Clash['code'] => code === 'claims.already_claimed' || code === 'claims.overlaps';

const refusalOf = ({ code, other }: Clash): Refusal =>
  refuse(code, other === undefined ? { other: '' } : { other: ` (${other.reference})`, reference: other.reference, claim: `/v1/claims/${other.id}` }).refusal;
