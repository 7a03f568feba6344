import { join } from 'node:path';
import PDFDocument from 'pdfkit';
import type { Language } from '../../core/policy/index.js';
import type { Instant } from '../../core/time/index.js';

export type TaggedBlock =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly caption: string; readonly heads: readonly [string, string]; readonly rows: readonly (readonly [string, string])[] }
  | { readonly kind: 'quote'; readonly language: string; readonly text: string };

/** What a document says, from top to bottom. */
export interface TaggedSheet {
  readonly language: Language;
  readonly title: string;
  readonly reference: string;
  /** The date of the document: it stands in its bytes, and no other does. */
  readonly at: Instant;
  readonly lead: string;
  readonly contact: string;
  readonly parts: readonly { readonly title: string; readonly blocks: readonly TaggedBlock[] }[];
}

const FONTS = join(import.meta.dirname, '..', 'fonts');
/** Three parts of one typeface, and another for what it has not: a character is written with the first that has it. */
const FACES = ['latin', 'latin-ext', 'korean', 'hanja'] as const;
const fileOf = (face: (typeof FACES)[number]): string => join(FONTS, face === 'hanja' ? 'nanum-square-hanja-400-normal.ttf' : `noto-sans-kr-${face}-400-normal.ttf`);

type Document = InstanceType<typeof PDFDocument>;
type Structure = ReturnType<Document['struct']>;
type Has = (character: string) => number;

/** Signs that no face has: said with ones that they have. */
const SAID: Readonly<Record<string, string>> = { '￦': '₩', '\u202f': ' ', '\u00a0': ' ', '\u2007': ' ' };

/** Which face has a character; asked of the font once for each. */
function facesOf(document: Document): Has {
  const glyphs = FACES.map((face) => {
    document.font(face);
    return (document as unknown as { readonly _font: { readonly font: { hasGlyphForCodePoint(point: number): boolean } } })._font.font;
  });
  const known = new Map<string, number>();
  return (character) => {
    const before = known.get(character);
    if (before !== undefined) return before;
    const found = glyphs.findIndex((font) => font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0));
    known.set(character, found);
    return found;
  };
}

