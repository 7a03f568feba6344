import { createHash } from 'node:crypto';
import { pipeline, Readable, Transform } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { canonicalJson } from '../../core/audit/index.js';

/** A file on its way in, and what was said about it: read once, by whoever needs it. */
export interface Upload {
  readonly stream: Readable;
  readonly fileName?: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Tells two uploads apart by fields and bytes, not by the boundary of a form. Reads to the end what nobody has read yet. */
  fingerprint(): Promise<string>;
}

export interface UploadRequest extends FastifyRequest {
  /** Opened by the first who asks. */
  upload?: Promise<Upload | undefined>;
}

export const isUpload = (request: UploadRequest): boolean => request.isMultipart() || request.body instanceof Readable;

/** A form with fields before the file, or the bare file with query parameters; undefined when a form has no file. */
export const uploadOf = (request: UploadRequest): Promise<Upload | undefined> => (request.upload ??= open(request));

async function open(request: UploadRequest): Promise<Upload | undefined> {
  const query = request.query as Record<string, string>;
  if (!request.isMultipart()) return upload(request.body as Readable, query);
  const part = await request.file();
  if (part === undefined) return undefined;
  const fields = Object.entries(part.fields).flatMap(([name, field]) =>
    (field !== undefined && 'value' in field && typeof field.value === 'string' ? [[name, field.value] as const] : []));
  return upload(part.file, { ...query, ...Object.fromEntries(fields) }, part.filename);
}

function upload(source: Readable, fields: Readonly<Record<string, string>>, fileName?: string): Upload {
  const hash = createHash('sha256').update(canonicalJson(fields)).update('\n');
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  // Whoever reads the stream sees its errors.
  pipeline(source, stream, () => undefined);
  let digest: string | undefined;
  return {
    stream, fields,
    ...(fileName === undefined ? {} : { fileName }),
    async fingerprint() {
      if (!stream.readableEnded) for await (const _chunk of stream);
      return digest ??= hash.digest('hex');
    },
  };
}
