import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Result } from '../../core/errors/index.js';
import { HOUR, type Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { newToken, tokenHash } from '../../platform/crypto/tokens.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { MerchantHolds } from '../merchants/index.js';
import { RecoveriesRepository, type RecoveryRow } from './recoveries.repository.js';
import { RecoveryLetters } from './recovery-letters.service.js';
import { RecoveryLifecycle } from './recovery-lifecycle.service.js';
import { RecoverySearch } from './recovery-search.service.js';
import { NOTICE_MS } from './recovery.machine.js';

export const MATCH = 'recoveries.match';
/** A business whose people said "it was not us" is not held again by a stranger's form for this long; staff still look. */
const SPARED_MS = 30 * 24 * HOUR;
/** Its people are written to at most this often, however many ask. */
const LETTER_EVERY_MS = 24 * HOUR;

/** Finds the business a request is about, after it was answered: so nobody learns from the answer whether there is one. */
@Injectable()
export class RecoveryMatching implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs, private readonly requests: RecoveriesRepository, private readonly lifecycle: RecoveryLifecycle, private readonly letters: RecoveryLetters,
    private readonly search: RecoverySearch, private readonly holds: MerchantHolds, private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ recoveryId: string }>({
      queue: MATCH,
      handle: async (ctx, { recoveryId }, tx) => {
        const row = await this.requests.lock(tx, recoveryId);
        if (row === undefined || !this.lifecycle.decide(row, 'match').ok) return;
        const merchantId = await this.search.business(tx, row.businessTyped ?? '');
        return merchantId === undefined ? undefined : this.attach(tx, ctx, row, merchantId);
      },
    });
  }

  /** Holds the business, tells those who were known before, and notes until when they may object. */
  async attach(tx: Tx, ctx: Context, row: RecoveryRow, merchantId: string): Promise<Result<RecoveryRow>> {
    const now = this.clock.now();
    const { noticedAt, stopped } = await this.requests.before(tx, merchantId, (now - SPARED_MS) as Instant);
    const isQuiet = noticedAt !== null && now - noticedAt.getTime() < LETTER_EVERY_MS;
    const contacts = await this.letters.contacts(tx, merchantId);
    const token = newToken();
    if (stopped === 0) await this.holds.place(tx, ctx, { merchantId, subjectId: row.id });
    if (!isQuiet) await this.letters.noticed(tx, row, merchantId, { contacts, token });
    return this.lifecycle.apply(tx, ctx, row, 'match', {
      merchantId, toldContacts: contacts.length, noticeUntil: (contacts.length === 0 ? now : now + NOTICE_MS) as Instant, ...(isQuiet ? {} : { linkHash: tokenHash(token) }),
    }, { toldContacts: contacts.length });
  }
}
