import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { getDocumentProxy } from 'unpdf';
import { sha256Hex } from '../../core/audit/index.js';
import type { Instant } from '../../core/time/index.js';
import { labelled, runsOf, writeDocument, type TaggedSheet } from './tagged-document.rules.js';

const SHEET: TaggedSheet = {
  language: 'ko', title: '보상 신청 접수 확인서', reference: 'MG-7K3P-92Q4-X', at: 1_700_000_000_000 as Instant, lead: '이 문서는 결정 통지가 아닙니다.', contact: 'Café',
  parts: [{ title: '2026년 매출 손실', blocks: labelled([{ label: '손실액', text: '₩53,400' }, { label: '', text: 'œuvre, 한글 and English '.repeat(40) }]) }],
};

describe('a document', () => {
  it('of the same words is the same bytes, and of others is not', async () => {
    const [once, again, other] = await Promise.all([writeDocument(SHEET), writeDocument(SHEET), writeDocument({ ...SHEET, reference: 'MG-0000-0000-0' })]);
    expect(sha256Hex(once.toString('latin1'))).toBe(sha256Hex(again.toString('latin1')));
    expect(sha256Hex(once.toString('latin1'))).not.toBe(sha256Hex(other.toString('latin1')));
  });

  it('is tagged, says its language, and carries its typeface', async () => {
    const text = (await writeDocument(SHEET)).toString('latin1');
    expect(text.startsWith('%PDF-1.7')).toBe(true);
    for (const part of ['/Marked true', '/Lang (ko)', '/S /H1', '/FontFile', '/DisplayDocTitle true']) expect(text).toContain(part);
  });
});

describe('what a Korean document is written with', () => {
  const facesIn = async (text: string): Promise<string[]> => {
    const written = (await writeDocument({ ...SHEET, contact: '', lead: '', title: 'a', parts: [{ title: 'a', blocks: [{ kind: 'paragraph', text }] }] })).toString('latin1');
    return [...new Set([...written.matchAll(/\/FontName \/([A-Z]{6}\+\w+)/g)].map(([, name]) => name ?? ''))].sort();
  };

  it('has the sign of the won, Hangul and Hanja, each of a face that has it', async () => {
    expect(await facesIn('a')).toHaveLength(1);
    expect(await facesIn('a ₩53,400')).toHaveLength(2);
    expect(await facesIn('a 電話 一')).toHaveLength(2);
    expect(await facesIn('a ₩ 한 金')).toHaveLength(4);
  });

  it('loses no sign of the won, whichever of the two was typed', () => {
    const has = (character: string): number => (character === '₩' ? 1 : 0);
    expect(runsOf('a￦1₩2', has)).toEqual([{ face: 'latin', text: 'a' }, { face: 'latin-ext', text: '₩' }, { face: 'latin', text: '1' }, { face: 'latin-ext', text: '₩' }, { face: 'latin', text: '2' }]);
  });
});

describe('text in several scripts', () => {
  it('is cut where the face changes, spaces stay with what they follow, and what no face has is a question mark', () => {
    const has = (character: string): number => (/[a-z]/.test(character) ? 0 : /[가-힣]/.test(character) ? 2 : -1);
    expect(runsOf('ab 한글 c一', has)).toEqual([{ face: 'latin', text: 'ab ' }, { face: 'korean', text: '한글 ' }, { face: 'latin', text: 'c?' }]);
  });
});

interface TagNode {
  readonly role?: string;
  readonly type?: string;
  readonly children?: readonly TagNode[];
}

/** As another reader sees it: the text of its pages, and the tags of all of them in order. */
async function readBack(bytes: Buffer): Promise<{ text: string; tags: string[]; title: unknown; language: unknown }> {
  const document = await getDocumentProxy(new Uint8Array(bytes));
  const [texts, tags]: [string[], string[]] = [[], []];
  // A table over two pages is told with each of them: what counts is where its words are.
  const walk = ({ role, children = [] }: TagNode): boolean => {
    const hasWords = children.map((child) => child.type === 'content' || walk(child)).includes(true);
    if (role !== undefined && hasWords) tags.push(role);
    return hasWords;
  };
  for (let n = 1; n <= document.numPages; n += 1) {
    const page = await document.getPage(n);
    const { items } = await page.getTextContent();
    texts.push(items.map((item) => ('str' in item ? item.str : '')).join(''));
    walk(await page.getStructTree());
  }
  const info = (await document.getMetadata()).info as { readonly Title?: string; readonly Language?: string };
  return { text: texts.join(''), tags, title: info.Title, language: info.Language };
}

const LETTER = (language: 'en' | 'ko' | 'fr', said: string): TaggedSheet => ({
  language, title: said, reference: 'MG-7K3P-92Q4-X', at: 1_700_000_000_000 as Instant, lead: '', contact: 'help@operator.example',
  parts: [{ title: said, blocks: [
    { kind: 'paragraph', text: said }, { kind: 'list', items: [said, said] }, { kind: 'quote', language: 'en', text: 'Words of the scheme' },
    { kind: 'table', caption: said, heads: ['A', 'B'], rows: Array.from({ length: 45 }, (_, index): [string, string] => [`${said} ${index}`, `₩53,40${index % 10}`]) },
  ] }],
});

describe('a letter with a list, a table and words of somebody else', () => {
  it.each([
    ['en', 'We grant nothing for this claim'], ['ko', '이 신청에 대해서는 보상하지 않기로 결정했습니다'], ['fr', 'Nous n’accordons rien : la décision découle de la règle'],
  ] as const)('is read by another reader in %s: every row, every tag, title and language', async (language, said) => {
    const read = await readBack(await writeDocument(LETTER(language, said)));
    expect(read).toMatchObject({ title: `${said} MG-7K3P-92Q4-X`, language });
    for (let index = 0; index < 45; index += 1) expect(read.text).toContain(`${said} ${index}`);
    expect(read.text).toContain('₩53,409');
    const count = (tag: string): number => read.tags.filter((one) => one === tag).length;
    expect({ h1: count('H1'), h2: count('H2'), li: count('LI'), quote: count('BlockQuote'), heads: count('TH'), cells: count('TD') }).toEqual({ h1: 1, h2: 1, li: 2, quote: 1, heads: 47, cells: 45 });
  });

  it('is the same bytes in another process', async () => {
    const script = `import { writeDocument } from '${new URL('tagged-document.rules.ts', import.meta.url).href}'; import { createHash } from 'node:crypto';
      process.stdout.write(createHash('sha256').update(await writeDocument(${JSON.stringify(LETTER('ko', '결정'))})).digest('hex'));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--experimental-strip-types', '-e', script], { encoding: 'utf8', env: { ...process.env, TZ: 'Asia/Seoul' } });
    expect(stdout === '' ? stderr : stdout).toBe(sha256Hex((await writeDocument(LETTER('ko', '결정')))));
  });
});
