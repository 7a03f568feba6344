import { describe, expect, it } from '@jest/globals';
import { sha256Hex } from '../../core/audit/index.js';
import type { Instant } from '../../core/time/index.js';
import { runsOf, writeConfirmation, type ConfirmationSheet } from './confirmation-document.rules.js';

const SHEET: ConfirmationSheet = {
  language: 'ko', title: '보상 신청 접수 확인서', reference: 'MG-7K3P-92Q4-X', at: 1_700_000_000_000 as Instant, lead: '이 문서는 결정 통지가 아닙니다.', contact: 'Café',
  parts: [{ title: '2026년 매출 손실', lines: [{ label: '손실액', text: '₩53,400' }, { label: '', text: 'œuvre, 한글 and English '.repeat(40) }] }],
};

describe('a confirmation', () => {
  it('of the same filing is the same bytes, and of another is not', async () => {
    const [once, again, other] = await Promise.all([writeConfirmation(SHEET), writeConfirmation(SHEET), writeConfirmation({ ...SHEET, reference: 'MG-0000-0000-0' })]);
    expect(sha256Hex(once.toString('latin1'))).toBe(sha256Hex(again.toString('latin1')));
    expect(sha256Hex(once.toString('latin1'))).not.toBe(sha256Hex(other.toString('latin1')));
  });

  it('is tagged, says its language, and carries its typeface', async () => {
    const text = (await writeConfirmation(SHEET)).toString('latin1');
    expect(text.startsWith('%PDF-1.7')).toBe(true);
    for (const part of ['/Marked true', '/Lang (ko)', '/S /H1', '/FontFile', '/DisplayDocTitle true']) expect(text).toContain(part);
  });
});

describe('what a confirmation of a Korean filing is written with', () => {
  const facesIn = async (text: string): Promise<string[]> => {
    const written = (await writeConfirmation({ ...SHEET, contact: '', lead: '', title: 'a', parts: [{ title: 'a', lines: [{ label: '', text }] }] })).toString('latin1');
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
