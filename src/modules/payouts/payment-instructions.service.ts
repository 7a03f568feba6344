import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { currency, money } from '../../core/money/index.js';
import type { BatchHeader, PaymentAccount, PaymentInstruction, PostalAddress } from '../../core/payments/index.js';
import type { Instant } from '../../core/time/index.js';
import { Database } from '../../platform/database/database.js';
import { PayeeNumbers, type PayableAccount } from '../payees/index.js';
import { PaymentLinesRepository, type PaidLine } from './payment-lines.repository.js';
import type { FrozenPayee } from './payment-line.entity.js';
import type { LeavingTerms, PayoutBatchEntity } from './payout-batch.entity.js';

const PAGE = 2_000;

/** Nothing that is refused may go on quietly inside a stream: it ends the stream, and whoever reads it says what was refused. */
export class RefusedStream extends Error {
  constructor(readonly refusal: (Result<never> & { ok: false })['refusal']) {
    super(refusal.code);
  }
}

/** Lines of a batch as the instructions that its file states, read a page at a time. */
@Injectable()
export class PaymentInstructions {
  constructor(private readonly database: Database, private readonly lines: PaymentLinesRepository, private readonly numbers: PayeeNumbers) {}

  /** In the order of their references. Throws RefusedStream where an account cannot be read. */
  async* of(batch: Pick<PayoutBatchEntity, 'id' | 'currency' | 'method'>): AsyncGenerator<PaymentInstruction> {
    let after = '';
    for (;;) {
      const page = await this.lines.paid(this.database.reader, batch.id, { after, limit: PAGE });
      const accounts = await this.#accounts(page);
      if (!accounts.ok) throw new RefusedStream(accounts.refusal);
      for (const line of page) yield instructionOf(line, batch, line.payeeAccountId === null ? undefined : accounts.value.get(line.payeeAccountId));
      after = page.at(-1)?.endToEndId ?? '';
      if (page.length < PAGE) return;
    }
  }

  /** The head of the file; `createdAt` is when its release was asked for, so that a file written again is the same file. */
  header({ messageId, executeOn, currency: code }: PayoutBatchEntity, { holder, account, address }: LeavingTerms, totals: { count: number; netMinor: string }, createdAt: Instant): BatchHeader {
    return {
      messageId, createdAt, executeOn, count: totals.count, sumMinor: BigInt(totals.netMinor), currency: currency(code),
      debtor: { name: holder, account, ...(address === null ? {} : { address }) },
    };
  }

  #accounts(page: readonly PaidLine[]): Promise<Result<ReadonlyMap<string, PayableAccount>>> {
    const ids = page.flatMap(({ payeeAccountId }) => payeeAccountId ?? []);
    return ids.length === 0 ? Promise.resolve(ok(new Map())) : this.numbers.open(this.database.reader, ids);
  }
}

function instructionOf({ payee: { name, registration, phone, address }, ...line }: PaidLine, { currency: code }: Pick<PayoutBatchEntity, 'currency'>, payee: PayableAccount | undefined): PaymentInstruction {
  return {
    endToEndId: line.endToEndId, uetr: line.uetr, amount: money(BigInt(line.netMinor), currency(code)), remittance: line.reference,
    payee: {
      name: payee?.holder ?? name, account: payee === undefined ? { kind: 'other', number: registration } : accountOf(payee),
      ...(address === undefined ? {} : { address: addressOf(address) }), ...(phone === undefined ? {} : { phone }),
    },
  };
}

function accountOf({ kind, account, bank }: PayableAccount): PaymentAccount {
  switch (kind) {
    case 'iban': return { kind, iban: account, ...(bank === null ? {} : { bic: bank }) };
    case 'kr': return { kind, number: account, bankCode: bank ?? '' };
    case 'us': return { kind: 'other', number: account, clearing: { system: 'USABA', member: bank ?? '' } };
  }
}

const addressOf = ({ street, number, postcode, city, country }: NonNullable<FrozenPayee['address']>): PostalAddress => ({
  country, ...(street === undefined ? {} : { street }), ...(number === undefined ? {} : { building: number }), ...(postcode === undefined ? {} : { postcode }), ...(city === undefined ? {} : { town: city }),
});
