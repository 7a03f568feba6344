import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { AFTER, encode, TILL_ENCODINGS, written, type WrittenEncoding } from '../../../../test/support/till-files.js';
import { workbook, zipOf } from '../../../../test/support/zip-writer.js';
import { currency } from '../../../core/money/index.js';
import { englishWords, faultFile, neutral } from './till-fault-file.importer.js';
import { settleMapping, type TillMapping } from './till-mapping.rules.js';
import type { TillItem } from './till-row.rules.js';
import { bufferSource } from './till-source.importer.js';
import type { TillSummary } from './till-summary.rules.js';
import { previewTill, readTill, surveyTill, type TillStatement, type TillSurvey } from './till.importer.js';

const survey = async (content: string | Buffer, stated: TillStatement = {}, hints: object = { currency: currency('EUR') }): Promise<TillSurvey> => {
  const found = await surveyTill(bufferSource(Buffer.from(content)), hints, stated);
  if (!found.ok) throw new Error(JSON.stringify(found.refusal));
  return found.value;
};
const refused = async (content: string | Buffer): Promise<string | undefined> => {
  const found = await surveyTill(bufferSource(Buffer.from(content)), { currency: currency('EUR') });
  return found.ok ? undefined : found.refusal.code;
};
const asked = async (content: string | Buffer, stated: TillStatement = {}): Promise<string[]> => (await survey(content, stated)).questions.map(({ about }) => about);

interface Read {
  readonly summary: TillSummary;
  readonly items: readonly TillItem[];
  readonly mapping: TillMapping;
}

const read = async (content: string | Buffer, stated: TillStatement = {}): Promise<Read> => {
  const { draft } = await survey(content, { zone: 'Europe/Paris', basis: 'gross', ...stated });
  const mapping = settleMapping(draft);
  if (!mapping.ok) throw new Error(JSON.stringify(mapping.refusal));
  const items: TillItem[] = [];
  const summary = await readTill(bufferSource(Buffer.from(content)), mapping.value, AFTER, (item) => items.push(item));
  if (!summary.ok) throw new Error(JSON.stringify(summary.refusal));
  return { summary: summary.value, items, mapping: mapping.value };
};
const faults = async (content: string, stated: TillStatement = {}): Promise<string[]> =>
  (await read(content, stated)).summary.faults.map(({ code, params }) => `${code.slice(9)}:${String(params['line'])}${params['column'] === undefined ? '' : `:${String(params['column'])}`}`);
const records = ({ items }: Read): string[] => items.flatMap((item) => (item.type === 'record' ? [`${item.record.kind} ${item.record.amountMinor}${item.record.refundOf === undefined ? '' : ` of ${item.record.refundOf}`}`] : []));

describe('the encoding of a till export', () => {
  it.each(TILL_ENCODINGS.filter((encoding) => encoding !== 'windows-1252'))('%s keeps every syllable, 뷁 too', async (encoding: WrittenEncoding) => {
    const text = `매출일시,총금액,승인번호,거래구분,비고\n${'2026-11-01 10:00:00,"1,000",뷁펲쀍,승인,현금영수증 매출내역\n'.repeat(1)}`;
    const { items, mapping } = await read(encode(text, encoding));
    expect(items).toMatchObject([{ record: { id: '뷁펲쀍', amountMinor: 1_000n } }]);
    expect(mapping.shape).toMatchObject({ encoding: encoding.replace(' with BOM', '') });
  });

  it('is found though the first Korean word stands far below', async () => {
    const rows = Array.from({ length: 9_000 }, (_, n) => `2026-11-01 10:00:00,1000,T${n},sale`).join('\n');
    const { items } = await read(iconv.encode(`at,amount,id,kind\n${rows}\n2026-11-01 10:00:00,1000,뷁 카드,승인\n`, 'cp949'));
    expect(items.at(-1)).toMatchObject({ record: { id: '뷁 카드' } });
  });

  it('that cannot be decoded is a fault of the line, where the characters count', async () => {
    const broken = Buffer.concat([Buffer.from('at,amount,note,id\n2026-11-01 10:00,1.00,'), Buffer.from([0xff]), Buffer.from(',a\n2026-11-01 10:00,1.00,,'), Buffer.from([0xff]), Buffer.from('\n')]);
    const { summary } = await read(broken, { encoding: 'utf-8' });
    expect(summary.faults).toMatchObject([{ code: 'evidence.characters_lost', params: { line: 3, column: 'id' } }]);
  });
});

