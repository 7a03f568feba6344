import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { utf8 } from './pieces.js';

/** A cell: a number as decimal text, or a text that stays one, leading zeros and all. */
export interface SheetCell {
  readonly type: 'text' | 'number';
  readonly text: string;
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const SPREADSHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`
    + `<Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPES}.worksheet+xml"/>`
    + `<Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${SPREADSHEET}" xmlns:r="${OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  // Format 49 is "text": a spreadsheet that opens and saves the file leaves account numbers alone.
  'xl/styles.xml': `<styleSheet xmlns="${SPREADSHEET}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>`
    + '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    + '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    + '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>',
};

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);

/** Edge: 0 is A, 25 Z, 26 AA. */
export const columnName = (place: number): string => (place < 26 ? '' : columnName(Math.floor(place / 26) - 1)) + String.fromCharCode(65 + (place % 26));

function cellXml({ type, text }: SheetCell, at: string): string {
  if (text === '') return '';
  return type === 'number' ? `<c r="${at}"><v>${escaped(text)}</v></c>` : `<c r="${at}" s="1" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
}

async function* sheetXml(rows: AsyncIterable<readonly SheetCell[]>): AsyncGenerator<string> {
  yield `${HEAD}<worksheet xmlns="${SPREADSHEET}"><sheetData>`;
  let number = 0;
  for await (const row of rows) {
    number += 1;
    yield `<row r="${number}">${row.map((cell, place) => cellXml(cell, `${columnName(place)}${number}`)).join('')}</row>`;
  }
  yield '</sheetData></worksheet>';
}

/** Before 1980: the archive then dates its parts 1 January 1980, on every machine. */
const NO_TIME = { mtime: new Date(0), mode: 0o100644, forceDosTimestamp: true };

/**
 * A workbook of one sheet, written while its rows come and never held: memory does not grow with them. The same rows give the same bytes.
 * ADR 36 says why no library writes it.
 */
export async function* workbook(rows: AsyncIterable<readonly SheetCell[]>): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const out = zip.outputStream as Readable;
  let sheet: Readable | undefined;
  zip.on('error', (error) => out.destroy(error as Error));
  for (const [name, xml] of Object.entries(PARTS)) zip.addBuffer(Buffer.from(HEAD + xml), name, NO_TIME);
  zip.addReadStreamLazy('xl/worksheets/sheet1.xml', NO_TIME, (give) => {
    sheet = Readable.from(utf8(sheetXml(rows)), { objectMode: false });
    sheet.on('error', (error) => out.destroy(error));
    give(null, sheet);
  });
  zip.end();
  try {
    yield* out as AsyncIterable<Uint8Array>;
  } finally {
    // Whoever stops reading half-way lets go of what the rows come from, too.
    sheet?.destroy();
  }
}
