import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { COLUMNS } from './batch-columns.rules.js';
import { layoutOf, rowsOf, SpooledFile, type FileRow } from './batch-file.importer.js';
import { marked, unmarked } from './formula.rules.js';
import { openingRowsIn } from './opening-text.rules.js';
import { resultHead, resultLine } from './result-file.rules.js';
import { contentDigest } from './row-reading.rules.js';

/** What people, spreadsheets and attackers put into cells. */
const cell = fc.oneof(fc.string(), fc.constantFrom('', '=1+1', '-5', '+44 20', '@SUM(A1)', '\tx', "'=x", "''-y", 'a;b', 'a,b', '"q"', 'two\nlines', '\r', ' space '), fc.string({ unit: 'grapheme' }));

async function read(text: string): Promise<{ columns: readonly string[]; rows: FileRow[] }> {
  const file = await SpooledFile.of(Readable.from([Buffer.from(text)]));
  try {
    const layout = await layoutOf(file);
    const rows: FileRow[] = [];
    for await (const row of rowsOf(file, layout)) rows.push(row);
    return { columns: layout.columns, rows };
  } finally {
    await file.remove();
  }
}

describe('a marked cell', () => {
  it('is computed by no spreadsheet, and comes back as it was', () => {
    fc.assert(fc.property(cell, (text) => {
      expect(marked(text)).not.toMatch(/^[=+\-@\t\r\n]/);
      expect(unmarked(marked(text))).toBe(text);
    }));
  });
});

describe('a result file', () => {
  it.each([',', ';', '\t'])('that comes back is the rows it was made of, separated by %j', async (delimiter) => {
    const columns = COLUMNS.map(({ name }) => name);
    await fc.assert(fc.asyncProperty(fc.array(fc.array(cell, { minLength: columns.length, maxLength: columns.length }), { minLength: 1, maxLength: 4 }), async (rows) => {
      const kept = rows.filter((cells) => cells.some((text) => text.trim() !== '')).map((cells) => cells.map((text) => text.toWellFormed()));
      fc.pre(kept.length > 0);
      const layout = { format: 'csv', delimiter, columns } as const;
      const text = resultHead(layout, columns) + kept.map((cells) => resultLine(layout, columns, { cells, state: 'faulty', reference: null, faults: [{ column: 'zone', code: 'x', params: {} }] }, () => 'a, "b"; c')).join('');
      const back = await read(text);
      expect(back.rows.map(({ cells }) => cells)).toEqual(kept);
    }), { numRuns: 60 });
  });
});

describe('what a row says', () => {
  it('is the same whatever the order of its columns', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...COLUMNS.map(({ name }) => name)), cell), (cells) => {
      expect(contentDigest(Object.fromEntries(Object.entries(cells).reverse()))).toBe(contentDigest(cells));
    }));
  });
});

describe('opening hours in one cell', () => {
  it.each([
    ['Mo-Fr 09:00-18:00; Sa 10:00-14:00', [{ days: [1, 2, 3, 4, 5], opens: '09:00', closes: '18:00' }, { days: [6], opens: '10:00', closes: '14:00' }]],
    ['fr-mo 9:00-12:00, 13:00-02:00', [{ days: [1, 5, 6, 7], opens: '09:00', closes: '12:00' }, { days: [1, 5, 6, 7], opens: '13:00', closes: '02:00' }]],
    ['24/7', [{ days: [1, 2, 3, 4, 5, 6, 7], opens: '00:00', closes: '24:00' }]],
  ])('%s', (text, rows) => expect(openingRowsIn(text)).toEqual(rows));

  it.each(['', 'always', 'Mo 9-18', 'Xx 09:00-10:00', 'Mo-Fr', 'Mo 09:00-10:00 Tu'])('%j cannot be read', (text) => expect(openingRowsIn(text)).toBeUndefined());
});
