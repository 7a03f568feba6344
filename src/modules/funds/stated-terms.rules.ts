import { ok, refuse, type Result } from '../../core/errors/index.js';
import { parseMoney } from '../../core/money/index.js';
import type { ApprovalBand, OwnAccount } from './paying-account.entity.js';

/** An account as it is stated: which parts it has follows from its kind. */
export interface StatedAccount {
  readonly kind: 'iban' | 'kr' | 'other';
  readonly iban?: string;
  readonly number?: string;
  readonly bankCode?: string;
  readonly bic?: string;
  readonly clearingSystem?: string;
  readonly clearingMember?: string;
}

const compact = (text: string | undefined): string => (text ?? '').replaceAll(/\s/g, '').toUpperCase();

/** Reads an account by its kind; spaces in numbers are the printer's. Code: `funds.account_part`, at the part that its kind lacks. */
export function readOwnAccount(stated: StatedAccount): Result<OwnAccount> {
  const missing = (part: string): Result<OwnAccount> => refuse('funds.account_part', { part }, { pointer: `/account/${part}` });
  const bic = compact(stated.bic);
  switch (stated.kind) {
    case 'iban': return compact(stated.iban) === '' ? missing('iban') : ok({ kind: 'iban', iban: compact(stated.iban), ...(bic === '' ? {} : { bic }) });
    case 'kr': {
      const [bankCode, number] = [compact(stated.bankCode), compact(stated.number).replaceAll('-', '')];
      if (bankCode === '') return missing('bankCode');
      return number === '' ? missing('number') : ok({ kind: 'kr', bankCode, number });
    }
    case 'other': {
      const [number, system, member] = [compact(stated.number), compact(stated.clearingSystem), compact(stated.clearingMember)];
      if (number === '') return missing('number');
      return ok({ kind: 'other', number, ...(bic === '' ? {} : { bic }), ...(member === '' ? {} : { clearing: { system, member } }) });
    }
  }
}

/** Bounds as decimal text in the currency of the account. Codes: those of `parseMoney`, at the band. */
export function readBands(bands: readonly { readonly upTo?: string; readonly count: number }[], currency: string): Result<ApprovalBand[]> {
  const read: ApprovalBand[] = [];
  for (const [place, { upTo, count }] of bands.entries()) {
    const bound = upTo === undefined ? undefined : parseMoney(upTo, currency);
    if (bound?.ok === false) return { ok: false, refusal: { ...bound.refusal, pointer: `/approvals/${place}/upTo` } };
    read.push({ ...(bound === undefined ? {} : { upToMinor: bound.value.minor.toString() }), count });
  }
  return ok(read);
}
