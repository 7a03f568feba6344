import { randomBytes } from 'node:crypto';
import { DEMO_PASSWORD } from '../../src/demo/demo-people.js';
import type { ClaimEvent, ClaimState } from '../../src/modules/claims/index.js';
import type { Role } from '../../src/platform/access/roles.js';
import type { Client } from 'pg';
import { LAPSES } from '../../src/modules/review/offers/offer-lapses.job.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { call, type Answer } from './app.js';
import { DECLARED, draftClaim, ifMatch, type World } from './world.js';

export interface Claim {
  readonly id: string;
  readonly state: ClaimState;
  readonly version: number;
  readonly siteId: string;
  readonly reference: string;
  readonly assessmentId?: string;
  readonly autoDecisionAt?: string;
  readonly origin: string;
  readonly claimVersion: number;
  readonly allowedEvents: readonly ClaimEvent[];
  readonly entitlements: readonly { readonly n: number; readonly gross: { readonly amount: string } }[];
  readonly objections: readonly { readonly n: number }[];
  readonly determinations: readonly { readonly stage: string; readonly outcome: string; readonly byRule: boolean; readonly reasons: readonly { readonly code: string }[] }[];
}

/** Stands in for an assessment where a claim has none yet. */
const NO_ASSESSMENT = '01900000-0000-7000-8000-000000000000';

const made = <T>({ status, body }: Answer<T>): T => {
  if (status >= 300) throw new Error(JSON.stringify(body));
  return body;
};

/** Somebody new with these roles, signed in. */
export async function newPerson(world: World, roles: readonly Role[]): Promise<{ id: string; token: string; email: string }> {
  const email = `${randomBytes(6).toString('hex')}@people.example`;
  const { id } = made(await world.as<{ id: string }>('administrator', 'POST', '/v1/users', { body: { email, name: ['Somebody', ...roles].join(' and '), password: DEMO_PASSWORD } }));
  for (const role of roles) made(await world.as('administrator', 'POST', `/v1/users/${id}/roles`, { body: { role } }));
  const { token } = made(await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email, password: DEMO_PASSWORD } }));
  return { id, token, email };
}

/** Another shop of the café, open and enrolled as the first one is: a place for one more claim. */
export async function newSite(world: World): Promise<string> {
  const { id } = made(await world.as<{ id: string }>('owner', 'POST', `/v1/merchants/${world.world.merchantId}/sites`, {
    body: { name: 'Another shop', online: false, country: 'GB', openingHours: { zone: 'Europe/London', rows: [{ days: [1, 2, 3, 4, 5, 6], opens: '07:00', closes: '18:00' }], exceptions: [] } },
  }));
  made(await world.as('owner', 'POST', `/v1/sites/${id}/enrolments`, { body: { service: 'harbourline.payments', from: '2025-01-01T00:00:00Z' } }));
  return id;
}

export const claimOf = async (world: World, id: string): Promise<Claim> => made(await world.as<Claim>('reviewer', 'GET', `/v1/claims/${id}`));

/** Terms do not change: asked once a world and scheme. */
const termsKnown = new WeakMap<World, Map<string, Promise<string>>>();

export function termsOf(world: World, schemeId = world.world.schemeId): Promise<string> {
  const known = termsKnown.get(world) ?? new Map<string, Promise<string>>();
  termsKnown.set(world, known);
  const terms = known.get(schemeId) ?? askedTerms(world, schemeId);
  known.set(schemeId, terms);
  return terms;
}

async function askedTerms(world: World, schemeId: string): Promise<string> {
  const { texts } = made(await world.as<{ texts: { kind: string; hash: string }[] }>('owner', 'GET', `/v1/schemes/${schemeId}`));
  return texts.find(({ kind }) => kind === 'terms')?.hash ?? '';
}

/** What a request names beside the claim. */
interface Said {
  readonly termsHash: string;
  readonly dueOn: string;
  /** The number of an information request. */
  readonly request: number;
}

/** A last day for an answer that the world's clock lets be asked for. */
export const dueOn = ({ clock }: Pick<World, 'clock'>, days = 10): string => new Date(clock.now() + days * 86_400_000).toISOString().slice(0, 10);

const offerOf = ({ entitlements }: Claim): string => `offers/${entitlements.at(-1)?.n ?? 1}`;
const objectionOf = ({ objections }: Claim): string => `objections/${objections.at(-1)?.n ?? 1}`;

