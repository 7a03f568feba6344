import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { heic, jpeg, pdf, photo, png, pngTaken, webp } from '../../../../test/support/evidence-files.js';
import { isDated, statedDay } from './evidence-date.rules.js';
import { EVIDENCE_TYPES, type EvidenceType } from './evidence-limits.rules.js';

const day = (bytes: Buffer, type: EvidenceType): string | undefined => statedDay({ head: bytes, tail: bytes.subarray(-65_557) }, type);

describe('the day that a file states', () => {
  it.each([
    ['a photo', photo('2026:10:13 23:59:59'), 'image/jpeg', '2026-10-13'],
    ['a PNG with the same', pngTaken('2026:10:13 00:00:00'), 'image/png', '2026-10-13'],
    ['a PDF', pdf('/CreationDate (D:20261013120000+09\'00\')'), 'application/pdf', '2026-10-13'],
    ['a PDF that was changed later', pdf("/CreationDate (D:20250101) /ModDate(D:20261120080000Z)"), 'application/pdf', '2026-11-20'],
    ['a PDF by its XMP', pdf('<xmp:CreateDate>2026-10-14T08:00:00+02:00</xmp:CreateDate>'), 'application/pdf', '2026-10-14'],
    ['a PDF by attributes of its XMP', pdf('xmp:ModifyDate="2026-10-15T08:00:00Z"'), 'application/pdf', '2026-10-15'],
  ] as const)('%s is the day its maker wrote', (_what, bytes, type, on) => {
    expect(day(bytes, type)).toBe(on);
  });

  it.each([
    ['a photo without particulars', jpeg(), 'image/jpeg'], ['a PNG', png(), 'image/png'], ['a HEIC cut short', heic(), 'image/heic'], ['a WebP', webp(), 'image/webp'], ['a PDF that says nothing', pdf(), 'application/pdf'],
    ['a day that is none', pdf('/CreationDate (D:20261332)'), 'application/pdf'], ['a clock that was never set', photo('0000:00:00 00:00:00'), 'image/jpeg'], ['words', photo('last Tuesday, noon'), 'image/jpeg'],
  ] as const)('%s is no day', (_what, bytes, type) => {
    expect(day(bytes, type)).toBeUndefined();
  });

  it('of whatever bytes is a day or nothing, and never a fault', () => {
    const starts = [photo('2026:10:13 12:00:00'), pngTaken('2026:10:13 12:00:00'), heic(), webp(), pdf('/CreationDate (D:20261013)')];
    fc.assert(fc.property(fc.constantFrom(...starts), fc.nat(120), fc.uint8Array({ maxLength: 400 }), fc.constantFrom(...Object.keys(EVIDENCE_TYPES) as EvidenceType[]), (start, cut, rest, type) => {
      const found = day(Buffer.concat([start.subarray(0, Math.max(4, start.length - cut)), rest]), type);
      return found === undefined || /^\d{4}-\d{2}-\d{2}$/.test(found);
    }), { numRuns: 2_000 });
  });
});

describe('files whose day says something', () => {
  it.each([
    ['insurance_contract', 'application/pdf', true], ['small_business_certificate', 'application/pdf', true], ['photo_of_notice', 'image/jpeg', true], ['other', 'image/heic', true],
    ['other', 'application/pdf', false], ['accounts', 'application/pdf', false], ['invoice', 'image/jpeg', false], ['sales_proof', 'application/pdf', false], ['contractor_list', 'application/pdf', false],
  ])('%s as %s: %s', (kind, type, dated) => {
    expect(isDated(kind, type)).toBe(dated);
  });
});
