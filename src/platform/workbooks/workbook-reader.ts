import type { Readable } from 'node:stream';
import { SaxesParser } from 'saxes';
import { fromBufferPromise, openPromise, type Entry, type ZipFile } from 'yauzl';
import { cellColumn, isDateFormat, serialText, tidyNumber, type StyleKind } from './sheet-values.js';

/** Limits of a workbook, checked in its directory before a byte is unpacked, and again while unpacking. */
export const WORKBOOK_LIMITS = {
  entries: 2_000, unpackedBytes: 1_024 * 1_024 * 1_024, ratio: 250, ratioFromBytes: 4 * 1_024 * 1_024,
  sharedCharacters: 64 * 1_024 * 1_024, smallPartBytes: 8 * 1_024 * 1_024, columns: 2_000, cellCharacters: 32_767,
};

/** Why a workbook is not read: `what` says it in a few words, `sheets` names those that there are. */
export class WorkbookStopped extends Error {
  constructor(readonly reason: 'bomb' | 'macros' | 'damaged' | 'not_workbook' | 'sheet_missing', readonly params: { readonly what?: string; readonly sheet?: string; readonly sheets?: readonly string[] } = {}) {
    super(reason);
  }
}

/** Opens the archive; called anew for each reading, which closes it. */
export type ZipSource = () => Promise<ZipFile>;

const ZIP = { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true };
export const zipInMemory = (content: Uint8Array): ZipSource => () => fromBufferPromise(Buffer.from(content), ZIP);
export const zipOnDisk = (path: string): ZipSource => () => openPromise(path, ZIP);

/** A row of a sheet that is not blank. */
export interface SheetRow {
  /** From 1. */
  readonly line: number;
  readonly fields: readonly string[];
  /** Cells that are numbers in the file itself, written here with a decimal point. */
  readonly numbers: ReadonlySet<number>;
}

interface Parts {
  readonly zip: ZipFile;
  readonly entries: ReadonlyMap<string, Entry>;
}

const bomb = (what: string): WorkbookStopped => new WorkbookStopped('bomb', { what });

async function openParts(source: ZipSource): Promise<Parts> {
  const zip = await source().catch(() => {
    throw new WorkbookStopped('damaged');
  });
  try {
    if (zip.entryCount > WORKBOOK_LIMITS.entries) throw bomb(`${zip.entryCount} parts`);
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    const fault = faultOf(entries);
    if (fault !== undefined) throw fault;
    return { zip, entries };
  } catch (error) {
    zip.close();
    throw error instanceof WorkbookStopped ? error : new WorkbookStopped('damaged');
  }
}

function faultOf(entries: ReadonlyMap<string, Entry>): WorkbookStopped | undefined {
  const all = [...entries.values()];
  const unpacked = all.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (unpacked > WORKBOOK_LIMITS.unpackedBytes) return bomb(`${unpacked} bytes unpacked`);
  const dense = all.find(({ uncompressedSize, compressedSize }) =>
    uncompressedSize > WORKBOOK_LIMITS.ratioFromBytes && uncompressedSize > compressedSize * WORKBOOK_LIMITS.ratio);
  if (dense !== undefined) return bomb(`${dense.uncompressedSize} bytes packed into ${dense.compressedSize}`);
  const names = [...entries.keys()].map((name) => name.toLowerCase());
  if (names.some((name) => name.includes('vbaproject') || name.startsWith('xl/macrosheets/') || name.startsWith('xl/activex/'))) return new WorkbookStopped('macros', { what: 'macros' });
  if (names.some((name) => name.startsWith('xl/externallinks/'))) return new WorkbookStopped('macros', { what: 'links to other files' });
  if (all.some((entry) => entry.isEncrypted())) return new WorkbookStopped('not_workbook', { what: 'locked with a password' });
  return entries.has('xl/workbook.xml') ? undefined : new WorkbookStopped('not_workbook', { what: 'an archive without an Excel workbook' });
}

/** Streams one part through an XML reader that expands no entities of its own; document types are refused. */
async function parsePart({ zip, entries }: Parts, name: string, listen: (parser: SaxesParser) => void): Promise<void> {
  for await (const _ of partEvents({ zip, entries }, name, listen));
}

