import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, startTestApp, type TestApp } from '../support/app.js';
import { raw, type RawAnswer } from '../support/raw-http.js';

let started: TestApp;
beforeAll(async () => { started = await startTestApp(); });
afterAll(async () => { await started.close(); });

/** What no answer may show, whatever was sent: where the code lies, what it asked the database, what it runs on. */
const LEAKS = /\bat \/|node_modules|\.js:\d|\.ts:\d|SELECT |INSERT |pg_|postgres|fastify|nestjs|\bv?\d{2}\.\d+\.\d+\b|x-powered-by/i;

function expectProblem({ status, head, body }: RawAnswer, wanted: number, code: string): void {
  expect({ status, type: /content-type: ([^\r\n;]+)/i.exec(head)?.[1] }).toEqual({ status: wanted, type: 'application/problem+json' });
  const problem = JSON.parse(body) as Record<string, unknown>;
  expect(problem).toMatchObject({ type: `/problems/${code}`, status: wanted, code });
  expect([problem['title'], problem['detail'], problem['instance']].every((text) => typeof text === 'string' && text !== '')).toBe(true);
  expect(`${head}${body}`).not.toMatch(LEAKS);
  expect(head).toMatch(/cache-control: no-store/i);
}

const post = (body: string, extra = ''): string =>
  `POST /v1/sessions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${extra}\r\n${body}`;
