import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { currency, formatMoney, money } from '../../src/core/money/index.js';
import { MINUTE, type Instant } from '../../src/core/time/index.js';
import { systemActor } from '../../src/platform/access/actor.js';
import { FixedClock } from '../../src/platform/clock/clock.js';
import { ok } from '../../src/core/errors/index.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { ClaimTill, Handovers } from '../../src/modules/claims/index.js';
import { KNOWN_FILES, layoutBytes, MONTHLY_FILE } from '../support/till-files.js';
import { draftClaim, openWorld, type World } from '../support/world.js';
import { workbook, zipOf } from '../support/zip-writer.js';

const clock = new FixedClock(Date.UTC(2026, 10, 26, 12) as Instant);
let world: World;
let database: pg.Client;
let claimId = '';
beforeAll(async () => {
  world = await openWorld({ clock, consume: true });
  database = new pg.Client({ connectionString: world.database.ownerUrl });
  await database.connect();
  claimId = (await draftClaim(world)).id;
});
afterAll(async () => {
  await database.end();
  await world.close();
});

interface Look {
  readonly self: string;
  readonly id: string;
  readonly questions: readonly { readonly about: string; readonly options?: readonly string[] }[];
  readonly isReady: boolean;
  readonly refusal?: { readonly code: string };
  readonly found?: { readonly conversion?: { readonly by: string } };
}

async function send(bytes: Buffer, name = 'till.csv'): Promise<{ status: number; body: Look & { code?: string } }> {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(bytes)]), name);
  const answer = await fetch(`${world.url}/v1/claims/${claimId}/sales-uploads`, { method: 'POST', headers: { authorization: `Bearer ${world.tokens.owner}` }, body: form });
  return { status: answer.status, body: await answer.json() as Look };
}
const post = <T>(path: string, body: object = {}) => world.as<T>('owner', 'POST', path, { body });
const kept = async (): Promise<number> => Number((await database.query<{ count: string }>('SELECT count(*) FROM till_upload')).rows[0]?.count);

/** What a person answers who knows the shop: its zone, that amounts hold a tenth of tax, and that nothing was taken back where nothing says so. */
const ANSWERS: Readonly<Record<string, object>> = { zone: { zone: 'Europe/Berlin' }, basis: { basis: 'gross' }, taxRate: { taxRatePercent: '10' }, kind: { blankKind: 'sale' }, lineIs: { lineIs: 'sale' } };

async function answered(look: Look): Promise<Look> {
  let now = look;
  for (let round = 0; !now.isReady && round < 4; round += 1) {
    const said = now.questions.map(({ about }) => ANSWERS[about] ?? {}).reduce((all, one) => ({ ...all, ...one }), {});
    const told = await post<Look>(`${look.self}/answers`, said);
    if (told.status !== 200) throw new Error(JSON.stringify([said, told.body]));
    now = told.body;
  }
  return now;
}

describe('exports of tills as their makers write them', () => {
  for (const known of KNOWN_FILES) {
    const bytes = layoutBytes(known.name);
    (bytes === undefined ? it.skip : it)(`${known.name} comes to what it is known to hold`, async () => {
      await database.query('UPDATE claim SET currency = $2, version = version + 1 WHERE id = $1', [claimId, known.currency]);
      const { status, body } = await send(bytes as Buffer, known.name);
      expect(status).toBe(201);
      // One stated rate leaves the amounts as the file has them, so that they can be compared.
      await post(`${body.self}/answers`, { taxRatePercent: '10' });
      const look = await answered(body);
      expect(look).toMatchObject({ isReady: true });
      const read = await post<{ set?: { totals: { sales: number; gross: object }; conversion?: { by: string } } }>(`${body.self}/readings`);
      expect([read.status, read.body.set?.totals.sales]).toEqual([202, known.expected.sales]);
      expect(read.body.set?.totals.gross).toEqual({ amount: formatMoney(money(known.expected.saleMinor, currency(known.currency))), currency: known.currency });
    });
  }

  const monthly = layoutBytes(MONTHLY_FILE);
  (monthly === undefined ? it.skip : it)('one line a month proves no hour and is refused', async () => {
    const { body } = await send(monthly as Buffer, MONTHLY_FILE);
    expect(body.refusal?.code ?? body.code).toBe('evidence.till_monthly');
    expect((await post<{ code: string }>(`${body.self}/readings`)).body.code).toBe('evidence.till_monthly');
    await database.query(`UPDATE claim SET currency = 'GBP', version = version + 1 WHERE id = $1`, [claimId]);
  });
});

