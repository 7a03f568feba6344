import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { currency } from '../../core/money/index.js';
import { parseInstant, type Instant } from '../../core/time/index.js';
import { readSalesCsv, type ParsedCsv } from './sales-csv.importer.js';
import { parsePeriod, type ColumnMapping, type Reading } from './sales-lines.rules.js';
import { looksLikeTotals, matchRefunds, proposedCoverage, totalsOf } from '../../core/sales/index.js';
import { LineFaults, refusalOf } from './line-faults.rules.js';
import { readUploadOptions } from './upload-options.rules.js';

const at = (text: string): Instant => {
  const read = parseInstant(text);
  if (!read.ok) throw new Error(text);
  return read.value;
};
const GBP: Reading = { currency: currency('GBP'), zone: 'Europe/London', now: at('2026-11-24T00:00Z') };

async function* bytes(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part;
}

const read = async (text: string, reading: Reading = GBP, mapping?: ColumnMapping): Promise<ParsedCsv> => {
  const parsed = await readSalesCsv(bytes(text), reading, mapping);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  return parsed.value;
};
const refusal = async (...parts: (string | Uint8Array)[]) => {
  const parsed = await readSalesCsv(bytes(...parts), GBP);
  return parsed.ok ? undefined : parsed.refusal;
};
const faults = async (text: string, reading: Reading = GBP, mapping?: ColumnMapping) =>
  (await read(text, reading, mapping)).faults.inOrder.map(({ code, params }) => `${code}:${String(params['line'])}`);

