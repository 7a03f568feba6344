import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { currency, formatRatio, multiplyRatio, ratio } from '../../../core/money/index.js';
import { AFTER } from '../../../../test/support/till-files.js';
import { readTaxRate, taxFactor, type SalesConversion, type TaxBasis } from '../tax-basis.rules.js';
import { settleMapping, type TillMapping } from './till-mapping.rules.js';
import { bufferSource } from './till-source.importer.js';
import { readTill, surveyTill, type TillStatement } from './till.importer.js';

const surveyed = async (text: string, countsIn: TaxBasis, stated: TillStatement = {}) => {
  const found = await surveyTill(bufferSource(Buffer.from(text)), { currency: currency('EUR'), countsIn }, { zone: 'UTC', blankKind: 'sale', ...stated });
  if (!found.ok) throw new Error(found.refusal.code);
  return found.value;
};
const mapped = async (text: string, countsIn: TaxBasis, stated: TillStatement = {}): Promise<TillMapping> => {
  const { draft, questions } = await surveyed(text, countsIn, stated);
  const mapping = settleMapping(draft, questions);
  if (!mapping.ok) throw new Error(JSON.stringify(mapping.refusal));
  return mapping.value;
};
const lines = async (text: string, countsIn: TaxBasis, stated: TillStatement = {}): Promise<string[]> => {
  const found: string[] = [];
  const read = await readTill(bufferSource(Buffer.from(text)), await mapped(text, countsIn, stated), AFTER, (item) => {
    if (item.type === 'record') found.push(`${item.record.kind} ${item.record.amountMinor}`);
    if (item.type === 'fault') found.push(`${item.fault.code} ${String(item.fault.params['line'])}`);
  });
  if (!read.ok) throw new Error(read.refusal.code);
  return [...found, `tax ${read.value.taxMinor}`];
};
const asked = async (text: string, countsIn: TaxBasis, stated: TillStatement = {}): Promise<string[]> => (await surveyed(text, countsIn, stated)).questions.map(({ about }) => about);

const GERMAN = 'Datum;Uhrzeit;Belegnummer;Brutto;MwSt\n19.03.2025;18:30;R0;21,06;3,36\n20.03.2025;18:31;R1;10,70;0,70\n20.03.2025;18:35;R2;5,00;0,00\n';
const HANDMADE = 'at,paid,vat,kind,id\n2026-03-02 10:00,12.00,2.00,sale,a\n2026-03-02 11:00,6.00,1.00,refund,a\n';
const COLUMNS = { at: 'at', amount: 'paid', kind: 'kind', id: 'id' };