describe('a file that is no export', () => {
  const rows = [['at', 'amount'], ['2026-10-12 10:00', '1.00']];
  it.each([
    ['a workbook that unpacks to far more', workbook(rows, [{ name: 'xl/media/x.bin', content: Buffer.alloc(40_000_000) }]), 'evidence.file_bomb'],
    ['a workbook that claims gigabytes', workbook(rows, [{ name: 'a', content: 'x', claimedBytes: 4_000_000_000 }]), 'evidence.file_bomb'],
    ['an archive of thousands of parts', zipOf(Array.from({ length: 2_001 }, (_, n) => ({ name: `a${n}`, content: '' }))), 'evidence.file_bomb'],
    ['an archive cut in half', workbook(rows).subarray(0, 300), 'evidence.file_damaged'],
    ['a picture', Buffer.from('89504e470d0a1a0a0000', 'hex'), 'evidence.file_not_sales'],
    ['nothing', Buffer.alloc(0), 'evidence.file_empty'],
  ])('%s is refused in words and not kept', async (_what, bytes, code) => {
    const before = await kept();
    const { status, body } = await send(bytes);
    expect([status >= 400 && status < 500, body.code, await kept()]).toEqual([true, code, before]);
  });
});

describe('an upload that breaks off', () => {
  it('leaves nothing, and the next one is taken', async () => {
    const before = await kept();
    const { hostname, port } = new URL(world.url);
    const socket = connect(Number(port), hostname);
    socket.write(`POST /v1/claims/${claimId}/sales-uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${world.tokens.owner}\r\nContent-Type: text/csv\r\nContent-Length: 100000\r\n\r\nat,amount\n2026-10-12 10:00,`);
    await pause(300);
    socket.destroy();
    await pause(300);
    expect(await kept()).toBe(before);
    expect((await send(Buffer.from('at,amount\n2026-10-12 10:00,1.00\n'))).status).toBe(201);
  });
});

describe('a file of some megabytes', () => {
  it('is read by a job that says how far it is and where its result lies', async () => {
    const lines = Array.from({ length: 50_000 }, (_, n) => {
      const at = new Date(Date.UTC(2026, 3, 1) + n * 240_000).toISOString();
      return `${at},${n % 97 === 0 ? 'refund' : 'sale'},${n % 97 === 0 ? '1.00' : `${1 + (n % 9)}.${10 + (n % 90)}`},TX${n},${n % 97 === 0 && n > 0 ? `TX${n - 1}` : ''},https://example.com/receipts/${n}/of/the/day`;
    });
    const { body } = await send(Buffer.from(['at,kind,amount,id,refund_of,note', ...lines].join('\n')), 'long.csv');
    expect(body).toMatchObject({ fileBytes: expect.any(Number) });
    const look = await answered(body);
    expect(look.isReady).toBe(true);
    const begun = await post<{ self: string; state: string; totalCount: number }>(`${body.self}/readings`);
    expect([begun.status, begun.headers['location'], begun.body.state]).toEqual([202, begun.body.self, 'running']);
    expect((await post<{ code: string }>(`${body.self}/readings`)).body.code).toBe('evidence.upload_being_read');
    let job = begun.body as { state: string; doneCount?: number; totalCount: number; result?: string };
    for (let n = 0; job.state === 'running' && n < 600; n += 1) {
      await pause(100);
      job = (await world.as<typeof job>('owner', 'GET', begun.body.self)).body;
    }
    expect(job).toMatchObject({ state: 'done', doneCount: job.totalCount });
    const set = (await world.as<{ items: { id: string; lineCount: number; totals: { sales: number } }[] }>('owner', 'GET', `/v1/claims/${claimId}/sales-records`)).body.items.at(-1);
    expect(job.result).toBe(`/v1/claims/${claimId}/sales-records/${set?.id}`);
    expect([set?.lineCount, set?.totals.sales]).toEqual([lines.length, lines.filter((line) => line.includes(',sale,')).length]);
  }, 120_000);

  it('that nobody may bring any more when the job comes to it ends with a reason, not in waiting', async () => {
    const { body } = await send(Buffer.from('at,amount\n2026-10-12 10:00,1.00\n'));
    await database.query(`UPDATE till_upload SET state = 'reading' WHERE id = $1`, [body.id]);
    const delegate = { uploadedBy: '0199aaaa-0000-7000-8000-00000000dead' };
    const asSystem = { actor: systemActor('test'), requestId: 'test' };
    await world.app.get(UnitOfWork).run(asSystem, async (tx) => ok(await world.app.get(Jobs).enqueue(tx, 'claims.read-sales', { claimId, uploadId: body.id, delegate })));
    let job: { state: string; refusal?: { code: string } } = { state: 'running' };
    for (let n = 0; job.state === 'running' && n < 300; n += 1) {
      await pause(100);
      job = (await world.as<typeof job>('owner', 'GET', `/v1/jobs/${body.id}`)).body;
    }
    expect(job).toMatchObject({ state: 'failed', refusal: { code: 'claims.not_found' } });
  }, 60_000);
});

