import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { HOUR, type Instant } from '../../src/core/time/index.js';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { LooseFiles } from '../../src/modules/evidence/index.js';
import { RecoveryDocuments, type RecoveryDetail } from '../../src/modules/recoveries/index.js';
import { PAPERS_DUE } from '../../src/modules/recoveries/recovery-papers-due.handler.js';
import { clamdPlace } from '../../src/platform/scanner/clamd-scanner.js';
import { call, FixedClock } from '../support/app.js';
import { EICAR, emptyZip, fakeClamd, jpeg, pdf, type FakeClamd } from '../support/evidence-files.js';
import { at } from '../support/lower-floors.js';
import { ifMatch, openWorld, type Person, type World } from '../support/world.js';

const clock = new FixedClock(at('2026-11-24T12:00:00Z'));
let world: World;
let scanned: World;
let clamd: FakeClamd;
let owner: Client;
beforeAll(async () => {
  clamd = await fakeClamd();
  world = await openWorld({ clock, consume: true });
  scanned = await openWorld({ config: { clamav: clamdPlace(`tcp://127.0.0.1:${clamd.port}`) } });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await Promise.all([world.close(), scanned.close()]);
  await clamd.close();
});

let n = 0;
/** A request, with the link for papers as its letter says it. */
async function asked(from = world): Promise<{ id: string; token: string }> {
  n += 1;
  const { body } = await call<{ reference: string }>(from.url, 'POST', '/v1/recovery-requests', {
    body: { kind: 'cannot_sign_in', name: 'Mina Kim', business: 'the shop at the corner', contact: `mina-${n}@shop.example`, told: 'My telephone fell into the sea.', language: 'en' },
  });
  const client = new Client({ connectionString: from.database.ownerUrl });
  await client.connect();
  const { rows: [row] } = await client.query<{ id: string; plain: string; secret: boolean }>(`
    SELECT r.id, c.plain, l.secret FROM recovery_request r JOIN letter l ON l.about_id = r.id AND l.template = 'recovery.received' JOIN letter_content c ON c.letter_id = l.id
    WHERE r.reference = $1`, [body.reference]);
  await client.end();
  expect(row?.secret).toBe(true);
  return { id: row?.id ?? '', token: /\/en\/recovery\/papers\/([\w-]{43})/.exec(row?.plain ?? '')?.[1] ?? '' };
}
const send = async (token: string, bytes: Buffer, name = 'deed.pdf', from = world) => {
  const added = await from.app.get(RecoveryDocuments).add('test', token, name, Readable.from([bytes]));
  return added.ok ? 'added' : added.refusal.code;
};
const as = async (person: Person, method: string, path: string, options: object = {}) => {
  const { body: { token } } = await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email: DEMO_PEOPLE[person].email, password: DEMO_PASSWORD } });
  return call<RecoveryDetail & { code: string }>(world.url, method, path, { ...options, token });
};
const bytesOf = async (id: string): Promise<number> => {
  const { rows } = await owner.query<{ sha256: string }>('SELECT sha256 FROM recovery_document WHERE recovery_id = $1', [id]);
  return (await Promise.all(rows.map(({ sha256 }) => world.app.get(LooseFiles).open(id, sha256)))).filter((stream) => { stream?.destroy(); return stream !== undefined; }).length;
};

