import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { HOUR } from '../../core/time/index.js';
import { systemActor } from '../../platform/access/actor.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { tokenHash } from '../../platform/crypto/tokens.js';
import { Database } from '../../platform/database/database.js';
import type { Reader } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { RecoveriesRepository, type RecoveryRow } from './recoveries.repository.js';
import { RecoveryHolding } from './recovery-holding.service.js';
import { RecoveryLetters } from './recovery-letters.service.js';
import { RecoveryLifecycle } from './recovery-lifecycle.service.js';
import type { RecoveryKind, RecoveryState } from './recovery.machine.js';

/** What somebody with the link may see: enough to know what it is about, and nothing of who asked. */
export interface StoppableRecovery {
  readonly merchantId: string;
  readonly kind: RecoveryKind;
  readonly state: RecoveryState;
}

const LASTS_MS = 30 * 24 * HOUR;

/** "It was not me": whoever was known before ends it by the link of their letter, without signing in. */
@Injectable()
export class RecoveryStops {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly requests: RecoveriesRepository, private readonly lifecycle: RecoveryLifecycle,
    private readonly holding: RecoveryHolding, private readonly letters: RecoveryLetters, private readonly clock: Clock,
  ) {}

  /** Looking changes nothing: mail programs open links by themselves. Code: `recoveries.link_unknown`. */
  async look(token: string): Promise<Result<StoppableRecovery>> {
    const row = await this.#behind(this.database.reader, token);
    return row.ok ? ok({ merchantId: row.value.merchantId, kind: row.value.kind, state: row.value.state }) : row;
  }

  /** Ends everything that waits about the business; used twice it changes nothing the second time. Code: `recoveries.link_unknown`. */
  stop(requestId: string, token: string): Promise<Result<null>> {
    const ctx: Context = { actor: systemActor('recovery-link'), requestId };
    return this.work.run(ctx, async (tx): Promise<Result<null>> => {
      const behind = await this.#behind(tx, token);
      if (!behind.ok) return behind;
      for (const row of await this.requests.lockWaitingOf(tx, behind.value.merchantId)) {
        const moved = await this.lifecycle.apply(tx, ctx, row, 'stop', { settledAt: this.clock.now() });
        if (!moved.ok) return moved;
        await this.holding.release(tx, ctx, row);
        await this.letters.stopped(tx, row);
      }
      return ok(null);
    });
  }

  async #behind(reader: Reader, token: string): Promise<Result<RecoveryRow & { merchantId: string }>> {
    const row = await this.requests.byLink(reader, tokenHash(token));
    if (row?.merchantId == null || this.clock.now() > row.createdAt.getTime() + LASTS_MS) return refuse('recoveries.link_unknown');
    return ok({ ...row, merchantId: row.merchantId });
  }
}
