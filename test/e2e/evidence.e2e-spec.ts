import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { fromBuffer, type Entry } from 'yauzl';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EvidenceFileView } from '../../src/modules/evidence/index.js';
import type { EvidenceSheet } from '../../src/modules/claims/index.js';
import { Database } from '../../src/platform/database/database.js';
import { call, type Answer } from '../support/app.js';
import { newSite } from '../support/claims.js';
import { jpeg, pdf, png, sendEvidence } from '../support/evidence-files.js';
import { signedIn } from '../support/personas.js';
import { CAFE_SALES, draftClaim, openWorld, submit, uploadSales, type World } from '../support/world.js';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(async () => { await world.close(); });

const draft = async (): Promise<{ id: string; version: number }> => draftClaim(world, { siteId: await newSite(world) });
const sheetOf = async (id: string): Promise<EvidenceSheet> => (await world.as<EvidenceSheet>('owner', 'GET', `/v1/claims/${id}/evidence`)).body;
const stored = (answer: Answer): EvidenceFileView => {
  expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status: 201, code: undefined });
  return answer.body as unknown as EvidenceFileView;
};
const said = ({ status, body }: Answer): object => ({ status, code: body['code'] });

describe('a photo of a claim', () => {
  it('is kept under its digest and given back as it came, to be saved and not to be run', async () => {
    const { id } = await draft();
    const photo = jpeg(640, 480, '<script>alert(1)</script>');
    const { id: evidenceId, ...view } = stored(await sendEvidence(world, id, photo, { name: '영수증 "10월".png', kind: 'accounts' }));
    expect(view).toMatchObject({ state: 'unscanned', kind: 'accounts', fileName: '영수증 _10월_.jpg', mediaType: 'image/jpeg', sizeBytes: photo.length, sha256: createHash('sha256').update(photo).digest('hex') });
    const response = await fetch(`${world.url}${view.self}/content`, { headers: { authorization: `Bearer ${world.tokens.reviewer}` } });
    expect(Buffer.from(await response.arrayBuffer()).equals(photo)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg', 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; sandbox", 'cache-control': 'private, no-store',
      'content-disposition': "attachment; filename=\"___ _10__.jpg\"; filename*=UTF-8''%EC%98%81%EC%88%98%EC%A6%9D%20_10%EC%9B%94_.jpg",
    });
    const seen = await world.as<{ items: { action: string; actor: string }[] }>('auditor', 'GET', `/v1/audit/entries/evidence/${evidenceId}`);
    expect(seen.body.items.map(({ action }) => action)).toEqual(['evidence.begun', 'evidence.stored', 'evidence.opened']);
  });

  it('says beforehand what is taken, and what the policy asks for', async () => {
    const { id } = await draft();
    expect(await sheetOf(id)).toMatchObject({
      items: [], open: true, kinds: { needed: [], helpful: ['accounts'], taken: ['accounts', 'other'] },
      limits: { fileBytes: 20_971_520, files: 20, allBytes: 104_857_600, unfinishedHours: 24, forms: ['JPEG', 'PNG', 'HEIC', 'WebP', 'PDF'] },
    });
  });

  it('is not given to somebody who has no business with evidence', async () => {
    const { id } = await draft();
    const { self } = stored(await sendEvidence(world, id, png(8, 8, 'not for all')));
    const finance = await signedIn(world, 'finance-only', { role: 'finance_preparer' });
    expect(said(await call(world.url, 'GET', `${self}/content`, { token: finance }))).toEqual({ status: 403, code: 'access.permission' });
    const stranger = await signedIn(world, 'another-owner');
    expect((await call(world.url, 'GET', `${self}/content`, { token: stranger })).status).toBe(403);
  });

  it('can be taken back from a draft, and not from what was filed', async () => {
    const claim = await draft();
    const first = stored(await sendEvidence(world, claim.id, png(8, 8, 'first')));
    const second = stored(await sendEvidence(world, claim.id, png(8, 8, 'second')));
    expect((await world.as('owner', 'DELETE', first.self)).status).toBe(204);
    expect((await submit(world, claim)).status).toBe(201);
    expect(said(await world.as('owner', 'DELETE', second.self))).toEqual({ status: 409, code: 'claims.not_draft' });
    const { items } = await sheetOf(claim.id);
    expect(items.map(({ id, filed }) => ({ id, filed }))).toEqual([{ id: second.id, filed: true }]);
    const rows = await world.app.get(Database).reader.query<{ frozen: { evidence: object[] } }>('SELECT frozen FROM claim_version WHERE claim_id = $1', [claim.id]);
    expect(rows[0]?.frozen.evidence).toEqual([{ id: second.id, kind: 'other', sha256: second.sha256 }]);
  });
});

