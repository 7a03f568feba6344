import { Injectable } from '@nestjs/common';
import type { AssessmentResult } from '../../core/assessment/index.js';
import { canonicalJson, sha256Hex } from '../../core/audit/index.js';
import { ok, type Refusal, type Result } from '../../core/errors/index.js';
import { occupiedBy, type PolicyFacts } from '../../core/policy/index.js';
import type { Instant, Interval } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader } from '../../platform/database/tx.js';
import { AssessmentRuns, FactsLoader, methodsOf, type LoadedFacts } from '../assessments/index.js';
import { checkComplete, ClaimQueries, DraftChecks, type ClaimRow, type FiledClaim } from '../claims/index.js';
import type { AppliedPolicy } from '../policies/index.js';
import { decideByRule } from '../review/index.js';
import type { SchemeFacts } from '../schemes/index.js';
import type { EnrolledSite, LeftOut, PrecomputedSite, SiteForecast } from './precomputation.rules.js';

type Answers = PrecomputedSite['answers'];
type Given = PrecomputedSite['given'];

/** One way of answering what the policy lets a merchant choose, and what it comes to. */
interface Tried {
  readonly answers: Answers;
  readonly applied: AppliedPolicy;
  readonly result: AssessmentResult | undefined;
}

/** More ways than any policy offers; the shipped ones offer two. */
const MOST_WAYS = 16;

/** What a policy gives sites from facts alone, by the engine that decides: nothing is asked, nothing is stored. */
@Injectable()
export class SiteForecasts {
  constructor(
    private readonly clock: Clock,
    private readonly claims: ClaimQueries,
    private readonly drafts: DraftChecks,
    private readonly loader: FactsLoader,
    private readonly runs: AssessmentRuns,
  ) {}

  /** `lossHead`: what the scheme's policy pays for. */
  async of(reader: Reader, scheme: SchemeFacts, lossHead: string, sites: readonly EnrolledSite[]): Promise<Result<SiteForecast[]>> {
    const loaded = await this.loader.load(reader, sites.map((site) => wouldBe(scheme, site, this.clock.now())));
    const tried = await this.#tried(reader, loaded);
    const places = sites.map((site, index) => ({ ...site, window: takenBy(bestOf(tried[index] ?? [])) ?? site.window }));
    const obstacles = await this.claims.openingObstacles(reader, { schemeId: scheme.id, head: lossHead }, places);
    const faults = new Map<string, Refusal[]>();
    const found: SiteForecast[] = [];
    for (const [index, site] of sites.entries()) {
      const [ways, { facts }] = [tried[index] ?? [], loaded[index] as LoadedFacts];
      const best = bestOf(ways);
      const key = `${site.services.join(' ')} ${site.window.from}/${site.window.to} ${JSON.stringify(best?.answers ?? {})}`;
      const refused = faults.get(key) ?? await this.drafts.faults(reader, scheme, { ...site, answers: best?.answers ?? {} });
      faults.set(key, refused);
      const given = givenTo({ best, obstacle: obstacles.get(site.siteId), refused, verified: facts.merchant.verified });
      found.push({ ...site, answers: best?.answers ?? {}, given, withheldMinor: given.opens ? withheldOf(best) : undefined });
    }
    return ok(found);
  }

  /** Every way of answering that is complete without anybody being asked. */
  async #tried(reader: Reader, loaded: readonly LoadedFacts[]): Promise<Tried[][]> {
    const ways = loaded.map(({ facts, choice }): Omit<Tried, 'result'>[] => {
      const plain = choice.apply(facts);
      if (!plain.ok) return [];
      return waysOf(plain.value).flatMap((answers) => {
        const applied = choice.apply({ ...facts, inputs: inputsOf(answers) });
        return applied.ok ? [{ answers, applied: applied.value }] : [];
      });
    });
    const settled = await this.runs.settle(reader, ways.flat().map(({ applied }) => applied));
    let at = 0;
    return ways.map((own) => own.map((way) => ({ ...way, result: settled[at++]?.assessed?.result })));
  }
}

