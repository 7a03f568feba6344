import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { Scanner, ScannerAway, type ScanVerdict } from './scanner.js';

const SILENCE_MS = 30_000;
/** clamd refuses chunks above its StreamMaxLength at once; smaller ones are told apart sooner. */
const MOST_CHUNK = 65_536;
const LONGEST_REPLY = 4_096;

export type ClamdPlace = { readonly host: string; readonly port: number } | { readonly path: string };

/** `tcp://host:3310` or `unix:/run/clamav/clamd.ctl`; undefined for anything else. */
export function clamdPlace(url: string): ClamdPlace | undefined {
  const path = /^unix:(?:\/\/)?(\/[^\0]+)$/.exec(url)?.[1];
  if (path !== undefined) return { path };
  const [, host, port] = /^tcp:\/\/([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(url) ?? [];
  const number = Number.parseInt(port ?? '', 10);
  return host === undefined || !(number > 0 && number < 65_536) ? undefined : { host: host.replace(/^\[|\]$/g, ''), port: number };
}

/** Asks a ClamAV daemon by its INSTREAM command: chunks with their length before them, nought at the end, one line back. */
export class ClamdScanner extends Scanner {
  readonly isConfigured = true;

  constructor(private readonly place: ClamdPlace) {
    super();
  }

  async scan(stream: Readable): Promise<ScanVerdict> {
    const socket = connect(this.place);
    socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error('it was silent for too long')));
    const reply = replyOf(socket);
    // Told below; without a listener of its own an early end would count as nobody's.
    reply.catch(() => undefined);
    try {
      await send(socket, stream);
      return verdictOf(await reply);
    } catch (error) {
      throw error instanceof ScannerAway ? error : new ScannerAway(String((error as NodeJS.ErrnoException).code ?? (error as Error).message));
    } finally {
      stream.destroy();
      socket.destroy();
    }
  }
}

async function send(socket: Socket, stream: Readable): Promise<void> {
  await write(socket, Buffer.from('zINSTREAM\0'));
  for await (const whole of stream as AsyncIterable<Buffer>) {
    for (let from = 0; from < whole.length; from += MOST_CHUNK) {
      const chunk = whole.subarray(from, from + MOST_CHUNK);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(chunk.length);
      await write(socket, Buffer.concat([length, chunk]));
    }
  }
  await write(socket, Buffer.alloc(4));
}

const write = (socket: Socket, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => { socket.write(bytes, (error) => (error instanceof Error ? reject(error) : resolve())); });

async function replyOf(socket: Socket): Promise<string> {
  let reply = '';
  for await (const chunk of socket) {
    reply += (chunk as Buffer).toString('latin1');
    if (reply.includes('\0') || reply.length > LONGEST_REPLY) break;
  }
  return reply.replace(/\0.*$/s, '').trim();
}

function verdictOf(reply: string): ScanVerdict {
  if (/^stream: OK$/.test(reply)) return { kind: 'clean' };
  const signature = /^stream: (.+) FOUND$/.exec(reply)?.[1];
  if (signature === undefined) throw new ScannerAway(reply === '' ? 'it hung up' : 'its answer is no verdict');
  return { kind: 'infected', signature: signature.replaceAll(/[^\w.:\-/ ]/g, '').slice(0, 200) };
}
