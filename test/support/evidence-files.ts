import { createServer, type Server, type Socket } from 'node:net';
import { deflateSync } from 'node:zlib';
import type { Answer } from './app.js';
import type { World } from './world.js';

const crcTable = Array.from({ length: 256 }, (_, n) => Array.from({ length: 8 }).reduce<number>((c) => (c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1), n));
const crc = (bytes: Buffer): number => (bytes.reduce((c, byte) => (crcTable[(c ^ byte) & 0xff] as number) ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

function chunk(type: string, data: Buffer): Buffer {
  const [head, tail] = [Buffer.alloc(8), Buffer.alloc(4)];
  head.writeUInt32BE(data.length);
  head.write(type, 4, 'latin1');
  tail.writeUInt32BE(crc(Buffer.concat([head.subarray(4), data])));
  return Buffer.concat([head, data, tail]);
}

/** A grey picture; `salt` makes its bytes others without changing what it is. */
export function png(width = 8, height = 8, salt = ''): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Math.min(height, 64) * (Math.min(width, 64) + 1);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('tEXt', Buffer.from(`Comment\0${salt}`)),
    chunk('IDAT', deflateSync(Buffer.alloc(rows, 0x80))), chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The smallest picture a JPEG reader knows the sides of. */
export function jpeg(width = 640, height = 480, salt = ''): Buffer {
  const frame = Buffer.from([0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  const remark = Buffer.from(salt);
  const comment = Buffer.alloc(4);
  comment.set([0xff, 0xfe]);
  comment.writeUInt16BE(remark.length + 2, 2);
  const jfif = Buffer.from([0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), jfif, comment, remark, frame, Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0, 0xff, 0xd9])]);
}

/** The particulars of a photo that was taken at a time, as cameras write it: `2026:10:13 12:00:00`. */
function exif(taken: string): Buffer {
  const text = Buffer.from(`${taken}\0`, 'latin1');
  const block = Buffer.alloc(44);
  block.write('II');
  block.writeUInt16LE(42, 2);
  block.writeUInt32LE(8, 4);
  const entry = (at: number, tag: number, type: number, count: number, value: number): void => {
    block.writeUInt16LE(1, at);
    block.writeUInt16LE(tag, at + 2);
    block.writeUInt16LE(type, at + 4);
    block.writeUInt32LE(count, at + 6);
    block.writeUInt32LE(value, at + 10);
  };
  entry(8, 0x8769, 4, 1, 26);
  entry(26, 0x9003, 2, text.length, 44);
  return Buffer.concat([block, text]);
}

/** A JPEG with the time at which it was taken. */
export function photo(taken: string, salt = ''): Buffer {
  const content = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif(taken)]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  const plain = jpeg(640, 480, salt);
  return Buffer.concat([plain.subarray(0, 2), head, content, plain.subarray(2)]);
}

/** The same in a PNG. */
export const pngTaken = (taken: string): Buffer => {
  const plain = png();
  const end = plain.length - 12;
  return Buffer.concat([plain.subarray(0, end), chunk('eXIf', exif(taken)), plain.subarray(end)]);
};

export const pdf = (inside = '', salt = ''): Buffer => Buffer.from(`%PDF-1.7\n%${salt}\n1 0 obj << /Type /Catalog ${inside} >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n`, 'latin1');

export function webp(width = 64, height = 64): Buffer {
  const data = Buffer.alloc(10);
  data.writeUIntLE(width - 1, 4, 3);
  data.writeUIntLE(height - 1, 7, 3);
  const head = Buffer.alloc(20);
  head.write('RIFF');
  head.writeUInt32LE(22, 4);
  head.write('WEBPVP8X', 8);
  head.writeUInt32LE(10, 16);
  return Buffer.concat([head, data]);
}

/** As phones write it: a brand, then boxes. */
export function heic(): Buffer {
  const brand = Buffer.from('\0\0\0\u0018ftypheic\0\0\0\0mif1heic', 'latin1');
  return Buffer.concat([brand, Buffer.from('\0\0\0\u0010mdat', 'latin1'), Buffer.alloc(8)]);
}

/** An archive that holds nothing: what readers of archives look for at the end of a file. */
export const emptyZip = (remark = ''): Buffer => {
  const record = Buffer.alloc(22);
  record.write('PK\u0005\u0006', 'latin1');
  record.writeUInt16LE(remark.length, 20);
  return Buffer.concat([record, Buffer.from(remark, 'latin1')]);
};

/** What every scanner calls infected, and nothing is harmed by. Put together here, so that this file is not called so itself. */
export const EICAR = `X5O!P%@AP[4\\PZX54(P^)7CC)7}$${'EICAR-STANDARD'}-ANTIVIRUS-TEST-FILE!$H+H*`;

export async function sendEvidence(world: World, claimId: string, file: Buffer, about: { name?: string; kind?: string; type?: string; token?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  const form = new FormData();
  if (about.kind !== undefined) form.set('kind', about.kind);
  form.set('file', new Blob([new Uint8Array(file)], { type: about.type ?? 'image/png' }), about.name ?? 'photo.png');
  const response = await fetch(`${world.url}/v1/claims/${claimId}/evidence`, {
    method: 'POST', body: form, headers: { authorization: `Bearer ${about.token ?? world.tokens.owner}`, ...about.headers },
  });
  return { status: response.status, body: await response.json() as Record<string, unknown>, headers: Object.fromEntries(response.headers) };
}

export interface FakeClamd {
  readonly port: number;
  /** Answers what it is told to; by itself it knows one virus. */
  behave: (bytes: Buffer, socket: Socket) => string | undefined | Promise<string | undefined>;
  readonly seen: Buffer[];
  close(): Promise<void>;
}

/** A ClamAV daemon as far as INSTREAM goes. */
export async function fakeClamd(port = 0): Promise<FakeClamd> {
  const seen: Buffer[] = [];
  const sockets = new Set<Socket>();
  const fake = { behave: ((bytes) => (bytes.includes(EICAR) ? 'stream: Eicar-Test-Signature FOUND' : 'stream: OK')) as FakeClamd['behave'] };
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    let bytes = Buffer.alloc(0);
    socket.on('data', (piece) => {
      bytes = Buffer.concat([bytes, piece]);
      const body = instream(bytes);
      if (body === undefined) return;
      seen.push(body);
      void Promise.resolve(fake.behave(body, socket)).then((answer) => { if (answer !== undefined) socket.end(`${answer}\0`); });
    });
  });
  await new Promise<void>((resolve) => { server.listen(port, '127.0.0.1', resolve); });
  const { port: listening } = server.address() as { port: number };
  return Object.assign(fake, {
    port: listening, seen,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => { server.close(resolve); });
    },
  });
}

/** The file within the command, once all of it is there. */
function instream(bytes: Buffer): Buffer | undefined {
  const command = 'zINSTREAM\0';
  if (bytes.subarray(0, command.length).toString('latin1') !== command) return undefined;
  const parts: Buffer[] = [];
  for (let at = command.length; at + 4 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    if (length === 0) return Buffer.concat(parts);
    if (at + 4 + length > bytes.length) return undefined;
    parts.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return undefined;
}
