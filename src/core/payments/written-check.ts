import { formatMoney, money } from '../money/index.js';
import { formatInstant } from '../time/index.js';
import { neutralText } from '../text/index.js';
import type { BatchHeader, PaymentInstruction, PostalAddress } from './instruction.js';
import { fault, FaultList, type Findings, type PaymentFault } from './findings.js';
import { paymentFaults, statedMoney } from './payment-rules.js';
import type { Column, PainProfile, PaymentProfile, TableProfile } from './profile.js';
import { ADDRESS_PARTS, stateAccount, statePayment, Wording, type StatedHead, type StatedPayment } from './stated-payment.js';
import { tableRow } from './table-rows.js';
import { Tally } from './tally.js';

/** A payment as a reader found it in the file: of a message, or the cells of a row. */
export type Written = { readonly kind: 'payment'; readonly stated: StatedPayment } | { readonly kind: 'row'; readonly cells: readonly string[] };

type Said = readonly [field: string, found: string | undefined, expected: string | undefined];
const spelled = (address: PostalAddress | undefined): string => [...ADDRESS_PARTS.map((part) => address?.[part] ?? ''), ...address?.lines ?? []].join('\n');
const differing = (said: readonly Said[]): string[] => said.filter(([, found = '', expected = '']) => found !== expected).map(([field]) => field);

/**
 * Judges a file that was written, by what a reader of its own found in it: the rules of a payment once more, every payment against its
 * instruction, and the control figures against the sum of what the file itself holds. Takes the payments in their order.
 */
export class WrittenCheck {
  readonly #faults = new FaultList();
  readonly #tally: Tally;

  constructor(private readonly profile: PaymentProfile, private readonly header: BatchHeader) {
    this.#tally = new Tally(header.currency);
  }

  /** The head of a message. */
  head(head: StatedHead): void {
    const { header } = this;
    const profile = this.profile as PainProfile;
    const payer = stateAccount(header.debtor.account, profile);
    const sum = formatMoney(money(header.sumMinor, header.currency));
    const said: Said[] = [
      ['CreDtTm', head.createdAt, formatInstant(header.createdAt)], ['ReqdExctnDt', head.executeOn, header.executeOn],
      ['Dbtr/Nm', head.payerName, new Wording(profile, 0).say('payer', header.debtor.name)],
      ['SvcLvl', head.serviceLevel, profile.serviceLevel], ['ChrgBr', head.chargeBearer, profile.chargeBearer],
      ['DbtrAcct', head.payer.iban ?? head.payer.number, payer.iban ?? payer.number],
      ...twice('MsgId', head.messageIds, header.messageId), ...twice('NbOfTxs', head.counts, header.count.toString()), ...twice('CtrlSum', head.sums, sum),
    ];
    this.#faults.add(said.filter(([, found = '', expected = '']) => found !== expected)
      .map(([field, found = '', stated = '']) => fault('payments.file_head', field === 'DbtrAcct' ? { field, found: '…', stated: '…' } : { field, found, stated })));
  }

  /** The titles of a table. */
  titles(titles: readonly string[]): void {
    const expected = (this.profile as TableProfile).columns.map(({ header }) => header);
    if (titles.join('\t') !== expected.join('\t')) this.#faults.add([fault('payments.file_head', { field: 'titles', found: titles.join(', '), stated: expected.join(', ') })]);
  }

  /** The next payment of the file beside the next of the batch; either may have come to its end. */
  take(written: Written | undefined, instruction: PaymentInstruction | undefined): void {
    if (written === undefined || instruction === undefined) {
      this.#tally.count += written === undefined ? 0 : 1;
      return;
    }
    this.#faults.add(written.kind === 'payment' ? this.#payment(written.stated, instruction) : this.#row(written.cells, instruction));
  }

  #payment(stated: StatedPayment, instruction: PaymentInstruction): PaymentFault[] {
    const line = this.#tally.count + 1;
    const read = statedMoney(line, stated.amount, stated.currency);
    const repeated = this.#tally.take(read.ok ? read.value.minor : 0n, { EndToEndId: stated.endToEndId, UETR: stated.uetr });
    const expected = statePayment(instruction, this.profile, line).stated;
    const account = stateAccount(instruction.payee.account, this.profile);
    const isSame = read.ok && read.value.minor === instruction.amount.minor && stated.currency === instruction.amount.currency;
    const different = differing([
      ['EndToEndId', stated.endToEndId, instruction.endToEndId], ['InstdAmt', isSame ? '' : 'another', ''],
      ['CdtrAcct', stated.account.iban ?? stated.account.number, account.iban ?? account.number], ['CdtrAgt', stated.account.bic ?? stated.account.member, account.bic ?? account.member],
      ['UETR', stated.uetr, expected.uetr], ['Cdtr/Nm', stated.name, expected.name], ['Cdtr/PstlAdr', spelled(stated.address), spelled(expected.address)], ['Ustrd', stated.remittance, expected.remittance],
    ]);
    return [
      ...paymentFaults(this.profile, stated, line, { currency: this.header.currency, isKorean: instruction.payee.account.kind === 'kr' }),
      ...repeated, ...different.map((field) => fault('payments.file_line', { line, field })),
    ];
  }

  #row(cells: readonly string[], instruction: PaymentInstruction): PaymentFault[] {
    const profile = this.profile as TableProfile;
    const line = this.#tally.count + 1;
    const at = (value: Column['value']) => cells[profile.columns.findIndex((column) => column.value === value)] ?? '';
    const read = statedMoney(line, at('amount'), instruction.amount.currency);
    const repeated = this.#tally.take(read.ok ? read.value.minor : 0n, { EndToEndId: at('own_key') });
    const account = stateAccount(instruction.payee.account, profile);
    const isSame = read.ok && read.value.minor === instruction.amount.minor;
    const { cells: expected } = tableRow(profile, this.header, instruction, line);
    const said: Said[] = profile.columns.map(({ header, value }, place) => {
      if (value === 'amount') return [header, isSame ? '' : 'another', ''];
      if (value === 'account') return [header, cells[place], neutralText(account.iban ?? account.number ?? '')];
      return [header, cells[place], expected[place]];
    });
    return [...(read.ok ? [] : [read.refusal]), ...repeated, ...differing(said).map((field) => fault('payments.file_line', { line, field }))];
  }

  finish(): Findings {
    const { count, sumMinor, currency } = this.header;
    const tally = this.#tally;
    if (tally.count !== count) this.#faults.add([fault('payments.file_lines', { found: tally.count, stated: count })]);
    if (tally.sumMinor !== sumMinor) this.#faults.add([fault('payments.batch_sum', { stated: formatMoney(money(sumMinor, currency)), found: tally.sum, currency })]);
    return this.#faults.findings;
  }
}

/** A figure that stands in a message twice: in the head of the group and of the payments. */
const twice = (field: string, found: readonly string[], expected: string): Said[] => [[field, found[0], expected], [field, found[1], expected]];