/** The events a person causes over HTTP, each as the request that causes it. */
export const REQUESTS = {
  submit: () => ({ path: 'submissions', body: DECLARED }),
  amend: () => ({ path: 'amendments', body: DECLARED }),
  pull: () => ({ path: 'pulls', body: undefined }),
  recommend: ({ assessmentId = NO_ASSESSMENT }: Claim) => ({ path: 'recommendations', body: { outcome: 'award', assessmentId, reasons: [] } }),
  recommend_refusal: ({ assessmentId = NO_ASSESSMENT }: Claim) => ({ path: 'recommendations', body: { outcome: 'refuse', assessmentId, reasons: ['outage_not_recorded'] } }),
  ask: (_claim: Claim, { dueOn: day }: Said) => ({ path: 'information-requests', body: { items: [{ kind: 'opening_hours' }], dueOn: day } }),
  answer: (_claim: Claim, { request }: Said) => ({ path: `information-requests/${request}/answers`, body: { items: [{ n: 1, outcome: 'given' }] } }),
  override: () => ({ path: 'overrides', body: { step: 'tariff', amount: { amount: '40.00', currency: 'GBP' }, reason: 'judged_on_its_own' } }),
  send_back: () => ({ path: 'returns', body: { reason: 'look again' } }),
  award: ({ assessmentId = NO_ASSESSMENT }: Claim) => ({ path: 'decisions', body: { outcome: 'award', assessmentId, reasons: [] } }),
  refuse: ({ assessmentId = NO_ASSESSMENT }: Claim) => ({ path: 'decisions', body: { outcome: 'refuse', assessmentId, reasons: ['outage_not_recorded'] } }),
  accept: (claim: Claim, { termsHash }: Said) => ({ path: `${offerOf(claim)}/acceptances`, body: { termsHash } }),
  accept_on_account: (claim: Claim, { termsHash }: Said) =>
    ({ path: `${offerOf(claim)}/acceptances`, body: { termsHash, kind: 'on_account', grounds: ['sales'], text: 'It was more.' } }),
  take_up_again: (claim: Claim) => ({ path: `${offerOf(claim)}/renewals`, body: undefined }),
  object: () => ({ path: 'objections', body: { grounds: ['downtime', 'other'], text: 'It was down for longer.' } }),
  upheld: (claim: Claim) => {
    const amount = { amount: `${50 + claim.entitlements.length}.00`, currency: 'GBP' };
    return { path: `${objectionOf(claim)}/decisions`, body: { outcome: 'upheld', figure: { step: 'tariff', amount, reason: 'judged_on_its_own' }, amount } };
  },
  dismiss: (claim: Claim) => ({ path: `${objectionOf(claim)}/decisions`, body: { outcome: 'dismissed', reasons: ['objection_figures_right'] } }),
  decline: (claim: Claim) => ({ path: `${offerOf(claim)}/refusals`, body: undefined }),
  withdraw: () => ({ path: 'withdrawals', body: undefined }),
  reduce: () => ({ path: 'reductions/1/decisions', body: { outcome: 'reduce', note: 'weighed' } }),
  reopen: () => ({ path: 'reopenings', body: { reason: 'look again' } }),
} as const satisfies Partial<Record<ClaimEvent | 'recommend_refusal' | 'dismiss', (claim: Claim, said: Said) => { path: string; body: object | undefined }>>;

export type RequestedEvent = keyof typeof REQUESTS;

/** The number of the request that is open; 1 where none is. */
async function requestOf(world: World, { id }: Claim): Promise<number> {
  const { items } = made(await world.as<{ items: { n: number }[] }>('reviewer', 'GET', `/v1/claims/${id}/information-requests`));
  return items.at(-1)?.n ?? 1;
}

/** Causes an event on a claim as somebody sees it. */
export async function cause(world: World, token: string, event: RequestedEvent, claim: Claim, termsHash = ''): Promise<Answer> {
  const request = event === 'answer' ? await requestOf(world, claim) : 1;
  const { path, body } = REQUESTS[event](claim, { termsHash, dueOn: dueOn(world), request });
  return call(world.url, 'POST', `/v1/claims/${claim.id}/${path}`, { token, ...(body === undefined ? {} : { body }), ...ifMatch(claim.version) });
}

/** The letter of its offer arrived so many days ago, as far as anybody knows, and what has fallen due by now is done. */
export async function daysPass(world: World, database: Client, claimId: string, days: number): Promise<void> {
  const back = `- make_interval(days => ${days})`;
  await database.query(`UPDATE letter SET settled_at = settled_at ${back} WHERE about_id = $1 AND settled_at IS NOT NULL`, [claimId]);
  await database.query(`UPDATE decision_notice SET look_at = look_at ${back} WHERE claim_id = $1 AND look_at IS NOT NULL`, [claimId]);
  await world.app.get(Jobs).sweep(LAPSES);
}

/** Proposes, where it is granted, that nothing is left of a claim: for fraud, so that another person may decide it at once. */
export const proposeReduction = (world: World, token: string, { id, version }: Claim): Promise<Answer> =>
  call(world.url, 'POST', `/v1/claims/${id}/reductions`, { token, body: { amount: { amount: '1.00', currency: 'GBP' }, reason: 'fraud_found', text: 'false', withoutHearing: true }, ...ifMatch(version) });

/** A claim at a new site, taken by people to where it should stand; the rule's hour must lie ahead. */
export async function claimAt(world: World, ...path: readonly (readonly [RequestedEvent, token: string])[]): Promise<Claim> {
  const { id } = await draftClaim(world, { siteId: await newSite(world) });
  const termsHash = await termsOf(world);
  for (const [event, token] of path) {
    // An assessment that takes longer than the request moves the claim once more: whoever is told so reads again.
    let answer = await cause(world, token, event, await claimOf(world, id), termsHash);
    if (answer.status === 412) answer = await cause(world, token, event, await claimOf(world, id), termsHash);
    made(answer);
  }
  return claimOf(world, id);
}