describe('what a file does not say', () => {
  it('is asked: the zone, the tax basis, day or month first, the decimal mark, a time that is missing', async () => {
    expect(await asked('Date,Time,Amount\n03/04/2025,10:00,"1,234"\n05/06/2025,10:00,"2,345"\n')).toEqual(['decimalMark', 'basis', 'dateOrder', 'zone', 'kind']);
    expect(await asked('Date,Time,Amount\n03/04/2025,10:00,1.50\n13/06/2025,10:00,-2.50\n', { basis: 'gross' })).toEqual(['zone']);
    expect(await asked('Date,Amount\n2025-04-03,1.50\n', { basis: 'gross' })).toEqual(['lineIs', 'zone', 'kind']);
    expect(await asked('at,amount\n2025-04-03T10:00Z,1.50\n', { basis: 'gross' })).toEqual([]);
    expect(await asked('Wann,Wieviel,Betrag,Kasse\n2025-04-03 10:00,1,1.50,1\n', { basis: 'gross', zone: 'UTC' })).toEqual(['kind', 'time']);
  });

  it('a later line that decides is looked for, however far below', async () => {
    const rows = Array.from({ length: 5_000 }, () => '03/04/2025,10:00,1.50').join('\n');
    expect(await asked(`Date,Time,Amount\n${rows}\n`, { basis: 'gross', zone: 'UTC', blankKind: 'sale' })).toEqual(['dateOrder']);
    expect((await survey(`Date,Time,Amount\n${rows}\n31/04/2025,10:00,1.50\n`, { basis: 'gross', zone: 'UTC' })).draft.dateOrder).toBe('dmy');
  });

  it('is asked where lines of sales stand above the row with most names', async () => {
    expect(await asked('Wann,Betrag,Wer\n2025-04-03 10:00,1.50,x\nDatum,Betrag,Bediener,Kasse\n2025-04-03 10:00,1.50,x,1\n', { basis: 'gross', zone: 'UTC', blankKind: 'sale' })).toEqual(['headerRow']);
  });

  it('is remembered for the same header', async () => {
    const found = await surveyTill(bufferSource(Buffer.from('Tag;Betrag\n01.02.2025 10:00;1,50\n')), {}, {}, async () => ({
      columns: { at: 'Tag', amount: 'Betrag' }, currency: currency('EUR'), basis: 'gross', zone: 'Europe/Berlin', lineIs: 'sale', blankKind: 'sale',
    }));
    expect(found).toMatchObject({ ok: true, value: { isRemembered: true, questions: [], draft: { columns: { at: 'Tag' }, zone: 'Europe/Berlin', decimalMark: ',' } } });
  });
});

