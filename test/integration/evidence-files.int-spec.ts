import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvidenceSheet } from '../../src/modules/claims/index.js';
import { AppModule } from '../../src/app.module.js';
import { FixedClock, SystemClock } from '../../src/platform/clock/clock.js';
import { APP_CONFIG, type AppConfig } from '../../src/platform/config/config.js';
import { Database } from '../../src/platform/database/database.js';
import { EvidenceSettling } from '../../src/modules/evidence/files/evidence-settling.service.js';
import { createApp } from '../../src/platform/http/create-app.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { HOUR } from '../../src/core/time/index.js';
import { call, type Answer } from '../support/app.js';
import { cause, claimOf, newPerson, newSite, type RequestedEvent } from '../support/claims.js';
import { EICAR, fakeClamd, pdf, png, sendEvidence, type FakeClamd } from '../support/evidence-files.js';
import { draftClaim, openWorld, submit, uploadSales, type World } from '../support/world.js';

const WAITS = { autoDecisionDelaySeconds: 86_400 };
const draft = async (world: World): Promise<{ id: string; version: number }> => draftClaim(world, { siteId: await newSite(world) });
const items = async (world: World, id: string): Promise<EvidenceSheet['items']> => (await world.as<EvidenceSheet>('owner', 'GET', `/v1/claims/${id}/evidence`)).body.items;
const said = ({ status, body }: Answer): object => ({ status, code: body['code'] });
const frozen = async (world: World, id: string): Promise<string[]> => {
  const rows = await world.app.get(Database).reader.query<{ frozen: { evidence: { sha256: string }[] } }>('SELECT frozen FROM claim_version WHERE claim_id = $1 ORDER BY n DESC LIMIT 1', [id]);
  return (rows[0]?.frozen.evidence ?? []).map(({ sha256 }) => sha256).sort();
};

async function until<T>(look: () => Promise<T>, is: (seen: T) => boolean): Promise<T> {
  for (let waited = 0; ; waited += 100) {
    const seen = await look();
    if (is(seen) || waited > 15_000) return seen;
    await pause(100);
  }
}

