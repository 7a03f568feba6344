import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import { currency } from '../../../core/money/index.js';
import { collected, inPieces, shown } from '../../../../test/support/bank-reports.js';
import { readResultFile } from './result-file.importer.js';
import { benefitResult, billCreditResult, koreanBulkResult, type ResultFileProfile } from './result-file.profile.js';

const read = async (text: string | Uint8Array, profile: ResultFileProfile): Promise<unknown> =>
  shown(await collected(readResultFile(inPieces(typeof text === 'string' ? iconv.encode(text, profile.encoding) : text, 11), profile)));

const paid = (row: number, reference: string, amount: string, more: object = {}) => ({
  report: 'booking', covers: 'transaction', statement: 1, entry: row, transaction: 1, status: 'BOOK', direction: 'debit', entryDirection: 'debit', isReversal: false, amount,
  references: { endToEndId: reference }, charges: [], isFee: false, texts: [], ...more,
});
const START = { report: 'message', kind: 'result' };
const end = (reportCount: number, faultCount = 0) => ({ report: 'end', schemaValid: 'not_checked', reportCount, faultCount });

describe('a Korean result file', () => {
  const table = (key: string, ...rows: string[]): string => ['대량이체 결과,,,,', '', `No,입금계좌번호,입금액,${key},처리결과,오류내용,처리일자`, ...rows].join('\r\n');

  it.each(['CMS코드', '업체사용Key', '입금인코드', 'CMS/모집인코드'])('brings our payment reference back in %s', async (key) => {
    expect(await read(table(key, '1,110123456789,"1,250,000",MG-1,정상,,20261120', '2,3333012345678,5000,MG-2,불능,예금주 불일치,2026-11-20', '합계,,"1,255,000",,,,'), koreanBulkResult)).toEqual([
      START, paid(4, 'MG-1', '1250000 KRW', { bookedOn: '2026-11-20' }),
      { report: 'status', level: 'transaction', statedAt: 'transaction', status: 'RJCT', endToEndId: 'MG-2', amount: '5000 KRW', reasons: [{ code: 'BE01', texts: ['예금주 불일치'] }] },
      end(3),
    ]);
  });

  it.each([['2026.11.20', '2026-11-20'], ['20261120 09:30', '2026-11-20'], ['20260230', undefined], ['202611200930', undefined], ['-', undefined]])('has %s as the day %s', async (written, bookedOn) => {
    expect(await read(table('CMS코드', `1,110,1000,MG-1,정상,,${written}`), koreanBulkResult)).toEqual([START, paid(4, 'MG-1', '1000 KRW', bookedOn === undefined ? {} : { bookedOn }), end(2)]);
  });

  it('saved again by a spreadsheet as UTF-8 with its mark reads the same', async () => {
    const text = table('CMS코드', '1,110,1000,MG-1,정상,,20261120');
    expect(await read(Buffer.from(`\ufeff${text}`), koreanBulkResult)).toEqual(await read(text, koreanBulkResult));
  });

  it('with a word that nobody knows, an amount that is none or no reference keeps the row as it was', async () => {
    expect(await read(table('CMS코드', '1,110,1000,MG-1,보류,,', '2,110,10.00,MG-2,정상,,', '3,110,1000,,정상,,'), koreanBulkResult)).toEqual([
      START,
      { report: 'fault', code: 'payouts.bank_word_unknown', params: { word: '보류' }, place: { row: 4 }, raw: '1,110,1000,MG-1,보류,,' },
      { report: 'fault', code: 'payouts.bank_amount', params: { text: '10.00', currency: 'KRW', decimals: 0 }, place: { row: 5 }, raw: '2,110,10.00,MG-2,정상,,' },
      { report: 'fault', code: 'payouts.bank_reference_missing', params: {}, place: { row: 6 }, raw: '3,110,1000,,정상,,' },
      end(4, 3),
    ]);
  });

  it('of another bank is refused with the columns that it lacks', async () => {
    expect(await read('a,b,CMS코드\n1,2,MG-1\n', koreanBulkResult)).toEqual([
      START, { report: 'refused', refusal: { code: 'payouts.bank_columns', params: { missing: ['처리결과 / 이체결과 / 결과', '입금액 / 이체금액'] } } },
    ]);
  });

  it('may have titles above its headings, but not a page of them', async () => {
    const titled = (rows: number): string => `${'제목,,\n'.repeat(rows)}${table('CMS코드', '1,110,1000,MG-1,정상,,').split('\r\n').slice(2).join('\n')}`;
    expect(await read(titled(19), koreanBulkResult)).toEqual([START, paid(21, 'MG-1', '1000 KRW'), end(2)]);
    expect(await read(titled(20), koreanBulkResult)).toMatchObject([START, { report: 'refused', refusal: { code: 'payouts.bank_columns' } }]);
  });

  it('in another encoding, or with a quote that never ends, is refused', async () => {
    expect(await read(Buffer.from([0xff, 0xff, 0x41]), koreanBulkResult)).toMatchObject([START, { report: 'refused', refusal: { code: 'payouts.bank_encoding', params: { encoding: 'cp949' } } }]);
    expect(await read(table('CMS코드', '1,"110,1000,MG-1,정상,,'), koreanBulkResult)).toMatchObject([START, { report: 'refused', refusal: { code: 'payouts.bank_not_table' } }]);
    expect(await read('', koreanBulkResult)).toMatchObject([START, { report: 'refused', refusal: { code: 'payouts.bank_empty' } }]);
  });
});

describe('results of bill credits and benefits', () => {
  const rows = (word: string): string => `payment_reference,status,amount,reason,applied_on\nMG-1,${word},12.50,,2026-11-20\n`;

  it.each([
    [billCreditResult(currency('GBP')), 'applied', { report: 'booking', direction: 'debit' }], [billCreditResult(currency('GBP')), 'reversed', { report: 'booking', direction: 'credit', returnReasons: [] }],
    [billCreditResult(currency('GBP')), 'refused', { report: 'status', status: 'RJCT' }], [billCreditResult(currency('GBP')), 'scheduled', { report: 'status', status: 'ACSP' }],
    [benefitResult(currency('GBP')), 'granted', { report: 'booking', direction: 'debit' }], [benefitResult(currency('GBP')), 'withdrawn', { report: 'booking', direction: 'credit' }],
    [benefitResult(currency('GBP')), 'received', { report: 'status', status: 'RCVD' }],
  ])('$key: $1', async (profile, word, expected) => {
    expect(await read(rows(word), profile)).toMatchObject([START, { ...expected, amount: '12.50 GBP' }, end(2)]);
  });
});
