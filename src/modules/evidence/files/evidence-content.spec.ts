import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emptyZip, heic, jpeg, pdf, png, webp } from '../../../../test/support/evidence-files.js';
import { judgeContent, MARKS, type Sample } from './evidence-content.rules.js';
import { EVIDENCE_ERRORS } from '../evidence.errors.js';
import { EVIDENCE_TYPES, kindsOf } from './evidence-limits.rules.js';
import { renderDetail } from '../../../core/errors/index.js';

const sample = (bytes: Uint8Array): Sample => ({
  head: bytes, tail: bytes.subarray(-65_557), sizeBytes: bytes.length, marks: new Set(MARKS.filter((mark) => Buffer.from(bytes).includes(mark))),
});
const verdict = async (bytes: Buffer, name?: string): Promise<string> => {
  const judged = await judgeContent(sample(bytes), name);
  return judged.ok ? judged.value.mediaType : judged.refusal.code;
};

describe('what a file is, is said by its bytes', () => {
  it.each([
    ['a PNG', png(), 'image/png'], ['a JPEG', jpeg(), 'image/jpeg'], ['a WebP', webp(), 'image/webp'], ['a HEIC', heic(), 'image/heic'], ['a PDF', pdf(), 'application/pdf'],
  ])('%s is taken, whatever it is called', async (_what, bytes, type) => {
    expect(await verdict(bytes, 'payload.exe')).toBe(type);
    expect(await verdict(bytes, undefined)).toBe(type);
  });

  it.each([
    ['nothing at all', Buffer.alloc(0), 'photo.jpg', 'evidence.upload_empty'],
    ['a page', Buffer.from('<!doctype html><script>alert(1)</script>'), 'photo.png', 'evidence.upload_unknown'],
    ['a drawing with scripts', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), 'photo.png', 'evidence.upload_unknown'],
    ['the same with a prologue', Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'), 'a.svg', 'evidence.upload_kind'],
    ['a program of Windows', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]), 'invoice.pdf', 'evidence.upload_kind'],
    ['a program of Linux', Buffer.concat([Buffer.from('\u007fELF\u0002\u0001\u0001', 'latin1'), Buffer.alloc(200)]), 'photo.jpg', 'evidence.upload_kind'],
    ['a moving picture of old', Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(40)]), 'photo.gif', 'evidence.upload_kind'],
    ['an archive', emptyZip(), 'photo.png', 'evidence.upload_kind'],
    ['a page before a PDF', Buffer.concat([Buffer.from('<html><script>1</script>'), pdf()]), 'a.pdf', 'evidence.upload_unknown'],
    ['a list of sales', Buffer.from('at,amount\n2026-10-12T10:00:00Z,1.00\n'), 'till.csv', 'evidence.upload_sales'],
    ['a picture with an archive behind it', Buffer.concat([jpeg(), emptyZip()]), 'photo.jpg', 'evidence.upload_double'],
    ['an archive with a long remark behind a PDF', Buffer.concat([pdf(), emptyZip('x'.repeat(65_535))]), 'a.pdf', 'evidence.upload_double'],
    ['a PDF with a script', pdf('/OpenAction << /S /JavaScript /JS (app.alert(1)) >>'), 'a.pdf', 'evidence.upload_active'],
    ['a PDF that starts something', pdf('/OpenAction << /S /Launch /F (cmd.exe) >>'), 'a.pdf', 'evidence.upload_active'],
    ['a PNG that says it is a billion pixels wide', png(1_000_000_000, 1), 'photo.png', 'evidence.upload_huge'],
    ['a PNG of many megapixels', png(19_000, 19_000), 'photo.png', 'evidence.upload_huge'],
    ['a JPEG as large as the format goes', jpeg(65_535, 65_535), 'photo.jpg', 'evidence.upload_huge'],
    ['a JPEG cut before its sides', jpeg().subarray(0, 22), 'photo.jpg', 'evidence.upload_damaged'],
  ])('%s is refused', async (_what, bytes, name, code) => {
    expect(await verdict(bytes, name)).toBe(code);
  });

  it('a remark that only looks like the end of an archive is no archive', async () => {
    expect(await verdict(Buffer.concat([jpeg(), emptyZip(), Buffer.from('more')]), 'photo.jpg')).toBe('image/jpeg');
  });

  const magics = [png(), jpeg(), pdf(), webp(), heic(), Buffer.from('GIF89a'), Buffer.from('MZ'), Buffer.from('PK\u0003\u0004', 'latin1'), Buffer.from('II*\0'), Buffer.from('OggS'), Buffer.from('\0\0\0\u0018ftypavif', 'latin1')];

  it('bytes of any sort, also behind a known beginning, are taken or refused in words', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(Buffer.alloc(0), ...magics), fc.nat(40), fc.uint8Array({ maxLength: 600 }), fc.string(), async (magic, cut, rest, name) => {
      const judged = await judgeContent(sample(Buffer.concat([magic.subarray(0, Math.max(4, magic.length - cut)), rest])), name);
      if (judged.ok) return Object.hasOwn(EVIDENCE_TYPES, judged.value.mediaType);
      const detail = renderDetail(EVIDENCE_ERRORS[judged.refusal.code as keyof typeof EVIDENCE_ERRORS].detail, judged.refusal.params);
      return detail.length > 20 && !/\{\w+\}|undefined|NaN/.test(detail);
    }), { numRuns: 2_000 });
  });

  it('a bit turned in a real one never makes it hang or fall', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(png(), jpeg(), pdf(), webp(), heic()), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), async (bytes, changes) => {
      const changed = Buffer.from(bytes);
      for (const [at, value] of changes) changed[at % changed.length] = value;
      const began = performance.now();
      await judgeContent(sample(changed), 'photo');
      return performance.now() - began < 1_000;
    }), { numRuns: 2_000 });
  });
});

describe('kinds of evidence', () => {
  it('are those of the policy without sales, then those of its inputs, then anything else', () => {
    expect(kindsOf(['sales', 'accounts'], ['invoice', undefined, 'accounts', 'sales', 'invoice']))
      .toEqual({ needed: ['accounts'], helpful: ['invoice'], taken: ['accounts', 'invoice', 'other'] });
  });

  it('are "other" alone where the policy names none', () => {
    expect(kindsOf([], [])).toEqual({ needed: [], helpful: [], taken: ['other'] });
  });
});