describe('filing while files arrive', () => {
  let world: World;
  beforeAll(async () => { world = await openWorld({ config: WAITS }); });
  afterAll(async () => { await world.close(); });

  it('freezes exactly what was there, however the two meet', async () => {
    let [met, alone] = [0, 0];
    for (let round = 0; round < 8; round += 1) {
      const claim = await draft(world);
      await sendEvidence(world, claim.id, png(8, 8, `before ${round}`));
      const sending = Array.from({ length: 4 }, (_, n) => pause(n * round * 4).then(() => sendEvidence(world, claim.id, png(8, 8, `while ${round} ${n}`))));
      const [filed, ...sent] = await Promise.all([pause(round * 6).then(() => submit(world, claim)), ...sending]);
      expect([201, 503]).toContain(filed.status);
      expect(sent.every(({ status }) => status === 201 || status === 503)).toBe(true);
      if (filed.status !== 201) continue;
      const rows = await items(world, claim.id);
      expect(await frozen(world, claim.id)).toEqual(rows.filter((row) => row.filed).map(({ sha256 }) => sha256).sort());
      if (rows.some((row) => !row.filed)) met += 1; else alone += 1;
    }
    expect(met + alone).toBeGreaterThan(4);
  });

  it('is over until an objection is open: its papers are taken, those filed before stay, and with its answer the door closes', async () => {
    const { owner, reviewer, approver } = world.tokens;
    const judge = (await newPerson(world, ['approver'])).token;
    const claim = await draft(world);
    await sendEvidence(world, claim.id, png(8, 8, 'filed'));
    const steps = async (...path: [RequestedEvent, string][]) => { for (const [event, token] of path) expect((await cause(world, token, event, await claimOf(world, claim.id))).status).toBe(201); };
    await steps(['submit', owner], ['pull', reviewer], ['recommend', reviewer], ['award', approver]);
    const open = async () => (await world.as<EvidenceSheet>('owner', 'GET', `/v1/claims/${claim.id}/evidence`)).body.open;
    expect([await open(), said(await sendEvidence(world, claim.id, png(8, 8, 'too late')))]).toEqual([false, { status: 409, code: 'claims.not_draft' }]);
    await steps(['object', owner]);
    expect([await open(), said(await sendEvidence(world, claim.id, png(8, 8, 'for the objection')))]).toEqual([true, { status: 201, code: undefined }]);
    const [filed, brought] = await items(world, claim.id);
    expect(said(await world.as('owner', 'DELETE', `/v1/claims/${claim.id}/evidence/${filed?.id ?? ''}`))).toEqual({ status: 409, code: 'evidence.file_frozen' });
    expect(brought).toMatchObject({ filed: false });
    await steps(['dismiss', judge]);
    expect([await open(), said(await sendEvidence(world, claim.id, png(8, 8, 'after')))]).toEqual([false, { status: 409, code: 'claims.not_draft' }]);
    expect(await items(world, claim.id)).toHaveLength(2);
  });

  it('waits for a file that is being kept, and files it', async () => {
    const claim = await draft(world);
    const { reader } = world.app.get(Database);
    const settling = world.app.get(EvidenceSettling);
    const begin = settling.begin.bind(settling);
    let filing: Promise<Answer> | undefined;
    let hasFiled = false;
    const waits = async (): Promise<boolean> => (await reader.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).length > 0;
    // Between the look at the claim and the row of the file: either the filing stands before the claim's lock, or it has gone by.
    const keeping = jest.spyOn(settling, 'begin').mockImplementationOnce(async (...of) => {
      filing = submit(world, claim).finally(() => { hasFiled = true; });
      await until(async () => hasFiled || await waits(), (is) => is);
      return begin(...of);
    });
    const sent = await sendEvidence(world, claim.id, png(8, 8, 'while it is filed'));
    const filed = await filing;
    keeping.mockRestore();
    expect([sent.status, filed?.status]).toEqual([201, 201]);
    expect(await frozen(world, claim.id)).toEqual([sent.body['sha256']]);
  });

  it('what is filed is not changed by anybody, the database says so', async () => {
    const claim = await draft(world);
    const { body } = await sendEvidence(world, claim.id, png(8, 8, 'to be filed'));
    expect((await submit(world, claim)).status).toBe(201);
    expect(said(await world.as('owner', 'DELETE', `/v1/claims/${claim.id}/evidence/${String(body['id'])}`))).toEqual({ status: 409, code: 'evidence.file_frozen' });
    const { reader } = world.app.get(Database);
    for (const change of ["sha256 = repeat('a', 64)", "kind = 'invoice'", "state = 'clean', scanned_at = now()", 'frozen_at = NULL']) {
      await expect(reader.query(`UPDATE evidence_file SET ${change}, version = version + 1 WHERE id = $1`, [body['id']])).rejects.toThrow(/stays as it is|permission denied/);
    }
    await expect(reader.query('DELETE FROM evidence_file WHERE id = $1', [body['id']])).rejects.toThrow(/stays as it is/);
  });

  it('an amendment takes in what came since, and leaves what was filed', async () => {
    const claim = await draft(world);
    await sendEvidence(world, claim.id, png(8, 8, 'first version'));
    const { body: filed } = await submit(world, claim);
    await sendEvidence(world, claim.id, png(8, 8, 'second version'));
    const { body } = await world.as<{ version: number }>('owner', 'GET', `/v1/claims/${claim.id}`);
    const amended = await world.as('owner', 'POST', `/v1/claims/${claim.id}/amendments`, { body: { declarations: { isTrue: true, paidElsewhere: false } }, headers: { 'if-match': `"${body.version}"` } });
    expect({ filed: filed['claimVersion'], amended: amended.body['claimVersion'] }).toEqual({ filed: 1, amended: 2 });
    expect((await frozen(world, claim.id)).length).toBe(2);
    expect((await items(world, claim.id)).every((row) => row.filed)).toBe(true);
  });

  it('the same photo for two claims is kept once, and stays while one of them has it', async () => {
    const [one, two] = [await draft(world), await draft(world)];
    const photo = png(8, 8, 'the same for both');
    const { body: first } = await sendEvidence(world, one.id, photo);
    const { body: second } = await sendEvidence(world, two.id, photo);
    expect((await world.as('owner', 'DELETE', String(first['self']))).status).toBe(204);
    const kept = await fetch(`${world.url}${String(second['self'])}/content`, { headers: { authorization: `Bearer ${world.tokens.owner}` } });
    expect(Buffer.from(await kept.arrayBuffer()).equals(photo)).toBe(true);
  });

  it('a draft that is thrown away takes its files along', async () => {
    const claim = await draft(world);
    await sendEvidence(world, claim.id, png(8, 8, 'thrown away'));
    expect((await world.as('owner', 'DELETE', `/v1/claims/${claim.id}`, { headers: { 'if-match': `"${claim.version}"` } })).status).toBe(204);
    expect(await world.app.get(Database).reader.query('SELECT FROM evidence_file WHERE subject_id = $1', [claim.id])).toEqual([]);
  });
});

