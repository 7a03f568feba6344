import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipPart {
  readonly name: string;
  readonly content: string | Buffer;
  /** What the directory claims, when it lies. */
  readonly claimedBytes?: number;
}

/** A ZIP archive, as small as one can be: for workbooks that no spreadsheet would write. */
export function zipOf(parts: readonly ZipPart[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claimedBytes } of parts) {
    const raw = Buffer.from(content);
    const packed = deflateRawSync(raw);
    const [title, size, sum] = [Buffer.from(name), claimedBytes ?? raw.length, crc32(raw)];
    const fixed = Buffer.alloc(26);
    [20, 0x0800, 8, 0, 0].forEach((value, index) => fixed.writeUInt16LE(value, index * 2));
    fixed.writeUInt32LE(sum, 10);
    fixed.writeUInt32LE(packed.length, 14);
    fixed.writeUInt32LE(size, 18);
    fixed.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), fixed, title, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('504b01021400', 'hex'), fixed, tail, title]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

type Cell = string | number | { readonly serial: number } | { readonly raw: string };

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const column = (index: number): string => (index < 26 ? '' : String.fromCharCode(64 + Math.floor(index / 26))) + String.fromCharCode(65 + (index % 26));

/** A workbook of one sheet; texts are shared, `serial` is shown as a date. */
export function workbook(rows: readonly (readonly Cell[])[], more: readonly ZipPart[] = []): Buffer {
  const texts = [...new Set(rows.flat().filter((cell) => typeof cell === 'string'))];
  const cell = (value: Cell, at: string): string => {
    if (typeof value === 'string') return value === '' ? '' : `<c r="${at}" t="s"><v>${texts.indexOf(value)}</v></c>`;
    if (typeof value === 'number') return `<c r="${at}"><v>${value}</v></c>`;
    return 'serial' in value ? `<c r="${at}" s="1"><v>${value.serial}</v></c>` : value.raw.replace('<c', `<c r="${at}"`);
  };
  const sheet = rows.map((row, line) => `<row r="${line + 1}">${row.map((value, index) => cell(value, `${column(index)}${line + 1}`)).join('')}</row>`).join('');
  return zipOf([
    { name: '[Content_Types].xml', content: '<Types/>' },
    { name: 'xl/workbook.xml', content: '<workbook xmlns:r="r"><sheets><sheet name="Hidden" state="hidden" r:id="rId9"/><sheet name="매출" sheetId="1" r:id="rId1"/></sheets></workbook>' },
    { name: 'xl/_rels/workbook.xml.rels', content: '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>' },
    { name: 'xl/styles.xml', content: '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>' },
    { name: 'xl/worksheets/sheet1.xml', content: `<worksheet><sheetData>${sheet}</sheetData></worksheet>` },
    // After the sheet, as many programs write it.
    { name: 'xl/sharedStrings.xml', content: `<sst>${texts.map((text) => `<si><t>${escaped(text)}</t></si>`).join('')}</sst>` },
    ...more,
  ]);
}