describe('what cannot be evidence is refused in words, and leaves nothing behind', () => {
  it.each([
    ['an empty file', Buffer.alloc(0), 422, 'evidence.upload_empty'], ['a page', Buffer.from('<html>'), 422, 'evidence.upload_unknown'],
    ['a program', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(99)]), 422, 'evidence.upload_kind'], ['a bomb', png(100_000, 100_000), 422, 'evidence.upload_huge'],
    ['a script in a PDF', pdf('/JavaScript'), 422, 'evidence.upload_active'], ['21 MB', Buffer.concat([png(), Buffer.alloc(21 * 1_048_576)]), 413, 'evidence.upload_large'],
  ])('%s', async (_what, bytes, status, code) => {
    const { id } = await draft();
    const answer = await sendEvidence(world, id, bytes);
    expect(said(answer)).toEqual({ status, code });
    expect(String(answer.body['detail'])).not.toMatch(/\{\w+\}/);
    expect((await sheetOf(id)).items).toEqual([]);
  });

  it('the same file twice, a kind nobody asked for, and a form without a file', async () => {
    const { id } = await draft();
    stored(await sendEvidence(world, id, png(9, 9), { name: 'one.png' }));
    const again = await sendEvidence(world, id, png(9, 9), { name: 'two.png' });
    expect({ ...said(again), detail: again.body['detail'] }).toEqual({ status: 409, code: 'evidence.upload_twice', detail: 'Exactly this file is already part of the claim, as "one.png".' });
    expect(said(await sendEvidence(world, id, png(), { kind: 'love_letter' }))).toEqual({ status: 422, code: 'evidence.what_unknown' });
    const form = new FormData();
    form.set('kind', 'other');
    const none = await fetch(`${world.url}/v1/claims/${id}/evidence`, { method: 'POST', body: form, headers: { authorization: `Bearer ${world.tokens.owner}` } });
    expect((await none.json() as { code: string }).code).toBe('claims.file_missing');
    expect(said(await world.as('owner', 'POST', `/v1/claims/${id}/evidence`, { body: {} }))).toEqual({ status: 422, code: 'claims.file_missing' });
  });

  it('more than twenty', async () => {
    const { id } = await draft();
    for (let n = 0; n < 20; n += 1) stored(await sendEvidence(world, id, png(8, 8, `number ${n}`)));
    expect(said(await sendEvidence(world, id, png(8, 8, 'one too many')))).toEqual({ status: 422, code: 'evidence.upload_many' });
  });
});

const TUS = { 'tus-resumable': '1.0.0' };
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const begin = (id: string, length: number, name = 'photo.png', headers: Record<string, string> = {}): Promise<Answer> => world.as('owner', 'POST', `/v1/claims/${id}/evidence/uploads`, {
  headers: { ...TUS, 'upload-length': String(length), 'upload-metadata': `filename ${base64(name)},kind ${base64('accounts')}`, ...headers },
});