describe('the lines of a till export', () => {
  it('tell all their faults in one pass, each with its column', async () => {
    const text = [
      'Date,Time,Amount,Type,Receipt number', '2026-03-29,02:30,1.00,sale,1', '2026-10-25,02:30,1.00,sale,2', '2026-01-01,25:00,ten,gift,3', '2026-01-01,10:00,1.005,sale,4',
      '2026-01-01,10:00,-1.00,sale,5', '2026-01-01,10:00,1.00,sale', '2026-01-01,10:00,1,234.00,sale,6', '2026-01-01,,1.00,sale,7', '2099-01-01,10:00,1.00,sale,8', '2026-01-01,10:00,€ 1.00,sale,9',
      '2026-01-01,10:00,1.00,sale,9', '2026-01-01,10:00,2.00,sale,9', '2026-01-01,10:00,1.00,,10',
    ].join('\n');
    expect(await faults(text)).toEqual([
      'time_skipped:2:Date', 'time_repeated:3:Date', 'till_kind:4:Type', 'time_malformed:4:Date', 'till_amount:4:Amount', 'amount_too_fine:5:Amount', 'sale_negative:6:Amount',
      'line_cut:7', 'line_long:8', 'time_malformed:9:Date', 'in_future:10:Date', 'id_repeated:13:Receipt number', 'till_kind:14:Type',
    ]);
  });

  it('count cancellations, refunds, voids and declined cards for what they are', async () => {
    const text = 'Date,Time,Amount,Transaction type,Receipt no,Original receipt\n2026-01-01,10:00,5.00,승인,a,\n2026-01-01,11:00,5.00,취소,a,\n2026-01-01,12:00,2.00,환불,b,a\n'
      + '2026-01-01,13:00,4.00,void,c,a\n2026-01-01,14:00,4.00,declined,d,\n2026-01-01,10:00,5.00,승인,a,\nTotal,,16.00,,,\n* printed,,,,,\n';
    const { summary, ...rest } = await read(text);
    expect(records({ summary, ...rest })).toEqual(['sale 500', 'refund 500 of a', 'refund 200 of a', 'void 400 of a']);
    expect(summary.dropped).toEqual([{ reason: 'not_a_sale', count: 1, lines: [6] }, { reason: 'duplicate', count: 1, lines: [7] }, { reason: 'total', count: 1, lines: [8] }, { reason: 'note', count: 1, lines: [9] }]);
  });

  it('turn what was refunded of an order into a refund that names it', async () => {
    const text = 'Name,Financial Status,Created at,Total,Currency,Refunded Amount\n#1,partially_refunded,2026-01-01 10:00:00 +0100,10.00,EUR,4.00\n#1,,,,,\n#2,voided,2026-01-01 10:00:00 +0100,7.00,EUR,0.00\n';
    expect(records(await read(text))).toEqual(['sale 1000', 'refund 400 of #1', 'void 700 of #2']);
  });

  it('that say neither morning nor afternoon are told, where others do', async () => {
    expect(await faults('Date,Time,Amount\n2026-01-01,오후 02:21,1.00\n2026-01-01,02:25,1.00\n2026-01-01,3:25 p.m.,1.00\n')).toEqual(['till_half_day:3:Date']);
  });

  it('take tips out, and say how much they were', async () => {
    const result = await read('Date,Time,Amount,Tip\n2026-01-01,10:00,12.00,2.00\n2026-01-01,11:00,-6.00,1.00\n');
    expect([records(result), result.summary.tipsMinor]).toEqual([['sale 1000', 'refund 500'], 100n]);
  });

  it('say where a cancellation stands in a column nobody mapped', async () => {
    expect(await faults('Date,Time,Amount,Zustand\n2026-01-01,10:00,12.00,Storno\n')).toEqual(['till_kind_unmapped:2:Zustand']);
  });

  it('with one field more than the others are told, though the last of them is blank', async () => {
    const header = 'Date,Time,Amount,Staff,Note\n';
    expect(await faults(`${header}2026-01-01,10:00,1.00,a,\n2026-01-01,10:00,1,00,a,\n`)).toEqual(['line_long:3']);
    expect(await faults(`${header}2026-01-01,10:00,1.00,a,,\n2026-01-01,11:00,1.00,a,,\n`)).toEqual([]);
  });

  it('a quote left open does not swallow lines unseen', async () => {
    expect((await faults('Date,Time,Amount,Details,Staff\n2026-01-01,10:00,1.00,"abc,x\n2026-01-01,11:00,1.00,def,x\n2026-01-01,12:00,1.00,ghi",x\n'))).toEqual(['quote_open:2']);
    expect(await refused('Date,Time,Amount\n2026-01-01,10:00,"1.00\n')).toBe('evidence.not_csv');
  });

  it('of whole days speak for the day of their zone', async () => {
    const { items } = await read('Date,Amount\n2026-03-29,1.50\n2026-10-25,1.50\n', { lineIs: 'day' });
    expect(items.map((item) => item.type === 'record' && item.record.periodMs / 3_600_000)).toEqual([23, 25]);
  });

  it('keep the list of faults short and their count true', async () => {
    const { summary } = await read(`at,amount,note\n2026-01-01 10:00,1.00,\n${'never,1.00,\n'.repeat(3_000)}`);
    expect([summary.faultCount, summary.faults.length]).toEqual([3_000, 100]);
  });
});

