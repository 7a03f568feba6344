import { Injectable } from '@nestjs/common';
import { allowedEvents } from '../../core/machine/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { isAllowed, PERMISSIONS } from '../../platform/access/permissions.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page } from '../../platform/database/paging.js';
import { RecoveriesRepository, type RecoveryRow } from './recoveries.repository.js';
import { RecoveryDocumentsRepository } from './recovery-documents.repository.js';
import { RecoverySurroundings } from './recovery-surroundings.service.js';
import { RECOVERY_MACHINE, type RecoveryEvent } from './recovery.machine.js';
import { documentView, recoveryView, type RecoveryDetail, type RecoveryView } from './views/recovery-view.js';

/** Requests as staff see them: who waits, and one with all that is needed to settle it. */
@Injectable()
export class RecoveryQueries {
  constructor(
    private readonly database: Database, private readonly requests: RecoveriesRepository, private readonly around: RecoverySurroundings, private readonly documents: RecoveryDocumentsRepository, private readonly clock: Clock,
  ) {}

  /** The longest waiting first; of those settled the newest. */
  async page(ctx: Context, wanted: { settled: boolean; after?: string; limit: number }): Promise<Page<RecoveryView>> {
    const rows = isAllowed(ctx.actor, 'recovery.read') ? await this.requests.page(this.database.reader, { ...wanted, limit: wanted.limit + 1 }) : [];
    const page = pageOf(rows, wanted.limit, ({ id }) => [id]);
    return { ...page, items: page.items.map((row) => recoveryView(row, this.clock.now())) };
  }

  /** Code: `recoveries.not_found`. */
  async get(ctx: Context, id: string): Promise<Result<RecoveryDetail>> {
    const row = isAllowed(ctx.actor, 'recovery.read') ? await this.requests.find(this.database.reader, id) : undefined;
    return row === undefined ? refuse('recoveries.not_found')
      : ok({ ...recoveryView(row, this.clock.now()), ...(await this.around.of(row, this.clock.now())), documents: await this.#documents(id), allowedEvents: allowedFor(ctx, row) });
  }

  async #documents(id: string): Promise<RecoveryDetail['documents']> {
    return (await this.documents.of(this.database.reader, id)).map((row) => documentView(row));
  }
}

/** What the machine lets happen now, and the reader's permissions let them do. */
const allowedFor = ({ actor }: Context, { state, merchantId }: RecoveryRow): RecoveryEvent[] => allowedEvents(RECOVERY_MACHINE, state)
  .filter((event) => (event !== 'match' || merchantId === null) && (event !== 'recommend' || merchantId !== null))
  .filter((event) => RECOVERY_MACHINE.events[event].actors.some((one) => PERMISSIONS.some((permission) => permission === one && isAllowed(actor, permission))));
