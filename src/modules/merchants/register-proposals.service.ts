import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import { isAllowed } from '../../platform/access/permissions.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { actorName } from '../../platform/events/event-log.js';
import { MerchantRecords } from './merchant-records.service.js';
import { MerchantsRepository } from './merchants.repository.js';
import { RegisterAnswersRepository, type RegisterAnswerRow } from './register-answers.repository.js';
import { RegisterLookup, type RegisterEntry } from './register-lookup.port.js';

export interface ProposalView {
  readonly outcome: 'found' | 'not_found' | 'unavailable';
  readonly entry: RegisterEntry | null;
  /** The register's own number for this consultation. */
  readonly reference: string | null;
  readonly askedAt: string;
}

/** What a register says of a business: a proposal beside what somebody typed, never instead of it. */
@Injectable()
export class RegisterProposals {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly merchants: MerchantsRepository,
    private readonly answers: RegisterAnswersRepository,
    private readonly lookup: RegisterLookup,
    private readonly records: MerchantRecords,
    private readonly clock: Clock,
  ) {}

  /** Whether there is a register that knows such numbers. */
  canAsk(scheme: string): boolean {
    return this.lookup.knows(scheme);
  }

  /** Asks, and keeps the answer. A register that does not answer is an answer, too: a person goes on by hand. */
  async ask(ctx: Context, merchantId: string): Promise<Result<ProposalView>> {
    const found = mayFor(ctx.actor, 'merchant.edit', merchantId) || isAllowed(ctx.actor, 'merchant.verify')
      ? await this.merchants.merchant(this.database.reader, merchantId) : null;
    if (found === null) return refuse('merchants.not_found');
    const registration = { scheme: found.registrationScheme, value: found.registrationValue };
    if (!this.lookup.knows(registration.scheme)) return refuse('merchants.register_not_configured');
    const answer = await this.lookup.find(registration).catch(() => ({ outcome: 'unavailable' }) as const);
    return this.work.run(ctx, async (tx) => {
      const at = this.clock.now();
      await this.answers.insert(tx, { merchantId, registration, answer, at, by: actorName(ctx.actor) });
      await this.records.note(tx, ctx, { what: 'merchant.register_asked', merchantId, data: { scheme: registration.scheme, outcome: answer.outcome } });
      const stored = await this.answers.latest(tx, merchantId);
      return stored === undefined ? refuse('merchants.register_not_found') : ok(view(stored));
    });
  }

  async latest(ctx: Context, merchantId: string): Promise<Result<ProposalView | null>> {
    if (!mayFor(ctx.actor, 'merchant.read', merchantId)) return refuse('merchants.not_found');
    const row = await this.answers.latest(this.database.reader, merchantId);
    return ok(row === undefined ? null : view(row));
  }

}

const view = ({ outcome, entry, reference, askedAt }: RegisterAnswerRow): ProposalView => ({ outcome, entry, reference, askedAt: askedAt.toISOString() });
