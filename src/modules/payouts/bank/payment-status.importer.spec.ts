import { describe, expect, it } from '@jest/globals';
import type { StatusReport } from '../../../core/payments/reconcile-reports.js';
import { readMessage } from '../../../../test/support/bank-reports.js';
import { MOST_WAITING } from './payment-status.importer.js';

const HEADER = '<GrpHdr><MsgId>B1</MsgId></GrpHdr>';
const group = (inner: string): string => `<OrgnlGrpInfAndSts><OrgnlMsgId>F1</OrgnlMsgId>${inner}</OrgnlGrpInfAndSts>`;
const payment = (...inner: string[]): string => `<OrgnlPmtInfAndSts>${inner.join('')}</OrgnlPmtInfAndSts>`;
const id = (text: string): string => `<OrgnlPmtInfId>${text}</OrgnlPmtInfId>`;
const transaction = (reference: string, inner = ''): string => `<TxInfAndSts><OrgnlEndToEndId>${reference}</OrgnlEndToEndId>${inner}</TxInfAndSts>`;
const status = (word: string): string => `<TxSts>${word}</TxSts>`;
const document = (...inner: string[]): string => `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>${inner.join('')}</CstmrPmtStsRpt></Document>`;

const statusesIn = async (xml: string): Promise<StatusReport[]> => (await readMessage(xml)).filter((report) => report.report === 'status');
const faultsIn = async (xml: string): Promise<unknown[]> => (await readMessage(xml)).flatMap((report) => (report.report === 'fault' ? [[report.place, report.code, report.params]] : []));
const told = (reports: readonly StatusReport[]): string[] => reports.filter(({ level }) => level === 'transaction')
  .map(({ endToEndId, status: word, statedAt, originalPaymentId, originalMessageId }) => `${endToEndId} ${word} of ${statedAt} in ${originalPaymentId} in ${originalMessageId}`).sort();

describe('a transaction without a word of its own', () => {
  it('has that of its payment information, and its reasons', async () => {
    const reports = await statusesIn(document(HEADER, group('<GrpSts>PART</GrpSts>'), payment(id('P1'), '<PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Prtry>X9</Prtry></Rsn></StsRsnInf>', transaction('A'), transaction('B', status('ACCP')))));
    expect(told(reports)).toEqual(['A RJCT of payment in P1 in F1', 'B ACCP of transaction in P1 in F1']);
    expect(reports.filter(({ endToEndId }) => endToEndId !== undefined).map(({ reasons }) => reasons)).toEqual([[{ proprietary: 'X9', texts: [] }], []]);
  });

  it('has that of the group when its payment information has none', async () => {
    const reports = await statusesIn(document(HEADER, group('<GrpSts>ACCP</GrpSts>'), payment(id('P1'), transaction('A')), payment(id('P2'), transaction('B', status('RJCT')))));
    expect(told(reports)).toEqual(['A ACCP of group in P1 in F1', 'B RJCT of transaction in P2 in F1']);
  });

  it('is refused in words when nobody says anything', async () => {
    expect(await faultsIn(document(HEADER, group(''), payment(id('P1'), transaction('A'))))).toEqual([[{ payment: 1, transaction: 1 }, 'payouts.bank_status_missing', {}]]);
  });
});

