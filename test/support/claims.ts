import { randomBytes } from 'node:crypto';
import { DEMO_PASSWORD } from '../../src/demo/demo-people.js';
import type { ClaimEvent, ClaimState } from '../../src/modules/claims/index.js';
import type { Role } from '../../src/platform/access/roles.js';
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

export const termsOf = async (world: World, schemeId = world.world.schemeId): Promise<string> => {
  const { texts } = made(await world.as<{ texts: { kind: string; hash: string }[] }>('owner', 'GET', `/v1/schemes/${schemeId}`));
  return texts.find(({ kind }) => kind === 'terms')?.hash ?? '';
};

/** The events a person causes over HTTP, each as the request that causes it. */
export const REQUESTS = {
  submit: () => ({ path: 'submissions', body: DECLARED }),
  amend: () => ({ path: 'amendments', body: DECLARED }),
  pull: () => ({ path: 'pulls', body: undefined }),
  recommend: ({ assessmentId = NO_ASSESSMENT }: Claim) => ({ path: 'recommendations', body: { outcome: 'award', assessmentId, reasons: [] } }),
  recommend_refusal: ({ assessmentId = NO_ASSESSMENT }: Claim) => ({ path: 'recommendations', body: { outcome: 'refuse', assessmentId, reasons: ['outage_not_recorded'] } }),
  override: () => ({ path: 'overrides', body: { step: 'tariff', amount: { amount: '40.00', currency: 'GBP' }, reason: 'judged_on_its_own' } }),
  send_back: () => ({ path: 'returns', body: { reason: 'look again' } }),
  award: ({ assessmentId = NO_ASSESSMENT }: Claim) => ({ path: 'decisions', body: { outcome: 'award', assessmentId, reasons: [] } }),
  refuse: ({ assessmentId = NO_ASSESSMENT }: Claim) => ({ path: 'decisions', body: { outcome: 'refuse', assessmentId, reasons: ['outage_not_recorded'] } }),
  accept: (_claim: Claim, termsHash: string) => ({ path: 'offers/1/acceptances', body: { termsHash } }),
  decline: () => ({ path: 'offers/1/refusals', body: undefined }),
  withdraw: () => ({ path: 'withdrawals', body: undefined }),
  reduce: () => ({ path: 'reductions/1/decisions', body: { outcome: 'reduce', note: 'weighed' } }),
  reopen: () => ({ path: 'reopenings', body: { reason: 'look again' } }),
} as const satisfies Partial<Record<ClaimEvent | 'recommend_refusal', (claim: Claim, termsHash: string) => { path: string; body: object | undefined }>>;

export type RequestedEvent = keyof typeof REQUESTS;

/** Causes an event on a claim as somebody sees it. */
export function cause(world: World, token: string, event: RequestedEvent, claim: Claim, termsHash = ''): Promise<Answer> {
  const { path, body } = REQUESTS[event](claim, termsHash);
  return call(world.url, 'POST', `/v1/claims/${claim.id}/${path}`, { token, ...(body === undefined ? {} : { body }), ...ifMatch(claim.version) });
}

/** Proposes, where it is granted, that nothing is left of a claim: for fraud, so that another person may decide it at once. */
export const proposeReduction = (world: World, token: string, { id, version }: Claim): Promise<Answer> =>
  call(world.url, 'POST', `/v1/claims/${id}/reductions`, { token, body: { amount: { amount: '1.00', currency: 'GBP' }, reason: 'fraud_found', text: 'false', withoutHearing: true }, ...ifMatch(version) });

/** A claim at a new site, taken by people to where it should stand; the rule's hour must lie ahead. */
export async function claimAt(world: World, ...path: readonly (readonly [RequestedEvent, token: string])[]): Promise<Claim> {
  const { id } = await draftClaim(world, { siteId: await newSite(world) });
  const termsHash = await termsOf(world);
  for (const [event, token] of path) made(await cause(world, token, event, await claimOf(world, id), termsHash));
  return claimOf(world, id);
}
