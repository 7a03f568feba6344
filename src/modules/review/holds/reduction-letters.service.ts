import { Injectable } from '@nestjs/common';
import type { Money } from '../../../core/money/index.js';
import { reasonText } from '../../../core/policy/index.js';
import type { Instant } from '../../../core/time/index.js';
import type { Tx } from '../../../platform/database/tx.js';
import { Formatting } from '../../../platform/i18n/formatting.js';
import { ClaimLetters, type ClaimRow } from '../../claims/index.js';
import { PolicyQueries } from '../../policies/index.js';
import type { ReductionReason } from './holds.rules.js';

export interface ToldReduction {
  readonly before: Money;
  readonly after: Money;
  readonly reason: ReductionReason;
  readonly text: string;
}

/** What owners are told of a reduction: before it is decided, so that they can be heard, and when it is. */
@Injectable()
export class ReductionLetters {
  constructor(private readonly letters: ClaimLetters, private readonly policies: PolicyQueries) {}

  proposed(tx: Tx, claim: ClaimRow, told: ToldReduction, heardUntil: Instant): Promise<void> {
    return this.#post(tx, claim, told, 'claim.reduction_proposed', heardUntil);
  }

  reduced(tx: Tx, claim: ClaimRow, told: ToldReduction): Promise<void> {
    return this.#post(tx, claim, told, 'claim.reduced', undefined);
  }

  async #post(tx: Tx, claim: ClaimRow, { before, after, reason, text }: ToldReduction, template: string, until: Instant | undefined): Promise<void> {
    const reasons = await this.policies.reasons(tx);
    const words = reasons.ok ? reasons.value[reason] : undefined;
    await this.letters.toOwners(tx, claim, {
      template,
      data: ({ language, local }) => {
        const f = new Formatting(language);
        return {
          before: f.minor(String(before.minor), before.currency), after: f.minor(String(after.minor), after.currency), why: reasonText(words?.[language] ?? reason, {}), text,
          ...(until === undefined ? {} : { until: local(until) }),
        };
      },
    });
  }
}
