import type { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

export interface Download {
  readonly stream: Readable;
  readonly fileName: string;
  readonly mediaType: string;
  readonly sizeBytes?: number;
}

/** What a header may carry as it stands; everything else is said in the encoded name beside it. */
const asciiOf = (name: string): string => name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
const encoded = (name: string): string => encodeURIComponent(name.toWellFormed()).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Somebody else's bytes, given out so that no browser runs them: to be saved, of the type we found, in a sandbox without anything. */
export function sendFile(reply: FastifyReply, { stream, fileName, mediaType, sizeBytes }: Download): StreamableFile {
  void reply.header('content-security-policy', "default-src 'none'; sandbox").header('x-content-type-options', 'nosniff')
    .header('cross-origin-resource-policy', 'same-origin').header('cache-control', 'private, no-store');
  return new StreamableFile(stream, {
    type: mediaType, disposition: `attachment; filename="${asciiOf(fileName)}"; filename*=UTF-8''${encoded(fileName)}`,
    ...(sizeBytes === undefined ? {} : { length: sizeBytes }),
  });
}

/** Whether a table is asked for: by the query, else by what the client takes. */
export const asksForCsv = (format: 'json' | 'csv' | undefined, accept: string | undefined): boolean =>
  format === 'csv' || (format === undefined && accept?.startsWith('text/csv') === true);
