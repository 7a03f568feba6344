import { Injectable } from '@nestjs/common';
import type { StatementReport } from '../../../core/payments/reconcile-reports.js';
import { addDays } from '../../../core/time/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import type { BankMessageRow } from './bank-messages.repository.js';
import { BatchSumsRepository } from './batch-sums.repository.js';
import { BreaksRepository } from './breaks.repository.js';

/** What statements say an account came to, against what was counted for their days. */
@Injectable()
export class StatementBalances {
  constructor(private readonly sums: BatchSumsRepository, private readonly breaks: BreaksRepository, private readonly clock: Clock) {}

  /** Keeps its days and its balances, where it has both in the currency of the account. */
  async state(tx: Tx, { id: messageId, payingAccountId }: BankMessageRow, currency: string, { statement, statementId, balances }: StatementReport): Promise<void> {
    const of = (type: string) => balances.find((balance) => balance.type === type && balance.amount.currency === currency && balance.on !== undefined);
    const [opening, before, closing] = [of('OPBD'), of('PRCD'), of('CLBD')];
    const first = opening ?? before;
    if (first?.on === undefined || closing?.on === undefined) return;
    const from = first === opening ? first.on : addDays(first.on, 1);
    if (from > closing.on) return;
    await this.sums.addStatement(tx, {
      messageId, statement, payingAccountId, ...(statementId === undefined ? {} : { statementId }), from, to: closing.on, openingMinor: first.amount.minor, closingMinor: closing.amount.minor,
    });
  }

  /** Whatever message the bookings of those days came in; says how many breaks were opened. */
  async compare(tx: Tx, { id, payingAccountId }: BankMessageRow, currency: string): Promise<number> {
    let opened = 0;
    for (const { messageId, statement, statedMinor, foundMinor } of await this.sums.statements(tx, payingAccountId, id)) {
      const of = { messageId, statement };
      if (statedMinor === foundMinor) {
        await this.breaks.closeByItself(tx, of, this.clock.now());
        continue;
      }
      const figures = { statedMinor: BigInt(statedMinor), foundMinor: BigInt(foundMinor) };
      await this.breaks.restate(tx, of, figures);
      opened += await this.breaks.open(tx, { payingAccountId, currency, at: this.clock.now() }, [{ kind: 'balance_differs', statement: of, ...figures }]);
    }
    return opened;
  }
}