describe('a scanner', () => {
  let world: World;
  let clamd: FakeClamd;
  beforeAll(async () => {
    clamd = await fakeClamd();
    world = await openWorld({ config: { ...WAITS, clamav: { host: '127.0.0.1', port: clamd.port } }, consume: true });
  });
  afterAll(async () => {
    await world.close();
    await clamd.close();
  });
  const usual = (bytes: Buffer): string => (bytes.includes(EICAR) ? 'stream: Eicar-Test-Signature FOUND' : 'stream: OK');
  afterEach(() => { clamd.behave = usual; });

  it('sees every byte, and its verdict is there with the answer', async () => {
    const { id } = await draft(world);
    const big = Buffer.concat([png(8, 8, 'big'), Buffer.alloc(300_000, 1)]);
    await sendEvidence(world, id, big);
    expect(await until(() => items(world, id), ([file]) => file?.state !== 'checking')).toMatchObject([{ state: 'clean' }]);
    expect(clamd.seen.some((bytes) => bytes.equals(big))).toBe(true);
  });

  it('keeps a claim with a harmful file from being filed until it is removed, and gives the file to nobody', async () => {
    const claim = await draft(world);
    await sendEvidence(world, claim.id, pdf('', EICAR), { name: 'bill.pdf' });
    const [file] = await until(() => items(world, claim.id), ([seen]) => seen?.state !== 'checking');
    expect(file).toMatchObject({ state: 'infected', refusal: { code: 'evidence.upload_infected', params: { signature: 'Eicar-Test-Signature' } } });
    expect(said(await world.as('reviewer', 'GET', `${file?.self}/content`))).toEqual({ status: 409, code: 'evidence.upload_infected' });
    expect(said(await submit(world, claim))).toEqual({ status: 409, code: 'evidence.infected_blocks' });
    expect((await world.as('owner', 'DELETE', String(file?.self))).status).toBe(204);
    expect((await submit(world, claim)).status).toBe(201);
  });

  it('that takes its time holds a filing back until it has answered', async () => {
    const claim = await draft(world);
    let answer: (words: string) => void = () => undefined;
    clamd.behave = () => new Promise((resolve) => { answer = resolve; });
    await sendEvidence(world, claim.id, png(8, 8, 'slow'));
    expect(said(await submit(world, claim))).toEqual({ status: 409, code: 'evidence.still_checking' });
    answer('stream: OK');
    await until(() => items(world, claim.id), ([file]) => file?.state === 'clean');
    expect((await submit(world, claim)).status).toBe(201);
  });

  it.each([
    ['hangs up', () => { throw new Error('never'); }, true], ['says it cannot', () => 'INSTREAM size limit exceeded. ERROR', false], ['talks nonsense', () => 'x'.repeat(9_000), false],
  ])('that %s is asked again; meanwhile the claim can be filed, and no rule decides it', async (how, behave, hangsUp) => {
    const claim = await draft(world);
    await uploadSales(world, claim.id);
    clamd.behave = hangsUp ? (_bytes, socket) => { socket.destroy(); return undefined; } : behave;
    await sendEvidence(world, claim.id, png(8, 8, `no verdict: ${how}`));
    const tries = async (): Promise<number> => (await world.app.get(Database).reader.query<{ n: number }>('SELECT scan_tries AS n FROM evidence_file WHERE subject_id = $1', [claim.id]))[0]?.n ?? 0;
    expect(await until(tries, (n) => n > 0)).toBeGreaterThan(0);
    expect(await items(world, claim.id)).toMatchObject([{ state: 'checking' }]);
    const { body } = await world.as<{ version: number }>('owner', 'GET', `/v1/claims/${claim.id}`);
    expect((await submit(world, { id: claim.id, version: body.version })).status).toBe(201);
    const waiting = await world.app.get(Database).reader.query<{ n: number }>("SELECT count(*)::int AS n FROM pgboss.job WHERE name = 'evidence.scan' AND state = 'created'");
    expect(waiting[0]?.n).toBeGreaterThan(0);
  });
});

