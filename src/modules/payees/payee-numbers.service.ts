import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { Vault } from '../../platform/crypto/vault.js';
import type { Reader } from '../../platform/database/tx.js';
import type { AccountKind } from './account-number.rules.js';
import { placeOf } from './payee-entry.service.js';
import { PayeesRepository } from './payees.repository.js';

/** An account as a payment to it has to name it. */
export interface PayableAccount {
  readonly id: string;
  readonly kind: AccountKind;
  readonly bank: string | null;
  readonly holder: string;
  readonly account: string;
}

/** Whole numbers for files that pay to them, and for nothing else: shown to nobody, so no reveal is noted. */
@Injectable()
export class PayeeNumbers {
  constructor(private readonly payees: PayeesRepository, private readonly vault: Vault) {}

  /** By id, for many at once. Codes: `payees.erased`, `vault.key_missing`, `vault.altered`. */
  async open(reader: Reader, ids: readonly string[]): Promise<Result<ReadonlyMap<string, PayableAccount>>> {
    const opened = new Map<string, PayableAccount>();
    for (const { id, merchantId, kind, bank, holder, sealed, wrappedKey, keyId } of await this.payees.sealedOf(reader, ids)) {
      if (sealed === null || wrappedKey === null || holder === null) return refuse('payees.erased');
      const account = await this.vault.open({ sealed, wrappedKey, keyId }, placeOf(merchantId, id));
      if (!account.ok) return account;
      opened.set(id, { id, kind, bank, holder, account: account.value });
    }
    return ok(opened);
  }
}
