import { describe, expect, it } from '@jest/globals';
import { collected, inPieces, readMessage, shown } from '../../../../test/support/bank-reports.js';
import { readBankMessage } from './bank-file.importer.js';
import { XML_LIMITS } from './bank-xml.importer.js';

interface EntryParts { readonly amount?: string; readonly direction?: string; readonly status?: string; readonly details?: string; readonly rest?: string }

const entry = ({ amount = '<Amt Ccy="EUR">30.00</Amt>', direction = 'DBIT', status = '<Sts><Cd>BOOK</Cd></Sts>', details = '', rest = '' }: EntryParts = {}): string =>
  `<Ntry>${amount}<CdtDbtInd>${direction}</CdtDbtInd>${status}<BookgDt><Dt>2026-11-20</Dt></BookgDt>${rest}${details}</Ntry>`;
const transaction = (reference: string, amount: string, inner = ''): string =>
  `<TxDtls><Refs><EndToEndId>${reference}</EndToEndId></Refs><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd>${inner}</TxDtls>`;
const details = (...inner: string[]): string => `<NtryDtls>${inner.join('')}</NtryDtls>`;
const notice = (...entries: string[]): string =>
  `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>N1</MsgId></GrpHdr><Ntfctn><Id>N1-1</Id>${entries.join('')}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>`;
const balance = (type: string, amount: string, direction = 'CRDT'): string =>
  `<Bal><Tp><CdOrPrtry><Cd>${type}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>`;
const statement = (...inner: string[]): string =>
  `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>S1</MsgId></GrpHdr><Stmt><Id>S1-1</Id>${inner.join('')}</Stmt></BkToCstmrStmt></Document>`;

const bookings = async (xml: string): Promise<unknown> => shown((await readMessage(xml)).filter(({ report }) => report === 'booking'));
const faults = async (xml: string): Promise<unknown[]> => (await readMessage(xml)).flatMap((report) => (report.report === 'fault' ? [[report.place, report.code, report.params, report.raw]] : []));

const BOOKED = { report: 'booking', statement: 1, entry: 1, status: 'BOOK', direction: 'debit', entryDirection: 'debit', isReversal: false, bookedOn: '2026-11-20', charges: [], isFee: false, texts: [] };