describe('an upload over a restart', () => {
  it('goes on in the next process, and one that nobody finishes is thrown away after a day', async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'makegood-restart-'));
    const clock = new FixedClock(new SystemClock().now());
    const world = await openWorld({ config: { ...WAITS, dataDirectory }, clock });
    const { id } = await draft(world);
    const photo = Buffer.concat([png(8, 8, 'restart'), Buffer.alloc(50_000, 3)]);
    const tus = { 'tus-resumable': '1.0.0' };
    const begun = await world.as('owner', 'POST', `/v1/claims/${id}/evidence/uploads`, { headers: { ...tus, 'upload-length': String(photo.length) } });
    const at = String(begun.headers['location']);
    const piece = (url: string, from: number, to: number): Promise<Response> => fetch(`${url}${at}`, {
      method: 'PATCH', body: new Uint8Array(photo.subarray(from, to)), headers: { ...tus, authorization: `Bearer ${world.tokens.owner}`, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(from) },
    });
    expect((await piece(world.url, 0, 20_000)).status).toBe(204);
    const abandoned = await draft(world);
    await world.as('owner', 'POST', `/v1/claims/${abandoned.id}/evidence/uploads`, { headers: { ...tus, 'upload-length': '500' } });

    const second = await createApp(AppModule.with(world.app.get<AppConfig>(APP_CONFIG), clock), { secure: false });
    try {
      await second.get(Jobs).open();
      await second.listen(0, '127.0.0.1');
      const url = await second.getUrl();
      await world.app.close();
      const { headers } = await call(url, 'HEAD', at, { token: world.tokens.owner, headers: tus });
      expect(headers['upload-offset']).toBe('20000');
      expect((await piece(url, 20_000, photo.length)).status).toBe(204);
      expect((await call<EvidenceSheet>(url, 'GET', `/v1/claims/${id}/evidence`, { token: world.tokens.owner })).body.items).toMatchObject([{ state: 'unscanned', sizeBytes: photo.length }]);
      clock.advance(25 * HOUR);
      await second.get(Database).reader.query("UPDATE pgboss.job SET start_after = now() WHERE name = 'evidence.expire-upload'");
      await second.get(Jobs).consume();
      const left = async (): Promise<readonly object[]> => second.get(Database).reader.query('SELECT FROM evidence_file WHERE subject_id = $1', [abandoned.id]);
      expect(await until(left, (rows) => rows.length === 0)).toEqual([]);
    } finally {
      await second.close();
      await world.database.drop();
      rmSync(dataDirectory, { recursive: true });
    }
  });
});

