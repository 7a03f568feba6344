/** A letter as it lies in its file: headers, an empty line, and paragraphs. Laid out before anything is filled in, so that nothing filled in can lay out. */
export interface Sheet {
  readonly subject: string;
  /** What a text message says instead of the whole letter. */
  readonly sms: string | undefined;
  /** Holds a secret such as a code: what it says is forgotten once it was handed over. */
  readonly secret: boolean;
  /** Minutes after which it is of use to nobody, such as a code; undefined when it can come late. */
  readonly minutes: number | undefined;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'paragraph' | 'heading' | 'code' | 'item'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly address: string };

const HEADERS = ['Subject', 'Sms', 'Secret', 'Minutes'];

/**
 * Reads a letter's file. `# heading`, `> something to copy, large`, `* item`, `[words](address)` alone on a line; everything else is a
 * paragraph, left out where nothing is filled into it. Throws TypeError: a file of ours that cannot be read is a defect.
 */
export function readSheet(source: string): Sheet {
  const [head = '', ...rest] = source.replaceAll('\r\n', '\n').trim().split(/\n{2,}/);
  const headers = new Map(head.split('\n').map((line) => {
    const [, name = '', value = ''] = /^(\w+): (.+)$/.exec(line) ?? [];
    if (!HEADERS.includes(name)) throw new TypeError(`a letter begins with ${HEADERS.join(', ')}; this line does not: ${line}`);
    return [name, value] as const;
  }));
  const subject = headers.get('Subject');
  if (subject === undefined || rest.length === 0) throw new TypeError('a letter has a subject and says something');
  return { subject, sms: headers.get('Sms'), secret: headers.get('Secret') === 'yes', minutes: minutesOf(headers.get('Minutes')), blocks: rest.flatMap(blocksOf) };
}

function minutesOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new TypeError(`Minutes is a whole number: ${text}`);
  return Number.parseInt(text, 10);
}

function blocksOf(text: string): Block[] {
  const lines = text.split('\n');
  if (lines.every((line) => line.startsWith('* '))) return lines.map((line) => ({ kind: 'item', text: line.slice(2) }));
  const [, words, address] = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(text) ?? [];
  if (words !== undefined && address !== undefined) return [{ kind: 'link', text: words, address }];
  const joined = lines.join(' ');
  if (joined.startsWith('# ')) return [{ kind: 'heading', text: joined.slice(2) }];
  return [joined.startsWith('> ') ? { kind: 'code', text: joined.slice(2) } : { kind: 'paragraph', text: joined }];
}

/** Fills in the data: as text, or escaped for HTML. */
export type Fill = (text: string) => string;

export const plainText = (sheet: Sheet, fill: Fill): string => `${sheet.blocks.map((block, index) => {
  const text = block.kind === 'link' ? `${fill(block.text)}: ${fill(block.address)}` : fill(block.text);
  if (text === '') return '';
  const together = block.kind === 'item' && sheet.blocks[index - 1]?.kind === 'item';
  return `${index === 0 ? '' : together ? '\n' : '\n\n'}${block.kind === 'item' ? '* ' : block.kind === 'code' ? '    ' : ''}${text}`;
}).join('')}\n`;

// Mail programs drop style sheets: what little there is stands in the tags. No pictures, no tracking.
const STYLES = {
  paragraph: 'margin:0 0 16px', heading: 'margin:0 0 16px;font-size:22px', code: 'margin:0 0 16px;font-size:32px;letter-spacing:6px;font-weight:bold', item: 'margin:0 0 8px',
};

function htmlOf(block: Block, fill: Fill): string {
  const text = fill(block.text);
  if (text === '') return '';
  if (block.kind === 'link') return `<p style="${STYLES.paragraph}"><a href="${fill(block.address)}" style="color:#123c3a">${text}</a></p>`;
  if (block.kind === 'heading') return `<h1 style="${STYLES.heading}">${text}</h1>`;
  if (block.kind === 'item') return `<ul style="margin:0;padding-left:20px"><li style="${STYLES.item}">${text}</li></ul>`;
  return `<p style="${STYLES[block.kind]}">${text}</p>`;
}

export const html = (sheet: Sheet, language: string, fill: Fill): string => [
  `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${fill(sheet.subject)}</title></head>`,
  '<body style="margin:0;background:#f4f6f5"><div style="max-width:560px;margin:0 auto;padding:24px;background:#ffffff;color:#16201f;font:17px/1.5 system-ui,sans-serif">',
  ...sheet.blocks.map((block) => htmlOf(block, fill)), '</div></body></html>',
].join('\n');
