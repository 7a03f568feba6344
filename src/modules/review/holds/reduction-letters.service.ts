import { Injectable } from '@nestjs/common';
import type { Money } from '../../../core/money/index.js';
import { reasonText } from '../../../core/policy/index.js';
import type { Tx } from '../../../platform/database/tx.js';
import { Formatting } from '../../../platform/i18n/formatting.js';
import { ClaimLetters, type ClaimLetter, type ClaimRow, type Grant, type LetterSetting } from '../../claims/index.js';
import { PolicyQueries } from '../../policies/index.js';
import { DecisionNotices, taxOf } from '../offers/decision-notices.service.js';
import { HEARING_DAYS, type ReductionReason } from './holds.rules.js';

export interface ToldReduction {
  readonly before: Money;
  readonly after: Money;
  readonly reason: ReductionReason;
  readonly text: string;
}

/** What owners are told of a reduction: before it is decided, so that they can be heard, and when it is. */
@Injectable()
export class ReductionLetters {
  constructor(private readonly letters: ClaimLetters, private readonly policies: PolicyQueries, private readonly decisions: DecisionNotices) {}

  async proposed(tx: Tx, claim: ClaimRow, told: ToldReduction): Promise<string[]> {
    return this.letters.toOwners(tx, claim, await this.#letter(tx, told, 'claim.reduction_proposed', () => ({ days: String(HEARING_DAYS) })));
  }

  /** As a decision of its own, to which its owners may object; what is still offered is offered anew. */
  async reduced(tx: Tx, claim: ClaimRow, told: ToldReduction, granted: Grant): Promise<void> {
    const about = { kind: 'reduction', ...(claim.state === 'rejected' ? {} : { entitlementNo: granted.n }) } as const;
    const { objectionDays } = await this.decisions.times(tx, claim);
    await this.decisions.tell(tx, claim, about, await this.#letter(tx, told, 'claim.reduced', ({ language }) => ({ objectionDays, tax: taxOf({ gross: granted.after, withheld: granted.withheld }, language) })));
  }

  async #letter(tx: Tx, { before, after, reason, text }: ToldReduction, template: string, more: (setting: LetterSetting) => Readonly<Record<string, string>>): Promise<ClaimLetter> {
    const reasons = await this.policies.reasons(tx);
    const words = reasons.ok ? reasons.value[reason] : undefined;
    return {
      template,
      data: (setting) => {
        const f = new Formatting(setting.language);
        return {
          before: f.minor(String(before.minor), before.currency), after: f.minor(String(after.minor), after.currency), why: reasonText(words?.[setting.language] ?? reason, {}), text, ...more(setting),
        };
      },
    };
  }
}
