import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';

/** Who has not finished asking by then is cut off: the whole process has ten seconds. */
const LONGEST_DRAIN_MS = 5_000;

/** The first thing to stop is the listening, the last what requests need: what has arrived is answered while jobs and database are open. */
@Injectable()
export class Drain implements OnModuleDestroy {
  constructor(private readonly host: HttpAdapterHost<FastifyAdapter>) {}

  async onModuleDestroy(): Promise<void> {
    // A worker has none.
    const adapter = this.host.httpAdapter as FastifyAdapter | undefined;
    if (adapter === undefined) return;
    // Taken before: once it has closed, the adapter no longer knows its server.
    const { server } = adapter.getInstance();
    const cut = setTimeout(() => server.closeAllConnections(), LONGEST_DRAIN_MS);
    await adapter.close();
    clearTimeout(cut);
  }
}