const get = (path: string, method = 'GET'): string => `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
const deep = (levels: number): string => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
const wide = (members: number): string => `{${Array.from({ length: members }, (_, i) => `"k${i}":1`).join()}}`;

describe('a request that breaks a rule of the protocol is answered by a problem document', () => {
  it.each([
    ['garbage', 'GARBAGE\r\n\r\n', 400, 'http.malformed'],
    ['bytes that are no text', '\x00\x01\x02\xff\r\n\r\n', 400, 'http.malformed'],
    ['the first bytes of a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'http.malformed'],
    ['another version of HTTP', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n', 400, 'http.malformed'],
    ['no Host header', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'http.malformed'],
    ['headers too large', `GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`, 431, 'http.headers_too_large'],
    ['an escape that decodes to nothing', get('/%ff'), 400, 'http.malformed'],
    ['NUL in the path', get('/v1/services/%00'), 400, 'http.malformed'],
    ['NUL in the query', get('/v1/policies/effective?at=%00'), 400, 'http.malformed'],
    ['a length and chunks at once', 'POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}', 400, 'http.malformed'],
    ['two lengths', 'POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 400, 'http.malformed'],
    ['a length that is no number', 'POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: two\r\n\r\n{}', 400, 'http.malformed'],
    ['a method nobody knows', get('/livez', 'BREW'), 400, 'http.malformed'],
    ['a space in a header name', 'GET /livez HTTP/1.1\r\nHost: x\r\nBad Name: y\r\n\r\n', 400, 'http.malformed'],
  ])('%s', async (_what, bytes, status, code) => {
    expectProblem(await raw(started.url, Buffer.from(bytes, 'latin1')), status, code);
  });
});

describe('a body that cannot be taken is answered by a problem document', () => {
  it.each([
    ['JSON cut short', post('{"email":'), 400, 'http.malformed'],
    ['an empty body', post(''), 400, 'http.malformed'],
    ['bytes that are no UTF-8', Buffer.from(post('{"email":"__"}').replace('__', '\xff\xfe'), 'latin1'), 400, 'http.malformed'],
    ['__proto__', post('{"__proto__":{"admin":true}}'), 400, 'http.malformed'],
    ['an escaped __proto__', post('{"\\u005f_proto__":{"admin":true}}'), 400, 'http.malformed'],
    ['33 levels', post(deep(33)), 400, 'http.malformed'],
    ['100,000 levels', post(deep(100_000)), 400, 'http.malformed'],
    ['1,001 members', post(wide(1_001)), 400, 'http.malformed'],
    ['a key twice', post('{"email":"a","email":"b"}'), 400, 'http.malformed'],
    ['a key twice, once escaped', post('{"email":"a","\\u0065mail":"b"}'), 400, 'http.malformed'],
    ['NUL in a text', post('{"email":"a\\u0000"}'), 400, 'http.malformed'],
    ['NUL in a key', post('{"em\\u0000ail":"a"}'), 400, 'http.malformed'],
    ['half of a surrogate pair', post('{"email":"\\ud800"}'), 400, 'http.malformed'],
    ['half of a surrogate pair in a key', post('{"\\ud800":"a"}'), 400, 'http.malformed'],
    ['no object at all', post('[]'), 400, 'http.shape'],
    ['null', post('null'), 400, 'http.shape'],
    ['a text', post('"email"'), 400, 'http.shape'],
    ['more than a mebibyte', post(`{"email":"${'x'.repeat(1_048_577)}"}`), 413, 'http.too_large'],
    ['a form', post('a=b').replace('application/json', 'application/x-www-form-urlencoded'), 415, 'http.media_type'],
    ['XML', post('<a/>').replace('application/json', 'text/xml'), 415, 'http.media_type'],
    ['a form with a file where there is none to send', post('--b--').replace('application/json', 'multipart/form-data; boundary=b'), 415, 'http.media_type'],
    ['a file where there is none to send', post('at,amount').replace('application/json', 'text/csv'), 415, 'http.media_type'],
    ['no type', post('{}').replace('Content-Type: application/json\r\n', ''), 415, 'http.media_type'],
  ])('%s', async (_what, bytes, status, code) => {
    expectProblem(await raw(started.url, bytes), status, code);
  });

  it('32 levels and 1,000 members are still read', async () => {
    for (const body of [deep(32), wide(1_000)]) expectProblem(await raw(started.url, post(body)), 400, 'http.shape');
  });
});

describe('an address where nothing is', () => {
  it.each([
    ['an unknown path', get('/nothing')], ['a method the path does not have', get('/v1/policies', 'DELETE')], ['dots', get('/v1/../etc/passwd')],
    ['a path longer than any of ours', get(`/v1/${'a'.repeat(8_000)}`)], ['a language nobody has', get('/xx/claims')],
  ])('%s', async (_what, bytes) => {
    expectProblem(await raw(started.url, bytes), 404, 'http.not_found');
  });
});

it('sends pages compressed to those who take it, and nothing else; a compressed request is not unpacked', async () => {
  const encoded = async (path: string, encoding: string): Promise<string | null> =>
    (await fetch(`${started.url}${path}`, { headers: { 'accept-encoding': encoding } })).headers.get('content-encoding');
  expect([await encoded('/ko', 'br'), await encoded('/ko', 'gzip'), await encoded('/ko', 'identity'), await encoded('/v1/policies', 'br')]).toEqual(['br', 'gzip', null, null]);
  const packed = await fetch(`${started.url}/v1/sessions`, { method: 'POST', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: gzipSync('{"email":"a@b.example","password":"x"}') });
  expect(packed.status).toBe(400);
});

it.each(['/en', '/ko', '/v1/services', '/v1/policies'])('%s means the same with a slash behind it', async (path) => {
  const [bare, slash] = await Promise.all([path, `${path}/`].map((address) => fetch(`${started.url}${address}`)));
  expect([bare?.status, slash?.status]).toEqual([200, 200]);
});

describe('a client that is slow', () => {
  it('with its headers is told so within eleven seconds or so', async () => {
    const began = performance.now();
    expectProblem(await raw(started.url, 'GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow:', 15_000), 408, 'http.timeout');
    expect(performance.now() - began).toBeLessThan(13_000);
  });

  it('does not keep anybody else waiting, be there 500 of them', async () => {
    const { hostname, port } = new URL(started.url);
    const slow = await Promise.all(Array.from({ length: 500 }, () => new Promise<ReturnType<typeof connect>>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => { socket.write('POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Le'); resolve(socket); });
      socket.on('error', reject);
    })));
    for (let i = 0; i < 100; i += 1) expect((await call(started.url, 'GET', '/v1/services')).status).toBe(200);
    // All were answered before any of the slow ones was given up.
    expect(slow.filter(({ readyState }) => readyState !== 'open')).toEqual([]);
    slow.forEach((socket) => socket.destroy());
  });
});