describe('a sales file', () => {
  it('is read with offsets and in the stated zone alike', async () => {
    const { lines } = await read('at,amount\n2026-07-01T10:00:00Z,5.00\n2026-07-01 11:00,5.00\n2026-07-01 10:00:00+02:00,5.00\n');
    expect(lines.map((line) => line.at)).toEqual([at('2026-07-01T10:00Z'), at('2026-07-01T10:00Z'), at('2026-07-01T08:00Z')]);
  });

  it('tells every faulty line in one pass, by its number in the file', async () => {
    const text = [
      'at,kind,amount,id,refund_of', '2026-03-29 01:30,sale,1.00,,', '2026-10-25 01:30,sale,1.00,,', 'yesterday,sale,1.00,,', '2026-07-01 10:00,gift,1.00,,',
      '2026-07-01 10:00,sale,"1,000.00",,', '2026-07-01 10:00,sale,1.005,,', '2026-07-01 10:00,sale,-3.00,,', '', '2026-07-01T10:00:00.0001Z,sale,1.00,,',
      '2027-07-01 10:00,sale,1.00,,', '2026-07-01 10:00,sale', '2026-07-01 10:00,refund,-1.00,,', '2026-07-01 10:00,refund,1.00,,', '1899-07-01 10:00,sale,1.00,,',
    ].join('\n');
    expect(await faults(text)).toEqual([
      'evidence.time_skipped:2', 'evidence.time_repeated:3', 'evidence.time_malformed:4', 'evidence.kind_unknown:5', 'evidence.amount_malformed:6',
      'evidence.amount_too_fine:7', 'evidence.sale_negative:8', 'evidence.time_too_fine:10', 'evidence.in_future:11', 'evidence.line_short:12',
      'evidence.refund_sign:14', 'evidence.time_out_of_range:15',
    ]);
  });

  it('takes the last millisecond that is over, and nothing later', async () => {
    expect(await faults('at,amount\n2026-11-23T23:59:59.999Z,1.00\n2026-11-24T00:00:00.000Z,1.00\n')).toEqual(['evidence.in_future:3']);
  });

  it('two faults of one line are both told', async () => {
    expect(await faults('at,amount\nnever,ten\n')).toEqual(['evidence.time_malformed:2', 'evidence.amount_malformed:2']);
  });

  it('keeps the list short and the count true', async () => {
    const { faults: found } = await read(`at,amount\n${'never,1.00\n'.repeat(5_000)}`);
    expect([found.count, found.inOrder.length]).toEqual([5_000, 100]);
  });

  it('a local time needs a zone', async () => {
    const { zone: _zone, ...elsewhere } = GBP;
    expect(await faults('at,amount\n2026-07-01 10:00,1.00\n2026-07-01T10:00Z,1.00\n', elsewhere)).toEqual(['evidence.zone_missing:2']);
  });

  it('counts lines as an editor does, also after a field that spans two', async () => {
    expect(await faults('id,at,amount\n"a\nb",2026-07-01 10:00,1.00\nc,never,1.00\n')).toEqual(['evidence.time_malformed:4']);
  });

  it.each([
    ['no header', [''], 'evidence.file_empty'],
    ['a header alone', ['at,amount\n'], 'evidence.file_empty'],
    ['semicolons', ['at;amount\n2026-07-01 10:00;1,00\n'], 'evidence.separator'],
    ['no time column', ['when,amount\n'], 'evidence.column_missing'],
    ['no amount column', ['at,total\n'], 'evidence.column_missing'],
    ['a column twice', ['at,amount,amount\n2026-07-01 10:00,1.00,1.00\n'], 'evidence.column_repeated'],
    ['an open quote', ['at,amount\n"2026-07-01 10:00,1.00\n'], 'evidence.not_csv'],
    ['CP949 bytes', ['at,amount,', Uint8Array.of(0xb9, 0xcc), '\n'], 'evidence.not_utf8'],
    ['UTF-16', [Uint8Array.of(0xff, 0xfe, 0x61, 0x00)], 'evidence.not_utf8'],
  ] as const)('with %s is refused as a whole', async (_what, parts, code) => {
    expect((await refusal(...parts))?.code).toBe(code);
  });

  it('a byte order mark and split characters make no difference to what is read, but to the hash', async () => {
    const text = '\ufeffat,amount,id\n2026-07-01 10:00,1.00,카드\n';
    const whole = await read(text);
    const raw = Buffer.from(text);
    const split = await readSalesCsv(bytes(...Array.from(raw, (byte) => Uint8Array.of(byte))), GBP);
    expect(split.ok && split.value.lines).toEqual(whole.lines);
    expect(split.ok && split.value.fileSha256).toBe(whole.fileSha256);
    expect(whole.lines[0]?.id).toBe('카드'.normalize('NFC'));
  });

  it('reads hourly totals through a stated mapping, refunds beside sales', async () => {
    const options = readUploadOptions({
      currency: 'GBP', basis: 'net_of_tax',
      mapping: JSON.stringify({ at: 'hour', gross: 'gross', refunds: 'returns', zone: 'Europe/London', period: 'PT1H' }),
    });
    if (!options.ok) throw new Error(options.refusal.code);
    const { lines } = await read('hour,lines,gross,returns\n2010-12-01 09:00,4,7356.39,-32.15\n2010-12-01 10:00,1,0.00,0.00\n', { ...GBP, ...options.value }, options.value.mapping);
    expect(lines.map(({ kind, periodMs, amountMinor }) => [kind, periodMs, amountMinor])).toEqual([
      ['sale', 3_600_000, 735_639n], ['refund', 3_600_000, 3_215n], ['sale', 3_600_000, 0n],
    ]);
  });

  it('takes a total below nought as it stands, a single sale below nought not', async () => {
    const { lines } = await read('hour,gross\n2011-08-12 15:00,-8216.77\n', GBP, { at: 'hour', gross: 'gross' });
    expect(lines.map(({ amountMinor }) => amountMinor)).toEqual([-821_677n]);
    expect(await faults('at,amount\n2011-08-12 15:00,-8216.77\n')).toEqual(['evidence.sale_negative:2']);
  });

  it('a day is a day of its zone', async () => {
    const period = parsePeriod('P1D');
    if (!period.ok) throw new Error(period.refusal.code);
    const { lines } = await read('at,amount\n2026-03-28,1.00\n2026-03-29,1.00\n2026-10-25,1.00\n', { ...GBP, period: period.value });
    expect(lines.map(({ periodMs }) => periodMs / 3_600_000)).toEqual([24, 23, 25]);
  });
});

