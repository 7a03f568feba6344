import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/tx.js';
import { Clock } from '../../platform/clock/clock.js';
import { ClaimQueries } from '../claims/index.js';
import { People, reached } from '../identity/index.js';
import { Outbox, type NewLetter } from '../mail/index.js';
import { MerchantQueries } from '../merchants/index.js';
import { RegisterQueries } from '../outages/index.js';
import { ChangesRepository, type ChangeRow } from './changes.repository.js';

/** Merchants a step. */
const BATCH = 100;

/** Why claims were worked out again, in the words of a letter. */
interface Why {
  readonly template: 'claims.register-corrected' | 'claims.rule-changed';
  readonly title: Readonly<Record<string, string>>;
  readonly reason: string;
}

/** Tells each merchant once, and why: one letter for all its claims that a change has moved. */
@Injectable()
export class ChangeLetters {
  constructor(
    private readonly changes: ChangesRepository,
    private readonly register: RegisterQueries,
    private readonly claims: ClaimQueries,
    private readonly people: People,
    private readonly merchants: MerchantQueries,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Whether somebody has been told. */
  async begun(tx: Tx, { id }: ChangeRow): Promise<boolean> {
    return this.changes.isTold(tx, id);
  }

  /** The next merchants; answers with whether there were any. */
  async next(tx: Tx, change: ChangeRow): Promise<boolean> {
    const merchants = await this.changes.untold(tx, change.id, BATCH);
    if (merchants.length === 0) return false;
    const why = await this.#why(tx, change);
    const references = await this.claims.references(tx, merchants.flatMap(({ claimIds }) => claimIds));
    await this.#write(tx, change, why, merchants.map(({ merchantId, claimIds }) => ({ merchantId, references: claimIds.flatMap((id) => references.get(id) ?? []) })));
    await this.changes.told(tx, change.id, merchants, this.clock.now());
    return true;
  }

  async #write(tx: Tx, { id }: ChangeRow, { template, title, reason }: Why, told: readonly { merchantId: string; references: readonly string[] }[]): Promise<void> {
    const ids = told.map(({ merchantId }) => merchantId);
    const [languages, names, owners] = [await this.merchants.languagesOf(tx, ids), await this.merchants.names(tx, ids), await this.people.ownersOfAll(tx, ids)];
    await this.outbox.postAll(tx, told.flatMap(({ merchantId, references }) => (owners.get(merchantId) ?? []).map((owner): NewLetter => {
      const [language, business] = [languages.get(merchantId) ?? 'en', names.get(merchantId) ?? ''];
      return {
        template, to: reached(owner), language, about: { kind: 'change', id }, merchantId,
        data: { business, claims: references.join(', '), ...(template === 'claims.rule-changed' ? {} : { outage: title[language] ?? title['en'] ?? '', reason }) },
      };
    })));
  }

  async #why(tx: Tx, { outageId, outageRevision }: ChangeRow): Promise<Why> {
    const amendment = outageId === null || outageRevision === null ? undefined : await this.register.amendment(tx, outageId, outageRevision);
    return amendment?.ok === true ? { template: 'claims.register-corrected', title: amendment.value.title, reason: amendment.value.reason } : { template: 'claims.rule-changed', title: {}, reason: '' };
  }
}
