import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { Database } from '../database/database.js';
import { Public } from '../http/metadata.js';
import { RefusalException } from '../http/refusal-exception.js';

export const VERSION = Symbol('version');

/** Probes of our own: alive as long as the process answers, ready only while the database does. */
@ApiExcludeController()
@Controller()
export class HealthController {
  readonly #registry = new Registry();

  constructor(private readonly database: Database, @Inject(VERSION) private readonly release: string) {
    collectDefaultMetrics({ register: this.#registry });
  }

  @Get('livez')
  @Public()
  live(): { status: string } {
    return { status: 'alive' };
  }

  @Get('readyz')
  @Public()
  async ready(): Promise<{ status: string }> {
    try {
      await this.database.reader.query('SELECT 1');
    } catch {
      throw new RefusalException({ code: 'platform.database_away', params: {} });
    }
    return { status: 'ready' };
  }

  @Get('version')
  @Public()
  version(): { version: string; node: string } {
    return { version: this.release, node: process.versions.node };
  }

  @Get('metrics')
  @Public()
  @Header('content-type', 'text/plain; version=0.0.4')
  metrics(): Promise<string> {
    return this.#registry.metrics();
  }
}
