import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { png } from '../support/evidence-files.js';
import { CAFE_SALES, draftClaim, openWorld, type World } from '../support/world.js';

const PATIENCE = { wholeMs: 1_500, silenceMs: 1_500 };

let world: World;
let claimId = '';
beforeAll(async () => {
  world = await openWorld({ patience: PATIENCE });
  claimId = (await draftClaim(world)).id;
});
afterAll(async () => { await world.close(); });

interface Slow {
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
  readonly pieces: number;
  /** Pieces that are sent; the rest never comes. */
  readonly sent?: number;
}

/** Sends a body piece by piece, 400 ms apart, and reads what comes back. */
async function slowly({ path, type, body, pieces, sent = pieces }: Slow): Promise<{ status: number; tookMs: number }> {
  const { hostname, port } = new URL(world.url);
  const began = performance.now();
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opened = connect(Number(port), hostname, () => resolve(opened)).on('error', reject);
  });
  let answer = '';
  const over = new Promise<void>((resolve) => socket.on('data', (data: Buffer) => { answer += data.toString('latin1'); }).on('close', () => resolve()).on('error', () => resolve()));
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${world.tokens.owner}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`);
  const size = Math.ceil(body.length / pieces);
  for (let n = 0; n < sent && !socket.destroyed && socket.writable; n += 1) {
    socket.write(body.subarray(n * size, (n + 1) * size));
    await pause(400);
  }
  await Promise.race([over, pause(10_000, undefined, { ref: false })]);
  socket.destroy();
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0), tookMs: performance.now() - began };
}

const form = (file: Buffer, name: string): { type: string; body: Buffer } => ({
  type: 'multipart/form-data; boundary=b',
  body: Buffer.concat([Buffer.from(`--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`), file, Buffer.from('\r\n--b--\r\n')]),
});

describe('an upload over a slow line', () => {
  it('is taken whole as long as bytes flow, a sales file and a photo alike', async () => {
    const [sales, bare, photo] = await Promise.all([
      slowly({ path: `/v1/claims/${claimId}/sales-uploads`, ...form(Buffer.from(CAFE_SALES), 'till.csv'), pieces: 10 }),
      slowly({ path: `/v1/claims/${claimId}/sales-uploads`, type: 'text/csv', body: Buffer.from(CAFE_SALES), pieces: 10 }),
      slowly({ path: `/v1/claims/${claimId}/evidence`, ...form(png(), 'photo.png'), pieces: 10 }),
    ]);
    expect([sales.status, bare.status, photo.status]).toEqual([201, 201, 201]);
    expect(Math.min(sales.tookMs, bare.tookMs, photo.tookMs)).toBeGreaterThan(2 * PATIENCE.silenceMs);
  }, 30_000);

  it('that falls silent is told so, and nothing of it is kept', async () => {
    const before = await world.as('owner', 'GET', `/v1/claims/${claimId}/evidence`);
    const [sales, photo] = await Promise.all([
      slowly({ path: `/v1/claims/${claimId}/sales-uploads`, ...form(Buffer.from(CAFE_SALES), 'till.csv'), pieces: 4, sent: 2 }),
      slowly({ path: `/v1/claims/${claimId}/evidence`, ...form(png(8, 8, 'silent'), 'silent.png'), pieces: 4, sent: 2 }),
    ]);
    expect([sales.status, photo.status]).toEqual([408, 408]);
    expect(Math.max(sales.tookMs, photo.tookMs)).toBeLessThan(6_000);
    expect((await world.as('owner', 'GET', `/v1/claims/${claimId}/evidence`)).body).toEqual(before.body);
  }, 30_000);
});

describe('a body where no file is expected', () => {
  it('has to arrive whole, however steadily it trickles', async () => {
    const { status, tookMs } = await slowly({ path: '/v1/sessions', type: 'application/json', body: Buffer.from(JSON.stringify({ email: 'a@b.example', password: 'x'.repeat(40) })), pieces: 20 });
    expect(status).toBe(408);
    expect(tookMs).toBeLessThan(4_000);
  }, 30_000);

  it('sent on after the answer, to a file\'s address too, does not hold the connection', async () => {
    const { tookMs } = await slowly({ path: `/v1/claims/${claimId.replace(/.$/, 'x')}/sales-uploads`, type: 'text/csv', body: Buffer.alloc(4_000, 'a'), pieces: 20 });
    expect(tookMs).toBeLessThan(5_000);
  }, 30_000);
});
