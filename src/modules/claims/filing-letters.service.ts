import { Injectable } from '@nestjs/common';
import { formatInstant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { Formatting } from '../../platform/i18n/formatting.js';
import { People } from '../identity/index.js';
import { ClaimLetters } from './claim-letters.service.js';
import type { ClaimRow } from './views/claim-row.js';
import type { CameTo } from './views/opening.js';

/** Tells whoever filed a claim, at once and in writing, that it is here and where it can be followed. */
@Injectable()
export class FilingLetters {
  constructor(private readonly people: People, private readonly letters: ClaimLetters) {}

  /** In the transaction that files: what is rolled back is confirmed to nobody. Machines are answered, not written to. */
  async received(tx: Tx, { actor }: Context, claim: ClaimRow): Promise<void> {
    if (actor.kind !== 'user') return;
    const person = await this.people.addressOf(tx, actor.userId);
    if (person === undefined) return;
    await this.letters.to(tx, [person], claim, { template: 'claim.received', data: ({ local }) => ({ at: local(claim.submittedAt ?? claim.createdAt) }) });
  }

  /** To every owner: what the operator worked out, and that it can be taken, corrected, or said to be none of theirs. */
  async opened(tx: Tx, claim: ClaimRow, { amount, tax }: CameTo): Promise<void> {
    await this.letters.toOwners(tx, claim, {
      template: 'claim.opened',
      data: ({ language, zone }) => {
        const f = new Formatting(language);
        return { sum: f.minor(String(amount.minor), amount.currency), tax: tax(language), period: f.period(formatInstant(claim.window.from), formatInstant(claim.window.to), zone) };
      },
    });
  }
}
