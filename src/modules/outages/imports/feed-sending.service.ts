import { Injectable } from '@nestjs/common';
import { refuse, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import { sameBytes, tokenHash } from '../../../platform/crypto/tokens.js';
import { Database } from '../../../platform/database/database.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { FeedBytes, MOST_FEED_BYTES } from './feed-bytes.service.js';
import { FeedIntake, type Taken } from './feed-intake.service.js';
import { SourcesRepository, type PayloadRow } from './sources.repository.js';

/** Takes what is brought: a file by a person, an alert by a machine that holds the receiver's token. */
@Injectable()
export class FeedSending {
  constructor(
    private readonly work: UnitOfWork, private readonly clock: Clock, private readonly database: Database, private readonly sources: SourcesRepository, private readonly bytes: FeedBytes, private readonly intake: FeedIntake,
  ) {}

  async upload(ctx: Context, sourceId: string, stream: AsyncIterable<Uint8Array>): Promise<Result<Taken>> {
    if ((await this.sources.find(this.database.reader, sourceId)) === undefined) {
      for await (const _chunk of stream);
      return refuse('imports.source_not_found', { id: sourceId });
    }
    return this.#take(ctx, sourceId, stream, 'upload');
  }

  /** Unknown source, wrong token and a source that has none are answered alike. */
  async alert(ctx: Context, sourceId: string, token: string, body: Uint8Array): Promise<Result<Taken>> {
    const hash = await this.sources.tokenHash(this.database.reader, sourceId);
    if (hash === undefined || !sameBytes(hash, tokenHash(token))) return refuse('imports.token');
    return this.#take(ctx, sourceId, (async function* one() { yield await Promise.resolve(body); })(), 'push');
  }

  async #take(ctx: Context, sourceId: string, stream: AsyncIterable<Uint8Array>, origin: PayloadRow['origin']): Promise<Result<Taken>> {
    const kept = await this.bytes.keep(sourceId, stream);
    if (kept === undefined) return refuse('imports.too_big', { limitBytes: MOST_FEED_BYTES });
    return this.work.run(ctx, async (tx): Promise<Result<Taken>> => {
      const source = await this.sources.lock(tx, sourceId);
      if (source === undefined) return refuse('imports.source_not_found', { id: sourceId });
      if (!source.active) return refuse('imports.source_off');
      const taken = await this.intake.take(tx, ctx, source, { ...kept, origin });
      // A file that somebody brings says nothing about whether a source that is fetched still answers.
      if (taken.ok && source.url === null) await this.sources.heard(tx, sourceId, this.clock.now(), undefined);
      return taken;
    });
  }
}