describe('elements out of order', () => {
  const parts = [id('P1'), '<PmtInfSts>PART</PmtInfSts>', transaction('A'), transaction('B', status('RJCT'))];
  const permutations = (list: readonly string[]): string[][] => (list.length < 2 ? [[...list]] : list.flatMap((first, at) => permutations(list.toSpliced(at, 1)).map((rest) => [first, ...rest])));

  it.each(permutations(parts))('say the same within a payment: %#', async (...order) => {
    expect(told(await statusesIn(document(HEADER, group(''), payment(...order))))).toEqual(['A PART of payment in P1 in F1', 'B RJCT of transaction in P1 in F1']);
  });

  it.each(permutations([HEADER, group('<GrpSts>ACSP</GrpSts>'), payment(id('P1'), transaction('A')), payment(id('P2'), transaction('B', status('RJCT')))]))('say the same across the message: %#', async (...order) => {
    const reports = await statusesIn(document(...order));
    expect(told(reports)).toEqual(['A ACSP of group in P1 in F1', 'B RJCT of transaction in P2 in F1']);
    expect(reports.filter(({ level }) => level === 'group')).toHaveLength(1);
  });

  it('and no group at all leave what each payment says', async () => {
    expect(told(await statusesIn(document(HEADER, payment(transaction('A'), id('P1'), '<PmtInfSts>RJCT</PmtInfSts>'), payment(id('P2'), transaction('B', status('ACSP'))))))).toEqual([
      'A RJCT of payment in P1 in undefined', 'B ACSP of transaction in P2 in undefined',
    ]);
  });

  it('are refused once more would have to wait than is held', async () => {
    const many = payment(...Array.from({ length: MOST_WAITING + 1 }, (_, n) => transaction(`R${n}`)), id('P1'));
    expect((await readMessage(document(HEADER, many, group('')))).at(-1)).toEqual({ report: 'refused', refusal: { code: 'payouts.bank_disorder', params: { most: MOST_WAITING } } });
  });
});

describe('the numbers by status', () => {
  const counts = (...rows: [string, number][]): string => rows.map(([word, count]) => `<NbOfTxsPerSts><DtldNbOfTxs>${count}</DtldNbOfTxs><DtldSts>${word}</DtldSts></NbOfTxsPerSts>`).join('');

  it('that add up are no matter', async () => {
    const whole = `<OrgnlNbOfTxs>3</OrgnlNbOfTxs>${counts(['RJCT', 1], ['ACSP', 2])}`;
    const twice = whole.replaceAll(/>(\d)</g, (_, count: string) => `>${2 * Number(count)}<`);
    const one = (name: string): string => payment(id(name), whole, transaction(name, status('RJCT')));
    expect(await faultsIn(document(HEADER, group(`${twice}<GrpSts>PART</GrpSts>`), one('P1'), one('P2')))).toEqual([]);
  });

  it('that do not are said, of the group and of the payment', async () => {
    const xml = document(HEADER, group(`<OrgnlNbOfTxs>3</OrgnlNbOfTxs>${counts(['RJCT', 1], ['ACSP', 1])}`), payment(id('P1'), counts(['RJCT', 1]), transaction('A', status('RJCT')), transaction('B', status('RJCT'))));
    expect(await faultsIn(xml)).toEqual([
      [{ payment: 1 }, 'payouts.bank_status_count', { status: 'RJCT', stated: '1', found: '2' }],
      [{}, 'payouts.bank_status_sum', { stated: '3', found: '2' }],
      [{}, 'payouts.bank_status_count', { status: 'RJCT', stated: '1', found: '2' }],
    ]);
  });
});

describe('what is written beside a status', () => {
  it('is kept: several reasons, lines of text, the bank’s own codes', async () => {
    const reasons = '<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>closed on</AddtlInf><AddtlInf>1 May</AddtlInf></StsRsnInf><StsRsnInf><Rsn><Prtry>0042</Prtry></Rsn></StsRsnInf>';
    const [only] = await statusesIn(document(HEADER, group(''), payment(id('P1'), transaction('A', `${status('RJCT')}${reasons}`))));
    expect(only?.reasons).toEqual([{ code: 'AC04', texts: ['closed on', '1 May'] }, { proprietary: '0042', texts: [] }]);
  });

  it.each(['ns2:', ''])('reads with the prefix "%s" as without', async (prefix) => {
    const xml = document(HEADER, group('<GrpSts>ACTC</GrpSts>')).replaceAll(/<(\/?)(\w)/g, `<$1${prefix}$2`).replace('xmlns=', prefix === '' ? 'xmlns=' : 'xmlns:ns2=');
    expect(await readMessage(xml)).toMatchObject([{ report: 'message', version: '10' }, { status: 'ACTC' }, { report: 'end' }]);
  });

  it('is found inside an envelope', async () => {
    const xml = `<Envelope><AppHdr><MsgDefIdr>pain.002.001.10</MsgDefIdr></AppHdr>${document(HEADER, group('<GrpSts>ACTC</GrpSts>'))}</Envelope>`;
    expect(await readMessage(xml)).toMatchObject([{ report: 'message', version: '10' }, { status: 'ACTC' }, { report: 'end' }]);
  });
});
