import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../support/app.js';
import { addressOf, OPERATIONS } from '../support/operations.js';
import { everyRole } from '../support/personas.js';
import { draftClaim, ifMatch, openWorld, type World } from '../support/world.js';

let world: World;
let personas: ReadonlyMap<string, string>;
beforeAll(async () => {
  world = await openWorld();
  personas = await everyRole(world);
});
afterAll(async () => { await world.close(); });

/** Operations that change something without naming a version, each for a reason. */
const WITHOUT_VERSION: Readonly<Record<string, string>> = {
  'POST /v1/sessions': 'makes something new', 'POST /v1/users': 'makes something new', 'POST /v1/merchants': 'makes something new',
  'POST /v1/merchants/{id}/sites': 'makes something new', 'POST /v1/sites/{id}/enrolments': 'makes something new', 'POST /v1/services': 'makes something new',
  'POST /v1/paying-accounts': 'makes something new', 'POST /v1/paying-accounts/{id}/changes/{n}/decisions': 'works once', 'POST /v1/paying-accounts/{id}/changes/{n}/withdrawals': 'works once',
  'POST /v1/payment-lines/{id}/write-offs/{n}/withdrawals': 'works once', 'POST /v1/recoveries/{id}/write-offs/{n}/withdrawals': 'works once',
  'POST /v1/payout-batches': 'opens a batch of what is due; there is nothing yet that could have changed',
  'POST /v1/bank-messages': 'makes something new, and the same bytes again are the same message',
  'POST /v1/reconciliation-breaks': 'makes something new, or finds what is open already',
  'POST /v1/benefit-lists': 'draws up what is on no list yet; there is nothing that could have changed', 'POST /v1/benefit-lists/{id}/results': 'the same table again changes nothing',
  'POST /v1/practice-bank/answers': 'the file of a batch that left does not change',
  'POST /v1/outages': 'makes something new', 'POST /v1/schemes': 'makes something new', 'POST /v1/funds': 'makes something new', 'POST /v1/claims': 'makes something new',
  'POST /v1/policies/{key}/drafts': 'makes something new', 'POST /v1/changes': 'makes something new', 'POST /v1/changes/{id}/runs': 'makes something new',
  'POST /v1/claims/{id}/sales-records': 'makes something new', 'POST /v1/claims/{id}/assessments': 'makes something new',
  'POST /v1/claims/{id}/sales-uploads': 'makes something new', 'POST /v1/claims/{id}/sales-days': 'makes something new', 'POST /v1/handovers': 'makes something new',
  'POST /v1/claims/{id}/sales-uploads/{uploadId}/answers': 'twice is once', 'POST /v1/claims/{id}/sales-uploads/{uploadId}/readings': 'makes something new',
  'POST /v1/handovers/{id}/revocations': 'twice is once',
  'POST /v1/bulk-actions': 'makes something new', 'POST /v1/saved-filters': 'makes something new', 'DELETE /v1/saved-filters/{id}': 'a filter is never changed',
  'POST /v1/bulk-actions/{id}/openings': 'twice is once', 'POST /v1/queues/next-claims': 'names no claim', 'POST /v1/claims/{id}/assignments': 'whoever comes second is told that it is taken',
  'POST /v1/merchants/{id}/invitations': 'makes something new', 'POST /v1/merchants/{id}/register-lookups': 'makes something new',
  'POST /v1/invitations/acceptances': 'works once', 'DELETE /v1/merchants/{id}/invitations/{invitationId}': 'twice is once',
  'DELETE /v1/sessions/current': 'a session has no versions', 'POST /v1/users/{id}/roles': 'twice is once', 'POST /v1/users/{id}/role-removals': 'twice is once',
  'POST /v1/funds/{id}/deposits': 'makes something new', 'POST /v1/funds/{id}/allocations': 'makes something new', 'POST /v1/funds/{id}/deposits/{n}/decisions': 'works once',
  'POST /v1/decision-limits': 'makes something new', 'POST /v1/decision-limits/{id}/confirmations': 'works once', 'POST /v1/claims/{id}/interests': 'twice is once',
  'POST /v1/claims/{id}/sales-records/{setId}/coverage': 'twice is once', 'POST /v1/audit/verifications/{type}/{id}': 'changes nothing',
  'POST /v1/policies/{key}/versions/{version}/test-runs': 'changes nothing',
  'DELETE /v1/account/other-sessions': 'twice is once',
  'DELETE /v1/claims/{id}/evidence/{evidenceId}': 'twice is once',
  'HEAD /v1/claims/{id}/evidence/uploads/{evidenceId}': 'changes nothing',
  'PATCH /v1/claims/{id}/evidence/uploads/{evidenceId}': 'Upload-Offset says where it goes on',
  'POST /v1/account/proof-codes': 'makes something new',
  'POST /v1/account/proofs': 'works once',
  'POST /v1/account/passkey-questions': 'makes something new',
  'POST /v1/account/passkey-proofs': 'works once',
  'POST /v1/agents': 'makes something new',
  'POST /v1/agents/{id}/members': 'twice is once',
  'POST /v1/claim-batches': 'makes something new',
  'POST /v1/claims/{id}/evidence': 'makes something new',
  'POST /v1/claims/{id}/holds': 'makes something new',
  'POST /v1/claims/{id}/evidence/uploads': 'makes something new',
  'POST /v1/eligibility-checks': 'changes nothing',
  'POST /v1/sampling-periods': 'makes something new',
  'PATCH /v1/account/letter-preferences': 'twice is once',
  'POST /v1/mandates': 'makes something new',
  'POST /v1/mandates/{id}/reminders': 'sends the letter again',
  'POST /v1/merchants/{id}/payee-accounts': 'makes something new',
  'POST /v1/schemes/{id}/precomputations': 'makes something new',
  'POST /v1/merchants/{id}/payee-accounts/{accountId}/reveals': 'changes nothing but the list of who looked',
  'POST /v1/merchants/{id}/payee-hold-releases': 'twice is once',
  'POST /v1/merchants/{id}/payee-holds': 'twice is once',
  'POST /v1/sessions/current/proofs': 'a session has no versions',
  'POST /v1/mail-events': 'twice is once',
  'POST /v1/outage-sources': 'makes something new', 'POST /v1/outage-imports': 'twice is once', 'POST /v1/outage-sources/{id}/alerts': 'twice is once',
  'POST /v1/recovery-requests': 'makes something new',
  'POST /v1/sign-in-codes': 'makes something new',
  'POST /v1/sign-in-codes/proofs': 'works once',
  'POST /v1/sign-ups': 'makes something new',
  'PUT /v1/account/password': 'nobody reads it: there is nothing to lose',
};

