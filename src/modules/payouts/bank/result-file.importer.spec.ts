import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import { currency } from '../../../core/money/index.js';
import { resultLayoutOf } from '../../../core/payments/index.js';
import { collected, inPieces, shown } from '../../../../test/support/bank-reports.js';
import { profileOf } from '../../../../test/support/payments.js';
import { readResultFile, rowsSaid, tableInMemory, type ResultReading } from './result-file.importer.js';
import { workbook } from '../../../platform/payment-files/workbook-writer.js';
import { rowKey, RowsOfOurs, type SentRow } from './result-rows.rules.js';

const readingOf = (id: string, code = 'KRW'): ResultReading => {
  const layout = resultLayoutOf(profileOf(id));
  if (layout === undefined) throw new Error(`${id} has no results`);
  return { layout, currency: currency(code) };
};
const read = async (text: string | Uint8Array, reading: ResultReading): Promise<unknown> => {
  const content = typeof text === 'string' ? iconv.encode(text, reading.layout.encoding === 'euc-kr' ? 'cp949' : 'utf-8') : text;
  return shown(await collected(readResultFile({ ...tableInMemory(content), bytes: () => inPieces(content, 11) }, reading)));
};

const paid = (row: number, reference: string, amount: string, more: object = {}) => ({
  report: 'booking', covers: 'transaction', statement: 1, entry: row, transaction: 1, status: 'BOOK', direction: 'debit', entryDirection: 'debit', isReversal: false, amount,
  references: { endToEndId: reference }, charges: [], isFee: false, texts: [], ...more,
});
const START = { report: 'message', kind: 'result' };
const end = (reportCount: number, faultCount = 0) => ({ report: 'end', schemaValid: 'not_checked', reportCount, faultCount });

describe('a Korean result file', () => {
  const hana = readingOf('kr-bulk-hana');
  const table = (key: string, ...rows: string[]): string => ['대량이체 결과,,,,', '', `No,입금계좌번호,입금액,${key},처리결과,오류내용,처리일자`, ...rows].join('\r\n');

  it.each([
    ['kr-bulk-hana', 'CMS코드', '입금액'], ['kr-bulk-hana-2', 'CMS/모집인코드', '이체금액'], ['kr-bulk-shinhan', '업체사용Key', '입금액'], ['kr-bulk-suhyup', 'CMS코드', '입금액'], ['kr-bulk-kb', '내통장메모', '이체금액'],
  ])('of %s brings our payment reference back in %s', async (id, key, amount) => {
    expect(await read(table(key, '1,110123456789,"1,250,000",MG-1,정상,,20261120', '2,3333012345678,5000,MG-2,불능,예금주 불일치,2026-11-20', '합계,,"1,255,000",,,,').replace('입금액', amount), readingOf(id))).toEqual([
      START, paid(4, 'MG-1', '1250000 KRW', { bookedOn: '2026-11-20' }),
      { report: 'status', level: 'transaction', statedAt: 'transaction', status: 'RJCT', endToEndId: 'MG-2', amount: '5000 KRW', reasons: [{ code: 'BE01', texts: ['예금주 불일치'] }] },
      end(3),
    ]);
  });

  it.each([['2026.11.20', '2026-11-20'], ['20261120 09:30', '2026-11-20'], ['20260230', undefined], ['202611200930', undefined], ['-', undefined]])('has %s as the day %s', async (written, bookedOn) => {
    expect(await read(table('CMS코드', `1,110,1000,MG-1,정상,,${written}`), hana)).toEqual([START, paid(4, 'MG-1', '1000 KRW', bookedOn === undefined ? {} : { bookedOn }), end(2)]);
  });

  it('saved again by a spreadsheet as UTF-8 with its mark reads the same', async () => {
    const text = table('CMS코드', '1,110,1000,MG-1,정상,,20261120');
    expect(await read(Buffer.from(`\ufeff${text}`), hana)).toEqual(await read(text, hana));
  });

  it('with a word that nobody knows, an amount that is none or no reference keeps the row as it was', async () => {
    expect(await read(table('CMS코드', '1,110,1000,MG-1,보류,,', '2,110,10.00,MG-2,정상,,', '3,110,1000,,정상,,'), hana)).toEqual([
      START,
      { report: 'fault', code: 'payouts.bank_word_unknown', params: { word: '보류' }, place: { row: 4 }, raw: '1,110,1000,MG-1,보류,,' },
      { report: 'fault', code: 'payouts.bank_amount', params: { text: '10.00', currency: 'KRW', decimals: 0 }, place: { row: 5 }, raw: '2,110,10.00,MG-2,정상,,' },
      { report: 'fault', code: 'payouts.bank_reference_missing', params: {}, place: { row: 6 }, raw: '3,110,1000,,정상,,' },
      end(4, 3),
    ]);
  });

  it('of another bank is refused with the columns that it lacks', async () => {
    expect(await read('a,b,CMS코드\n1,2,MG-1\n', hana)).toEqual([
      START, { report: 'refused', refusal: { code: 'payouts.bank_columns', params: { missing: ['처리결과 / 이체결과 / 결과', '입금액'] } } },
    ]);
  });

  it('may have titles above its headings, but not a page of them', async () => {
    const titled = (rows: number): string => `${'제목,,\n'.repeat(rows)}${table('CMS코드', '1,110,1000,MG-1,정상,,').split('\r\n').slice(2).join('\n')}`;
    expect(await read(titled(19), hana)).toEqual([START, paid(21, 'MG-1', '1000 KRW'), end(2)]);
    expect(await read(titled(20), hana)).toMatchObject([START, { report: 'refused', refusal: { code: 'payouts.bank_columns' } }]);
  });

  it('in another encoding, or with a quote that never ends, is refused', async () => {
    expect(await read(Buffer.from([0xff, 0xff, 0x41]), hana)).toMatchObject([START, { report: 'refused', refusal: { code: 'payouts.bank_encoding', params: { encoding: 'cp949' } } }]);
    expect(await read(table('CMS코드', '1,"110,1000,MG-1,정상,,'), hana)).toMatchObject([START, { report: 'refused', refusal: { code: 'payouts.bank_not_table' } }]);
    expect(await read('', hana)).toMatchObject([START, { report: 'refused', refusal: { code: 'payouts.bank_empty' } }]);
  });
});