/** As `parsePart`, stopping after every piece so that whoever reads rows can take them. */
async function* partEvents({ zip, entries }: Parts, name: string, listen: (parser: SaxesParser) => void): AsyncGenerator<void> {
  const entry = entries.get(name);
  if (entry === undefined) return;
  const parser = new SaxesParser({ xmlns: false });
  const damaged = (): never => {
    throw new WorkbookStopped('damaged');
  };
  parser.on('error', damaged);
  parser.on('doctype', damaged);
  listen(parser);
  let stream: Readable | undefined;
  try {
    stream = await zip.openReadStreamPromise(entry);
    const decoder = new TextDecoder('utf-8');
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      parser.write(decoder.decode(chunk, { stream: true }));
      yield;
    }
    parser.write(decoder.decode()).close();
    yield;
  } catch (error) {
    if (error instanceof WorkbookStopped) throw error;
    // Sizes that differ from the directory's, broken packing: yauzl and zlib stop by themselves.
    damaged();
  } finally {
    stream?.destroy();
  }
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

interface SheetEntry {
  readonly name: string;
  readonly part: string;
}

interface Contents {
  readonly sheets: readonly SheetEntry[];
  readonly is1904: boolean;
}

async function contentsOf(parts: Parts): Promise<Contents> {
  const small = [...parts.entries.values()].find(({ fileName, uncompressedSize }) =>
    /^xl\/(?:workbook\.xml|styles\.xml|_rels\/)/u.test(fileName) && uncompressedSize > WORKBOOK_LIMITS.smallPartBytes);
  if (small !== undefined) throw bomb(`${small.uncompressedSize} bytes in ${small.fileName}`);
  const targets = new Map<string, string>();
  await parsePart(parts, 'xl/_rels/workbook.xml.rels', (parser) => parser.on('opentag', ({ attributes }) => {
    const { Id, Target } = attributes as Record<string, string>;
    if (Id !== undefined && Target !== undefined) targets.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`);
  }));
  const sheets: SheetEntry[] = [];
  let is1904 = false;
  await parsePart(parts, 'xl/workbook.xml', (parser) => parser.on('opentag', ({ name, attributes }) => {
    const given = attributes as Record<string, string>;
    if (localName(name) === 'workbookPr') is1904 = given['date1904'] === '1' || given['date1904'] === 'true';
    if (localName(name) !== 'sheet' || given['state'] === 'hidden' || given['state'] === 'veryHidden') return;
    const id = Object.entries(given).find(([key]) => localName(key) === 'id' && key.includes(':'))?.[1] ?? '';
    sheets.push({ name: given['name'] ?? '', part: targets.get(id) ?? '' });
  }));
  return { sheets, is1904 };
}

/** The names of the sheets of a workbook, hidden ones left out; nothing of them is unpacked. Throws WorkbookStopped. */
export async function sheetNames(source: ZipSource): Promise<readonly string[]> {
  const parts = await openParts(source);
  try {
    return (await contentsOf(parts)).sheets.map(({ name }) => name);
  } finally {
    parts.zip.close();
  }
}

/** Texts that cells share, in memory: their sum is bounded. */
async function sharedTexts(parts: Parts): Promise<string[]> {
  const texts: string[] = [];
  let [text, isText, isSpoken, characters] = ['', false, false, 0];
  await parsePart(parts, 'xl/sharedStrings.xml', (parser) => {
    parser.on('opentag', ({ name }) => {
      const tag = localName(name);
      if (tag === 'si') text = '';
      if (tag === 'rPh') isSpoken = true;
      isText = tag === 't' && !isSpoken;
    });
    parser.on('text', (part) => {
      if (isText) text += part;
    });
    parser.on('closetag', ({ name }) => {
      const tag = localName(name);
      isText = false;
      if (tag === 'rPh') isSpoken = false;
      if (tag !== 'si') return;
      characters += text.length;
      if (characters > WORKBOOK_LIMITS.sharedCharacters || text.length > WORKBOOK_LIMITS.cellCharacters) throw bomb('too much text');
      texts.push(text);
    });
  });
  return texts;
}

/** Which cell styles show a number as a date or a time. */
async function styleKinds(parts: Parts): Promise<StyleKind[]> {
  const own = new Map<string, string>();
  const kinds: StyleKind[] = [];
  let isInCells = false;
  await parsePart(parts, 'xl/styles.xml', (parser) => {
    parser.on('opentag', ({ name, attributes }) => {
      const [tag, given] = [localName(name), attributes as Record<string, string>];
      if (tag === 'numFmt') own.set(given['numFmtId'] ?? '', given['formatCode'] ?? '');
      if (tag === 'cellXfs') isInCells = true;
      if (tag === 'xf' && isInCells) kinds.push(isDateFormat(given['numFmtId'] ?? '0', own));
    });
    parser.on('closetag', ({ name }) => {
      if (localName(name) === 'cellXfs') isInCells = false;
    });
  });
  return kinds;
}

/**
 * The rows of one sheet, the first where none is named, blank ones left out, as many at a time as one piece of it holds: dates as text, numbers with a
 * point, errors as they are shown. Throws WorkbookStopped.
 */
export async function* sheetRows(source: ZipSource, sheet?: string): AsyncGenerator<readonly SheetRow[]> {
  const parts = await openParts(source);
  try {
    const { sheets, is1904 } = await contentsOf(parts);
    const part = (sheet === undefined ? sheets[0] : sheets.find(({ name }) => name === sheet))?.part;
    if (part === undefined || !parts.entries.has(part)) throw new WorkbookStopped('sheet_missing', { sheet: sheet ?? '', sheets: sheets.map(({ name }) => name) });
    const rows = new SheetReader(await sharedTexts(parts), await styleKinds(parts), is1904);
    for await (const _ of partEvents(parts, part, (parser) => rows.listen(parser))) yield rows.taken();
  } finally {
    parts.zip.close();
  }
}

/** Collects the cells of a sheet as its XML goes by. */
class SheetReader {
  #rows: SheetRow[] = [];
  #fields: string[] = [];
  #numbers = new Set<number>();
  #line = 0;
  #column = -1;
  #type = 'n';
  #style: StyleKind = 'number';
  #text = '';
  #isValue = false;

  constructor(private readonly shared: readonly string[], private readonly styles: readonly StyleKind[], private readonly is1904: boolean) {}

  taken(): readonly SheetRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  listen(parser: SaxesParser): void {
    parser.on('opentag', ({ name, attributes }) => this.#open(localName(name), attributes as Record<string, string>));
    parser.on('text', (text) => {
      if (this.#isValue) this.#text += text;
      if (this.#text.length > WORKBOOK_LIMITS.cellCharacters) throw bomb('a cell too long');
    });
    parser.on('closetag', ({ name }) => this.#close(localName(name)));
  }

  #open(tag: string, attributes: Readonly<Record<string, string>>): void {
    if (tag === 'row') {
      this.#line = attributes['r'] === undefined ? this.#line + 1 : Number(attributes['r']);
      this.#fields = [];
      this.#numbers = new Set();
      this.#column = -1;
    } else if (tag === 'c') {
      this.#column = attributes['r'] === undefined ? this.#column + 1 : cellColumn(attributes['r']);
      if (this.#column >= WORKBOOK_LIMITS.columns || this.#column < 0) throw bomb('too many columns');
      this.#type = attributes['t'] ?? 'n';
      this.#style = this.styles[Number(attributes['s'] ?? '0')] ?? 'number';
      this.#text = '';
    }
    this.#isValue = tag === 'v' || tag === 't';
  }

  #close(tag: string): void {
    this.#isValue = false;
    if (tag === 'c') {
      while (this.#fields.length < this.#column) this.#fields.push('');
      this.#fields[this.#column] = this.#value();
    } else if (tag === 'row' && this.#fields.some((field) => field.trim() !== '')) {
      this.#rows.push({ line: this.#line, fields: this.#fields, numbers: this.#numbers });
    }
  }

  #value(): string {
    const text = this.#text;
    if (this.#type === 's') return this.shared[Number(text)] ?? '';
    if (this.#type !== 'n' || text === '') return text;
    if (this.#style !== 'number') return serialText(text, this.#style, this.is1904);
    this.#numbers.add(this.#column);
    return tidyNumber(text);
  }
}

