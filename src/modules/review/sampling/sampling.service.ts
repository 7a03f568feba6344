import { randomBytes } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { commitmentTo, isSampled, SEED_BYTES } from '../../../core/sampling/index.js';
import { formatInstant, type Instant, type Interval } from '../../../core/time/index.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Vault } from '../../../platform/crypto/vault.js';
import { Database } from '../../../platform/database/database.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { AuditTrail } from '../../audit/index.js';
import { periodAhead } from './sampling.rules.js';
import { SamplingRepository, type PeriodRow } from './sampling.repository.js';
import { periodView, type PeriodView } from '../views/period-view.js';

export const REVEAL = 'sampling.reveal';

/** A seed opens in its own row and nowhere else. */
const placeOf = (id: string) => ({ table: 'sampling_period', column: 'sealed', rowId: id, merchantId: id });

/**
 * Which claims people look at though a rule could decide them. The seed is drawn and sealed when the period is committed to, before it
 * begins; nobody who reads the database sees it, and it is revealed by itself when the period is over.
 */
@Injectable()
export class Sampling implements OnModuleInit {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly periods: SamplingRepository, private readonly vault: Vault, private readonly clock: Clock,
    private readonly audit: AuditTrail, private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.defineSweep({ queue: REVEAL, step: (ctx, tx) => this.#revealNext(ctx, tx) });
  }

  commit(ctx: Context, { span, ratePerMillion }: { span: Interval; ratePerMillion: number }): Promise<Result<PeriodView>> {
    return this.work.run(ctx, async (tx): Promise<Result<PeriodView>> => {
      const now = this.clock.now();
      const ahead = periodAhead(span, now);
      if (!ahead.ok) return ahead;
      const seed = randomBytes(SEED_BYTES);
      const [id, commitment] = [await this.periods.newId(tx), commitmentTo(seed)];
      const envelope = await this.vault.seal(seed.toString('hex'), placeOf(id));
      await this.periods.insert(tx, { id, span, ratePerMillion, commitment, envelope, by: userIdOf(ctx.actor), at: now });
      await this.audit.record(tx, ctx, {
        aggregate: { type: 'sampling_period', id }, action: 'sampling.committed', data: { from: formatInstant(span.from), to: formatInstant(span.to), ratePerMillion, commitment }, isNew: true,
      });
      return this.get(tx, id);
    });
  }

  /** Before the sweep gets to it, when somebody asks. Code: `sampling.not_over`. */
  reveal(ctx: Context, id: string, version: number): Promise<Result<PeriodView>> {
    return this.work.run(ctx, async (tx): Promise<Result<PeriodView>> => {
      const period = await this.periods.lock(tx, id);
      if (period === undefined) return refuse('sampling.not_found');
      if (period.version !== version) return refuse('http.stale', { seen: version, current: period.version });
      const revealed = await this.#reveal(tx, ctx, period);
      return revealed.ok ? this.get(tx, id) : revealed;
    });
  }

  /** Claims that people look at, whatever a rule would say, by the instant they were filed at. Edge: outside every period nobody is drawn. */
  async drawn(reader: Reader, claims: readonly { readonly id: string; readonly submittedAt: Instant | null }[]): Promise<ReadonlySet<string>> {
    const drawn = new Set<string>();
    for (const period of await this.periods.at(reader, [...new Set(claims.flatMap(({ submittedAt }) => submittedAt ?? []))])) {
      const seed = await this.#seedOf(reader, period);
      for (const { id, submittedAt } of claims) {
        if (submittedAt !== null && submittedAt >= period.span.from && submittedAt < period.span.to && isSampled(seed, id, period.ratePerMillion)) drawn.add(id);
      }
    }
    return drawn;
  }

  async get(reader: Reader, id: string): Promise<Result<PeriodView>> {
    const row = await this.periods.find(reader, id);
    return row === undefined ? refuse('sampling.not_found') : ok(periodView(row, (await this.periods.looks(reader, [id])).get(id)));
  }

  find(id: string): Promise<Result<PeriodView>> {
    return this.get(this.database.reader, id);
  }

  async page(wanted: { after?: string; limit: number }): Promise<PeriodView[]> {
    const { reader } = this.database;
    const rows = await this.periods.page(reader, wanted);
    const looks = await this.periods.looks(reader, rows.map(({ id }) => id));
    return rows.map((row) => periodView(row, looks.get(row.id)));
  }

  async #revealNext(ctx: Context, tx: Tx): Promise<Result<{ done: boolean }>> {
    const period = await this.periods.due(tx, this.clock.now());
    if (period === undefined) return ok({ done: true });
    const revealed = await this.#reveal(tx, ctx, period);
    return revealed.ok ? ok({ done: false }) : revealed;
  }

  async #reveal(tx: Tx, ctx: Context, period: PeriodRow): Promise<Result<void>> {
    if (period.seed !== null) return refuse('sampling.stands');
    const now = this.clock.now();
    if (now < period.span.to) return refuse('sampling.not_over', { to: formatInstant(period.span.to) });
    const seed = await this.#seedOf(tx, period);
    await this.periods.reveal(tx, period.id, seed, now);
    await this.audit.record(tx, ctx, { aggregate: { type: 'sampling_period', id: period.id }, action: 'sampling.revealed', data: { seed: seed.toString('hex') } });
    return ok(undefined);
  }

  /** A seed that cannot be opened is a defect of the installation, never a reason to decide without looking. */
  async #seedOf(reader: Reader, { id, seed, commitment }: PeriodRow): Promise<Buffer> {
    if (seed !== null) return seed;
    const opened = await this.vault.open(await this.periods.sealed(reader, id), placeOf(id));
    if (!opened.ok) throw new Error(`the seed of the sampling period ${id} cannot be opened: ${opened.refusal.code}`);
    const bytes = Buffer.from(opened.value, 'hex');
    if (commitmentTo(bytes) !== commitment) throw new Error(`the seed of the sampling period ${id} is not the one committed to`);
    return bytes;
  }
}