const changing = OPERATIONS.filter(({ method }) => method !== 'GET');
const versioned = changing.filter(({ headers }) => headers.includes('If-Match'));

describe('every operation that changes what exists', () => {
  it('takes If-Match, or is on the list of those that need not', () => {
    expect(changing.filter(({ headers }) => !headers.includes('If-Match')).map(({ name }) => name).sort()).toEqual(Object.keys(WITHOUT_VERSION).sort());
    expect(versioned.length).toBeGreaterThan(18);
  });

  it.each(versioned.map((operation) => [operation.name, operation] as const))('%s: 428 without it, 400 when it is no version', async (_name, operation) => {
    const token = personas.get(operation.roles[0] ?? '') ?? '';
    const ask = (headers: Record<string, string>) => call(world.url, operation.method, addressOf(operation), { token, headers, ...(operation.body === undefined ? {} : { body: {} }) });
    expect(await ask({})).toMatchObject({ status: 428, body: { code: 'http.if_match_missing' } });
    for (const value of ['*', '1', 'W/"1"', '"1", "2"', '"x"', '"99999999999"']) {
      expect(await ask({ 'if-match': value })).toMatchObject({ status: 400, body: { code: 'http.if_match_malformed' } });
    }
  });
});

describe('a version', () => {
  it('is the ETag of what is read, and of what a change answers', async () => {
    const draft = await draftClaim(world);
    expect((await world.as('owner', 'GET', `/v1/claims/${draft.id}`)).headers['etag']).toBe('"1"');
    const changed = await world.as('owner', 'PATCH', `/v1/claims/${draft.id}`, { body: { answers: { takeTariff: false } }, ...ifMatch(1) });
    expect([changed.status, changed.headers['etag']]).toEqual([200, '"2"']);
  });

  it('that is not the current one is refused with both numbers, and nothing is changed', async () => {
    const draft = await draftClaim(world);
    await world.as('owner', 'PATCH', `/v1/claims/${draft.id}`, { body: { answers: { takeTariff: false } }, ...ifMatch(1) });
    const { schemeId, siteId, outageId } = world.world;
    const { body: business } = await world.as<{ id: string }>('owner', 'POST', '/v1/merchants', {
      body: { legalName: 'New', registration: { scheme: 'none', value: '' }, sector: { system: 'x', code: 'food' }, country: 'GB', language: 'en', zone: 'UTC', sizes: [] },
    });
    const hours = { zone: 'Europe/London', rows: [], exceptions: [] };
    for (const [person, method, path, body] of [
      ['owner', 'PATCH', `/v1/claims/${draft.id}`, {}], ['owner', 'DELETE', `/v1/claims/${draft.id}`, undefined],
      ['owner', 'POST', `/v1/claims/${draft.id}/submissions`, { declarations: { isTrue: true, paidElsewhere: false } }],
      ['reviewer', 'POST', `/v1/claims/${draft.id}/second-looks`, { verdict: 'agree', reason: 'As I would have decided.' }],
      ['owner', 'PUT', `/v1/sites/${siteId}/opening-hours`, hours], ['reviewer', 'POST', `/v1/merchants/${business.id}/verifications`, undefined],
      ['policyAuthor', 'PATCH', `/v1/schemes/${schemeId}`, { title: { en: 'New', ko: 'New', fr: 'New' } }], ['registerEditor', 'PATCH', '/v1/services/harbourline', { names: { en: 'New', ko: 'New', fr: 'New' } }],
      ['registerEditor', 'POST', `/v1/outages/${outageId}/finalisations`, undefined],
    ] as const) {
      const answer = await world.as(person, method, path, { ...(body === undefined ? {} : { body }), ...ifMatch(77) });
      expect({ path, status: answer.status, code: answer.body['code'] }).toEqual({ path, status: 412, code: 'http.stale' });
      expect(answer.body['params']).toMatchObject({ seen: 77, current: expect.any(Number) });
    }
    expect(await world.as('owner', 'GET', `/v1/claims/${draft.id}`)).toMatchObject({ status: 200, body: { version: 2 } });
  });
});