/** Text cut where the face changes; what no face has is shown as a question mark. */
export function runsOf(text: string, has: Has): { readonly face: (typeof FACES)[number]; readonly text: string }[] {
  const runs: { face: (typeof FACES)[number]; text: string }[] = [];
  for (const one of text) {
    for (const character of SAID[one] ?? one) {
      const found = character === '\n' || character === ' ' ? FACES.indexOf(runs.at(-1)?.face ?? 'latin') : has(character);
      const face = FACES[Math.max(found, 0)] ?? 'latin';
      const shown = found === -1 ? '?' : character;
      const last = runs.at(-1);
      if (last?.face === face) last.text += shown;
      else runs.push({ face, text: shown });
    }
  }
  return runs;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const [INK, DEEP, QUIET] = ['#16302e', '#123c3a', '#55605f'] as const;
const MARGIN = 56;
/** Points between the two columns of a table, and what the first takes of the width. */
const GUTTER = 16;
const FIRST_COLUMN = 0.6;

/** Writes into a document: text in whatever face has its characters, every piece under a tag. */
class Pen {
  readonly #has: Has;
  readonly #root: Structure;

  readonly document: Document;

  constructor(document: Document) {
    this.document = document;
    this.#has = facesOf(document);
    this.#root = document.struct('Document');
    document.addStructure(this.#root);
  }

  end(): void {
    this.#root.end();
    this.document.end();
  }

  add(tag: 'H1' | 'H2' | 'P', text: string, size: number, colour: string = INK): void {
    this.#root.add(this.document.struct(tag, {}, () => { this.#write(text, size, colour); }));
    this.document.moveDown(0.35);
  }

  block(block: TaggedBlock): void {
    switch (block.kind) {
      case 'paragraph': { this.add('P', block.text, 11); return; }
      case 'quote': { this.#quote(block); return; }
      case 'list': { this.#list(block.items); return; }
      case 'table': { this.#table(block); return; }
    }
  }

  #quote({ language, text }: { readonly language: string; readonly text: string }): void {
    const paragraph = this.document.struct('P', {}, () => { this.#write(text, 10, QUIET); });
    this.#root.add(this.document.struct('BlockQuote', { lang: language }, [paragraph]));
    this.document.moveDown(0.35);
  }

  #list(items: readonly string[]): void {
    this.#root.add(this.document.struct('L', {}, items.map((item) =>
      this.document.struct('LI', {}, [this.document.struct('LBody', {}, () => { this.#write(`• ${item}`, 11, INK); })]))));
    this.document.moveDown(0.35);
  }

  #table({ caption, heads, rows }: Extract<TaggedBlock, { kind: 'table' }>): void {
    const { document } = this;
    const table = document.struct('Table');
    this.#root.add(table);
    table.add(document.struct('Caption', {}, () => { this.#write(caption, 10, QUIET); }));
    for (const [index, row] of [heads, ...rows].entries()) {
      const places = this.#cells(row);
      const cell = (at: 0 | 1, tag: 'TH' | 'TD', options: object): Structure =>
        document.struct(tag, options, () => { this.#write(row[at], 10, index === 0 ? DEEP : INK, places[at]); });
      const cells = index === 0 ? [cell(0, 'TH', { scope: 'Column' }), cell(1, 'TH', { scope: 'Column' })] : [cell(0, 'TH', { scope: 'Row' }), cell(1, 'TD', {})];
      table.add(document.struct('TR', {}, cells));
    }
    table.end();
    document.x = MARGIN;
    document.moveDown(0.6);
  }

  /** Where the cells of a row stand: on the next page when they have no room on this one. What is drawn there is drawn when the structure is closed, in this order. */
  #cells([first, second]: readonly [string, string]): readonly [Place, Place] {
    const { document } = this;
    const whole = document.page.width - 2 * MARGIN;
    const widths = [whole * FIRST_COLUMN - GUTTER, whole * (1 - FIRST_COLUMN)] as const;
    document.font('korean').fontSize(10);
    const height = Math.max(document.heightOfString(first, { width: widths[0] }), document.heightOfString(second, { width: widths[1] }));
    if (document.y + height + 14 > document.page.height - MARGIN) document.addPage();
    const y = document.y;
    document.y = y + height + 4;
    return [{ x: MARGIN, y, width: widths[0] }, { x: MARGIN + whole * FIRST_COLUMN, y, width: widths[1] }];
  }

  #write(text: string, size: number, colour: string, place?: Place): void {
    const runs = runsOf(text === '' ? ' ' : text, this.#has);
    const { document } = this;
    const after = document.y;
    document.fontSize(size).fillColor(colour);
    runs.forEach((run, index) => {
      const options = { continued: index < runs.length - 1, ...(place === undefined ? {} : { width: place.width }) };
      if (index === 0 && place !== undefined) document.font(run.face).text(run.text, place.x, place.y, options);
      else document.font(run.face).text(run.text, options);
    });
    if (place !== undefined) document.y = after;
  }
}

/**
 * A tagged PDF (PDF/UA-1) with its typefaces inside. Nothing in it depends on when or where it is made: the same sheet gives the same bytes.
 */
export async function writeDocument(sheet: TaggedSheet): Promise<Buffer> {
  const date = new Date(sheet.at);
  const document = new PDFDocument({
    size: 'A4', margin: MARGIN, tagged: true, subset: 'PDF/UA' as unknown as 'PDF/A-1', pdfVersion: '1.7', lang: sheet.language, displayTitle: true, font: fileOf('latin'),
    info: { Title: sheet.title.includes(sheet.reference) ? sheet.title : `${sheet.title} ${sheet.reference}`, Creator: 'Makegood', Producer: 'Makegood', CreationDate: date, ModDate: date },
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => document.on('end', resolve));
  for (const face of FACES) document.registerFont(face, fileOf(face));
  const pen = new Pen(document);
  pen.add('H1', sheet.title, 20, DEEP);
  if (sheet.lead !== '') pen.add('P', sheet.lead, 10, QUIET);
  for (const part of sheet.parts.filter(({ blocks }) => blocks.length > 0)) {
    document.moveDown(0.6);
    pen.add('H2', part.title, 14, DEEP);
    for (const block of part.blocks) pen.block(block);
  }
  document.moveDown(0.6);
  pen.add('P', `Makegood · ${sheet.contact}`, 9, QUIET);
  pen.end();
  await ended;
  return Buffer.concat(chunks);
}

/** What is said beside its name: `Reference: MG-…`. */
export const labelled = (lines: readonly { readonly label: string; readonly text: string }[]): TaggedBlock[] =>
  lines.map(({ label, text }) => ({ kind: 'paragraph', text: label === '' ? text : `${label}: ${text}` }));