describe('an entry', () => {
  it('of two transactions is told as two', async () => {
    expect(await bookings(notice(entry({ details: details(transaction('A', '10.00'), transaction('B', '20.00')) })))).toEqual([
      { ...BOOKED, covers: 'transaction', transaction: 1, amount: '10.00 EUR', references: { endToEndId: 'A' } },
      { ...BOOKED, covers: 'transaction', transaction: 2, amount: '20.00 EUR', references: { endToEndId: 'B' } },
    ]);
  });

  it('that was booked in one sum is told as that sum of its batch', async () => {
    const batch = '<Btch><MsgId>F1</MsgId><PmtInfId>P1</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>';
    expect(await bookings(notice(entry({ details: details(batch) })))).toEqual([{ ...BOOKED, covers: 'batch', amount: '30.00 EUR', batchCount: '2', references: { messageId: 'F1', paymentId: 'P1' } }]);
  });

  it('of several batches is told as their sums', async () => {
    const batch = (id: string, amount: string): string => details(`<Btch><PmtInfId>${id}</PmtInfId><TtlAmt Ccy="EUR">${amount}</TtlAmt></Btch>`);
    expect(await bookings(notice(entry({ details: batch('P1', '10.00') + batch('P2', '20.00') })))).toMatchObject([
      { covers: 'batch', transaction: 1, amount: '10.00 EUR', references: { paymentId: 'P1' } }, { covers: 'batch', transaction: 2, amount: '20.00 EUR', references: { paymentId: 'P2' } },
    ]);
  });

  it('whose one transaction names only the group stands for the group', async () => {
    const only = '<TxDtls><Refs><PmtInfId>P1</PmtInfId><EndToEndId>NOTPROVIDED</EndToEndId></Refs></TxDtls>';
    expect(await bookings(notice(entry({ details: details(only) })))).toMatchObject([{ covers: 'batch', amount: '30.00 EUR', references: { paymentId: 'P1' } }]);
  });

  it('without anything below it stands for itself, and is a fee if its code says so', async () => {
    const code = '<BkTxCd><Domn><Cd>ACMT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn></BkTxCd>';
    expect(await bookings(notice(entry({ rest: `${code}<AddtlNtryInf>Account fee</AddtlNtryInf>` })))).toEqual([
      { ...BOOKED, covers: 'entry', amount: '30.00 EUR', isFee: true, references: {}, texts: ['Account fee'] },
    ]);
  });

  it('of version 04 has its status as bare text, and its transactions no direction of their own', async () => {
    const old = (reference: string, amount: string): string => `<TxDtls><Refs><EndToEndId>${reference}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">${amount}</Amt></TxAmt></AmtDtls><Chrgs><Amt Ccy="EUR">0.10</Amt></Chrgs></TxDtls>`;
    const xml = notice(entry({ status: '<Sts>PDNG</Sts>', details: details(old('A', '10.00'), old('B', '20.00')) })).replace('camt.054.001.08', 'camt.054.001.04');
    expect(shown(await readMessage(xml))).toMatchObject([
      { version: '04' }, { status: 'PDNG', direction: 'debit', covers: 'transaction', amount: '10.00 EUR', charges: [{ amount: '0.10 EUR', isIncluded: false }] }, { amount: '20.00 EUR' }, {}, { faultCount: 0 },
    ]);
  });

  it('gives its amount to its only transaction, and to none of several', async () => {
    const bare = (reference: string): string => `<TxDtls><Refs><EndToEndId>${reference}</EndToEndId></Refs></TxDtls>`;
    expect(await bookings(notice(entry({ details: details(bare('A')) })))).toMatchObject([{ covers: 'transaction', amount: '30.00 EUR', references: { endToEndId: 'A' } }]);
    expect(await faults(notice(entry({ details: details(bare('A'), bare('B')) })))).toEqual([
      [{ statement: 1, entry: 1, transaction: 1 }, 'payouts.bank_amount_missing', {}, 'A'], [{ statement: 1, entry: 1, transaction: 2 }, 'payouts.bank_amount_missing', {}, 'B'],
    ]);
  });

  it('may have its elements in any order', async () => {
    const parts = ['<Amt Ccy="EUR">10.00</Amt>', '<CdtDbtInd>DBIT</CdtDbtInd>', '<Sts><Cd>BOOK</Cd></Sts>', '<BookgDt><DtTm>2026-11-20T09:00:00</DtTm></BookgDt>', details(transaction('A', '10.00'))];
    const turns = parts.map((_, turn) => [...parts.slice(turn), ...parts.slice(0, turn)]);
    for (const turned of [...turns, ...turns.map((order) => order.toReversed()), parts.toSpliced(3, 2, ...parts.slice(3).toReversed())].map((order) => order.join(''))) {
      expect(await bookings(notice(`<Ntry>${turned}</Ntry>`))).toEqual([{ ...BOOKED, covers: 'transaction', transaction: 1, amount: '10.00 EUR', references: { endToEndId: 'A' } }]);
    }
  });
});

describe('money that comes back', () => {
  it('is a credit with our reference, its reason and what was kept of it', async () => {
    const inner = '<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>closed</AddtlInf></RtrInf><Chrgs><Rcrd><Amt Ccy="EUR">1.50</Amt><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>';
    const back = transaction('A', '8.50', inner).replace('DBIT', 'CRDT');
    expect(await bookings(notice(entry({ amount: '<Amt Ccy="EUR">8.50</Amt>', direction: 'CRDT', details: details(back) })))).toEqual([{
      ...BOOKED, direction: 'credit', entryDirection: 'credit', covers: 'transaction', transaction: 1, amount: '8.50 EUR', references: { endToEndId: 'A' },
      returnReasons: [{ code: 'AC04', texts: ['closed'] }], charges: [{ amount: '1.50 EUR', isIncluded: true }],
    }]);
  });

  it('is told as a reversal when the bank takes back its own booking', async () => {
    expect(await bookings(notice(entry({ direction: 'CRDT', rest: '<RvslInd>true</RvslInd>' })))).toMatchObject([{ isReversal: true, direction: 'credit' }]);
  });
});

