import { describe, expect, it } from '@jest/globals';
import { aKoreanPayment, aPayment, checked, checkedInWriting, codes, headOf, KOREAN, profileOf } from '../../../test/support/payments.js';
import { renderDetail } from '../errors/index.js';
import { currency, money } from '../money/index.js';
import { MOST_FAULTS, PAYMENTS_ERRORS, type BatchHeader, type PaymentAccount, type PaymentFaultCode, type PaymentInstruction, type PaymentProfile } from './index.js';

const sepa = profileOf('sepa-sct-09');
const generic = profileOf('iso-generic-09');
const hana = profileOf('kr-bulk-hana');
const eur = (minor: bigint) => money(minor, currency('EUR'));
const paid = (account: PaymentAccount) => aPayment(1, { payee: { account } });
const iban = (text: string) => paid({ kind: 'iban', iban: text });
const address = (parts: NonNullable<PaymentInstruction['payee']['address']>) => aPayment(1, { payee: { address: parts } });

type Example = [what: string, profile: PaymentProfile, payments: PaymentInstruction[], fault: string, header?: Partial<BatchHeader>];

/** One for each rule; the ten that a schema lets pass are among them. */
const EXAMPLES: Example[] = [
  ['an empty batch', sepa, [], 'batch_empty'],
  ['a wrong count', sepa, [aPayment(1)], 'batch_count', { count: 2 }],
  ['a wrong sum', sepa, [aPayment(1)], 'batch_sum', { sumMinor: 999n }],
  ['a day that is none', sepa, [aPayment(1)], 'execution_date', { executeOn: '2026-02-30' }],
  ['a payer without an IBAN, in SEPA', sepa, [aPayment(1)], 'payer_account', { debtor: { ...headOf([]).debtor, account: KOREAN } }],
  ['a payer whose IBAN has a typing error', sepa, [aPayment(1)], 'payer_account', { debtor: { ...headOf([]).debtor, account: { kind: 'iban', iban: 'FR1520041010050500013M02606' } } }],
  ['a payer without a name', sepa, [aPayment(1)], 'name_missing 0', { debtor: { ...headOf([]).debtor, name: ' ' } }],
  ['an empty reference', sepa, [aPayment(1, { endToEndId: '' })], 'reference_missing 1'],
  ['a reference of 36 characters', sepa, [aPayment(1, { endToEndId: 'M'.repeat(36) })], 'text_too_long 1'],
  ['a reference with an umlaut', sepa, [aPayment(1, { endToEndId: 'MÜ-1' })], 'reference_characters 1'],
  ['a slash where only hyphens go', generic, [aPayment(1, { endToEndId: 'M/1' })], 'reference_characters 1'],
  ['a reference that begins with a slash', sepa, [aPayment(1, { endToEndId: '/M1' })], 'reference_slash 1'],
  ['a reference that ends with a slash', sepa, [aPayment(1, { endToEndId: 'M1/' })], 'reference_slash 1'],
  ['a reference with two slashes', sepa, [aPayment(1, { endToEndId: 'M//1' })], 'reference_slash 1'],
  ['a message that begins with a slash', sepa, [aPayment(1)], 'reference_slash 0', { messageId: '/B1' }],
  ['a repeated reference', sepa, [aPayment(1), aPayment(2), aPayment(3, { endToEndId: 'MG-1' })], 'reference_repeated 3'],
  ['a repeated UETR', generic, [aPayment(1), aPayment(2, { uetr: aPayment(1).uetr })], 'reference_repeated 2'],
  ['no UETR', generic, [aPayment(1, { uetr: undefined })], 'uetr_missing 1'],
  ['a UETR in capitals', generic, [aPayment(1, { uetr: '8A562C67-CA16-48BA-B074-65581BE6F001' })], 'uetr_form 1'],
  ['an amount of nothing', sepa, [aPayment(1, { amount: eur(0n) })], 'amount_zero 1'],
  ['an amount below nothing', hana, [aKoreanPayment(1, { amount: money(-1n, currency('KRW')) })], 'amount_zero 1'],
  ['a billion euros', sepa, [aPayment(1, { amount: eur(100_000_000_000n) })], 'amount_bounds 1'],
  ['an unknown currency', generic, [aPayment(1, { amount: { minor: 1n, currency: 'ZZZ' as never } })], 'currency_unknown 1', { currency: currency('EUR') }],
  ['pounds by SEPA', sepa, [aPayment(1, { amount: money(1n, currency('GBP')) })], 'currency_not_taken 1'],
  ['two currencies', generic, [aPayment(1), aPayment(2, { amount: money(1n, currency('USD')) })], 'currency_mixed 2'],
  ['a Korean account by SEPA', sepa, [paid(KOREAN)], 'account_kind 1'],
  ['an IBAN in a Korean bulk transfer', hana, [aKoreanPayment(1, { payee: { account: { kind: 'iban', iban: 'DE89370400440532013000' } } })], 'account_kind 1'],
  ['a Korean number with a hyphen', hana, [aKoreanPayment(1, { payee: { account: { ...KOREAN, number: '110-234-567890' } as never } })], 'account_form 1'],
  ['an account number of 35 characters', generic, [paid({ kind: 'other', number: '1'.repeat(35) })], 'account_form 1'],
  ['an IBAN with spaces', sepa, [iban('DE89 3704 0044 0532 0130 00')], 'iban_form 1'],
  ['an IBAN with a typing error', sepa, [iban('DE89370400440532013001')], 'iban_check_digits 1'],
  ['an IBAN of Turkey by SEPA', sepa, [iban('TR330006100519786457841326')], 'country_not_reached 1'],
  ['a BIC of ten characters', sepa, [paid({ kind: 'iban', iban: 'DE89370400440532013000', bic: 'COBADEFFXX' })], 'bic_form 1'],
  ['a bank that is none', hana, [aKoreanPayment(1, { payee: { account: { ...KOREAN, bankCode: '999' } as never } })], 'bank_unknown 1'],
  ['no name', sepa, [aPayment(1, { payee: { name: '  ' } })], 'name_missing 1'],
  ['no name in a table', hana, [aKoreanPayment(1, { payee: { name: '' } })], 'name_missing 1'],
  ['a name of 71 characters by SEPA', sepa, [aPayment(1, { payee: { name: 'a'.repeat(71) } })], 'text_too_long 1'],
  ['140 characters and one of remittance', generic, [aPayment(1, { remittance: 'a'.repeat(141) })], 'text_too_long 1'],
  ['Hangul by SEPA', sepa, [aPayment(1, { payee: { name: '모퉁이 카페' } })], 'character 1'],
  ['a line break in a name', generic, [aPayment(1, { payee: { name: 'a\nb' } })], 'character 1'],
  ['a letter that EUC-KR lacks', profileOf('csv-generic', { encoding: 'euc-kr' }), [aKoreanPayment(1, { payee: { name: '똠양꿍' } })], 'character 1'],
  ['no address where one is wanted', generic, [aPayment(1, { payee: { address: undefined } })], 'address_missing 1'],
  ['an address of free lines alone', generic, [address({ lines: ['Main Street 1', '10115'] })], 'address_incomplete 1'],
  ['an address without its country', sepa, [address({ street: 'Main Street', town: 'Berlin' })], 'address_incomplete 1'],
  ['a country in words', sepa, [address({ town: 'Berlin', country: 'Germany' })], 'address_country 1'],
  ['free lines where none are taken', sepa, [address({ town: 'Berlin', country: 'DE', lines: ['Backyard'] })], 'address_lines 1'],
  ['three free lines', generic, [address({ town: 'Berlin', country: 'DE', lines: ['a', 'b', 'c'] })], 'address_lines 1'],
  ['a free line that repeats the town', generic, [address({ town: 'New York', country: 'US', lines: ['5 Main St, New York'] })], 'address_repeats 1'],
  ['a memo too long for its column', profileOf('kr-bulk-kb'), [aKoreanPayment(1, { endToEndId: 'M'.repeat(36) })], 'text_too_long 1'],
];

