import { Injectable } from '@nestjs/common';
import type { Language } from '../../../core/policy/index.js';
import type { Tx } from '../../../platform/database/tx.js';
import { Formatting } from '../../../platform/i18n/formatting.js';
import { ClaimLetters, type ClaimRow } from '../../claims/index.js';
import type { PaymentLineEntity } from '../payment-line.entity.js';
import type { UntoldLine } from './remittances.repository.js';
import { ReturnSentences } from './return-sentences.service.js';

/** What owners are told of their payments: that one came back and what to correct, and that one was booked. */
@Injectable()
export class PaymentLetters {
  constructor(private readonly letters: ClaimLetters, private readonly sentences: ReturnSentences) {}

  async returned(tx: Tx, returned: readonly { readonly line: PaymentLineEntity; readonly claim: ClaimRow }[]): Promise<void> {
    await this.letters.toOwnersOfAll(tx, returned.map(({ line, claim }) => ({
      claim,
      letter: {
        template: line.method === 'bank' ? 'payment.returned' : 'payment.not-given',
        data: ({ language }) => ({ sum: sumIn(language, line.netMinor, line.currency), why: this.sentences.of(line.reason, line.method, language), merchantId: line.merchantId, payment: line.endToEndId }),
      },
    })));
  }

  async paid(tx: Tx, paid: readonly { readonly line: UntoldLine; readonly claim: ClaimRow }[]): Promise<void> {
    await this.letters.toOwnersOfAll(tx, paid.map(({ line, claim }) => ({
      claim,
      letter: {
        template: paidTemplate(line),
        data: ({ language }) => ({
          net: sumIn(language, line.netMinor, line.currency), gross: sumIn(language, line.grossMinor, line.currency), withheld: sumIn(language, line.withheldMinor, line.currency),
          payment: line.endToEndId, account: line.lastFour === null ? '' : `•••• ${line.lastFour}`, ...(line.offsetMinor === '0' && line.method === 'bank' ? {} : { offset: sumIn(language, line.offsetMinor, line.currency) }),
        }),
      },
    })));
  }

  async overpaid(tx: Tx, claim: ClaimRow, { amountMinor, currency }: { amountMinor: bigint; currency: string }): Promise<void> {
    await this.letters.toOwners(tx, claim, { template: 'payment.overpaid', data: ({ language }) => ({ sum: sumIn(language, String(amountMinor), currency) }) });
  }
}

/** A credit and a benefit have no account and no statement of a bank; what was taken off stands in them as it comes, nought or not. */
function paidTemplate({ method, offsetMinor }: UntoldLine): string {
  switch (method) {
    case 'bank': return offsetMinor === '0' ? 'payment.paid' : 'payment.paid-offset';
    case 'bill_credit': return 'payment.credited';
    case 'benefit': return 'payment.given';
  }
}

const sumIn = (language: Language, minor: string, currency: string): string => new Formatting(language).minor(minor, currency);