/** The claim as it would be filed; it has no id of its own yet, so it goes by its site's. */
function wouldBe(scheme: SchemeFacts, { siteId, merchantId, services, window }: EnrolledSite, now: Instant): FiledClaim {
  const claim: ClaimRow = {
    id: siteId, reference: '', schemeId: scheme.id, siteId, merchantId, head: '', currency: scheme.currency, services, window, declaredMinor: null, answers: {}, state: 'submitted',
    late: false, openedByStaff: false, claimVersion: 1, assessmentId: null, autoDecisionAt: null, createdBy: '', submittedBy: null, createdAt: now, submittedAt: now, mandateId: null,
    origin: 'operator', version: 1,
  };
  return { claim, frozen: { services, window, declaredMinor: null, currency: scheme.currency, answers: {}, salesSetId: null } };
}

const inputsOf = (answers: Answers): PolicyFacts['inputs'] => Object.fromEntries(Object.entries(answers).map(([name, value]) => [name, { value, provenance: 'declared' as const }]));

/** Nothing answered first, then what a merchant may choose: the operator takes for it what gives it most. */
function waysOf({ policy: { resolved } }: AppliedPolicy): Answers[] {
  const ways = methodsOf(resolved).reduce<Answers[]>((all, { input, values }) => [...all, ...all.flatMap((answers) => values.map((value) => ({ ...answers, [input]: value })))], [{}]);
  return ways.slice(0, MOST_WAYS);
}

const cashOf = ({ result }: Tried): bigint => (result?.outcome === 'eligible' ? BigInt(result.cashMinor ?? '0') : -1n);
const withheldOf = (way: Tried | undefined): bigint | undefined => (way?.applied.policy.resolved.sharing === undefined ? BigInt(way?.result?.withheldMinor ?? '0') : undefined);
const isComplete = ({ answers, applied }: Tried): boolean => checkComplete(answers, applied.policy.resolved.document, false).ok;

/** The complete way that gives most, of several the one that answers least; else the first, which says what is missing. */
function bestOf(ways: readonly Tried[]): Tried | undefined {
  const complete = ways.filter(isComplete);
  return complete.reduce<Tried | undefined>((best, way) => (best === undefined || cashOf(way) > cashOf(best) ? way : best), undefined) ?? ways[0];
}

/** The time a filing would take, where the policy looks beyond the time claimed for. */
const takenBy = (way: Tried | undefined): Interval | undefined =>
  (way?.applied.policy.resolved.reaches === true ? occupiedBy(way.applied.policy.resolved, way.applied.facts) : undefined);

interface Found {
  readonly best: Tried | undefined;
  readonly obstacle: LeftOut | undefined;
  readonly refused: readonly Refusal[];
  readonly verified: boolean;
}

const leaves = (why: LeftOut, codes: readonly string[] = []): Given => ({ opens: false, why, codes: [...new Set(codes)].sort() });

function givenTo({ best, obstacle, refused, verified }: Found): Given {
  if (obstacle !== undefined) return leaves(obstacle);
  if (!verified) return leaves('not_verified');
  if (best !== undefined && !isComplete(best)) return leaves('answers_needed');
  if (best === undefined || refused.length > 0) return leaves('not_fileable', refused.map(({ code }) => code));
  const { result } = best;
  if (result === undefined) return leaves('sales_needed');
  const codes = result.reasons.map(({ code }) => code);
  switch (result.outcome) {
    case 'eligible': return { opens: true, minor: BigInt(result.cashMinor ?? '0'), basisHash: basisOf(best), codes: askedOf(best, result) };
    case 'ineligible': return leaves('not_eligible', codes);
    case 'nil': return leaves('nothing_due', codes);
    case 'refer': return leaves('needs_a_person', codes);
  }
}

/** All that the sum rests on, without what is new each time it is asked: when, at which version of a register that says the same, and the sum itself. */
const basisOf = ({ applied: { facts }, result }: Tried): string => {
  const { registerVersion: _version, claim: { filedAt: _filedAt, ...claim }, ...rest } = facts;
  return sha256Hex(canonicalJson({ ...rest, claim, cashMinor: result?.cashMinor ?? null }));
};

/** Why the rule would give the claim to people, as far as can be told before it is there. */
function askedOf({ applied: { policy } }: Tried, result: AssessmentResult): string[] {
  const verdict = decideByRule({
    result, policy: policy.resolved, merchantVerified: true, hasParsedSales: false, evidence: { kinds: [], isWaiting: false, isInfected: false }, late: false, hasFund: true, held: false, drawn: false,
    outagesEnded: true, overridden: false, hasSignals: false, automaticTotalMinor: 0n, floorMinor: 0n,
  });
  return verdict.kind === 'refer' ? [...new Set(verdict.why)].sort() : [];
}