describe('a workbook', () => {
  const rows = [['매출 조회'], ['날짜', '매출', '구분', '승인번호'], [{ serial: 46_024.770833333336 }, 21_060, '승인', 'a'], [{ serial: 46_024.8125 }, { raw: '<c t="str"><f>1+1</f><v>1,000</v></c>' }, '취소', 'b'], ['합계', 22_060]];
  const stated: TillStatement = { currency: currency('KRW'), zone: 'Asia/Seoul' };

  it('is read like a text file, dates and numbers as the sheet shows them', async () => {
    const result = await read(workbook(rows), stated);
    expect(records(result)).toEqual(['sale 21060', 'refund 1000 of b']);
    expect(result.items[0]).toMatchObject({ record: { line: 3, at: Date.parse('2026-01-02T09:30:00Z') } });
    expect(result.summary.dropped).toMatchObject([{ reason: 'total', lines: [5] }]);
  });

  it('has errors where its cells have', async () => {
    const result = await read(workbook([...rows.slice(0, 3), [{ serial: 46_024.5 }, { raw: '<c t="e"><v>#REF!</v></c>' }, '승인', 'c']]), stated);
    expect(result.summary.faults).toMatchObject([{ code: 'evidence.till_amount', params: { line: 4, column: '매출', value: '#REF!' } }]);
  });

  const blank = Buffer.alloc(20 * 1_024 * 1_024, 32);
  it.each([
    ['macros', workbook(rows, [{ name: 'xl/vbaProject.bin', content: 'x' }]), 'evidence.file_macros'],
    ['links to other files', workbook(rows, [{ name: 'xl/externalLinks/externalLink1.xml', content: '<x/>' }]), 'evidence.file_macros'],
    ['a part that unpacks to far more', workbook(rows, [{ name: 'xl/media/x.bin', content: blank }]), 'evidence.file_bomb'],
    ['more bytes than we take', workbook(rows, [{ name: 'a', content: 'x', claimedBytes: 2_000_000_000 }]), 'evidence.file_bomb'],
    ['too many parts', zipOf(Array.from({ length: 2_001 }, (_, n) => ({ name: `a${n}`, content: '' }))), 'evidence.file_bomb'],
    ['a sheet that lies about its size', zipOf([{ name: 'xl/workbook.xml', content: `<workbook>${' '.repeat(5_000)}</workbook>`, claimedBytes: 10 }]), 'evidence.file_damaged'],
    ['entities of its own', zipOf([{ name: 'xl/workbook.xml', content: '<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>' }]), 'evidence.file_damaged'],
    ['no workbook in it', zipOf([{ name: 'content.xml', content: '<x/>' }]), 'evidence.file_not_sales'],
    ['its end cut off', workbook(rows).subarray(0, 900), 'evidence.file_damaged'],
    ['a path that leads out', zipOf([{ name: '../xl/workbook.xml', content: '<x/>' }]), 'evidence.file_damaged'],
  ])('with %s is refused', async (_what, bytes, code) => {
    expect(await refused(bytes)).toBe(code);
  });

  it.each([
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'evidence.file_xls'], ['a web page named .xls', Buffer.from('<html><table>'), 'evidence.file_not_sales'],
    ['a PDF', Buffer.from('%PDF-1.7'), 'evidence.file_not_sales'], ['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), 'evidence.file_not_sales'], ['nothing', Buffer.alloc(0), 'evidence.file_empty'],
    ['a header alone', Buffer.from('Date,Time,Amount\n'), 'evidence.file_empty'], ['no header', Buffer.from('1,2,3\n4,5,6\n'), 'evidence.header_missing'],
  ])('%s is refused in words', async (_what, bytes, code) => {
    expect(await refused(bytes)).toBe(code);
  });
});

