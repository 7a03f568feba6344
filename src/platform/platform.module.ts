import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Clock, SystemClock } from './clock/clock.js';
import { APP_CONFIG, type AppConfig } from './config/config.js';
import { Database, ENTITIES, type EntityClass } from './database/database.js';
import { UnitOfWork } from './database/unit-of-work.js';
import { EventLog } from './events/event-log.js';
import { Drain } from './http/drain.js';
import { IdempotencyStore } from './idempotency/idempotency-store.js';
import { Jobs } from './jobs/jobs.js';

/** The plumbing every module stands on. */
@Global()
@Module({})
export class PlatformModule {
  static with(config: AppConfig, entities: readonly EntityClass[], clock: Clock = new SystemClock()): DynamicModule {
    return {
      module: PlatformModule,
      providers: [
        { provide: APP_CONFIG, useValue: config },
        { provide: ENTITIES, useValue: entities },
        { provide: Clock, useValue: clock },
        Database, UnitOfWork, Jobs, EventLog, IdempotencyStore, Drain,
      ],
      exports: [APP_CONFIG, Clock, Database, UnitOfWork, Jobs, EventLog, IdempotencyStore],
    };
  }
}
