import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { collected, inPieces, readMessage, shown } from '../../../../test/support/bank-reports.js';
import { sharedBytes } from '../../../../test/support/shared-data.js';
import { readBankMessage, type BankFileEnd, type BankFileOptions } from './bank-file.importer.js';

const expectSample = async (name: string, expected: readonly unknown[], options?: Partial<BankFileOptions>): Promise<void> => {
  const bytes = sharedBytes('data', 'iso20022', 'samples', name);
  if (bytes === undefined) return;
  expect(shown(await readMessage(bytes, options))).toEqual(expected);
};

const end = (reportCount: number, faultCount = 0): BankFileEnd => ({ report: 'end', schemaValid: 'not_checked', reportCount, faultCount });

describe('a status report of a real bank', () => {
  it('PostFinance: the whole file can be read, no payment is named', () => expectSample('postfinance-pain002-epo_p_0_0_0_2018031510491259.xml', [
    { report: 'message', kind: 'pain.002', version: '03', messageId: '20180315375204222821684', createdAt: '2018-03-15T10:49:10' },
    { report: 'status', level: 'group', statedAt: 'group', status: 'ACTC', reasons: [], originalMessageId: 'MsgId-001' },
    end(2),
  ]));

  it('Nordea: a file refused as a whole', () => expectSample('iso20022js-nordea-pain_002_v3_group_reject.xml', [
    { report: 'message', kind: 'pain.002', version: '03', messageId: 'XML990920150810101909283', createdAt: '2015-08-10T10:19:09' },
    { report: 'status', level: 'group', statedAt: 'group', status: 'RJCT', reasons: [{ code: 'DU01', texts: ['ISO Duplicate Message ID'] }], originalMessageId: 'MSGID-PS-TEST-0708-01' },
    end(2),
  ]));

  it('Nordea: a group of payments refused', () => expectSample('iso20022js-nordea-pain_002_v3_payment_reject.xml', [
    { report: 'message', kind: 'pain.002', version: '03', messageId: 'XML990920150717170814238', createdAt: '2015-07-17T15:08:14Z' },
    {
      report: 'status', level: 'payment', statedAt: 'payment', status: 'RJCT', originalMessageId: 'MSGID-COM-SCE25-1707-01', originalPaymentId: 'PMTINFID-COM-SCE25-1707-01',
      reasons: [{ code: 'NARR', texts: ['CAP Invalid code or combinations in CategoryPurpose or ServiceLevel'] }],
    },
    end(2),
  ]));

  it('Nordea: each payment refused with its reason', () => {
    const refused = (number: string) => ({
      report: 'status', level: 'transaction', statedAt: 'transaction', status: 'RJCT', originalMessageId: 'MSGID-950-TEST2-2807-01', originalPaymentId: 'PMTINFID-950-TEST2-2807-01',
      endToEndId: `ENDTOENDID-950-TEST2-2807-${number}`, reasons: [{ code: 'NARR', texts: ['CAP Invalid code or combinations in CategoryPurpose or ServiceLevel'] }],
    });
    return expectSample('iso20022js-nordea-pain_002_v3_txn_reject.xml', [
      { report: 'message', kind: 'pain.002', version: '03', messageId: 'XML990920150728124014189', createdAt: '2015-07-28T10:40:14Z' },
      refused('02'), refused('01'),
      { report: 'status', level: 'payment', statedAt: 'payment', status: 'RJCT', reasons: [], originalMessageId: 'MSGID-950-TEST2-2807-01', originalPaymentId: 'PMTINFID-950-TEST2-2807-01' },
      end(4),
    ]);
  });

  it('Goldman Sachs: one payment accepted, with the amount it had, and fewer named than sent', () => expectSample('iso20022js-goldman_sachs-pain_002_v3_accepted.xml', [
    { report: 'message', kind: 'pain.002', version: '03', messageId: '1036XXX', createdAt: '2020-08-20T15:25:48' },
    {
      report: 'status', level: 'transaction', statedAt: 'transaction', status: 'ACCP', reasons: [{ code: 'NARR', texts: [] }], originalMessageId: '10280093XXXX', originalPaymentId: '3B-CCY',
      endToEndId: 'GSDGFKfLURaHb', amount: '10.00 USD',
    },
    end(2),
  ]));

  it('Cross River: no namespace, no original message, its own sentence in CDATA', () => expectSample('iso20022js-cross_river-pain_002_batch_rejected.xml', [
    { report: 'message', kind: 'pain.002', messageId: expect.any(String), createdAt: expect.any(String) },
    {
      report: 'status', level: 'group', statedAt: 'group', status: 'RJCT',
      reasons: [{ code: 'NARR', texts: [expect.stringContaining('Error parsing file examplefile.xml')] }],
    },
    end(2),
  ]));

  it('a German bank: no namespace, a name that does not match its account, told on all three levels', () => {
    const id = '2025-10-20T23:33:49:0045';
    return expectSample('hbci4java-pain.002.001.10-01.xml', [
      { report: 'message', kind: 'pain.002', messageId: '8fe2133db36b4026ba7d6766583d434e', createdAt: '2025-10-20T21:33:51.999511' },
      { report: 'status', level: 'group', statedAt: 'group', status: 'RVMC', originalMessageId: id, reasons: [{ texts: [expect.stringContaining('RVNM Der Name'), expect.any(String), expect.any(String), 'RVNM wird.'] }] },
      { report: 'status', level: 'transaction', statedAt: 'transaction', status: 'RVNM', reasons: [], originalMessageId: id, originalPaymentId: id, uetr: 'a34743b9-fb22-4ec6-9947-03b7e191584e' },
      { report: 'status', level: 'payment', statedAt: 'payment', status: 'RVMC', reasons: [], originalMessageId: id, originalPaymentId: id },
      end(4),
    ]);
  });
});

