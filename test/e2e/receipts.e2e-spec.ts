import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signedText, verifyReceipt, type Receipt } from '../../src/core/assessment/index.js';
import { canonicalJson, sha256Hex } from '../../src/core/audit/index.js';
import { Receipts } from '../../src/modules/assessments/index.js';
import { ReceiptKeys } from '../../src/modules/assessments/receipt-keys.service.js';
import { verifiesWith } from '../../src/platform/crypto/signing-key.js';
import { DEMO_PEOPLE, type DemoPerson } from '../../src/demo/demo-people.js';
import { call } from '../support/app.js';
import { draftClaim, openWorld, submit, uploadSales, type World } from '../support/world.js';

let world: World;
let claim: { id: string; reference: string; siteId: string };
const path = (): string => `/v1/claims/${claim.id}/assessments/1`;

beforeAll(async () => {
  world = await openWorld();
  const draft = await draftClaim(world);
  await uploadSales(world, draft.id);
  await submit(world, draft);
  claim = (await world.as<typeof claim>('owner', 'GET', `/v1/claims/${draft.id}`)).body;
});
afterAll(async () => { await world.close(); });

const fetched = async (): Promise<string> => {
  const { tokens, url } = world;
  return (await fetch(`${url}${path()}/receipt`, { headers: { authorization: `Bearer ${tokens.owner}` } })).text();
};
const jwks = async () => (await call<{ keys: { x: string; kid: string }[] }>(world.url, 'GET', '/.well-known/jwks.json'));

describe('the receipt of a filed claim', () => {
  it('is served as a file that no cache keeps, and verifies with the published keys alone', async () => {
    const answer = await fetch(`${world.url}${path()}/receipt`, { headers: { authorization: `Bearer ${world.tokens.owner}` } });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': expect.stringMatching(/^application\/json/), 'cache-control': 'no-store', 'content-disposition': `attachment; filename="receipt-${claim.reference}-1.json"`,
    });
    const text = await answer.text();
    const { keys } = (await jwks()).body;
    expect(verifyReceipt(text, (kid, signed, signature) => verifiesWith(keys, kid, signed, signature))).toEqual([]);
    expect((JSON.parse(text) as Receipt).result).toMatchObject({ outcome: 'eligible', cashMinor: '5340' });
    expect(canonicalJson(JSON.parse(text))).toBe(text);
    expect(await fetched()).toBe(text);
  });

  it('is bound to the stored assessment by both of its hashes', async () => {
    const receipt = JSON.parse(await fetched()) as Receipt;
    const { body } = await world.as<{ inputHash: string; resultHash: string; assessedAt: string }>('owner', 'GET', path());
    expect(receipt.assessment).toEqual({ n: 1, inputHash: body.inputHash, resultHash: body.resultHash, assessedAt: Date.parse(body.assessedAt) });
    expect(receipt.input.hash).toBe(sha256Hex(canonicalJson(receipt.input.facts)));
    expect(receipt.input.hash).not.toBe(body.inputHash);
  });

  it('names nobody: no name, no address, no id of a person, a business, a site or a claim', async () => {
    const text = await fetched();
    expect(text).toContain(claim.reference);
    const named = ['Corner Café', 'Corner', ...Object.values<DemoPerson>(DEMO_PEOPLE).flatMap(({ email, name }) => [email, name]), claim.id, claim.siteId, world.world.merchantId];
    expect(named.filter((name) => text.includes(name))).toEqual([]);
    // What the register publishes is the only thing with an id.
    const { outages } = (JSON.parse(text) as Receipt).input.facts;
    const ids = text.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? [];
    expect([...new Set(ids)]).toEqual(outages.map(({ id }) => id));
  });

  it('is refused to whom the claim is not shown, as if it were not there', async () => {
    expect((await call(world.url, 'GET', `${path()}/receipt`)).status).toBe(401);
    expect((await world.as('owner', 'GET', `/v1/claims/${claim.id}/assessments/99/receipt`)).status).toBe(404);
    expect((await world.as('owner', 'GET', '/v1/claims/018f0000-0000-7000-8000-000000000000/assessments/1/receipt')).status).toBe(404);
  });

  it('that was changed is named broken by this installation too', async () => {
    const receipts = world.app.get(Receipts);
    const text = await fetched();
    expect(await receipts.verify(text)).toEqual({ ok: true, value: [] });
    const broken = await receipts.verify(text.replace('"cashMinor":"5340"', '"cashMinor":"9999"'));
    expect(broken.ok && broken.value.map(({ part }) => part)).toEqual(['signature', 'result.amount']);
  });

  it('signed here, but of no assessment that is stored here, is named', async () => {
    const key = await world.app.get(ReceiptKeys).signing();
    if (!key.ok) throw new Error('no key');
    const { signature: _signature, ...body } = JSON.parse(await fetched()) as Receipt;
    const forged = { ...body, assessment: { ...body.assessment, inputHash: '0'.repeat(64) } };
    const text = canonicalJson({ ...forged, signature: { alg: 'EdDSA', kid: key.value.kid, value: key.value.sign(signedText(forged)) } });
    const faults = await world.app.get(Receipts).verify(text);
    expect(faults.ok && faults.value.map(({ part }) => part)).toEqual(['assessment']);
  });

  it('keeps verifying after the key was changed: every public key that ever signed stays published', async () => {
    const { body, headers } = await jwks();
    expect(headers['cache-control']).toBe('public, max-age=300');
    expect(body.keys).toEqual([{ kty: 'OKP', crv: 'Ed25519', x: expect.stringMatching(/^[\w-]{43}$/), kid: expect.stringMatching(/^[\w-]{43}$/), use: 'sig', alg: 'EdDSA' }]);
    const old = { x: 'A'.repeat(43) };
    const client = await import('pg').then(({ Client }) => new Client({ connectionString: world.database.appUrl }));
    await client.connect();
    try {
      await client.query("INSERT INTO receipt_key (public_key, first_used_at) VALUES ($1, '2020-01-01')", [old.x]);
      await expect(client.query('DELETE FROM receipt_key')).rejects.toThrow();
      await expect(client.query('UPDATE receipt_key SET public_key = public_key')).rejects.toThrow();
    } finally {
      await client.end();
    }
    expect((await jwks()).body.keys.map(({ x }) => x)).toEqual([body.keys[0]?.x, old.x]);
  });
});

