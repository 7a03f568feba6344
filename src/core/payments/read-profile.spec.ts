import { describe, expect, it } from '@jest/globals';
import { sharedData } from '../../../test/support/shared-data.js';
import { renderDetail } from '../errors/index.js';
import { KOREAN_BANKS, PAYMENTS_ERRORS, readProfile, SHIPPED_PROFILES, type TableProfile } from './index.js';

type Document = Record<string, unknown> & { columns: Record<string, unknown>[] };
const document = (id: string): Document => structuredClone<unknown>(SHIPPED_PROFILES.find((profile) => profile.id === id)) as Document;
const faults = (id: string, change: (document: Document) => void): string[] => {
  const changed = document(id);
  change(changed);
  return readProfile(changed).faults.map(({ code, params }) => renderDetail(PAYMENTS_ERRORS[code].detail, params));
};

describe('profiles', () => {
  it.each(SHIPPED_PROFILES.map(({ id }) => id))('%s is sound as shipped', (id) => {
    expect(readProfile(document(id))).toEqual({ profile: document(id), faults: [] });
  });

  it.each<[string, string, Parameters<typeof faults>[1], string]>([
    ['a key that is missing', 'sepa-sct-09', (doc) => { delete doc['chargeBearer']; }, '/chargeBearer is missing; expected one of SLEV, SHAR, DEBT, CRED. Add it.'],
    ['a key that nobody reads', 'sepa-sct-09', (doc) => { doc['nameLenght'] = 70; }, '/nameLenght is not known here; known are id, title'],
    ['a currency that is none', 'sepa-sct-09', (doc) => { doc['currencies'] = ['EUR', 'ZZZ']; }, '/currencies/1 is "ZZZ"; expected an active ISO 4217 code. Correct it.'],
    ['bounds the wrong way round', 'sepa-sct-09', (doc) => { doc['amount'] = { least: '2.00', most: '1.00' }; }, '/amount is {"least":"2.00","most":"1.00"}; expected two amounts'],
    ['bounds finer than the currency', 'kr-bulk-kb', (doc) => { doc['amount'] = { least: '0.5', most: '1' }; }, '/amount is'],
    ['decimals of the bank that are neither', 'iso-generic-09', (doc) => { doc['statedDecimals'] = 2; }, '/statedDecimals is 2; expected one of exact, short.'],
    ['a message that books nothing', 'sepa-sct-09', (doc) => { doc['bookings'] = 'camt.052'; }, '/bookings is "camt.052"; expected one of camt.053, camt.054.'],
    ['a calendar that is none', 'sepa-sct-09', (doc) => { doc['closed'] = { calendar: 'target2' }; }, '/closed/calendar is "target2"; expected one of target, weekends.'],
    ['a day that no calendar has', 'iso-generic-09', (doc) => { doc['closed'] = { calendar: 'weekends', dates: ['2026-12-28', '2026-02-30'] }; }, '/closed/dates/1 is "2026-02-30"; expected a date, YYYY-MM-DD.'],
    ['three free lines', 'iso-generic-09', (doc) => { doc['address'] = { payee: 'optional', payer: 'optional', lines: 3 }; }, '/address/lines is 3; expected a whole number from 0 to 2.'],
    ['a UETR in a message of 2009', 'iso-generic-03', (doc) => { doc['uetr'] = 'required'; }, '/uetr is "required"; expected left_out'],
    ['account numbers as numbers', 'kr-bulk-kb', (doc) => { doc.columns[1]!['type'] = 'number'; }, '/columns/1/type is "number"; expected text'],
    ['account numbers that are cut', 'kr-bulk-kb', (doc) => { doc.columns[1]!['overflow'] = 'cut'; }, '/columns/1/overflow is "cut"; expected refuse'],
    ['a constant without words', 'csv-benefit', (doc) => { delete doc.columns[4]!['words']; }, '/columns/4/words is nothing; expected the words'],
    ['an expression that is not on the list', 'kr-bulk-kb', (doc) => { doc.columns[0]!['value'] = 'payee.name'; }, '/columns/0/value is "payee.name"; expected one of line, own_key'],
    ['no amount', 'kr-bulk-kb', (doc) => { doc.columns.splice(2, 1); }, 'expected a column with the amount'],
    ['no account', 'kr-bulk-kb', (doc) => { doc.columns.splice(1, 1); }, 'expected a column with the account'],
    ['a text without an encoding', 'csv-generic', (doc) => { delete doc['encoding']; }, '/encoding is nothing; expected one of utf-8-bom, euc-kr'],
    ['a workbook with one', 'kr-bulk-kb', (doc) => { doc['encoding'] = 'euc-kr'; }, '/encoding is "euc-kr"; expected nothing'],
    ['no columns', 'kr-bulk-kb', (doc) => { doc['columns'] = []; }, '/columns is []; expected a list of 1 to 60'],
    ['a word of results that says nothing', 'kr-bulk-kb', (doc) => { (doc['results'] as { words: object }).words = { 정상: 'done' }; }, '/results/words/정상 is "done"; expected one of received, accepted, rejected, paid, returned.'],
    ['results without words', 'kr-bulk-kb', (doc) => { (doc['results'] as { words: object }).words = {}; }, '/results/words is {}; expected an object of 1 to 200 words'],
    ['results without a column of their amount', 'kr-bulk-kb', (doc) => { delete (doc['results'] as { columns: Record<string, unknown> }).columns['amount']; }, '/results/columns/amount is missing'],
    ['our reference in results of a file that never had it', 'kr-bulk-kbank', (doc) => { (doc['results'] as { columns: Record<string, unknown> }).columns['reference'] = ['메모']; }, '/results/columns/reference is ["메모"]; expected nothing'],
    ['rows of results that nothing can be known by', 'kr-bulk-kbank', (doc) => { delete (doc['results'] as { columns: Record<string, unknown> }).columns['name']; }, 'expected the reference, or account and name'],
    ['another format', 'kr-bulk-kb', (doc) => { doc['format'] = 'mt101'; }, '/format is "mt101"; expected one of pain'],
  ])('%s is refused in words', (_, id, change, words) => {
    expect(faults(id, change).join('\n')).toContain(words);
  });

  it.each([[undefined, '/ is missing'], [null, '/ is null'], ['x', '/ is "x"'], [[], '/ is []']])('%j is no profile', (value, words) => {
    const [first] = readProfile(value).faults.map(({ code, params }) => renderDetail(PAYMENTS_ERRORS[code].detail, params));
    expect(first).toContain(words);
  });

  it('the Korean layouts have the columns that banks were seen to take, in their order', () => {
    const text = sharedData('data', 'ids', 'kr-bank-codes-and-bulk-transfer.json');
    if (text === undefined) return;
    const { bulkTransferLayouts: layouts, codes } = JSON.parse(text) as { codes: Record<string, string>; bulkTransferLayouts: Record<string, { columns: string[]; variant?: string[] }> };
    const titles = (id: string) => (document(id) as unknown as TableProfile).columns.map(({ header }) => header);
    for (const bank of ['hana', 'shinhan', 'suhyup', 'kbank', 'kb']) expect(titles(`kr-bulk-${bank}`)).toEqual(layouts[bank]?.columns);
    expect(titles('kr-bulk-hana-2')).toEqual(layouts['hana']?.variant);
    // The central bank and the one for exports keep no accounts that a transfer reaches.
    expect(Object.keys(codes).filter((code) => KOREAN_BANKS[code] === undefined)).toEqual(['001', '008']);
  });
});
