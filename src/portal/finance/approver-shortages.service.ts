import { Injectable } from '@nestjs/common';
import { parseMoney } from '../../core/money/index.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { PayingAccountQueries, readBands } from '../../modules/funds/index.js';
import { DutyBoard } from '../../modules/identity/index.js';
import { approvalsFor, type BatchDetail, type MoneyView } from '../../modules/payouts/index.js';

/** More approvals are asked for than the people there are could give: what asks for them could not be released. */
export interface Shortage {
  readonly needed: number;
  readonly possible: number;
  /** Totals above it; left out where it is all of them. */
  readonly above?: MoneyView;
}

const UNDECIDED: readonly BatchDetail['state'][] = ['open', 'locked'];

/** Approvals that a locked batch waits for. */
export interface Awaited {
  readonly missing: number;
  /** The first of those who may give one. */
  readonly names: readonly string[];
  /** How many more there are. */
  readonly others: number;
}

/** So many people are named; a large house has more. */
const MOST_NAMES = 10;

/** Said where the number of approvals is set and before a batch waits for people who are not there. */
@Injectable()
export class ApproverShortages {
  constructor(private readonly accounts: PayingAccountQueries, private readonly board: DutyBoard) {}

  /** The least totals for which too few people could approve. */
  async ofAccount(id: string): Promise<Shortage | undefined> {
    const [{ approvals }, possible] = [unwrap(await this.accounts.get(id)), await this.board.approvalsPossible()];
    const place = approvals.findIndex(({ count }) => count > possible);
    const [band, above] = [approvals[place], approvals[place - 1]?.upTo];
    return band === undefined ? undefined : { needed: band.count, possible, ...(above === undefined ? {} : { above }) };
  }

  /** As the batch stands; of an open one, as if it were locked now. */
  async ofBatch({ state, payingAccountId, totals: { net }, approvalsNeeded, lockedBy, approvals }: BatchDetail): Promise<Shortage | undefined> {
    if (!UNDECIDED.includes(state)) return undefined;
    const possible = await this.board.approvalsPossible({ lockedBy, approvedBy: approvals.map(({ userId }) => userId) });
    const needed = approvalsNeeded ?? await this.#foreseen(payingAccountId, net);
    return needed > possible ? { needed, possible } : undefined;
  }

  /** How many approvals a locked batch still needs, and who may give them; undefined where it waits for none. */
  async awaitedOf({ state, lockedBy, approvalsNeeded = 0, approvals }: BatchDetail): Promise<Awaited | undefined> {
    const missing = approvalsNeeded - approvals.length;
    if (state !== 'locked' || missing <= 0) return undefined;
    const names = await this.board.approversLeft({ lockedBy, approvedBy: approvals.map(({ userId }) => userId) });
    return { missing, names: names.slice(0, MOST_NAMES), others: Math.max(0, names.length - MOST_NAMES) };
  }

  async #foreseen(payingAccountId: string, net: MoneyView): Promise<number> {
    const { approvals, currency } = unwrap(await this.accounts.get(payingAccountId));
    const bands = unwrap(readBands(approvals.map(({ upTo, count }) => ({ count, ...(upTo === undefined ? {} : { upTo: upTo.amount }) })), currency));
    return approvalsFor(bands, unwrap(parseMoney(net.amount, net.currency)).minor);
  }
}