describe('papers for a request to get in again', () => {
  it('come by the link of the letter, are seen by staff alone, and every opening stays', async () => {
    const { id, token } = await asked();
    expect(await send(token, pdf(), '../../<b>deed.exe')).toBe('added');
    expect(await send(token, jpeg(), 'card.jpg')).toBe('added');
    // A double click: the same bytes are one document.
    expect(await send(token, pdf(), 'again.pdf')).toBe('added');
    const { body } = await as('reviewer', 'GET', `/v1/recovery-requests/${id}`);
    expect(body.documents).toMatchObject([{ fileName: '_b_deed.pdf', mediaType: 'application/pdf', scanned: false, dropped: false }, { fileName: 'card.jpg', mediaType: 'image/jpeg' }]);
    const file = await fetch(`${world.url}${body.documents[0]?.self ?? ''}`, { headers: { authorization: `Bearer ${world.tokens.reviewer}` } });
    expect([file.status, Buffer.from(await file.arrayBuffer()).equals(pdf())]).toEqual([200, true]);
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="_b_deed\.pdf"/);
    expect(file.headers.get('content-security-policy')).toContain('sandbox');
    expect((await owner.query("SELECT FROM audit_entry WHERE action = 'recovery.document_opened'")).rowCount).toBe(1);
    expect((await as('owner', 'GET', body.documents[0]?.self ?? '')).status).toBe(403);
    expect((await as('reviewer', 'GET', `/v1/recovery-requests/${(await asked()).id}/documents/${body.documents[0]?.id ?? ''}`)).status).toBe(404);
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'evidence.upload_empty'], ['a table', Buffer.from('at,amount\n1,2\n'), 'evidence.upload_unknown'], ['a program in a picture\'s name', Buffer.from('MZ\u0090'), 'evidence.upload_kind'],
    ['a picture with an archive behind it', Buffer.concat([jpeg(), emptyZip()]), 'evidence.upload_double'], ['a document that runs', pdf('/OpenAction << /S /JavaScript /JS (x) >>'), 'evidence.upload_active'],
    ['too much', Buffer.concat([pdf(), Buffer.alloc(20 * 1_048_576)]), 'evidence.upload_large'],
  ])('are refused and nothing of them kept: %s', async (_what, bytes, code) => {
    const { id, token } = await asked();
    expect(await send(token, bytes, 'photo.jpg')).toBe(code);
    expect((await owner.query('SELECT FROM recovery_document WHERE recovery_id = $1', [id])).rowCount).toBe(0);
  });

  it('are five at most, also when they come at once', async () => {
    const { id, token } = await asked();
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, nth) => send(token, pdf('', `salt ${nth}`))));
    expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(5);
    expect(new Set(outcomes)).toEqual(new Set(['added', 'recoveries.papers_many']));
    expect(await bytesOf(id)).toBe(5);
  });

  it('do not come by another link, after 30 days, or once the request is settled; 90 days later they are thrown away', async () => {
    const { id, token } = await asked();
    expect([await send('A'.repeat(43), pdf()), await send('', pdf())]).toEqual(['recoveries.papers_link_unknown', 'recoveries.papers_link_unknown']);
    expect(await send(token, pdf())).toBe('added');
    const { token: old } = await asked();
    const { body } = await as('reviewer', 'GET', `/v1/recovery-requests/${id}`);
    expect((await as('reviewer', 'POST', `/v1/recovery-requests/${id}/refusals`, { ...ifMatch(body.version), body: { reason: 'Nobody answered the telephone.' } })).status).toBe(201);
    expect(await send(token, jpeg())).toBe('recoveries.papers_closed');
    clock.moveTo((clock.now() + 30 * 24 * HOUR + 1) as Instant);
    expect(await send(old, pdf())).toBe('recoveries.papers_link_unknown');
    const { rows: [job] } = await owner.query<{ id: string; at: Date }>('SELECT id, start_after AS at FROM pgboss.job WHERE name = $1 AND data ->> \'recoveryId\' = $2', [PAPERS_DUE, id]);
    expect(job?.at.toISOString().slice(0, 10)).toBe('2027-02-22');
    await owner.query('UPDATE pgboss.job SET start_after = now() WHERE id = $1', [job?.id]);
    for (let waited = 0; await bytesOf(id) > 0; waited += 1) {
      expect(waited).toBeLessThan(100);
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
    const { body: after } = await as('reviewer', 'GET', `/v1/recovery-requests/${id}`);
    expect(after.documents).toMatchObject([{ dropped: true }]);
    expect(after.documents[0]).not.toHaveProperty('fileName');
    expect((await as('reviewer', 'GET', after.documents[0]?.self ?? '')).status).toBe(404);
  });

  it('are looked into before they are kept where there is a scanner, and refused in words while it does not answer', async () => {
    const { id, token } = await asked(scanned);
    expect(await send(token, pdf(), 'deed.pdf', scanned)).toBe('added');
    expect(await send(token, pdf(EICAR), 'deed.pdf', scanned)).toBe('evidence.upload_harmful');
    await clamd.close();
    expect(await send(token, jpeg(), 'card.jpg', scanned)).toBe('upload.scanner_away');
    const { body } = await scanned.as<RecoveryDetail>('reviewer', 'GET', `/v1/recovery-requests/${id}`);
    expect(body.documents).toMatchObject([{ scanned: true }]);
  });
});