describe('what cannot be right', () => {
  it.each([
    ['30.0', 'EUR', { text: '30.0', currency: 'EUR', decimals: 2 }], ['30.000', 'EUR', { text: '30.000', currency: 'EUR', decimals: 2 }],
    ['30', 'EUR', { text: '30', currency: 'EUR', decimals: 2 }], ['1000.0', 'KRW', { text: '1000.0', currency: 'KRW', decimals: 0 }],
    ['1.00', 'KWD', { text: '1.00', currency: 'KWD', decimals: 3 }], ['-1.00', 'EUR', { text: '-1.00', currency: 'EUR', decimals: 2 }], ['1e3', 'KRW', { text: '1e3', currency: 'KRW', decimals: 0 }],
    ['', 'EUR', { text: '', currency: 'EUR', decimals: 2 }], ['99999999999999999999.00', 'EUR', { text: '99999999999999999999.00', currency: 'EUR', decimals: 2 }],
  ])('an entry of "%s" %s is refused with its transactions, and kept as it was', async (text, currency, params) => {
    const bad = entry({ amount: `<Amt Ccy="${currency}">${text}</Amt>`, details: details(transaction('A', '10.00')), rest: '<AcctSvcrRef>R1</AcctSvcrRef>' });
    expect(await faults(notice(bad, entry()))).toEqual([[{ statement: 1, entry: 1 }, 'payouts.bank_amount', params, `${text} ${currency} R1`.trim()]]);
    expect(await bookings(notice(bad, entry()))).toMatchObject([{ entry: 2 }]);
  });

  it.each([['1000', 'KRW'], ['1.000', 'KWD'], ['0.0001', 'CLF']])('%s %s is an amount', async (text, currency) => {
    expect(await bookings(notice(entry({ amount: `<Amt Ccy="${currency}">${text}</Amt>` })))).toMatchObject([{ amount: `${text} ${currency}` }]);
  });

  it('a currency that is none, and a transaction whose amount cannot be read, are named', async () => {
    expect(await faults(notice(entry({ amount: '<Amt Ccy="ZZZ">1.00</Amt>' })))).toEqual([[{ statement: 1, entry: 1 }, 'payouts.bank_currency', { currency: 'ZZZ' }, '1.00 ZZZ']]);
    expect(await faults(notice(entry({ details: details(transaction('A', '10.00'), transaction('B', '20,00')) })))).toEqual([
      [{ statement: 1, entry: 1, transaction: 2 }, 'payouts.bank_amount', { text: '20,00', currency: 'EUR', decimals: 2 }, '20,00 EUR B'],
    ]);
  });

  it('an entry that is not the sum of its transactions, or has more than it counts, is said', async () => {
    expect(await faults(notice(entry({ details: details('<Btch><NbOfTxs>3</NbOfTxs></Btch>', transaction('A', '10.00'), transaction('B', '10.00')) })))).toEqual([
      [{ statement: 1, entry: 1 }, 'payouts.bank_entry_sum', { stated: '30.00 EUR', found: '20.00' }, undefined],
      [{ statement: 1, entry: 1 }, 'payouts.bank_transaction_count', { stated: '3', found: '2' }, undefined],
    ]);
  });

  it.each([['Sts', 'status'], ['CdtDbtInd', 'direction'], ['Amt', 'amount']])('an entry without %s proves nothing', async (name, what) => {
    const xml = notice(entry({ details: details(transaction('A', '30.00')) }).replace(new RegExp(`<${name}[ >].*?</${name}>`), ''));
    expect(await bookings(xml)).toEqual([]);
    expect(await faults(xml)).toMatchObject([[{ statement: 1, entry: 1 }, `payouts.bank_${what}_missing`, {}, undefined]]);
  });
});