async function append(at: string, offset: number, bytes: Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${world.url}${at}`, {
    method: 'PATCH', body: new Uint8Array(bytes),
    headers: { authorization: `Bearer ${world.tokens.owner}`, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset), ...TUS, ...headers },
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>, headers: Object.fromEntries(response.headers) };
}

const offsetOf = async (at: string): Promise<string | undefined> => (await world.as('owner', 'HEAD', at, { headers: TUS })).headers['upload-offset'];

/** Sends some of what it announced, then breaks the connection. */
const cutAfter = (at: string, offset: number, bytes: Buffer, announced: number): Promise<void> => new Promise((resolve) => {
  const sending = httpRequest(`${world.url}${at}`, {
    method: 'PATCH', headers: { authorization: `Bearer ${world.tokens.owner}`, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset), 'content-length': String(announced), ...TUS },
  });
  sending.on('error', () => resolve());
  sending.write(bytes, () => setTimeout(() => { sending.destroy(); resolve(); }, 150));
});

describe('a resumable upload', () => {
  const photo = Buffer.concat([png(40, 40, 'resumable'), Buffer.alloc(400_000, 7)]);

  it('goes on where a broken connection left it', async () => {
    const { id } = await draft();
    const begun = await begin(id, photo.length);
    const at = String(begun.headers['location']);
    expect({ status: begun.status, at, offset: await offsetOf(at) }).toEqual({ status: 201, at: `/v1/claims/${id}/evidence/uploads/${String(begun.body['id'])}`, offset: '0' });
    expect((await append(at, 0, photo.subarray(0, 100_000))).headers['upload-offset']).toBe('100000');
    await cutAfter(at, 100_000, photo.subarray(100_000, 250_000), photo.length - 100_000);
    const arrived = Number(await offsetOf(at));
    expect(arrived).toBeGreaterThan(100_000);
    expect(arrived).toBeLessThan(photo.length);
    expect((await sheetOf(id)).items).toMatchObject([{ state: 'receiving' }]);
    expect((await append(at, arrived, photo.subarray(arrived))).status).toBe(204);
    expect((await sheetOf(id)).items).toMatchObject([{ state: 'unscanned', kind: 'accounts', sha256: createHash('sha256').update(photo).digest('hex') }]);
    expect((await world.as('owner', 'HEAD', at, { headers: TUS })).status).toBe(404);
  });

  it('keeps its claim from being filed until it has arrived or is taken back', async () => {
    const claim = await draft();
    const at = String((await begin(claim.id, photo.length, 'slow.png')).headers['location']);
    const refused = await submit(world, claim);
    expect({ ...said(refused), detail: refused.body['detail'] }).toEqual({
      status: 409, code: 'evidence.still_arriving', detail: '"slow.png" has not arrived whole. Wait until it has, or remove it, and file the claim then.',
    });
    expect((await world.as('owner', 'DELETE', at.replace('/uploads', ''))).status).toBe(204);
    expect((await submit(world, claim)).status).toBe(201);
    expect(said(await append(at, 0, photo))).toEqual({ status: 409, code: 'claims.not_draft' });
  });

  it('is examined at its end like any other, and says why it was not taken', async () => {
    const { id } = await draft();
    const page = Buffer.from('<html><script>alert(1)</script></html>');
    const at = String((await begin(id, page.length, 'photo.png')).headers['location']);
    expect(said(await append(at, 0, page))).toEqual({ status: 422, code: 'evidence.upload_unknown' });
    const { items } = await sheetOf(id);
    expect(items).toMatchObject([{ state: 'refused', refusal: { code: 'evidence.upload_unknown' } }]);
    expect(items[0]?.refusal?.detail).toMatch(/not one of JPEG, PNG/);
  });

  it.each([
    ['at another place than it stands', 5, 100, {}, 409, 'upload.offset_differs'], ['with more than it announced', 0, 600, {}, 413, 'http.too_large'],
    ['by another protocol', 0, 100, { 'tus-resumable': '0.2.2' }, 400, 'upload.protocol'], ['with an offset that is none', 0, 100, { 'upload-offset': '-1' }, 400, 'upload.protocol'],
    ['as another type', 0, 100, { 'content-type': 'text/plain' }, 415, 'http.media_type'],
  ])('is not continued %s', async (_how, offset, length, headers, status, code) => {
    const { id } = await draft();
    const at = String((await begin(id, 500)).headers['location']);
    expect(said(await append(at, offset, Buffer.alloc(length), headers))).toEqual({ status, code });
    expect(await offsetOf(at)).toBe('0');
  });

  it.each([
    ['without a length', {}, '', 400, 'evidence.upload_size'], ['of nothing', { 'upload-length': '0' }, '0', 422, 'evidence.upload_empty'],
    ['of too much', { 'upload-length': '999999999' }, '', 413, 'evidence.upload_large'], ['of a length that is none', { 'upload-length': '1e3' }, '', 400, 'evidence.upload_size'],
    ['with metadata that cannot be read', { 'upload-metadata': 'filename ===' }, '', 400, 'upload.protocol'],
  ])('is not begun %s', async (_how, headers, _length, status, code) => {
    const { id } = await draft();
    const answer = await world.as('owner', 'POST', `/v1/claims/${id}/evidence/uploads`, { headers: { ...TUS, ...headers } });
    expect(said(answer)).toEqual({ status, code });
    expect((await sheetOf(id)).items).toEqual([]);
  });

  it('is begun once under one key', async () => {
    const { id } = await draft();
    const [first, second] = [await begin(id, 500, 'a.png', { 'idempotency-key': 'once' }), await begin(id, 500, 'a.png', { 'idempotency-key': 'once' })];
    expect(second.headers['location']).toBe(first.headers['location']);
    expect((await sheetOf(id)).items).toHaveLength(1);
  });
});

describe('everything given and got', () => {
  const unpacked = (bytes: Buffer): Promise<Map<string, Buffer>> => new Promise((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (error !== null) return reject(error);
      const files = new Map<string, Buffer>();
      zip.on('entry', (entry: Entry) => zip.openReadStream(entry, (failure, stream) => {
        if (failure !== null) return reject(failure);
        return void buffer(stream).then((content) => { files.set(entry.fileName, content); zip.readEntry(); }, reject);
      }));
      zip.on('end', () => resolve(files)).on('error', reject);
      zip.readEntry();
    });
  });

  it('is one archive with versions, evidence, workings, receipts and decisions', async () => {
    const claim = await draft();
    expect((await uploadSales(world, claim.id)).status).toBe(201);
    const photo = png(8, 8, 'in the archive');
    stored(await sendEvidence(world, claim.id, photo, { name: '../영수증.png', kind: 'accounts' }));
    expect((await submit(world, claim)).status).toBe(201);
    const response = await fetch(`${world.url}/v1/claims/${claim.id}/archive`, { headers: { authorization: `Bearer ${world.tokens.owner}` } });
    expect({ status: response.status, type: response.headers.get('content-type'), how: response.headers.get('content-disposition') })
      .toMatchObject({ status: 200, type: 'application/zip', how: expect.stringMatching(/^attachment; filename="MG-[0-9A-Z-]+\.zip"/) as unknown });
    const files = await unpacked(Buffer.from(await response.arrayBuffer()));
    expect([...files.keys()].sort()).toEqual([
      ...['en', 'fr', 'ko'].flatMap((language) => [`assessments/1/explanation.${language}.json`, `assessments/1/explanation.${language}.txt`]),
      'assessments/1/receipt.json', 'assessments/1/result.json',
      'claim.json', 'decisions.json', 'evidence.json', 'evidence/01-영수증.png', 'letters/01.txt', 'letters/02.txt', 'sales-files.json', 'sales/01-sales-1.csv', 'timeline.json', 'versions/1.json',
    ]);
    expect(String(files.get('sales/01-sales-1.csv'))).toBe(CAFE_SALES);
    expect(String(files.get('letters/01.txt'))).toContain('MG-');
    expect(files.get('evidence/01-영수증.png')?.equals(photo)).toBe(true);
    expect(JSON.parse(String(files.get('versions/1.json')))).toMatchObject({ n: 1, frozen: { evidence: [{ kind: 'accounts' }] } });
    const chain = await world.as<{ items: { action: string }[] }>('auditor', 'GET', `/v1/audit/entries/claim/${claim.id}`);
    expect(chain.body.items.at(-1)?.action).toBe('claim.archive_given');
  });
});
