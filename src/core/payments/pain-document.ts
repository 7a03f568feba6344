import { formatMoney, money } from '../money/index.js';
import { formatInstant } from '../time/index.js';
import type { BatchHeader, PaymentInstruction, PostalAddress, TextChange } from './instruction.js';
import type { PainProfile } from './profile.js';
import { stateAccount, statePayment, Wording, type StatedAccount, type StatedPayment } from './stated-payment.js';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

/** An element with text; nothing at all where there is no text. */
const leaf = (name: string, text: string | undefined): string => (text === undefined || text === '' ? '' : `<${name}>${escaped(text)}</${name}>`);
const node = (name: string, content: string): string => (content === '' ? '' : `<${name}>${content}</${name}>`);

const address = (parts: PostalAddress | undefined): string => node('PstlAdr', [
  leaf('StrtNm', parts?.street), leaf('BldgNb', parts?.building), leaf('PstCd', parts?.postcode), leaf('TwnNm', parts?.town), leaf('Ctry', parts?.country),
  ...(parts?.lines ?? []).map((text) => leaf('AdrLine', text)),
].join(''));

const accountId = ({ iban, number }: StatedAccount): string => node('Id', iban === undefined ? node('Othr', leaf('Id', number)) : leaf('IBAN', iban));

/** The account's bank; where an IBAN says it all, an agent is left out for the payee and "not provided" for the payer, whose agent is obligatory. */
function agent({ message }: PainProfile, { bic, clearingSystem, member }: StatedAccount): string {
  const clearing = node('ClrSysMmbId', member === undefined ? '' : node('ClrSysId', leaf('Cd', clearingSystem)) + leaf('MmbId', member));
  return node('FinInstnId', leaf(message === 'pain.001.001.03' ? 'BIC' : 'BICFI', bic) + clearing);
}

const controls = ({ count, sumMinor, currency }: BatchHeader): string => leaf('NbOfTxs', count.toString()) + leaf('CtrlSum', formatMoney(money(sumMinor, currency)));

function head(profile: PainProfile, header: BatchHeader, changes: (change: TextChange) => void): string {
  const { message, serviceLevel, chargeBearer, batchBooking } = profile;
  const wording = new Wording(profile, 0);
  const name = wording.say('payer', header.debtor.name);
  const postal = address(wording.address(header.debtor.address));
  for (const change of wording.changes) changes(change);
  const account = stateAccount(header.debtor.account, profile);
  const on = leaf('Dt', header.executeOn);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${message}">\n<CstmrCdtTrfInitn>\n`,
    node('GrpHdr', leaf('MsgId', header.messageId) + leaf('CreDtTm', formatInstant(header.createdAt)) + controls(header) + node('InitgPty', leaf('Nm', name))), '\n',
    '<PmtInf>', leaf('PmtInfId', header.messageId), leaf('PmtMtd', 'TRF'), leaf('BtchBookg', batchBooking?.toString()), controls(header),
    node('PmtTpInf', node('SvcLvl', leaf('Cd', serviceLevel))), message === 'pain.001.001.03' ? leaf('ReqdExctnDt', header.executeOn) : node('ReqdExctnDt', on),
    node('Dbtr', leaf('Nm', name) + postal), node('DbtrAcct', accountId(account)),
    node('DbtrAgt', agent(profile, account) || node('FinInstnId', node('Othr', leaf('Id', 'NOTPROVIDED')))), leaf('ChrgBr', chargeBearer), '\n',
  ].join('');
}

const transaction = (profile: PainProfile, stated: StatedPayment): string => `${node('CdtTrfTxInf', [
  node('PmtId', leaf('EndToEndId', stated.endToEndId) + leaf('UETR', stated.uetr)),
  node('Amt', `<InstdAmt Ccy="${escaped(stated.currency)}">${escaped(stated.amount)}</InstdAmt>`),
  node('CdtrAgt', agent(profile, stated.account)),
  node('Cdtr', leaf('Nm', stated.name) + address(stated.address)),
  node('CdtrAcct', accountId(stated.account)),
  node('RmtInf', leaf('Ustrd', stated.remittance)),
].join(''))}\n`;

/**
 * A customer credit transfer initiation (pain.001), one payment a line, in pieces of text. Elements are written in the order of the schema.
 * The same input gives the same text: nothing is made up here. Judges nothing; `BatchCheck` sees each payment before and the written file is read again after.
 */
export async function* painDocument(profile: PainProfile, header: BatchHeader, instructions: AsyncIterable<PaymentInstruction>, changes: (change: TextChange, reference?: string) => void): AsyncGenerator<string> {
  yield head(profile, header, changes);
  let line = 0;
  for await (const instruction of instructions) {
    line += 1;
    const said = statePayment(instruction, profile, line);
    for (const change of said.changes) changes(change, instruction.endToEndId);
    yield transaction(profile, said.stated);
  }
  yield '</PmtInf>\n</CstmrCdtTrfInitn>\n</Document>\n';
}