describe('a hand-over', () => {
  const visitor = { actor: { kind: 'anonymous' as const }, requestId: 'device' };
  const made = async (): Promise<string> => {
    const { status, body } = await post<{ code: string }>('/v1/handovers', { claimId });
    expect(status).toBe(201);
    return body.code;
  };
  const open = (code: string, address = '192.0.2.1') => world.app.get(Handovers).open(visitor, code, address);
  const device = async (token: string) => {
    const found = await world.app.get(Handovers).device(visitor, token);
    return found.ok ? found.value : found.refusal.code;
  };
  const inside = async (): Promise<string> => {
    const opened = await open(await made(), `192.0.2.${Math.floor(performance.now()) % 200}`);
    if (!opened.ok) throw new Error(opened.refusal.code);
    return opened.value.token;
  };

  it('lets one device in, and only by the last code', async () => {
    const [first, second] = [await made(), await made()];
    expect((await open(first)).ok).toBe(false);
    expect((await open(second)).ok).toBe(true);
    expect((await open(second)).ok).toBe(false);
  });

  it('is not found by trying: after ten codes from one address even the right one has to wait', async () => {
    const code = await made();
    for (let n = 0; n < 10; n += 1) await open('2222-2222', '198.51.100.9');
    expect(await open(code, '198.51.100.9')).toMatchObject({ ok: false, refusal: { code: 'rate.too_many' } });
    expect((await open(code, '198.51.100.10')).ok).toBe(true);
  });

  it('takes one upload: after it was read nothing more, and never more than ten files', async () => {
    const visit = await device(await inside());
    if (typeof visit === 'string') throw new Error(visit);
    const till = world.app.get(ClaimTill);
    const bring = (text: string) => till.receive(visit.ctx, claimId, { stream: (async function* () { yield Buffer.from(text); })() }, visit.delegate);
    for (let n = 0; n < 10; n += 1) expect((await bring(`at,amount\n2026-10-12 10:00,${n}.00\n`)).ok).toBe(true);
    expect(await bring('at,amount\n2026-10-12 10:00,99.00\n')).toMatchObject({ ok: false, refusal: { code: 'evidence.handover_full' } });
  });

  it('ends with whoever made it', async () => {
    const token = await inside();
    expect(await device(token)).toMatchObject({ claimId });
    await database.query('UPDATE app_user SET active = false, version = version + 1 WHERE id = (SELECT created_by FROM handover ORDER BY created_at DESC LIMIT 1)');
    expect(await device(token)).toBe('handovers.code_unknown');
    await database.query('UPDATE app_user SET active = true, version = version + 1 WHERE id = (SELECT created_by FROM handover ORDER BY created_at DESC LIMIT 1)');
    expect(await device(token)).toMatchObject({ claimId });
  });

  it('lasts thirty minutes, for the code and for the device that is in', async () => {
    const code = await made();
    // Whoever made it is signed in all the while.
    const pass = async (ms: number): Promise<void> => {
      clock.advance(ms);
      await database.query(`UPDATE session SET last_seen_at = last_seen_at + $1, proved_at = proved_at + $1`, [`${ms} milliseconds`]);
    };
    await pass(30 * MINUTE);
    expect(await open(code)).toMatchObject({ ok: false, refusal: { code: 'handovers.code_unknown' } });
    const late = await inside();
    clock.advance(30 * MINUTE - 1);
    expect(await device(late)).toMatchObject({ claimId });
    clock.advance(1);
    expect(await device(late)).toBe('handovers.code_unknown');
  });
});
