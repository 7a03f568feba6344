/** Who can put right what a bank gives as its reason. */
export type ReasonFixer = 'merchant' | 'us' | 'bank';

/** Plain sentences for a merchant, by what is wrong; their words are in `modules/payouts/repair/words`. */
export const REASON_WORDS = [
  'account_number', 'account_closed', 'account_blocked', 'account_kind', 'account_currency', 'bank_of_account', 'holder_name', 'holder_address', 'holder_deceased',
  'refused_by_holder', 'our_file', 'our_account', 'paid_twice', 'recalled', 'held_by_rules', 'bank_delay', 'not_said',
] as const;
export type ReasonWords = (typeof REASON_WORDS)[number];

export interface ReasonMeaning {
  readonly fixer: ReasonFixer;
  readonly words: ReasonWords;
}

const merchant = (words: ReasonWords): ReasonMeaning => ({ fixer: 'merchant', words });
const us = (words: ReasonWords = 'our_file'): ReasonMeaning => ({ fixer: 'us', words });
const bank = (words: ReasonWords): ReasonMeaning => ({ fixer: 'bank', words });

/** Where the codes are from, and of when. */
export const REASON_SOURCE = { list: 'ISO 20022 external code sets: ExternalStatusReason1Code, ExternalReturnReason1Code', edition: '2025', readOn: '2026-11-28' } as const;

/**
 * The codes that come back for credit transfers. `merchant` is asked for another account or a correction; `us` means the file or the paying
 * account is wrong, so the merchant need do nothing; `bank` means somebody of finance asks there. AC02, AC05, AC10 and AC13 speak of the
 * *debtor's* account, which is ours. AM05 says that the bank has this payment already: nobody sends it again before it was looked for.
 */
const REASONS: Readonly<Record<string, ReasonMeaning>> = {
  AB01: bank('bank_delay'), AB02: bank('bank_delay'), AB03: bank('bank_delay'), AB04: bank('bank_delay'), AB05: bank('bank_delay'), AB06: bank('bank_delay'), AB07: bank('bank_delay'), AB08: bank('bank_delay'),
  AB09: bank('bank_delay'), AB10: bank('bank_delay'), AB11: bank('bank_delay'),
  AC01: merchant('account_number'), AC02: us('our_account'), AC03: merchant('account_number'), AC04: merchant('account_closed'), AC05: us('our_account'),
  AC06: merchant('account_blocked'), AC07: merchant('account_closed'), AC08: merchant('bank_of_account'), AC09: merchant('account_currency'), AC10: us('our_account'), AC11: merchant('account_currency'),
  AC12: merchant('account_kind'), AC13: us('our_account'), AC14: merchant('account_kind'), AC15: merchant('account_number'), AC16: merchant('account_blocked'), AC17: merchant('account_blocked'),
  AG01: merchant('account_kind'), AG02: us(), AG03: merchant('account_kind'), AG07: us('our_account'), AG08: us('our_account'), AG10: bank('bank_delay'), AG11: bank('bank_delay'), AGNT: merchant('bank_of_account'),
  AM01: us(), AM02: us(), AM03: us(), AM04: us('our_account'), AM05: us('paid_twice'), AM06: us(), AM07: us('our_account'), AM09: us(), AM10: us(), AM11: us(),
  AM12: us(), AM13: us(), AM14: us('our_account'), AM15: us(), AM16: us(), AM17: us(), AM18: us(), AM19: us(), AM20: us(), AM21: us('our_account'), AM23: us('our_account'),
  BE01: merchant('holder_name'), BE04: merchant('holder_address'), BE05: us(), BE06: merchant('account_number'), BE07: us(), BE08: us(), BE10: us(), BE11: merchant('holder_address'),
  BE14: merchant('holder_address'), BE16: us(), BE20: us(), BE21: merchant('holder_name'), BE22: merchant('holder_name'), CH03: us(), CH04: us(), CH15: us(), CH16: us(), CH17: us(), CH20: us(), CH21: us(), CNOR: merchant('bank_of_account'), CUST: us('recalled'), CURR: merchant('account_currency'),
  DNOR: us('our_account'), DS02: us('recalled'), DT01: us(), DT02: us(), DT03: us(), DT04: us(), DT05: us(), DU01: us('paid_twice'), DU02: us('paid_twice'), DU03: us('paid_twice'), DU04: us('paid_twice'), DU05: us('paid_twice'), DUPL: us('paid_twice'),
  ED05: bank('bank_delay'), ED06: bank('bank_delay'), FF01: us(), FF02: us(), FF03: us(), FF04: us(), FF05: us(), FF06: us(), FF07: us(), FF08: us(), FF10: bank('bank_delay'), FOCR: us('recalled'), FR01: bank('held_by_rules'),
  MD07: merchant('holder_deceased'), MS02: merchant('refused_by_holder'), MS03: bank('not_said'), NARR: bank('not_said'), NOAS: bank('not_said'), NOCM: merchant('account_blocked'),
  RC01: merchant('bank_of_account'), RC03: us('our_account'), RC04: merchant('bank_of_account'), RC06: us('our_account'), RC07: merchant('bank_of_account'), RC08: us(), RC09: us('our_account'),
  RC10: merchant('bank_of_account'), RF01: us(), RR01: us('our_account'), RR02: us('our_account'),
  RR03: merchant('holder_address'), RR04: bank('held_by_rules'), RR05: us(), RR06: us(), RR07: us(), RR08: us(), RR09: us(), RR10: us(), RR11: us(), RR12: us(), RUTA: bank('bank_delay'), TECH: us(), TM01: us('bank_delay'),
  UPAY: us('recalled'),
};

/** Every code with a meaning of its own. */
export const REASON_CODES: readonly string[] = Object.keys(REASONS).sort();

/**
 * What a reason means to people. A code that the table lacks is the bank's to explain.
 * Edge: no code at all, or one of the bank's own (`Prtry`), is `bank` / `not_said`; what it wrote beside is kept for finance.
 */
export const reasonMeaning = (code: string | undefined): ReasonMeaning =>
  (code !== undefined && Object.hasOwn(REASONS, code) ? REASONS[code] : undefined) ?? bank('not_said');
