import { Global, Module, type DynamicModule } from '@nestjs/common';
import { BlobStore } from './blobs/blob-store.js';
import { DiskBlobStore } from './blobs/disk-blob-store.js';
import { FileFolder } from './blobs/file-folder.js';
import { Inbox } from './blobs/inbox.js';
import { Clock, SystemClock } from './clock/clock.js';
import { APP_CONFIG, type AppConfig } from './config/config.js';
import { Vault } from './crypto/vault.js';
import { Database, ENTITIES, type EntityClass } from './database/database.js';
import { UnitOfWork } from './database/unit-of-work.js';
import { EventLog } from './events/event-log.js';
import { Drain } from './http/drain.js';
import { IdempotencyStore } from './idempotency/idempotency-store.js';
import { ResumableUploads } from './http/resumable.js';
import { Jobs } from './jobs/jobs.js';
import { LongJobs } from './jobs/long-jobs.js';
import { ClamdScanner } from './scanner/clamd-scanner.js';
import { NoScanner, Scanner } from './scanner/scanner.js';

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
        { provide: BlobStore, useClass: DiskBlobStore },
        { provide: Scanner, useValue: config.clamav === undefined ? new NoScanner() : new ClamdScanner(config.clamav) },
        Database, UnitOfWork, Jobs, LongJobs, EventLog, IdempotencyStore, Drain, FileFolder, Inbox, ResumableUploads, Vault,
      ],
      exports: [APP_CONFIG, Clock, Database, UnitOfWork, Jobs, LongJobs, EventLog, IdempotencyStore, BlobStore, Inbox, Scanner, ResumableUploads, Vault],
    };
  }
}