describe('a workbook of results', () => {
  const hana = readingOf('kr-bulk-hana');
  async function book(...rows: readonly (readonly (string | number)[])[]): Promise<Uint8Array> {
    async function* cells() { for (const row of rows) yield row.map((cell) => (typeof cell === 'number' ? { type: 'number' as const, text: String(cell) } : { type: 'text' as const, text: cell })); }
    const pieces: Uint8Array[] = [];
    for await (const piece of workbook(cells())) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  it('reads as its text does, amounts as numbers or as texts', async () => {
    const file = await book(['대량이체 결과'], ['입금계좌번호', '입금액', 'CMS코드', '처리결과', '오류내용', '처리일자'], ['110', 1_250_000, 'MG-1', '정상', '', '2026-11-20'], ['111', '5,000', 'MG-2', '불능', '해지계좌', '']);
    expect(await read(file, hana)).toEqual([
      START, paid(3, 'MG-1', '1250000 KRW', { bookedOn: '2026-11-20' }),
      { report: 'status', level: 'transaction', statedAt: 'transaction', status: 'RJCT', endToEndId: 'MG-2', amount: '5000 KRW', reasons: [{ code: 'AC04', texts: ['해지계좌'] }] }, end(3),
    ]);
  });

  it('gives numbers of a currency with decimals without zeros at their end', async () => {
    const file = await book(['payment_reference', 'status', 'amount'], ['MG-1', 'applied', 12.5], ['MG-2', 'applied', '12.5']);
    expect(await read(file, readingOf('csv-bill-credit', 'GBP'))).toMatchObject([START, { amount: '12.50 GBP' }, { report: 'fault', code: 'payouts.bank_amount' }, { faultCount: 1 }]);
  });

  it('of before 2007, damaged or of something else is refused in words', async () => {
    expect(await read(Buffer.from('d0cf11e0a1b11ae1000000', 'hex'), hana)).toMatchObject([START, { report: 'refused', refusal: { code: 'payouts.bank_xls' } }]);
    const whole = await book(['a'], ['b']);
    expect(await read(whole.subarray(0, whole.length - 40), hana)).toMatchObject([START, { report: 'refused', refusal: { code: 'payouts.bank_workbook' } }]);
    expect(await read(whole, hana)).toMatchObject([START, { report: 'refused', refusal: { code: 'payouts.bank_columns' } }]);
  });
});

describe('a table that names no payment', () => {
  const kbank = readingOf('kr-bulk-kbank');
  const sent = (batchId: string, reference: string, account: string, amount: bigint, name: string, executeOn = '2026-11-20'): SentRow => ({ key: rowKey(account, amount, name), batchId, executeOn, reference });
  const table = (...rows: string[]): Uint8Array => iconv.encode(['입금은행코드,계좌번호,이체금액,받는분통장표시내용,예상예금주,처리결과,오류내용,처리일자', ...rows].join('\r\n'), 'cp949');
  const matched = async (content: Uint8Array, ours: readonly SentRow[]): Promise<unknown[]> => {
    const rows = await rowsSaid(tableInMemory(content), kbank);
    const reports = await collected(readResultFile(tableInMemory(content), { ...kbank, rows: new RowsOfOurs(ours.filter(({ key }) => rows.has(key)), rows) }));
    return reports.flatMap((report) => (report.report === 'booking' ? [report.references.endToEndId] : report.report === 'status' ? [`${report.status} ${report.endToEndId}`] : report.report === 'fault' ? [report.code] : []));
  };

  it('is matched by account, amount and name as they were sent, zeros in front and blanks aside', async () => {
    const ours = [sent('a', 'MG-1', '00110234', 1_000n, '모퉁이 카페'), sent('a', 'MG-2', '110999', 1_000n, '가게'), sent('a', 'MG-3', '110999', 2_000n, '가게')];
    expect(await matched(table('088,110234,"1,000",우리,모퉁이카페,정상,,20261120', '088,110-999,2000,우리,가게,불능,해지계좌,20261120', '088,110999,2000,우리,다른 가게,정상,,20261120', '088,110999,2001,우리,가게,정상,,20261120'), ours))
      .toEqual(['MG-1', 'RJCT MG-3', 'payouts.bank_row_unknown', 'payouts.bank_row_unknown']);
  });

  it('is of the one file that has more of its rows than every other', async () => {
    const ours = [sent('october', 'MG-1', '1', 500n, '가', '2026-10-20'), sent('november', 'MG-2', '1', 500n, '가'), sent('november', 'MG-3', '2', 700n, '나')];
    expect(await matched(table('088,1,500,우리,가,정상,,20261120', '088,2,700,우리,나,정상,,20261120'), ours)).toEqual(['MG-2', 'MG-3']);
    // One row alone may be of either month.
    expect(await matched(table('088,1,500,우리,가,반환,,20261121'), ours)).toEqual(['payouts.bank_row_several']);
    // In October there was no November.
    expect(await matched(table('088,1,500,우리,가,정상,,20261020'), ours)).toEqual(['MG-1']);
  });

  it('gives payments that are alike to its rows in order if as many come back and all say the same, and to nobody otherwise', async () => {
    const alike = [sent('a', 'MG-1', '1', 500n, '가'), sent('a', 'MG-2', '1', 500n, '가')];
    const row = (word: string): string => `088,1,500,우리,가,${word},,20261120`;
    expect(await matched(table(row('정상'), row('정상')), alike)).toEqual(['MG-1', 'MG-2']);
    expect(await matched(table(row('정상'), row('불능')), alike)).toEqual(['payouts.bank_row_several', 'payouts.bank_row_several']);
    expect(await matched(table(row('정상')), alike)).toEqual(['payouts.bank_row_several']);
  });

  it('lacks its columns like any other', async () => {
    expect(await read('계좌번호,처리결과\n1,정상', kbank)).toMatchObject([START, { report: 'refused', refusal: { params: { missing: ['이체금액', '예상예금주'] } } }]);
  });
});

describe('results of bill credits and benefits', () => {
  const rows = (word: string): string => `payment_reference,status,amount,reason,applied_on\nMG-1,${word},12.50,,2026-11-20\n`;

  it.each([
    ['csv-bill-credit', 'applied', { report: 'booking', direction: 'debit' }], ['csv-bill-credit', 'reversed', { report: 'booking', direction: 'credit', returnReasons: [] }],
    ['csv-bill-credit', 'refused', { report: 'status', status: 'RJCT' }], ['csv-bill-credit', 'scheduled', { report: 'status', status: 'ACSP' }],
    ['csv-benefit', 'granted', { report: 'booking', direction: 'debit' }], ['csv-benefit', 'withdrawn', { report: 'booking', direction: 'credit' }],
    ['csv-benefit', 'received', { report: 'status', status: 'RCVD' }],
  ])('%s: %s', async (id, word, expected) => {
    expect(await read(rows(word), readingOf(id, 'GBP'))).toMatchObject([START, { ...expected, amount: '12.50 GBP' }, end(2)]);
  });
});
