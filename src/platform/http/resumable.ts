import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Server } from '@tus/server';
import { DataStore, ERRORS, Metadata, Upload } from '@tus/utils';
import type { FastifyReply } from 'fastify';
import { Inbox } from '../blobs/inbox.js';
import type { MakegoodRequest } from './metadata.js';
import { RefusalException } from './refusal-exception.js';

export const TUS_TYPE = 'application/offset+octet-stream';
const TUS_VERSION = '1.0.0';
const PASSED_ON = ['tus-resumable', 'upload-offset', 'content-type', 'content-length'];

/** A file on its way in: its name in the inbox, and how long it will be. */
export interface Arriving {
  readonly key: string;
  readonly sizeBytes: number;
}

/** Names and length are our own knowledge and travel in the id, so that the store has nothing to remember. */
class InboxStore extends DataStore {
  constructor(private readonly inbox: Inbox) {
    super();
  }

  override async getUpload(id: string): Promise<Upload> {
    const [key = '', size = ''] = id.split('.');
    const offset = await this.inbox.size(key);
    if (offset === undefined) throw Object.assign(new Error('gone'), ERRORS.FILE_NO_LONGER_EXISTS);
    return new Upload({ id, size: Number.parseInt(size, 10), offset });
  }

  override write(stream: Readable, id: string, offset: number): Promise<number> {
    return this.inbox.write(id.split('.')[0] ?? '', stream, offset);
  }
}

/** What a client says about an upload before its first byte. */
export interface Announced {
  readonly length: string | undefined;
  readonly fileName: string | undefined;
  readonly kind: string | undefined;
}

/**
 * Resumable uploads by the tus protocol, version 1.0.0 (core and creation). Its server sees only offsets and bytes: who may, how much
 * and of what kind is decided before, like for every other request, and what it refuses is said as a problem.
 */
@Injectable()
export class ResumableUploads {
  readonly #tus: Server;

  constructor(private readonly inbox: Inbox) {
    this.#tus = new Server({ path: '/', datastore: new InboxStore(inbox), respectForwardedHeaders: false });
  }

  announced({ headers }: MakegoodRequest): Announced {
    const said = headers['upload-metadata'];
    let metadata: Record<string, string | null> = {};
    try {
      if (typeof said === 'string') metadata = Metadata.parse(said);
    } catch {
      throw new RefusalException({ code: 'upload.protocol', params: { why: 'Upload-Metadata cannot be read' } });
    }
    return { length: headers['upload-length'] as string | undefined, fileName: metadata['filename'] ?? undefined, kind: metadata['kind'] ?? undefined };
  }

  /** Says where the upload goes on, as the protocol wants it. */
  begun(reply: FastifyReply): void {
    void reply.header('tus-resumable', TUS_VERSION).header('upload-offset', '0');
  }

  /** How far it is; true when all of it has arrived. */
  async tell(reply: FastifyReply, { key, sizeBytes }: Arriving): Promise<boolean> {
    const offset = await this.inbox.size(key);
    if (offset === undefined) throw new RefusalException({ code: 'upload.gone', params: {} });
    void reply.header('tus-resumable', TUS_VERSION).header('upload-offset', String(offset)).header('upload-length', String(sizeBytes));
    return offset === sizeBytes;
  }

  /** Takes the bytes of one request; true when the file is whole. */
  async append(request: MakegoodRequest, reply: FastifyReply, { key, sizeBytes }: Arriving): Promise<boolean> {
    const headers = new Headers(PASSED_ON.flatMap((name) => (request.headers[name] === undefined ? [] : [[name, String(request.headers[name])] as [string, string]])));
    const body = request.body instanceof Readable ? Readable.toWeb(request.body) : undefined;
    const answer = await this.#tus.handleWeb(new Request(`http://inbox/${key}.${sizeBytes}`, {
      method: 'PATCH', headers, ...(body === undefined ? {} : { body, duplex: 'half' }),
    }));
    if (!answer.ok) throw new RefusalException(refusalOf(answer.status, sizeBytes));
    const offset = answer.headers.get('upload-offset') ?? '0';
    void reply.header('tus-resumable', TUS_VERSION).header('upload-offset', offset);
    return offset === String(sizeBytes);
  }
}

function refusalOf(status: number, limitBytes: number): { code: string; params: Record<string, string | number> } {
  switch (status) {
    case 409: return { code: 'upload.offset_differs', params: {} };
    case 404: case 410: return { code: 'upload.gone', params: {} };
    case 413: return { code: 'http.too_large', params: { limitBytes } };
    case 412: return { code: 'upload.protocol', params: { why: 'the header Tus-Resumable must say 1.0.0' } };
    case 403: return { code: 'upload.protocol', params: { why: 'Upload-Offset is missing' } };
    default: return status >= 500 ? { code: 'upload.interrupted', params: {} } : { code: 'upload.protocol', params: { why: 'the bytes stopped before their end, or a header is malformed' } };
  }
}