describe('bookings of a real bank', () => {
  it('PostFinance: a collective credit of two, one of them without a reference', () => {
    const common = {
      report: 'booking', covers: 'transaction', statement: 1, entry: 1, status: 'BOOK', direction: 'credit', entryDirection: 'credit', isReversal: false, bookedOn: '2020-06-18', valueOn: '2020-06-18',
      charges: [], isFee: false,
    };
    const entry = { entryReference: 'CH7730000001250094239', entryServicerReference: '1000000000000000' };
    return expectSample('postfinance-camt.054.001.08-a.xml', [
      { report: 'message', kind: 'camt.054', version: '08', messageId: '20200618375204295372463', createdAt: '2020-06-18T23:41:07' },
      {
        ...common, transaction: 1, amount: '778.29 CHF', texts: ['539115429773825311971477453'],
        references: { ...entry, servicerReference: '2000000000000000', instructionId: '1006265-25bbb3b1a', endToEndId: '1006265-aic5dL-75dzf3jk9-cf2d5e9', uetr: 'b009c997-97b3-4a9c-803c-d645a7276bf0' },
      },
      { ...common, transaction: 2, amount: '913.93 CHF', texts: ['662437765447746478179744715'], references: { ...entry, servicerReference: '3000000000000000', instructionId: '1005970-70a75515' } },
      { report: 'statement', statement: 1, statementId: '20200618375204295372465', account: 'CH2909000000250094239', createdAt: '2020-06-18T23:41:07', entryCount: 1, balances: [] },
      end(4),
    ]);
  });

  it('UBS: amounts without their decimals are refused in words, and the entry with them', () => expectSample('genkgo-camt054.v8.xml', [
    { report: 'message', kind: 'camt.054', version: '08', messageId: 'AAAASESS-FP-ACCR001', createdAt: '2007-10-18T12:30:00+01:00' },
    {
      report: 'fault', code: 'payouts.bank_amount', params: { text: '200000', currency: 'SEK', decimals: 2 }, place: { statement: 1, entry: 1 }, raw: '200000 SEK ACSR160617103200001',
    },
    { report: 'statement', statement: 1, statementId: 'AAAASESS-FP-ACCR001', account: 'CH2801234000123456789', createdAt: '2007-10-18T12:30:00+01:00', entryCount: 1, balances: [] },
    end(3, 1),
  ]));

  it('UBS: where a bank drops zeros, its account says so, and the transactions are read; there is one more of them than it counts', () => {
    const transaction = (position: number, number: string, amount: string, texts: readonly string[]) => ({
      report: 'booking', covers: 'transaction', transaction: position, statement: 1, entry: 1, status: 'BOOK', direction: 'credit', entryDirection: 'debit', isReversal: false,
      bookedOn: '2007-10-18', valueOn: '2007-10-18', amount, charges: [], isFee: false, texts,
      references: {
        paymentId: 'UXC06170000006PI00001', instructionId: `UXC06170000006PI00001II0000${number}`, endToEndId: `UXC06170000006PI00001EE0000${number}`, entryServicerReference: 'ACSR160617103200001',
      },
    });
    return expectSample('genkgo-camt054.v8.xml', [
      { report: 'message', kind: 'camt.054', version: '08', messageId: 'AAAASESS-FP-ACCR001', createdAt: '2007-10-18T12:30:00+01:00' },
      transaction(1, '1', '3.10 CHF', ['Unstructured Remittance Information V1', 'ISR ref number V1']),
      transaction(2, '2', '3.20 CHF', ['ISR ref number V2']),
      transaction(3, '2', '3.20 CHF', ['Unstructured Remittance Information V3 block 1', 'Unstructured Remittance Information V3 block 2', 'Ref number V3 block 1', 'Ref number V3 block 2']),
      { report: 'fault', code: 'payouts.bank_transaction_count', params: { stated: '2', found: '3' }, place: { statement: 1, entry: 1 } },
      { report: 'statement', statement: 1, statementId: 'AAAASESS-FP-ACCR001', account: 'CH2801234000123456789', createdAt: '2007-10-18T12:30:00+01:00', entryCount: 1, balances: [] },
      end(6, 1),
    ], { decimals: 'short' });
  });

  it('an order to pay is no answer to one', async () => {
    await expectSample('phpsepa-pain.001.001.09.xml', [{ report: 'refused', refusal: { code: 'payouts.bank_unknown_message', params: { found: 'CstmrCdtTrfInitn' } } }]);
    await expectSample('pain001py-pain.001.001.09.xml', [{ report: 'refused', refusal: { code: 'payouts.bank_unknown_message', params: { found: 'CstmrCdtTrfInitn' } } }]);
  });
});