describe('a statement', () => {
  it('that adds up says its account and balances', async () => {
    const xml = statement('<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>', balance('OPBD', '100.00'), balance('CLBD', '70.00'), entry());
    expect(shown((await readMessage(xml)).slice(2))).toEqual([
      {
        report: 'statement', statement: 1, statementId: 'S1-1', account: 'DE89370400440532013000', entryCount: 1,
        balances: [{ type: 'OPBD', on: '2026-11-20', amount: '100.00 EUR' }, { type: 'CLBD', on: '2026-11-20', amount: '70.00 EUR' }],
      },
      { report: 'end', schemaValid: 'not_checked', reportCount: 3, faultCount: 0 },
    ]);
  });

  it('that does not add up, or has fewer entries than it says, is told', async () => {
    const summary = '<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries></TxsSummry>';
    expect(await faults(statement(summary, balance('OPBD', '10.00'), balance('CLBD', '20.00'), entry()))).toEqual([
      [{ statement: 1 }, 'payouts.bank_entry_count', { stated: '2', found: '1' }, undefined],
      [{ statement: 1 }, 'payouts.bank_balance', { stated: '20.00 EUR', found: '-20.00' }, undefined],
    ]);
  });

  it('of which an entry could not be read is not added up', async () => {
    expect((await faults(statement(balance('OPBD', '10.00'), balance('CLBD', '20.00'), entry({ amount: '<Amt Ccy="EUR">1</Amt>' })))).map((fault) => (fault as unknown[])[1])).toEqual(['payouts.bank_amount']);
  });

  it('may be overdrawn; what is only announced is not added', async () => {
    expect(await faults(statement(balance('OPBD', '10.00'), balance('CLBD', '20.00', 'DBIT'), entry(), entry({ status: '<Sts><Cd>PDNG</Cd></Sts>' })))).toEqual([]);
  });

  it('of which a page is elsewhere is not added up', async () => {
    const page = '<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>';
    expect(await faults(statement(page, balance('OPBD', '10.00'), balance('CLBD', '20.00'), entry()))).toEqual([]);
  });

  it('after another begins to count anew', async () => {
    const two = statement(balance('OPBD', '30.00'), balance('CLBD', '0.00'), entry()).replace('</Stmt>', `</Stmt><Stmt><Id>S1-2</Id>${balance('OPBD', '0.00')}${balance('CLBD', '30.00')}${entry({ direction: 'CRDT' })}</Stmt>`);
    expect(await readMessage(two)).toMatchObject([{}, { statement: 1, entry: 1 }, { statementId: 'S1-1' }, { statement: 2, entry: 1 }, { statementId: 'S1-2', entryCount: 1 }, { faultCount: 0 }]);
  });
});

describe('a long message', () => {
  const details100 = details(...Array.from({ length: 100 }, (_, n) => transaction(`R${n}`, '0.30')));

  it('is told while it is read, and holds nothing of what went by', async () => {
    const [head = '', tail = ''] = notice('|').split('|');
    let pieces = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(head);
      for (; pieces < 1_000; pieces += 1) yield Buffer.from(entry({ details: details100 }));
      yield Buffer.from(tail);
    }
    let [told, first, last] = [0, 0, {}];
    for await (const report of readBankMessage(source(), { decimals: 'exact' })) {
      if (report.report === 'booking' && told === 0) first = pieces;
      if (report.report === 'booking') told += 1;
      last = report;
    }
    // More characters than may be held at once: what went by was let go of.
    expect([told, first < 3, last]).toEqual([100_000, true, { report: 'end', schemaValid: 'not_checked', reportCount: 100_002, faultCount: 0 }]);
    expect(details100.length * 1_000).toBeGreaterThan(XML_LIMITS.heldCharacters);
  });

  it('may be printed as widely as its bank likes', async () => {
    const wide = `${' '.repeat(60_000)}\n`;
    expect(wide.length * 150).toBeGreaterThan(XML_LIMITS.heldCharacters);
    const xml = notice(entry({ details: details(...Array.from({ length: 150 }, (_, n) => wide + transaction(`R${n}`, '0.20'))) }));
    expect((await collected(readBankMessage(inPieces(Buffer.from(xml), 65_536), { decimals: 'exact' }))).at(-1)).toEqual({ report: 'end', schemaValid: 'not_checked', reportCount: 152, faultCount: 0 });
  });
});
