import { formatMoney, type Money } from '../../../core/money/index.js';
import { addDays, type CalendarDate } from '../../../core/time/index.js';
import { LATE_AFTER_DAYS, type AnswerPlan, type PlannedBooking, type PlannedPayment, type SentFile } from './answer-plan.rules.js';

/** Which messages go with which of ours: banks that take the older payment message answer in the older ones. */
export const ANSWER_VERSIONS = {
  'pain.001.001.09': { status: 'pain.002.001.10', notice: 'camt.054.001.08' },
  'pain.001.001.03': { status: 'pain.002.001.03', notice: 'camt.054.001.04' },
} as const;
const STATEMENT = 'camt.053.001.08';

export type PaymentMessage = keyof typeof ANSWER_VERSIONS;

export interface MessageFacts {
  readonly sent: SentFile;
  readonly original: PaymentMessage;
  /** What every message of this answer is named after, at most 20 characters. */
  readonly name: string;
  /** Of the paying account: its IBAN or the bank's own number. */
  readonly account: { readonly iban?: string; readonly number?: string };
  readonly reasons: { readonly reject: string; readonly return: string };
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const leaf = (name: string, text: string): string => `<${name}>${text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)}</${name}>`;
const node = (name: string, ...content: readonly string[]): string => `<${name}>${content.join('')}</${name}>`;
const amountIn = (name: string, money: Money): string => `<${name} Ccy="${money.currency}">${formatMoney(money)}</${name}>`;
const day = (name: string, on: CalendarDate): string => node(name, leaf('Dt', on));
const at = (on: CalendarDate): string => `${on}T18:00:00Z`;

const open = (message: string, root: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${message}"><${root}>\n`;
const close = (root: string): string => `</${root}></Document>\n`;

const status = ({ reference, answer }: PlannedPayment, reject: string): string => `${node('TxInfAndSts', leaf('OrgnlEndToEndId', reference), leaf('TxSts', answer === 'reject' ? 'RJCT' : 'ACSP'),
  answer === 'reject' ? node('StsRsnInf', node('Rsn', leaf('Cd', reject))) : '')}\n`;

/** What becomes of the file and of each payment in it (pain.002). */
export function* statusMessage({ sent, original, name, reasons }: MessageFacts, { payments }: AnswerPlan): Generator<string> {
  const rejected = payments.filter(({ answer }) => answer === 'reject').length;
  const word = rejected === 0 ? 'ACSP' : rejected === payments.length ? 'RJCT' : 'PART';
  const reason = word === 'RJCT' ? node('StsRsnInf', node('Rsn', leaf('Cd', reasons.reject))) : '';
  yield open(ANSWER_VERSIONS[original].status, 'CstmrPmtStsRpt');
  yield node('GrpHdr', leaf('MsgId', `${name}-S`), leaf('CreDtTm', at(sent.executeOn)));
  yield node('OrgnlGrpInfAndSts', leaf('OrgnlMsgId', sent.messageId), leaf('OrgnlMsgNmId', original), leaf('OrgnlNbOfTxs', `${payments.length}`), leaf('GrpSts', word), reason);
  yield `<OrgnlPmtInfAndSts>${leaf('OrgnlPmtInfId', sent.messageId)}${leaf('PmtInfSts', word)}${reason}\n`;
  for (const payment of payments) yield status(payment, reasons.reject);
  yield '</OrgnlPmtInfAndSts>\n';
  yield close('CstmrPmtStsRpt');
}

/** Bank transaction codes: a credit transfer sent, one that came back, a charge. */
const CODES: Readonly<Record<PlannedBooking['what'], readonly [domain: string, family: string, sub: string]>> = {
  payment: ['PMNT', 'ICDT', 'ESCT'], sum: ['PMNT', 'ICDT', 'ESCT'], returned: ['PMNT', 'ICDT', 'RRTN'], fee: ['ACMT', 'MDOP', 'CHRG'],
};
const direction = (booking: PlannedBooking): string => leaf('CdtDbtInd', booking.direction === 'debit' ? 'DBIT' : 'CRDT');

function details(booking: PlannedBooking, { sent: { messageId }, reasons }: MessageFacts): string {
  const { what, count = 0, amount, reference = '', bankReference } = booking;
  if (what === 'fee') return '';
  if (what === 'sum') return node('NtryDtls', node('Btch', leaf('MsgId', messageId), leaf('PmtInfId', messageId), leaf('NbOfTxs', `${count}`), amountIn('TtlAmt', amount), direction(booking)));
  return node('NtryDtls', node('TxDtls', node('Refs', leaf('AcctSvcrRef', bankReference), leaf('EndToEndId', reference)), amountIn('Amt', amount), direction(booking),
    what === 'returned' ? node('RtrInf', node('Rsn', leaf('Cd', reasons.return))) : ''));
}

function entry(booking: PlannedBooking, facts: MessageFacts, hasStatusCode: boolean): string {
  const [domain, family, sub] = CODES[booking.what];
  return `${node('Ntry', amountIn('Amt', booking.amount), direction(booking), hasStatusCode ? node('Sts', leaf('Cd', 'BOOK')) : leaf('Sts', 'BOOK'), day('BookgDt', booking.on), day('ValDt', booking.on),
    leaf('AcctSvcrRef', booking.bankReference), node('BkTxCd', node('Domn', leaf('Cd', domain), node('Fmly', leaf('Cd', family), leaf('SubFmlyCd', sub)))), details(booking, facts))}\n`;
}

const account = ({ account: { iban, number = '' } }: MessageFacts): string => node('Acct', node('Id', iban === undefined ? node('Othr', leaf('Id', number)) : leaf('IBAN', iban)));

/** What was booked on one day (camt.054). */
export function* noticeMessage(facts: MessageFacts, { bookings }: AnswerPlan, on: CalendarDate): Generator<string> {
  const version = ANSWER_VERSIONS[facts.original].notice;
  const name = `${facts.name}-N${on.replaceAll('-', '')}`;
  yield open(version, 'BkToCstmrDbtCdtNtfctn');
  yield node('GrpHdr', leaf('MsgId', name), leaf('CreDtTm', at(on)));
  yield `<Ntfctn>${leaf('Id', name)}${leaf('CreDtTm', at(on))}${account(facts)}\n`;
  for (const booking of bookings) if (booking.on === on) yield entry(booking, facts, version === 'camt.054.001.08');
  yield '</Ntfctn>\n';
  yield close('BkToCstmrDbtCdtNtfctn');
}

const balance = (type: string, { minor, currency: code }: Money, on: CalendarDate): string => node('Bal', node('Tp', node('CdOrPrtry', leaf('Cd', type))),
  amountIn('Amt', { minor: minor < 0n ? -minor : minor, currency: code }), leaf('CdtDbtInd', minor < 0n ? 'DBIT' : 'CRDT'), day('Dt', on));

export interface StatementDays {
  readonly from: CalendarDate;
  readonly to: CalendarDate;
}

/** The days that statements cover: up to the day before what is late, and the day of that. */
export const statementDays = ({ days }: AnswerPlan): StatementDays[] => {
  const first = days[0];
  if (first === undefined) return [];
  const late = addDays(first, LATE_AFTER_DAYS);
  return [{ from: first, to: addDays(late, -1) }, ...(days.includes(late) ? [{ from: late, to: late }] : [])];
};

const moved = (bookings: readonly PlannedBooking[]): bigint => bookings.reduce((sum, { direction: way, amount }) => sum + (way === 'debit' ? -amount.minor : amount.minor), 0n);

/** Everything booked on some days with the balance before and after (camt.053); references are those of the notices. */
export function* statementMessage(facts: MessageFacts, { bookings }: AnswerPlan, { from, to }: StatementDays, opening: Money): Generator<string> {
  const [before, within] = [bookings.filter(({ on }) => on < from), bookings.filter(({ on }) => from <= on && on <= to)];
  const opened = { ...opening, minor: opening.minor + moved(before) };
  const name = `${facts.name}-B${from.replaceAll('-', '')}`;
  yield open(STATEMENT, 'BkToCstmrStmt');
  yield node('GrpHdr', leaf('MsgId', name), leaf('CreDtTm', at(to)));
  yield `<Stmt>${leaf('Id', name)}${leaf('CreDtTm', at(to))}${node('FrToDt', leaf('FrDtTm', `${from}T00:00:00Z`), leaf('ToDtTm', `${to}T23:59:59Z`))}${account(facts)}`;
  yield balance('OPBD', opened, from);
  yield balance('CLBD', { ...opened, minor: opened.minor + moved(within) }, to);
  yield node('TxsSummry', node('TtlNtries', leaf('NbOfNtries', `${within.length}`)));
  yield '\n';
  for (const booking of within) yield entry(booking, facts, true);
  yield '</Stmt>\n';
  yield close('BkToCstmrStmt');
}
