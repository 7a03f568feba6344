import { join } from 'node:path';
import PDFDocument from 'pdfkit';
import type { Language } from '../../core/policy/index.js';
import type { Instant } from '../../core/time/index.js';

export interface ConfirmationSheet {
  readonly language: Language;
  readonly title: string;
  readonly reference: string;
  readonly at: Instant;
  readonly lead: string;
  readonly contact: string;
  readonly parts: readonly { readonly title: string; readonly lines: readonly { readonly label: string; readonly text: string }[] }[];
}

const FONTS = join(import.meta.dirname, '..', 'fonts');
/** Three parts of one typeface, and another for what it has not: a character is written with the first that has it. */
const FACES = ['latin', 'latin-ext', 'korean', 'hanja'] as const;
const fileOf = (face: (typeof FACES)[number]): string => join(FONTS, face === 'hanja' ? 'nanum-square-hanja-400-normal.ttf' : `noto-sans-kr-${face}-400-normal.ttf`);

type Document = InstanceType<typeof PDFDocument>;
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

function write(document: Document, has: Has, text: string, size: number, colour: string): void {
  const runs = runsOf(text === '' ? ' ' : text, has);
  document.fontSize(size).fillColor(colour);
  runs.forEach((run, index) => document.font(run.face).text(run.text, { continued: index < runs.length - 1 }));
}

/**
 * A tagged PDF with its typeface inside. Nothing in it depends on when or where it is made: the same sheet gives the same bytes.
 */
export async function writeConfirmation(sheet: ConfirmationSheet): Promise<Buffer> {
  const date = new Date(sheet.at);
  const document = new PDFDocument({
    size: 'A4', margin: 56, tagged: true, pdfVersion: '1.7', lang: sheet.language, displayTitle: true, font: fileOf('latin'),
    info: { Title: `${sheet.title} ${sheet.reference}`, Creator: 'Makegood', Producer: 'Makegood', CreationDate: date, ModDate: date },
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => document.on('end', resolve));
  for (const face of FACES) document.registerFont(face, fileOf(face));
  const has = facesOf(document);
  const root = document.struct('Document');
  document.addStructure(root);
  const add = (tag: 'H1' | 'H2' | 'P', text: string, size: number, colour = '#16302e'): void => {
    root.add(document.struct(tag, {}, () => { write(document, has, text, size, colour); }));
    document.moveDown(0.35);
  };
  add('H1', sheet.title, 20, '#123c3a');
  add('P', sheet.lead, 10, '#55605f');
  for (const part of sheet.parts.filter(({ lines }) => lines.length > 0)) {
    document.moveDown(0.6);
    add('H2', part.title, 14, '#123c3a');
    for (const { label, text } of part.lines) add('P', label === '' ? text : `${label}: ${text}`, 11);
  }
  document.moveDown(0.6);
  add('P', `Makegood · ${sheet.contact}`, 9, '#55605f');
  root.end();
  document.end();
  await ended;
  return Buffer.concat(chunks);
}
