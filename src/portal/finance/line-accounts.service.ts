import { Injectable } from '@nestjs/common';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { LedgerQueries } from '../../modules/funds/index.js';
import { People } from '../../modules/identity/index.js';
import { LetterQueries } from '../../modules/mail/index.js';
import { BankQueries, type LineRecord } from '../../modules/payouts/index.js';
import { ENTRY_KINDS } from './fund-sheets.service.js';

const ENTRIES = 50;
const NOT_ARRIVED = ['failed', 'bounced'];
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether the owners of a business have been told that its payment came back, and when. */
export interface Told {
  readonly at: string;
  readonly hasArrived: boolean;
}

/** What others say of a payment: banks, the ledger, and the letters to its business. */
@Injectable()
export class LineAccounts {
  constructor(private readonly bank: BankQueries, private readonly ledger: LedgerQueries, private readonly letters: LetterQueries, private readonly people: People) {}

  async of({ id, moves, writeOffs }: LineRecord): Promise<object> {
    const people = [...moves.map(({ by }) => by), ...writeOffs.flatMap(({ proposed, decided }) => [proposed.by, decided?.by ?? proposed.by])];
    return {
      said: await this.bank.itemsAbout(id), entries: unwrap(await this.ledger.entries({ lineId: id }, undefined, ENTRIES)).items, kinds: ENTRY_KINDS,
      names: await this.people.names([...new Set(people.filter((by) => ID.test(by)))]),
    };
  }

  /** By payment. A letter from before it came back was about another. */
  async told(lines: readonly { readonly id: string; readonly claimId: string; readonly movedAt: string }[]): Promise<ReadonlyMap<string, Told>> {
    const letters = await this.letters.newestAbout('payment.returned', 'claim', [...new Set(lines.map(({ claimId }) => claimId))]);
    return new Map(lines.flatMap(({ id, claimId, movedAt }): [string, Told][] => {
      const letter = letters.get(claimId);
      return letter === undefined || letter.at < movedAt ? [] : [[id, { at: letter.at, hasArrived: !NOT_ARRIVED.includes(letter.state) }]];
    }));
  }
}
