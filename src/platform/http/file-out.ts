import type { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';

/** A file somebody sent, on its way out: always to be saved, never to be shown, whatever its bytes are. */
export const fileOut = ({ name, stream }: { readonly name: string; readonly stream: Readable }): StreamableFile => new StreamableFile(stream, {
  type: 'application/octet-stream',
  disposition: `attachment; filename="${name.replace(/[^\x20-\x7e]|["\\]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name)}`,
});