describe('counterfactuals of a filed claim', () => {
  it.each([['en', 'instead of'], ['ko', '대신'], ['fr', 'au lieu de']])('are told in %s, what the merchant can change apart from what is given', async (lang, words) => {
    const { status, body } = await world.as<{ goal: string; changeable: { path: string; text: string; becomes: { cashMinor: string } }[]; given: { path: string }[] }>('owner', 'GET', `${path()}/counterfactuals?lang=${lang}`);
    expect(status).toBe(200);
    expect(body.goal).toBe('more');
    expect(body.changeable[0]).toMatchObject({ path: '$inputs.grossMargin', becomes: { outcome: 'eligible' }, text: expect.stringContaining(words) });
    expect(body.given.every(({ path: fact }) => fact.startsWith('$facts.'))).toBe(true);
  });

  it('are refused in a language that is not spoken here', async () => {
    expect((await world.as('owner', 'GET', `${path()}/counterfactuals?lang=de`)).status).toBe(400);
  });
});

describe('the trace of a filed claim', () => {
  it('is versioned, and gives each step its inputs with values and its parameters with their source', async () => {
    const { body } = await world.as<{ schema: number; steps: { id: string; inputs: Record<string, { ref: string; value: unknown }[]>; params: Record<string, unknown> }[] }>('owner', 'GET', `${path()}/trace`);
    expect(body.schema).toBe(1);
    expect(body.steps.find(({ id }) => id === 'marginShare')).toMatchObject({
      inputs: { trade: [{ ref: '$facts.merchant.sector', value: 'food' }], own: [{ ref: '$inputs.grossMargin', value: null }] },
      params: { table: { path: '$params.marginByTrade', unit: 'ratio', value: '31/50', source: expect.stringContaining('Makegood') } },
    });
  });
});
