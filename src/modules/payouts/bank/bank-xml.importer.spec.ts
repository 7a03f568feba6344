import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import { collected, inPieces, readMessage } from '../../../../test/support/bank-reports.js';
import { readBankMessage } from './bank-file.importer.js';

const BODY = '<CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>F1</OrgnlMsgId><GrpSts>RJCT</GrpSts><StsRsnInf><AddtlInf>계좌 없음 é</AddtlInf></StsRsnInf></OrgnlGrpInfAndSts></CstmrPmtStsRpt>';
const document = (before = '', inner = BODY): string => `${before}<Document>${inner}</Document>`;
const declared = (encoding: string): string => `<?xml version="1.0" encoding="${encoding}"?>`;

const refusalOf = async (bytes: Uint8Array | string): Promise<unknown> => {
  const last = (await readMessage(bytes)).at(-1);
  return last?.report === 'refused' ? [last.refusal.code, last.refusal.params] : last;
};
const textsOf = async (bytes: Uint8Array): Promise<unknown> => (await readMessage(bytes)).flatMap((report) => (report.report === 'status' ? report.reasons.flatMap(({ texts }) => texts) : report.report === 'refused' ? report.refusal.code : []));

describe('the characters of a message', () => {
  it.each([
    ['UTF-8', Buffer.from(document())], ['UTF-8 with a mark', Buffer.from(`\ufeff${document()}`)], ['UTF-16 LE with a mark', iconv.encode(`\ufeff${document(declared('UTF-16'))}`, 'utf-16le')],
    ['UTF-16 BE with a mark', iconv.encode(`\ufeff${document(declared('UTF-16'))}`, 'utf-16be')], ['UTF-16 LE without', iconv.encode(document(), 'utf-16le')],
  ])('are read in %s', async (_, bytes) => {
    expect(await textsOf(bytes)).toEqual(['계좌 없음 é']);
  });

  it('are read in what they are declared to be', async () => {
    expect(await textsOf(iconv.encode(document(declared('EUC-KR')).replace('é', '뷁'), 'cp949'))).toEqual(['계좌 없음 뷁']);
    expect(await textsOf(iconv.encode(document(declared('ISO-8859-15')).replace('계좌 없음', '5 €'), 'iso-8859-15'))).toEqual(['5 € é']);
    expect(await textsOf(iconv.encode(document(declared('ISO-8859-1')).replace('계좌 없음', 'clôturé'), 'latin1'))).toEqual(['clôturé é']);
  });

  it.each([
    ['Latin text that says it is UTF-8', iconv.encode(document(declared('UTF-8')), 'latin1').fill(0xe9, 60, 61), 'UTF-8'.toLowerCase()],
    ['a Korean text cut in a character', iconv.encode(document(declared('EUC-KR')), 'cp949').fill(0xff, 150, 151), 'cp949'],
    ['an encoding that is not read here', Buffer.from(document(declared('UTF-7'))), 'UTF-7'],
    ['a NUL in UTF-8', Buffer.from(document().replace('F1', 'F\0')), 'utf-8'],
    ['a NUL in UTF-16', iconv.encode(`\ufeff${document().replace('F1', 'F\0')}`, 'utf-16le'), 'utf-16le'],
  ])('%s is refused in words', async (_, bytes, encoding) => {
    expect(await refusalOf(bytes)).toEqual(['payouts.bank_encoding', { encoding }]);
  });
});

describe('a hostile file', () => {
  const laughs = Array.from({ length: 10 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');

  it.each([
    ['a billion laughs', document(`<!DOCTYPE l [<!ENTITY l0 "lol">${laughs}]>`, BODY.replace('F1', '&l10;'))],
    ['an entity from a file', document('<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]>', BODY.replace('F1', '&f;'))],
    ['an entity from elsewhere', document('<!DOCTYPE d SYSTEM "http://example.com/d.dtd">')],
    ['an empty document type', document('<!DOCTYPE Document>')],
  ])('with %s is refused for its document type, and nothing is expanded', async (_, xml) => {
    expect(await readMessage(xml)).toEqual([{ report: 'refused', refusal: { code: 'payouts.bank_doctype', params: {} } }]);
  });

  it('with an entity that nobody declared is damaged', async () => {
    expect(await refusalOf(document('', BODY.replace('F1', '&f;')))).toEqual(['payouts.bank_not_xml', { line: 1 }]);
  });

  it('reads XML’s own five entities', async () => {
    expect(await textsOf(Buffer.from(document('', BODY.replace('계좌 없음 é', 'A &amp; B &lt;&#67;&gt;'))))).toEqual(['A & B <C>']);
  });

  it.each([
    ['deep', '<a>'.repeat(100_000), 'too_deep'],
    ['an attribute without end', `<Document a="${'x'.repeat(10_000_000)}"/>`, 'unbroken'],
    ['a text without end', `<Document>${'x'.repeat(10_000_000)}`, 'unbroken'],
    ['a document type without end', `<!DOCTYPE ${'x'.repeat(10_000_000)}`, 'unbroken'],
    ['a name without end', `<${'x'.repeat(10_000_000)}`, 'unbroken'],
    ['an entry without end', document('', `<BkToCstmrStmt><Stmt><Ntry>${'<a>1</a>'.repeat(200_000)}`), 'entry_too_large'],
    ['attributes without end', document('', `<BkToCstmrStmt><Stmt>${`<a b="${'x'.repeat(10_000)}"/>`.repeat(1_000)}`), 'entry_too_large'],
  ])('that is %s is refused for it, early', async (_, xml, what) => {
    let taken = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const piece of inPieces(Buffer.from(xml), 65_536)) {
        taken += piece.length;
        yield piece;
      }
    }
    const reports = await collected(readBankMessage(counted(), { decimals: 'exact' }));
    expect(reports).toEqual([{ report: 'refused', refusal: { code: `payouts.bank_${what}`, params: { most: expect.any(Number) } } }]);
    expect(taken).toBeLessThanOrEqual(Math.min(Buffer.byteLength(xml), 9_000_000));
  });

  it('cut anywhere is refused, wherever it is cut', async () => {
    const whole = Buffer.from(document(declared('UTF-8')));
    for (let length = 1; length < whole.length; length += 7) {
      const end = (await readMessage(whole.subarray(0, length))).at(-1);
      expect([length, end?.report]).toEqual([length, 'refused']);
    }
  });

  it('of nothing, of something else, and with anything after its end, is refused', async () => {
    expect(await refusalOf('')).toEqual(['payouts.bank_empty', {}]);
    expect(await refusalOf('Reference,Status\nA,OK\n')).toEqual(['payouts.bank_not_xml', { line: expect.any(Number) }]);
    expect(await refusalOf('<Document><BkToCstmrAcctRpt/></Document>')).toEqual(['payouts.bank_unknown_message', { found: 'BkToCstmrAcctRpt' }]);
    expect(await refusalOf(`${document()}<Document/>`)).toEqual(['payouts.bank_not_xml', { line: 1 }]);
  });
});

describe('a file that does not keep to its schema', () => {
  it('is read all the same, and that is written down', async () => {
    const asked: unknown[] = [];
    const reports = await readMessage(document(), { checkSchema: async (message) => { asked.push(message); return 'no'; } });
    expect(reports.at(-1)).toEqual({ report: 'end', schemaValid: 'no', reportCount: 2, faultCount: 0 });
    expect(asked).toEqual([{ kind: 'pain.002', version: undefined }]);
  });

  it('is not asked about when nothing could be read', async () => {
    await readMessage('<Document/>', { checkSchema: async () => { throw new Error('asked'); } });
  });
});