describe('a batch before it is written', () => {
  it.each(EXAMPLES)('%s is refused', (_, profile, payments, fault, header = {}) => {
    expect(codes(checked(profile, payments, headOf(payments, header)))).toContain(fault);
  });

  it.each(EXAMPLES)('%s is refused in the same words while its file is written', async (_, profile, payments, _fault, header = {}) => {
    const { passed: _passed, ...found } = await checkedInWriting(profile, payments, headOf(payments, header));
    expect(found).toEqual(checked(profile, payments, headOf(payments, header)));
  });

  it('nothing goes into a file after a fault, and all faults are found still', async () => {
    const payments = [aPayment(1), aPayment(2, { amount: eur(0n) }), aPayment(3), aPayment(4, { amount: eur(0n) })];
    expect(await checkedInWriting(sepa, payments)).toMatchObject({ count: 2, passed: 1 });
    expect(await checkedInWriting(sepa, [aPayment(1)], headOf([aPayment(1)], { executeOn: '2026-02-30' }))).toMatchObject({ count: 1, passed: 0 });
  });

  it.each([
    ['sepa-sct-09', [aPayment(1), aPayment(2, { amount: eur(1n), payee: { address: undefined } }), aPayment(3, { amount: eur(99_999_999_999n) })]],
    ['sepa-sct-03', [aPayment(1, { endToEndId: 'A/B' })]],
    ['iso-generic-09', [aPayment(1), paid({ kind: 'other', number: '12345', clearing: { system: 'USABA', member: '021000021' } })].map((payment, place) => ({ ...payment, endToEndId: `E-${place}`, uetr: aPayment(place).uetr }))],
    ['iso-generic-09', [aKoreanPayment(1)]],
    ['iso-generic-09', [address({ town: 'Lyon', country: 'FR', lines: ['Rue de Paris 5'] })]],
    ['kr-bulk-hana', [aKoreanPayment(1)]], ['kr-bulk-hana-2', [aKoreanPayment(1)]], ['kr-bulk-shinhan', [aKoreanPayment(1)]],
    ['kr-bulk-suhyup', [aKoreanPayment(1)]], ['kr-bulk-kbank', [aKoreanPayment(1)]], ['kr-bulk-kb', [aKoreanPayment(1)]],
    ['csv-generic', [aPayment(1)]], ['xlsx-generic', [aKoreanPayment(1)]], ['csv-bill-credit', [paid({ kind: 'other', number: 'C-00123/4' })]], ['csv-benefit', [paid({ kind: 'other', number: '7' })]],
  ])('a sound one is found sound by %s', (id, payments) => {
    expect(checked(profileOf(id), payments)).toEqual({ count: 0, faults: [] });
  });

  it('a name of 70 characters is paid by SEPA, one of 140 elsewhere', () => {
    expect(checked(sepa, [aPayment(1, { payee: { name: 'a'.repeat(70) } })]).count).toBe(0);
    expect(checked(generic, [aPayment(1, { payee: { name: '카'.repeat(140) } })]).count).toBe(0);
  });

  it('all faults are counted and the first are kept', () => {
    const payments = Array.from({ length: 300 }, (_, place) => aPayment(place, { amount: eur(0n) }));
    const { count, faults } = checked(sepa, payments);
    expect([count, faults.length]).toEqual([300, MOST_FAULTS]);
  });

  it('every rule has its example, and every fault says its line and what to do without an account number', () => {
    const found = EXAMPLES.flatMap(([, profile, payments, , header = {}]) => checked(profile, payments, headOf(payments, header)).faults);
    // Found in files and profiles only: their specs have the examples.
    const elsewhere = /^payments\.(profile|file|schema)_|^payments\.amount_(form|decimals)$/;
    const ruled = (Object.keys(PAYMENTS_ERRORS) as PaymentFaultCode[]).filter((code) => !elsewhere.test(code));
    expect(ruled.filter((code) => !found.some((fault) => fault.code === code))).toEqual([]);
    for (const { code, params } of found) {
      const words = renderDetail(PAYMENTS_ERRORS[code].detail, params);
      expect(words).not.toMatch(/\{\w+\}|DE89|110234567890/);
      expect(words).toMatch(/\.$/);
    }
  });
});
