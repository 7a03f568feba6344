import { formatMoney, money } from '../money/index.js';
import { isCalendarDate } from '../time/index.js';
import type { BatchHeader, PaymentInstruction } from './instruction.js';
import { fault, FaultList, type Findings, type PaymentFault } from './findings.js';
import { accountFaults, addressFaults, characterFaults, nameFaults, paymentFaults, referenceFaults } from './payment-rules.js';
import type { PaymentProfile, TableProfile } from './profile.js';
import { stateAccount, statePayment, Wording } from './stated-payment.js';
import { lengthOf, tableRow } from './table-rows.js';
import { Tally } from './tally.js';

/** What is wrong with the head of a batch; its faults have line 0. */
function headerFaults(profile: PaymentProfile, header: BatchHeader): PaymentFault[] {
  const { debtor } = header;
  const faults = referenceFaults(0, 'MsgId', header.messageId, profile.references);
  if (!isCalendarDate(header.executeOn)) faults.push(fault('payments.execution_date', { executeOn: header.executeOn }));
  return [...faults, ...payerFaults(profile, debtor)];
}

/**
 * What a bank would refuse in whoever pays, before there is a batch; its faults have line 0. Codes: `payments.payer_account`,
 * `payments.name_missing`, and those of addresses and texts. Edge: a table names no payer, so nothing can be wrong with one.
 */
export function payerFaults(profile: PaymentProfile, { name, account: stated, address }: BatchHeader['debtor']): PaymentFault[] {
  if (profile.format !== 'pain') return [];
  const wording = new Wording(profile, 0);
  const account = stateAccount(stated, profile);
  const isUnfit = !profile.accounts.includes(stated.kind) || accountFaults(profile, 0, account, stated.kind === 'kr').length > 0;
  return [
    ...(isUnfit ? [fault('payments.payer_account')] : []),
    ...nameFaults(profile, 0, 'payer', wording.say('payer', name)), ...addressFaults(profile, 0, 'payer', wording.address(address)),
  ];
}

/** What the columns cannot hold: too long, or in characters that the encoding lacks. */
function cellFaults(profile: TableProfile, header: BatchHeader, instruction: PaymentInstruction, line: number): PaymentFault[] {
  const { cells } = tableRow(profile, header, instruction, line);
  return profile.columns.flatMap(({ header: field, most }, place) => {
    const text = cells[place] ?? '';
    const length = most === undefined ? 0 : lengthOf(text, most.unit);
    return [
      ...(most !== undefined && length > most.length ? [fault('payments.text_too_long', { line, field, length, most: most.length, unit: most.unit })] : []),
      ...characterFaults(line, field, text, profile.encoding === 'euc-kr' ? 'euc-kr' : 'any'),
    ];
  });
}

/**
 * Judges a batch as it is written: its head, every payment, and that both agree. Takes payments one by one in their order and keeps
 * their references only.
 *
 * Example: a batch of 10.00 and 5.00 EUR whose head says 14.99 is refused (`payments.batch_sum`); of nothing, `payments.batch_empty`.
 */
export class BatchCheck {
  readonly #faults = new FaultList();
  readonly #tally: Tally;

  constructor(private readonly profile: PaymentProfile, private readonly header: BatchHeader) {
    this.#tally = new Tally(header.currency);
    this.#faults.add(headerFaults(profile, header));
  }

  take(instruction: PaymentInstruction): void {
    const { profile, header } = this;
    const { endToEndId, uetr, amount, payee: { account: { kind } } } = instruction;
    this.#faults.add(this.#tally.take(amount.minor, { EndToEndId: endToEndId, UETR: uetr }));
    const line = this.#tally.count;
    if (!profile.accounts.includes(kind)) return this.#faults.add([fault('payments.account_kind', { line, kind, taken: profile.accounts.join(', ') })]);
    this.#faults.add(paymentFaults(profile, statePayment(instruction, profile, line).stated, line, { currency: header.currency, isKorean: kind === 'kr' }));
    if (profile.format !== 'pain') this.#faults.add(cellFaults(profile, header, instruction, line));
  }

  /** Passes payments on as they are taken; from the first fault on, the head's among them, they are judged only, and what was written of them is to be thrown away. */
  async* passing(instructions: AsyncIterable<PaymentInstruction>): AsyncGenerator<PaymentInstruction> {
    for await (const instruction of instructions) {
      this.take(instruction);
      if (this.#faults.findings.count === 0) yield instruction;
    }
  }

  finish(): Findings {
    const { count, sumMinor, currency } = this.header;
    const tally = this.#tally;
    if (tally.count === 0) this.#faults.add([fault('payments.batch_empty')]);
    if (tally.count !== count) this.#faults.add([fault('payments.batch_count', { stated: count, found: tally.count })]);
    if (tally.sumMinor !== sumMinor) this.#faults.add([fault('payments.batch_sum', { stated: formatMoney(money(sumMinor, currency)), found: tally.sum, currency })]);
    return this.#faults.findings;
  }
}