describe('the file of faults', () => {
  const faulty = 'Bericht\nDatum;Uhrzeit;Brutto;Währung;Notiz\n01.02.2026;10:00;1,50;EUR;=cmd\n01.02.2026;99:00;x;EUR;-12,50\n';
  const textOf = async (content: Buffer, encoding: string, words = englishWords): Promise<string> => {
    const { mapping } = await read(content);
    const pieces: Buffer[] = [];
    for await (const piece of faultFile(bufferSource(content), mapping, AFTER, { words })) pieces.push(piece);
    return iconv.decode(Buffer.concat(pieces), encoding, { stripBOM: false });
  };

  it('is the original with two columns, nothing in it a formula', async () => {
    expect(await textOf(iconv.encode(faulty, 'windows-1252'), 'windows-1252')).toBe([
      'Bericht', 'Datum;Uhrzeit;Brutto;Währung;Notiz;Makegood: error;Makegood: column', "01.02.2026;10:00;1,50;EUR;'=cmd;;",
      '01.02.2026;99:00;x;EUR;-12,50;"Line 4: ""01.02.2026 99:00"" is not a date and time such as 2026-03-12 09:14. Line 4: ""x"" is not an amount of EUR with "","" before at most 2 decimals.";Datum, Brutto', '',
    ].join('\r\n'));
  });

  it('is UTF-8 where the words do not fit the encoding', async () => {
    expect((await textOf(iconv.encode(faulty, 'windows-1252'), 'utf-8', () => '시간을 읽을 수 없습니다')).startsWith('\ufeffBericht')).toBe(true);
  });

  it('corrected, is read like its original', async () => {
    const corrected = (await textOf(Buffer.from(faulty), 'utf-8')).replace('99:00', '11:00').replace(';x;', ';2,50;');
    expect(records(await read(corrected))).toEqual(['sale 150', 'sale 250']);
    expect((await read(corrected)).mapping.fingerprint).toBe((await read(faulty)).mapping.fingerprint);
  });

  it('marks formulas and leaves numbers alone', () => {
    expect(['=1+1', '+cmd', '-35.76', '-$35.76', '@x', '\tx', '+82 10', '-1+1', 'x=1'].map(neutral)).toEqual(["'=1+1", "'+cmd", '-35.76', '-$35.76', "'@x", "'\tx", '+82 10', "'-1+1", 'x=1']);
  });
});

describe('a file that we wrote', () => {
  it('is read as the same records, in any encoding, separator and layout', async () => {
    const two = (value: number): string => String(value).padStart(2, '0');
    await fc.assert(fc.asyncProperty(
      fc.array(fc.record({ minute: fc.integer({ min: 0, max: 500_000 }), minor: fc.integer({ min: 0, max: 99_999_999 }), isRefund: fc.boolean() }), { minLength: 1, maxLength: 12 }),
      fc.constantFrom(...TILL_ENCODINGS), fc.constantFrom(',', ';', '\t'), fc.constantFrom('.', ','), fc.constantFrom('ymd', 'dmy', 'mdy'), fc.boolean(),
      async (lines, encoding, delimiter, mark, order, isQuoted) => {
        const rows = lines.map(({ minute, minor, isRefund }, n) => {
          const at = new Date(Date.UTC(2025, 0, 1) + minute * 60_000);
          const [y, m, d] = [String(at.getUTCFullYear()), two(at.getUTCMonth() + 1), two(at.getUTCDate())];
          const date = { ymd: `${y}.${m}.${d}`, dmy: `${d}/${m}/${y}`, mdy: `${m}/${d}/${y}` }[order] ?? '';
          const amount = `${Math.trunc(minor / 100)}`.replace(/\B(?=(\d{3})+$)/g, mark === '.' ? ',' : '.') + mark + two(minor % 100);
          return [date, `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`, amount, isRefund ? 'Erstattung' : 'Verkauf', `B${n}`];
        });
        const text = written({ titles: [], header: ['Datum', 'Uhrzeit', 'Betrag', 'Vorgang', 'Belegnummer'], lines: rows }, { delimiter, lineEnd: '\r\n', isQuoted });
        const { items, summary } = await read(encode(text, encoding), { zone: 'UTC', dateOrder: order as 'ymd' });
        expect(summary.faults).toEqual([]);
        expect(items.map((item) => item.type === 'record' && [item.record.at, Number(item.record.amountMinor), item.record.kind, item.record.id]))
          .toEqual(lines.map(({ minute, minor, isRefund }, n) => [Date.UTC(2025, 0, 1) + minute * 60_000, minor, isRefund ? 'refund' : 'sale', `B${n}`]));
      },
    ), { numRuns: 60 });
  });

  it('is previewed raw beside read', async () => {
    const text = `at,amount,id\n${Array.from({ length: 30 }, (_, n) => `2026-01-01 10:00,1.00,${n}`).join('\n')}\n`;
    const { mapping } = await read(text);
    const preview = await previewTill(bufferSource(Buffer.from(text)), mapping, AFTER);
    expect(preview.ok && [preview.value.length, preview.value[0]?.row, preview.value[0]?.items.length]).toEqual([20, { line: 2, fields: ['2026-01-01 10:00', '1.00', '0'] }, 1]);
  });
});
