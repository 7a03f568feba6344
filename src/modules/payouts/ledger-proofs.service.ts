import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { CalendarDate } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page } from '../../platform/database/paging.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { FundQueries, PayingAccounts } from '../funds/index.js';
import { TaskBook } from '../tasks/index.js';
import { oddOneOut, type ProofSum } from './ledger-proofs.rules.js';
import { LedgerProofsRepository, type ProofRow } from './ledger-proofs.repository.js';
import { moneyView, type MoneyView } from './views/payout-view.js';

export const PROOFS = 'payouts.ledger-proofs';
const SECONDS = 120;

export interface ProofView {
  readonly id: string;
  readonly payingAccountId: string;
  /** Left out: of the whole account. */
  readonly fundId?: string;
  readonly day: string;
  readonly at: string;
  /** Payments that are settled. */
  readonly lineCount: number;
  readonly claims: MoneyView;
  readonly ledger: MoneyView;
  /** What the bank booked for payments and repayments. Known of the whole account: a bank books for all its funds together. */
  readonly bank?: MoneyView;
  /** What of the settled the bank is still to book: two people confirmed it, or it came in another order. Beside `bank`, and added to it. */
  readonly unbooked?: MoneyView;
  readonly agrees: boolean;
  /** Which sum stands alone; `several` where that cannot be told. */
  readonly differs?: ProofSum | 'several';
}

/** Once a day, where its bank is, every account money leaves from is proved: claims, ledger and bank, added up from three places. */
@Injectable()
export class LedgerProofs implements OnModuleInit {
  constructor(
    private readonly database: Database, private readonly jobs: Jobs, private readonly proofs: LedgerProofsRepository, private readonly funds: FundQueries, private readonly paying: PayingAccounts,
    private readonly tasks: TaskBook, private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.defineSweep({ queue: PROOFS, step: (ctx, tx) => this.#step(ctx, tx) });
  }

  /** Code: `funds.not_found`. */
  async ofFund(fundId: string, before: string | undefined, limit: number): Promise<Result<Page<ProofView>>> {
    const fund = await this.funds.get(fundId);
    return fund.ok ? ok(await this.#page({ fundId }, before, limit)) : fund;
  }

  /** Code: `funds.not_found`. */
  async ofAccount(payingAccountId: string, before: string | undefined, limit: number): Promise<Result<Page<ProofView>>> {
    if (await this.paying.find(this.database.reader, payingAccountId) === null) return refuse('funds.not_found');
    return ok(await this.#page({ payingAccountId }, before, limit));
  }

  /** The first that was made once a day was over; absent until then. */
  async after(payingAccountId: string, day: CalendarDate): Promise<ProofView | undefined> {
    const row = await this.proofs.firstAfter(this.database.reader, payingAccountId, day);
    return row === undefined ? undefined : proofView(row);
  }

  async #page(of: { payingAccountId?: string; fundId?: string }, before: string | undefined, limit: number): Promise<Page<ProofView>> {
    const page = pageOf(await this.proofs.list(this.database.reader, of, before, limit + 1), limit, ({ id }) => [id]);
    return { ...page, items: page.items.map(proofView) };
  }

  /** One account at a time; a difference is finance's to look at, and stays written down whatever comes of it. */
  async #step(ctx: Context, tx: Tx): Promise<Result<{ done: boolean }>> {
    await tx.allow(SECONDS);
    const at = this.clock.now();
    const due = await this.proofs.unproved(tx, at);
    if (due === undefined) return ok({ done: true });
    const rows = await this.proofs.prove(tx, { payingAccountId: due.id, day: due.day, at });
    for (const { row, odd } of rows.map((one) => ({ row: one, odd: differenceIn(one) }))) {
      if (odd === undefined) continue;
      await this.tasks.open(tx, ctx, { kind: 'proof_difference', subject: { type: 'paying_account', id: due.id }, cause: { type: 'ledger_proof', id: row.id }, reasons: [`proof_${odd}`] });
    }
    return ok({ done: false });
  }
}

const differenceIn = ({ claimsMinor, ledgerMinor, bankMinor, unbookedMinor }: ProofRow): ProofSum | 'several' | undefined =>
  oddOneOut({ claimsMinor: BigInt(claimsMinor), ledgerMinor: BigInt(ledgerMinor), bankMinor: bankMinor === null ? undefined : BigInt(bankMinor), unbookedMinor: BigInt(unbookedMinor ?? 0) });

function proofView(row: ProofRow): ProofView {
  const { id, payingAccountId, fundId, day, currency, lineCount, claimsMinor, ledgerMinor, bankMinor, unbookedMinor, at } = row;
  const odd = differenceIn(row);
  return {
    id, payingAccountId, ...(fundId === null ? {} : { fundId }), day, at: at.toISOString(), lineCount, claims: moneyView(claimsMinor, currency), ledger: moneyView(ledgerMinor, currency),
    ...(bankMinor === null ? {} : { bank: moneyView(bankMinor, currency), unbooked: moneyView(unbookedMinor ?? '0', currency) }), agrees: odd === undefined, ...(odd === undefined ? {} : { differs: odd }),
  };
}
