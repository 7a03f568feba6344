import { lookup as resolve } from 'node:dns';
import { request as plain, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as secure } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { isPublicAddress } from './public-address.js';

export interface FetchLimits {
  /** From the first byte sent to the last received, over all redirects. */
  readonly wholeMs: number;
  /** Unpacked. */
  readonly mostBytes: number;
  readonly redirects: number;
}

export interface FetchWish {
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Names that may lie on a private address: the operator's own machines. */
  readonly ownHosts: ReadonlySet<string>;
  readonly limits: FetchLimits;
  /** For a test of names that answer differently each time. */
  readonly resolver?: (host: string) => Promise<readonly string[]>;
}

export type FetchFault = 'url' | 'private' | 'unreachable' | 'late' | 'too_big' | 'redirects' | 'status' | 'packing';

export type Fetched =
  | { readonly kind: 'same' }
  | { readonly kind: 'got'; readonly bytes: Uint8Array; readonly etag?: string; readonly lastModified?: string }
  | { readonly kind: 'failed'; readonly why: FetchFault; readonly detail: string };

class Failed extends Error {
  constructor(readonly why: FetchFault, readonly detail: string) {
    super(why);
  }
}

const SYSTEM = (host: string): Promise<readonly string[]> => new Promise((done, fail) => {
  resolve(host, { all: true }, (error, found) => (error === null ? done(found.map(({ address }) => address)) : fail(error)));
});

/**
 * Fetches what is said at an address of the public internet, and nothing else: the address a connection goes to is checked when it is made,
 * and again after every redirect, so a name that answers differently the second time leads nowhere. Never throws.
 * Edge: 304 is `same`; a body longer than allowed is cut at that byte, packed or not.
 */
export async function fetchPublic(wish: FetchWish): Promise<Fetched> {
  const signal = AbortSignal.timeout(wish.limits.wholeMs);
  try {
    let url = safeUrl(wish.url);
    for (let hop = 0; hop <= wish.limits.redirects; hop += 1) {
      const answer = await ask(url, wish, signal);
      const next = answer.headers.location;
      if (![301, 302, 303, 307, 308].includes(answer.statusCode ?? 0) || next === undefined) return await read(answer, wish, signal);
      answer.destroy();
      url = safeUrl(next, url);
    }
    return { kind: 'failed', why: 'redirects', detail: String(wish.limits.redirects) };
  } catch (error) {
    if (error instanceof Failed) return { kind: 'failed', why: error.why, detail: error.detail };
    if (signal.aborted) return { kind: 'failed', why: 'late', detail: String(wish.limits.wholeMs / 1_000) };
    const { code } = error as NodeJS.ErrnoException;
    return { kind: 'failed', why: String(code).startsWith('Z_') ? 'packing' : 'unreachable', detail: code ?? 'ERROR' };
  }
}

/** Why an address is not fetched from; undefined when it may be. What its name resolves to shows only when it is. */
export function addressFault(text: string, ownHosts: ReadonlySet<string>): FetchFault | undefined {
  try {
    checkLiteral(safeUrl(text), ownHosts);
    return undefined;
  } catch (error) {
    return error instanceof Failed ? error.why : 'url';
  }
}

function safeUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw new Failed('url', 'address');
  const url = new URL(text, base);
  if (!['http:', 'https:'].includes(url.protocol)) throw new Failed('url', url.protocol);
  if (url.username !== '' || url.password !== '') throw new Failed('url', 'credentials');
  return url;
}

const bare = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '').toLowerCase();

/** A literal address is connected to without being looked up. */
function checkLiteral(url: URL, ownHosts: ReadonlySet<string>): void {
  const host = bare(url);
  if (isIP(host) !== 0 && !ownHosts.has(host) && !isPublicAddress(host)) throw new Failed('private', host);
}

/** Looks a name up and lets a connection only go to what was looked at: all of a name's addresses must be public. */
const guarded = (own: boolean, resolver: NonNullable<FetchWish['resolver']>): LookupFunction => (host, options, answer) => {
  resolver(host).then((addresses) => {
    const [first] = addresses;
    const inside = own ? undefined : addresses.find((address) => !isPublicAddress(address));
    if (first === undefined) return answer(new Failed('unreachable', 'ENOTFOUND'), '');
    if (inside !== undefined) return answer(new Failed('private', host), '');
    return options.all === true ? answer(null, addresses.map((address) => ({ address, family: isIP(address) }))) : answer(null, first, isIP(first));
  }, (error: unknown) => answer(error as Error, ''));
};

function ask(url: URL, wish: FetchWish, signal: AbortSignal): Promise<IncomingMessage> {
  checkLiteral(url, wish.ownHosts);
  const options: RequestOptions = {
    signal, agent: false, lookup: guarded(wish.ownHosts.has(bare(url)), wish.resolver ?? SYSTEM), maxHeaderSize: 16_384,
    headers: {
      'accept-encoding': 'gzip', 'user-agent': 'makegood-register', accept: '*/*',
      ...(wish.etag === undefined ? {} : { 'if-none-match': wish.etag }),
      ...(wish.lastModified === undefined ? {} : { 'if-modified-since': wish.lastModified }),
    },
  };
  return new Promise((done, fail) => {
    (url.protocol === 'https:' ? secure : plain)(url, options).once('response', done).once('error', fail).end();
  });
}

async function read(answer: IncomingMessage, { limits }: FetchWish, signal: AbortSignal): Promise<Fetched> {
  const status = answer.statusCode ?? 0;
  if (status === 304) {
    answer.destroy();
    return { kind: 'same' };
  }
  if (status !== 200) {
    answer.destroy();
    throw new Failed('status', String(status));
  }
  const packing = answer.headers['content-encoding'] ?? 'identity';
  if (!['identity', 'gzip'].includes(packing)) {
    answer.destroy();
    throw new Failed('packing', packing.slice(0, 40));
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const keep = async (source: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > limits.mostBytes) throw new Failed('too_big', String(limits.mostBytes));
      chunks.push(chunk);
    }
  };
  await (packing === 'gzip' ? pipeline(answer, createGunzip(), keep, { signal }) : pipeline(answer, keep, { signal }));
  const { etag, 'last-modified': lastModified } = answer.headers;
  return { kind: 'got', bytes: Buffer.concat(chunks), ...(etag === undefined ? {} : { etag: etag.slice(0, 500) }), ...(lastModified === undefined ? {} : { lastModified: lastModified.slice(0, 100) }) };
}
