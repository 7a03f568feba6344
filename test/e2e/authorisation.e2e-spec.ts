import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, type Answer } from '../support/app.js';
import { addressOf, NOBODYS_ID, OPERATIONS, type Operation } from '../support/operations.js';
import { everyRole, headersOf, signedIn } from '../support/personas.js';
import { DECLARED, draftClaim, openWorld, OUTAGE_WINDOW, submit, uploadSales, type World } from '../support/world.js';

let world: World;
let personas: ReadonlyMap<string, string>;
beforeAll(async () => {
  world = await openWorld();
  personas = await everyRole(world);
});
afterAll(async () => { await world.close(); });

const ask = (operation: Operation, token: string | undefined, places: Record<string, string> = {}, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answer> =>
  call(world.url, operation.method, addressOf(operation, places), {
    ...(token === undefined ? {} : { token }),
    ...(operation.method === 'GET' || operation.body === undefined ? {} : { body }),
    headers: { ...headers, ...(operation.headers.includes('If-Match') ? { 'if-match': '"1"' } : {}) },
  });

type Verdict = 'no credential' | 'no permission' | 'let in';

const verdictOf = ({ status, body }: Answer, { method }: Operation): Verdict => {
  // The answer to HEAD has no body that could say why.
  if (status === 403 && (method === 'HEAD' || body['code'] === 'access.permission')) return 'no permission';
  return status === 401 ? 'no credential' : 'let in';
};

const expected = ({ roles }: Operation, persona: string | undefined): Verdict => {
  if (roles.includes('anybody')) return 'let in';
  if (persona === undefined) return 'no credential';
  // An agent who acts for a business is an agent all the same.
  const as = persona === 'merchant_agent' ? [persona, 'agent'] : [persona];
  return roles.includes('signed_in') || as.some((one) => roles.includes(one)) ? 'let in' : 'no permission';
};

describe('every operation lets in whom it declares, and nobody else', () => {
  // The answer to the last one ends the session it is asked with.
  const operations = OPERATIONS.filter(({ name }) => name !== 'DELETE /v1/sessions/current' && name !== 'POST /v1/sessions');

  it.each(operations.map((operation) => [operation.name, operation] as const))('%s', async (_name, operation) => {
    const rows = await Promise.all([undefined, ...personas.keys()].map(async (persona) => {
      const answer = await ask(operation, persona === undefined ? undefined : personas.get(persona), {}, {}, headersOf(world, persona));
      return { persona, got: verdictOf(answer, operation), wanted: expected(operation, persona), fine: answer.status < 500 };
    }));
    expect(rows.filter(({ got, wanted, fine }) => got !== wanted || !fine)).toEqual([]);
  });
});

describe('what is not yours is answered like what is not there', () => {
  const HOURS = { zone: 'Europe/London', rows: [], exceptions: [] };
  const ACCOUNT = { kind: 'iban', account: 'GB82WEST12345698765432', holder: 'Corner Café Ltd' };
  /** Bodies of the right form, so that the answer is about whose it is and not about its form. */
  const BODIES: Readonly<Record<string, unknown>> = {
    'POST /v1/merchants/{id}/sites': { name: 'Site', online: false, country: 'GB', openingHours: HOURS },
    'PUT /v1/sites/{id}/opening-hours': HOURS,
    'POST /v1/sites/{id}/enrolments': { service: 'harbourline.payments', from: '2025-01-01T00:00:00Z' },
    'POST /v1/merchants/{id}/invitations': { email: 'new@persona.example', role: 'member', language: 'en' },
    'PATCH /v1/merchants/{id}/members/{userId}': { role: 'member' },
    'POST /v1/merchants/{id}/register-adoptions': { parts: ['name'] },
    'POST /v1/merchants/{id}/payee-accounts': ACCOUNT,
    'POST /v1/claims/{id}/second-looks': { verdict: 'agree', reason: 'As I would have decided.' },
    'POST /v1/claims/{id}/submissions': DECLARED,
    'POST /v1/claims/{id}/sales-days': { basis: 'net_of_tax', days: [{ day: '2026-10-12', amount: '1.00' }] },
    'POST /v1/claims/{id}/amendments': DECLARED,
    'POST /v1/claims/{id}/corrections': DECLARED,
    'POST /v1/claims/{id}/objections': { grounds: ['other'], text: 'Why.' },
    'POST /v1/claims/{id}/offers/{n}/acceptances': { termsHash: 'a'.repeat(64) },
    'POST /v1/claims/{id}/reductions/{n}/answers': { text: 'Why.' },
    'POST /v1/claims/{id}/information-requests/{n}/answers': { items: [{ n: 1, outcome: 'given' }] },
  };
  const operations = OPERATIONS.filter(({ tenant, places }) => tenant === 'merchant' && places.length > 0);

  let outsider: string;
  let theirs: { filed: Record<string, string>; draft: Record<string, string>; merchant: Record<string, string>; site: Record<string, string>; enrolment: Record<string, string> };

  beforeAll(async () => {
    outsider = await signedIn(world, 'outsider');
    await call(world.url, 'POST', '/v1/merchants', {
      token: outsider, body: { legalName: 'Other', registration: { scheme: 'none', value: '' }, sector: { system: 'x', code: 'food' }, country: 'GB', language: 'en', zone: 'UTC', sizes: [] },
    });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const filed = await draftClaim(world);
    const { body: set } = await uploadSales(world, filed.id);
    const { body } = await world.as<{ version: number }>('owner', 'GET', `/v1/claims/${filed.id}`);
    expect((await submit(world, { id: filed.id, version: body.version })).status).toBe(201);
    const draft = await draftClaim(world);
    const { body: draftSet } = await uploadSales(world, draft.id);
    const account = await world.as('owner', 'POST', `/v1/merchants/${world.world.merchantId}/payee-accounts`, { body: ACCOUNT });
    expect(account.status).toBe(201);
    theirs = {
      filed: { id: filed.id, setId: String(set['id']) }, draft: { id: draft.id, setId: String(draftSet['id']) },
      merchant: { id: world.world.merchantId, userId: NOBODYS_ID, invitationId: NOBODYS_ID, accountId: String(account.body['id']) }, site: { id: world.world.siteId },
      enrolment: { id: (await world.as<{ items: { id: string }[] }>('owner', 'GET', `/v1/sites/${world.world.siteId}/enrolments`)).body.items[0]?.id ?? '' },
    };
  });

  const bare = ({ status, body, headers }: Answer): unknown => ({
    status, body: { ...body, instance: '' }, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'date')),
  });

  const request = async (operation: Operation, places: Record<string, string>): Promise<Answer> =>
    (/^POST .*(sales-records|sales-uploads)$/.test(operation.name)
      ? call(world.url, 'POST', `${addressOf(operation, places)}?currency=GBP&basis=net_of_tax`, { token: outsider, raw: 'at,amount\n2026-10-12T10:00:00Z,1.00\n', type: 'text/csv' })
      : ask(operation, outsider, places, BODIES[operation.name] ?? {}));

  it('is asked of every place that takes an id of a merchant\'s thing', () => {
    expect(operations.length).toBeGreaterThan(18);
  });

  it.each(operations.map((operation) => [operation.name, operation] as const))('%s', async (_name, operation) => {
    const things = operation.path.startsWith('/v1/claims') ? [theirs.filed, theirs.draft] : operation.path.startsWith('/v1/merchants') ? [theirs.merchant] : operation.path.startsWith('/v1/enrolments') ? [theirs.enrolment] : [theirs.site];
    const nobodys = await request(operation, { id: NOBODYS_ID, setId: NOBODYS_ID, userId: NOBODYS_ID, invitationId: NOBODYS_ID });
    expect(nobodys.status).toBe(404);
    for (const places of things) expect(bare(await request(operation, places))).toEqual(bare(nobodys));
  });

  it('also where the id stands in the body', async () => {
    const file = (siteId: string): Promise<Answer> =>
      call(world.url, 'POST', '/v1/claims', { token: outsider, body: { schemeId: world.world.schemeId, siteId, window: OUTAGE_WINDOW, answers: {} } });
    const nobodys = await file(NOBODYS_ID);
    expect(nobodys.status).toBe(404);
    expect(bare(await file(world.world.siteId))).toEqual(bare(nobodys));
  });

  it('and is in no list', async () => {
    expect((await call<{ items: unknown[] }>(world.url, 'GET', '/v1/claims?limit=200', { token: outsider })).body.items).toEqual([]);
  });
});
