/** Messages of a bank about files of ours, as small as banks' readers take them; real samples are filled in by `adapted`. */

export interface StatusOf {
  readonly reference: string;
  readonly word?: string;
  readonly reason?: string;
}

export interface BookedEntry {
  readonly direction: 'debit' | 'credit';
  readonly amount: string;
  readonly currency?: string;
  /** The bank's own; left out where the bank has none. */
  readonly bankReference?: string;
  readonly reference?: string;
  /** Of a sum: our file, and how many are in it. */
  readonly messageId?: string;
  readonly count?: number;
  readonly on?: string;
  readonly status?: string;
  readonly returnReason?: string;
  /** Stated as already in the amount. */
  readonly charge?: string;
  readonly isFee?: boolean;
  /** What was written for people. */
  readonly text?: string;
}

const leaf = (name: string, text: string | undefined): string => (text === undefined ? '' : `<${name}>${text}</${name}>`);

/** pain.002: a word for the file or its group, and for each payment. */
export const statusFile = ({ id, messageId, group, payment, paymentReason, lines = [], version = '10', groupReason }: {
  id: string; messageId: string; group?: string; payment?: string; lines?: readonly StatusOf[]; version?: '03' | '10'; groupReason?: string; paymentReason?: string;
}): string => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.${version}"><CstmrPmtStsRpt><GrpHdr><MsgId>${id}</MsgId><CreDtTm>2026-10-20T12:00:00Z</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>${messageId}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>${leaf('GrpSts', group)}${groupReason === undefined ? '' : `<StsRsnInf><Rsn><Cd>${groupReason}</Cd></Rsn></StsRsnInf>`}</OrgnlGrpInfAndSts>
${payment === undefined && lines.length === 0 ? '' : `<OrgnlPmtInfAndSts><OrgnlPmtInfId>${messageId}</OrgnlPmtInfId>${leaf('PmtInfSts', payment)}${paymentReason === undefined ? '' : `<StsRsnInf><Rsn><Cd>${paymentReason}</Cd></Rsn></StsRsnInf>`}
${lines.map(({ reference, word, reason }) => `<TxInfAndSts><OrgnlEndToEndId>${reference}</OrgnlEndToEndId>${leaf('TxSts', word)}${reason === undefined ? '' : `<StsRsnInf><Rsn><Cd>${reason}</Cd></Rsn></StsRsnInf>`}</TxInfAndSts>`).join('\n')}</OrgnlPmtInfAndSts>`}
</CstmrPmtStsRpt></Document>`;

const side = (direction: BookedEntry['direction']): string => (direction === 'debit' ? 'DBIT' : 'CRDT');

const details = ({ amount, currency = 'EUR', direction, reference, bankReference, returnReason, charge, messageId, count, text }: BookedEntry): string => {
  if (messageId !== undefined) return `<NtryDtls><Btch><MsgId>${messageId}</MsgId>${count === undefined ? '' : `<NbOfTxs>${count}</NbOfTxs>`}</Btch></NtryDtls>`;
  if (reference === undefined && text === undefined) return '';
  return `<NtryDtls><TxDtls><Refs>${leaf('AcctSvcrRef', bankReference)}${leaf('EndToEndId', reference)}</Refs><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${side(direction)}</CdtDbtInd>${
    charge === undefined ? '' : `<Chrgs><Rcrd><Amt Ccy="${currency}">${charge}</Amt><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>`}${
    text === undefined ? '' : `<RmtInf><Ustrd>${text}</Ustrd></RmtInf>`}${
    returnReason === undefined ? '' : `<RtrInf><Rsn><Cd>${returnReason}</Cd></Rsn></RtrInf>`}</TxDtls></NtryDtls>`;
};

const entry = (booked: BookedEntry): string => `<Ntry><Amt Ccy="${booked.currency ?? 'EUR'}">${booked.amount}</Amt><CdtDbtInd>${side(booked.direction)}</CdtDbtInd><Sts><Cd>${booked.status ?? 'BOOK'}</Cd></Sts><BookgDt><Dt>${booked.on ?? '2026-10-20'}</Dt></BookgDt>${
  leaf('AcctSvcrRef', booked.bankReference)}<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>${booked.isFee === true ? 'CHRG' : 'ESCT'}</SubFmlyCd></Fmly></Domn></BkTxCd>${details(booked)}</Ntry>`;

/** camt.054. */
export const noticeFile = ({ id, account = 'DE02120300000000202051', entries, version = '08' }: { id: string; account?: string; entries: readonly BookedEntry[]; version?: '04' | '08' }): string => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.${version}"><BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>${id}</MsgId><CreDtTm>2026-10-20T18:00:00Z</CreDtTm></GrpHdr>
<Ntfctn><Id>${id}</Id><CreDtTm>2026-10-20T18:00:00Z</CreDtTm><Acct><Id><IBAN>${account}</IBAN></Id></Acct>
${entries.map(entry).join('\n')}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>`;

/** camt.053 with the balances before and after. */
export const statementFile = ({ id, account = 'DE02120300000000202051', opening, closing, on = '2026-10-20', entries }: {
  id: string; account?: string; opening: string; closing: string; on?: string; entries: readonly BookedEntry[];
}): string => {
  const balance = (type: string, text: string): string => `<Bal><Tp><CdOrPrtry><Cd>${type}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${text.replace('-', '')}</Amt><CdtDbtInd>${text.startsWith('-') ? 'DBIT' : 'CRDT'}</CdtDbtInd><Dt><Dt>${on}</Dt></Dt></Bal>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>${id}</MsgId><CreDtTm>2026-10-20T18:00:00Z</CreDtTm></GrpHdr>
<Stmt><Id>${id}</Id><Acct><Id><IBAN>${account}</IBAN></Id></Acct>${balance('OPBD', opening)}${balance('CLBD', closing)}
${entries.map(entry).join('\n')}</Stmt></BkToCstmrStmt></Document>`;
};

/** A real file of a bank with what it says of other people's payments put in our words. */
export const adapted = (sample: string, replacements: Readonly<Record<string, string>>): string =>
  Object.entries(replacements).reduce((text, [theirs, ours]) => text.replaceAll(theirs, ours), sample);
