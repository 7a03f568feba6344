import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { isPublicAddress } from './public-address.js';
import { addressFault, fetchPublic, type Fetched, type FetchWish } from './public-fetch.js';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serving(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  return (server.address() as AddressInfo).port;
}

/** `feed.test` is ours and lies on this machine; every other name is looked at. */
const asking = (url: string, more: Partial<FetchWish> = {}): Promise<Fetched> => fetchPublic({
  url, ownHosts: new Set(['feed.test']), limits: { wholeMs: 2_000, mostBytes: 100_000, redirects: 3 }, resolver: async () => ['127.0.0.1'], ...more,
});

const outcome = (fetched: Fetched): string => (fetched.kind === 'failed' ? fetched.why : fetched.kind);

describe('an address', () => {
  it.each([
    ['127.0.0.1'], ['10.1.2.3'], ['172.16.0.1'], ['192.168.1.1'], ['169.254.169.254'], ['100.64.0.1'], ['0.0.0.0'], ['224.0.0.1'], ['255.255.255.255'], ['192.0.2.1'], ['198.18.0.1'],
    ['::1'], ['::'], ['fe80::1'], ['fc00::1'], ['::ffff:127.0.0.1'], ['::ffff:169.254.169.254'], ['64:ff9b::7f00:1'], ['2002:7f00:1::'], ['2001:db8::1'], ['ff02::1'], ['not an address'],
  ])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([['93.184.216.34'], ['2606:4700::1111'], ['1.1.1.1']])('%s is', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ['http://127.0.0.1/', 'private'], ['http://[::1]/', 'private'], ['http://2130706433/', 'private'], ['http://0x7f.1/', 'private'], ['http://[::ffff:7f00:1]/', 'private'],
    ['ftp://example.com/', 'url'], ['file:///etc/passwd', 'url'], ['https://user:secret@example.com/', 'url'], ['nonsense', 'url'], ['https://example.com/', undefined],
  ])('%s as a feed: %s', (url, why) => {
    expect(addressFault(url, new Set())).toBe(why);
  });
});

describe('fetching', () => {
  it('gets the bytes with what to ask by next time', async () => {
    const port = await serving((request, reply) => {
      if (request.headers['if-none-match'] === '"1"') reply.writeHead(304).end();
      else reply.writeHead(200, { etag: '"1"', 'last-modified': 'Tue, 01 Sep 2026 10:00:00 GMT' }).end('{"incidents":[]}');
    });
    const first = await asking(`http://feed.test:${port}/`);
    expect(first).toEqual({ kind: 'got', bytes: Buffer.from('{"incidents":[]}'), etag: '"1"', lastModified: 'Tue, 01 Sep 2026 10:00:00 GMT' });
    expect(await asking(`http://feed.test:${port}/`, { etag: '"1"' })).toEqual({ kind: 'same' });
  });

  it.each([['http://169.254.169.254/latest/meta-data'], ['http://127.0.0.1:PORT/inside'], ['http://inside.test:PORT/inside'], ['file:///etc/passwd']])('follows no redirect to %s', async (target) => {
    let reached = false;
    const port = await serving((request, reply) => {
      if (request.url === '/inside') reached = true;
      reply.writeHead(302, { location: target.replace('PORT', String(port)) }).end();
    });
    expect(['private', 'url']).toContain(outcome(await asking(`http://feed.test:${port}/`)));
    expect(reached).toBe(false);
  });

  it('gives up after three redirects', async () => {
    let count = 0;
    const port = await serving((_request, reply) => { reply.writeHead(302, { location: `/${(count += 1)}` }).end(); });
    expect([outcome(await asking(`http://feed.test:${port}/`)), count]).toEqual(['redirects', 4]);
  });

  it('a name that answers differently the second time leads nowhere: it is looked up once, for the connection itself', async () => {
    let [reached, asked] = [false, 0];
    const port = await serving((request, reply) => {
      if (request.headers.host?.startsWith('rebinding') === true) reached = true;
      reply.writeHead(302, { location: `http://rebinding.test:${port}/` }).end();
    });
    const resolver = async (host: string): Promise<readonly string[]> => (host === 'rebinding.test' ? [(asked += 1) === 1 ? '127.0.0.1' : '93.184.216.34'] : ['127.0.0.1']);
    expect([outcome(await asking(`http://feed.test:${port}/`, { resolver })), asked, reached]).toEqual(['private', 1, false]);
  });

  it('a public name that also has an address inside is not asked', async () => {
    expect(outcome(await asking('http://mixed.test/', { resolver: async () => ['93.184.216.34', '10.0.0.1'] }))).toBe('private');
  });

  it('a body that drips is cut off', async () => {
    const port = await serving((_request, reply) => {
      reply.writeHead(200);
      const drip = setInterval(() => reply.write('x'), 20);
      reply.on('close', () => clearInterval(drip));
    });
    expect(outcome(await asking(`http://feed.test:${port}/`, { limits: { wholeMs: 300, mostBytes: 100_000, redirects: 3 } }))).toBe('late');
  });

  it('who never answers is not waited for', async () => {
    const port = await serving(() => undefined);
    expect(outcome(await asking(`http://feed.test:${port}/`, { limits: { wholeMs: 300, mostBytes: 100_000, redirects: 3 } }))).toBe('late');
  });

  it('a body without end is cut at the limit', async () => {
    const port = await serving((_request, reply) => {
      reply.writeHead(200);
      const pour = (): void => { while (reply.write(Buffer.alloc(65_536))) if (reply.destroyed) return; };
      reply.on('drain', pour);
      pour();
    });
    expect(outcome(await asking(`http://feed.test:${port}/`))).toBe('too_big');
  });

  it('a little that unpacks to much is cut while it unpacks', async () => {
    const port = await serving((_request, reply) => { reply.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000))); });
    expect(outcome(await asking(`http://feed.test:${port}/`))).toBe('too_big');
  });

  it.each([
    ['packed wrongly', 200, { 'content-encoding': 'gzip' }, 'packing'], ['packed by what was not asked for', 200, { 'content-encoding': 'br' }, 'packing'],
    ['not there', 404, {}, 'status'], ['asking to sign in', 401, {}, 'status'], ['a redirect to nowhere', 302, {}, 'status'],
  ] as const)('%s', async (_name, status, headers, why) => {
    const port = await serving((_request, reply) => { reply.writeHead(status, headers).end('x'); });
    expect(outcome(await asking(`http://feed.test:${port}/`))).toBe(why);
  });

  it('nobody there', async () => {
    expect(outcome(await asking('http://feed.test:1/'))).toBe('unreachable');
  });
});