describe('a file with tax where sales count without', () => {
  it('of a known layout is converted by the tax on each line, whatever its rate', async () => {
    expect(await lines(GERMAN, 'net_of_tax')).toEqual(['sale 1770', 'sale 1000', 'sale 500', 'tax 406']);
    expect((await mapped(GERMAN, 'net_of_tax')).conversion).toEqual({ from: 'gross', to: 'net_of_tax', by: 'column' });
  });

  it('stays as it stands where sales count with tax', async () => {
    expect(await lines(GERMAN, 'gross')).toEqual(['sale 2106', 'sale 1070', 'sale 500', 'tax 0']);
    expect(await mapped(GERMAN, 'gross')).not.toHaveProperty('conversion');
  });

  it('of a layout nobody knows asks for a rate, and never takes a column for the tax by its name', async () => {
    expect(await asked(HANDMADE, 'net_of_tax', { columns: COLUMNS, basis: 'gross' })).toEqual(['taxRate']);
    expect(await asked(HANDMADE, 'gross', { columns: COLUMNS, basis: 'gross' })).toEqual([]);
  });

  it('is converted by the column that somebody names, refunds too', async () => {
    expect(await lines(HANDMADE, 'net_of_tax', { columns: { ...COLUMNS, tax: 'vat' }, basis: 'gross' })).toEqual(['sale 1000', 'refund 500', 'tax 200']);
  });

  it('keeps its amounts where one rate converts their sums', async () => {
    const stated: TillStatement = { columns: COLUMNS, basis: 'gross', taxRatePercent: '20' };
    expect(await lines(HANDMADE, 'net_of_tax', stated)).toEqual(['sale 1200', 'refund 600', 'tax 0']);
    expect((await mapped(HANDMADE, 'net_of_tax', stated)).conversion).toEqual({ from: 'gross', to: 'net_of_tax', by: 'rate', ratePercent: '20' });
  });

  it('whose tax is left out on some line asks for a rate; left out far below, it is a fault of that line', async () => {
    expect(await asked(GERMAN.replace(';0,70', ';'), 'net_of_tax')).toEqual(['taxRate']);
    const long = `${GERMAN}${Array.from({ length: 600 }, (_, n) => `21.03.2025;10:00;S${n};1,19;0,19`).join('\n')}\n21.03.2025;10:00;T;1,19;\n`;
    expect(await lines(long, 'net_of_tax')).toContain('evidence.tax_missing 605');
  });

  it.each([['more than the amount', '21,06;30,00'], ['above every rate', '21,06;10,00'], ['against the amount', '21,06;-3,36'], ['no amount at all', '21,06;19%']])('with a tax that is %s is a fault', async (_what, cells) => {
    expect(await lines(GERMAN.replace('21,06;3,36', cells), 'net_of_tax')).toEqual(expect.arrayContaining([expect.stringMatching(/^evidence\.(tax_unfit|till_amount) 2$/)]));
  });

  it('with a part of a sale taken back on its line takes back its share of the tax, rounded half up, and all of it when all is taken back', async () => {
    const shop = (refunded: string): string =>
      `Name,Financial Status,Created at,Currency,Taxes,Total,Refunded Amount\n#1,partially_refunded,2026-03-02 10:00:00 +0000,EUR,0.33,2.00,${refunded}\n`;
    expect(await lines(shop('1.00'), 'net_of_tax')).toEqual(['sale 167', 'refund 84', 'tax 33']);
    expect(await lines(shop('2.00'), 'net_of_tax')).toEqual(['sale 167', 'refund 167', 'tax 33']);
    expect(await lines(shop('2.01'), 'net_of_tax')).toEqual(['evidence.refund_exceeds_sale 2', 'tax 0']);
  });
});

describe('a file without tax where sales count with it', () => {
  it('has the tax on each line put on', async () => {
    const square = 'Date,Time,Time Zone,Net Sales,Tax,Event Type,Transaction ID\n2026-03-02,10:00:00,UTC,$10.00,$2.00,Payment,a\n2026-03-02,11:00:00,UTC,-$5.00,-$1.00,Refund,b\n';
    expect(await lines(square, 'gross')).toEqual(['sale 1200', 'refund 600', 'tax 200']);
  });
});

describe('a rate of tax', () => {
  it.each([['20', '20'], ['7,5 %', '7.5'], ['08.10%', '8.1'], ['0', '0']])('%s is %s percent', (text, percent) => {
    expect(readTaxRate(text)).toEqual({ ok: true, value: percent });
  });

  it.each(['', '100', '-5', '1/5', '20.1234', 'twenty'])('%s is none', (text) => {
    expect(readTaxRate(text).ok).toBe(false);
  });

  it('takes off exactly what it puts on', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 99_999 }), fc.bigInt(-1_000_000_000_000n, 1_000_000_000_000n), (thousandths, minor) => {
      const ratePercent = `${Math.floor(thousandths / 1_000)}.${String(thousandths % 1_000).padStart(3, '0')}`;
      const [off, on] = [['gross', 'net_of_tax'], ['net_of_tax', 'gross']].map(([from, to]) => taxFactor({ from, to, by: 'rate', ratePercent } as SalesConversion) ?? ratio(0n));
      expect(multiplyRatio(multiplyRatio(ratio(minor), off ?? ratio(0n)), on ?? ratio(0n))).toEqual(ratio(minor));
    }));
    expect(formatRatio(taxFactor({ from: 'gross', to: 'net_of_tax', by: 'rate', ratePercent: '20' }) ?? ratio(0n))).toBe('5/6');
  });
});