describe('whatever is in a file', () => {
  const NAMES = ['genkgo-camt054.v8.xml', 'postfinance-camt.054.001.08-a.xml', 'hbci4java-pain.002.001.10-01.xml', 'iso20022js-nordea-pain_002_v3_txn_reject.xml'];
  const samples = NAMES.flatMap((name) => sharedBytes('data', 'iso20022', 'samples', name) ?? []);
  const spoilt = fc.record({ of: fc.nat(), at: fc.nat(), cut: fc.nat({ max: 200 }), put: fc.oneof(fc.string({ maxLength: 20 }).map((text) => Buffer.from(text)), fc.uint8Array({ maxLength: 8 }), fc.constantFrom('<', '>', '</Ntry>', '<TxDtls>', '&', ']]>', '<!--', '<!DOCTYPE a>').map((text) => Buffer.from(text))) });

  it('its reading ends, in words or with reports, and is never thrown', async () => {
    if (samples.length === 0) return;
    await fc.assert(fc.asyncProperty(spoilt, async ({ of, at, cut, put }) => {
      const bytes = samples[of % samples.length] as Buffer;
      const place = at % bytes.length;
      const reports = await readMessage(Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + cut)]), { decimals: 'short' });
      expect(['end', 'refused']).toContain(reports.at(-1)?.report);
      expect(reports.slice(0, -1).filter(({ report }) => report === 'end' || report === 'refused')).toEqual([]);
    }), { numRuns: 400 });
  });

  it('how it was cut into pieces does not matter', async () => {
    for (const bytes of samples) {
      const whole = shown(await collected(readBankMessage(inPieces(bytes, bytes.length), { decimals: 'short' })));
      for (const length of [1, 2, 255, 256, 257]) expect(shown(await collected(readBankMessage(inPieces(bytes, length), { decimals: 'short' })))).toEqual(whole);
    }
  });
});