describe('refunds', () => {
  const matched = async (rows: string) => {
    const { lines, faults: found } = await read(`at,kind,amount,id,refund_of\n${rows}`);
    return { records: [...matchRefunds(lines, (fault) => found.add(refusalOf(fault)))], codes: found.inOrder.map(({ code, params }) => `${code}:${String(params['line'])}`) };
  };

  it('that name their sale reduce it where it stands, also when they come first in the file', async () => {
    const { records } = await matched('2026-07-03 10:00,refund,2.00,,a\n2026-07-01 10:00,sale,5.00,a,\n');
    expect(records.map(({ countsAt, netMinor }) => [countsAt, netMinor])).toEqual([[at('2026-07-01T09:00Z'), -200n], [at('2026-07-01T09:00Z'), 500n]]);
    expect(totalsOf(records)).toEqual({ sales: 1, grossMinor: 500n, namedMinor: 200n, looseMinor: 0n, netMinor: 300n, negativeLines: 0 });
  });

  it('that name none, or one that is not here, are kept apart', async () => {
    const { records } = await matched('2026-07-01 10:00,sale,5.00,a,\n2026-07-03 10:00,refund,2.00,,\n2026-07-03 10:00,refund,1.00,,zzz\n');
    expect(totalsOf(records)).toEqual({ sales: 1, grossMinor: 500n, namedMinor: 0n, looseMinor: 300n, netMinor: 500n, negativeLines: 0 });
  });

  it('a void takes its sale back whole, one without a sale adds nothing', async () => {
    const { records } = await matched('2026-07-01 10:00,sale,5.00,a,\n2026-07-01 10:01,void,,,a\n2026-07-01 10:02,void,9.00,,\n');
    expect(totalsOf(records)).toEqual({ sales: 1, grossMinor: 500n, namedMinor: 500n, looseMinor: 0n, netMinor: 0n, negativeLines: 0 });
  });

  it.each([
    ['more than the sale', '2026-07-01 10:00,sale,5.00,a,\n2026-07-01 11:00,refund,3.00,,a\n2026-07-01 12:00,refund,2.01,,a\n', 'evidence.refund_exceeds_sale:4'],
    ['a refund after a void', '2026-07-01 10:00,sale,5.00,a,\n2026-07-01 11:00,void,,,a\n2026-07-01 12:00,refund,0.01,,a\n', 'evidence.refund_exceeds_sale:4'],
    ['an id twice', '2026-07-01 10:00,sale,5.00,a,\n2026-07-01 11:00,sale,5.00,a,\n', 'evidence.id_repeated:3'],
  ])('%s is a fault of its line', async (_what, rows, fault) => {
    expect((await matched(rows)).codes).toEqual([fault]);
  });

  it('totals of the same time are counted once, so the later line is a fault', async () => {
    const { lines } = await read('at,to,amount\n2026-07-01 10:00,2026-07-01 11:00,5.00\n2026-07-01 09:00,2026-07-01 10:01,5.00\n');
    const found = new LineFaults();
    matchRefunds(lines, (fault) => found.add(refusalOf(fault)));
    expect(found.inOrder).toMatchObject([{ code: 'evidence.periods_overlap', params: { line: 3, other: 2 } }]);
  });
});

describe('what a file speaks for', () => {
  it('is proposed from the first record to the end of the last', async () => {
    expect(proposedCoverage((await read('at,to,amount\n2026-07-02 10:00,2026-07-02 11:00,5.00\n2026-07-01 09:00,2026-07-01 10:00,5.00\n')).lines))
      .toEqual([{ from: at('2026-07-01T08:00Z'), to: at('2026-07-02T10:00Z') }]);
    expect(proposedCoverage((await read('at,amount\n2026-07-02T10:00Z,5.00\n')).lines)).toEqual([{ from: at('2026-07-02T10:00Z'), to: at('2026-07-02T10:00:00.001Z') }]);
  });

  it('lines that look like hourly totals are asked about, not guessed', async () => {
    const hours = Array.from({ length: 30 }, (_, hour) => `2026-07-${String(1 + Math.floor(hour / 10)).padStart(2, '0')} ${8 + (hour % 10)}:00`.replace(' 8', ' 08').replace(' 9', ' 09'));
    const totals = await read(`at,amount\n${hours.map((hour) => `${hour},1.00`).join('\n')}\n`);
    const sales = await read(`at,amount\n${hours.map((hour, i) => `${i === 3 ? hour.replace(':00', ':07') : hour},1.00`).join('\n')}\n`);
    expect([looksLikeTotals(totals.lines), looksLikeTotals(sales.lines)]).toEqual([true, false]);
  });
});

describe('options of an upload', () => {
  it.each([
    [{ currency: 'gbp', basis: 'gross' }, 'evidence.option_invalid'],
    [{ currency: 'GBP', basis: 'vat' }, 'evidence.option_invalid'],
    [{ currency: 'GBP', basis: 'gross', zone: '+01:00' }, 'evidence.option_invalid'],
    [{ currency: 'GBP', basis: 'gross', period: 'P1M' }, 'evidence.option_invalid'],
    [{ currency: 'GBP', basis: 'gross', mapping: '{"at":"a"}' }, 'evidence.mapping_unclear'],
    [{ currency: 'GBP', basis: 'gross', mapping: '{"at":"a","amount":"a"}' }, 'evidence.mapping_unclear'],
    [{ currency: 'GBP', basis: 'gross', mapping: '{"at":"a","amount":"b","tip":"c"}' }, 'evidence.mapping_unclear'],
    [{ currency: 'GBP', basis: 'gross', mapping: '[1]' }, 'evidence.option_invalid'],
    [{ currency: 'GBP', basis: 'gross', coverage: '[{"from":"2026-07-01"}]' }, 'evidence.option_invalid'],
  ])('%j are refused as %s', (fields, code) => {
    const options = readUploadOptions(fields);
    expect(options.ok ? undefined : options.refusal.code).toBe(code);
  });

  it('a period is the sum of its parts', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 0, max: 59 }), (hours, minutes) => {
      const period = parsePeriod(`PT${hours}H${minutes}M`);
      expect(period.ok && period.value).toEqual({ ms: hours * 3_600_000 + minutes * 60_000 });
    }));
  });
});
