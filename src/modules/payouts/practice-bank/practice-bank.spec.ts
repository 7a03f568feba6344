import { describe, expect, it } from '@jest/globals';
import { validateXML } from 'xmllint-wasm';
import { currency, formatMoney, money } from '../../../core/money/index.js';
import type { BookingReport } from '../../../core/payments/reconcile-reports.js';
import { collected, readMessage } from '../../../../test/support/bank-reports.js';
import { sharedData } from '../../../../test/support/shared-data.js';
import { resultLayoutOf } from '../../../core/payments/index.js';
import { csvLine } from '../../../core/text/index.js';
import { profileOf } from '../../../../test/support/payments.js';
import { readResultFile, tableInMemory } from '../bank/result-file.importer.js';
import { ANSWER_VERSIONS, noticeMessage, statementDays, statementMessage, statusMessage, type MessageFacts, type PaymentMessage } from './answer-messages.rules.js';
import { answerCounts, planAnswers, type AnswerMix, type SentFile } from './answer-plan.rules.js';
import { resultTable } from './answer-results.rules.js';

const sentOf = (count: number, code = 'EUR'): SentFile => ({
  messageId: 'MG-20261020-000001', executeOn: '2026-10-20', payments: Array.from({ length: count }, (_, n) => ({ reference: `MG7F3K${n}-1`, amount: money(BigInt(1_000 + n), currency(code)) })),
});
const MIX: AnswerMix = { accept: 60, reject: 10, return: 5, duplicate: 5, wrong_amount: 5, lump: 10, delay: 5, unknown: 2, fee: 1 };
const factsOf = (sent: SentFile, original: PaymentMessage): MessageFacts => ({ sent, original, name: 'PB0123456789AB', account: { iban: 'DE02120300000000202051' }, reasons: { reject: 'AC04', return: 'AC01' } });
const text = (pieces: Iterable<string>): string => [...pieces].join('');

describe('a mix of answers', () => {
  it.each<[AnswerMix, number, Record<string, number>]>([
    [{ accept: 90, reject: 3, return: 2 }, 1_000, { accept: 948, reject: 31, return: 21 }],
    [{ accept: 90, reject: 3, return: 2 }, 4, { accept: 2, reject: 1, return: 1 }],
    [{ accept: 90, reject: 3, return: 2 }, 2, { accept: 1, reject: 1 }],
    [{ accept: 30, reject: 29, return: 1, duplicate: 1, lump: 1, delay: 1, wrong_amount: 1 }, 8, { accept: 1, reject: 2, return: 1, duplicate: 1, lump: 1, delay: 1, wrong_amount: 1 }],
    [{}, 3, { accept: 3 }],
    [{ reject: 1 }, 0, {}],
  ])('%j is given to %i payments with each of them at least once', (mix, count, expected) => {
    expect(Object.fromEntries(answerCounts(mix, count))).toEqual(expected);
  });

  it('is the same for the same seed and another for another', () => {
    const sent = sentOf(50);
    expect(planAnswers(sent, MIX, '1')).toEqual(planAnswers(sent, MIX, '1'));
    expect(planAnswers(sent, MIX, '2')).not.toEqual(planAnswers(sent, MIX, '1'));
  });
});

describe('messages of the practice bank', () => {
  it.each(Object.keys(ANSWER_VERSIONS) as PaymentMessage[])('to %s keep to their schemas', async (original) => {
    const [sent, versions] = [sentOf(40), ANSWER_VERSIONS[original]];
    const [facts, plan] = [factsOf(sent, original), planAnswers(sent, MIX, '1')];
    const files = [
      [versions.status, text(statusMessage(facts, plan))], ...plan.days.map((on) => [versions.notice, text(noticeMessage(facts, plan, on))]),
      ...statementDays(plan).map((days) => ['camt.053.001.08', text(statementMessage(facts, plan, days, money(0n, currency('EUR'))))]),
    ];
    for (const [message = '', contents = ''] of files) {
      const schema = sharedData('data', 'iso20022', `${message}.xsd`);
      if (schema === undefined) continue;
      const { errors } = await validateXML({ xml: { fileName: 'answer.xml', contents }, schema: { fileName: 'schema.xsd', contents: schema } });
      expect({ message, errors: errors.map(({ message: said }) => said) }).toEqual({ message, errors: [] });
    }
  });

  it('are read without a fault, and their balances add up', async () => {
    const sent = sentOf(40);
    const [facts, plan] = [factsOf(sent, 'pain.001.001.09'), planAnswers(sent, MIX, '1')];
    for (const contents of [text(statusMessage(facts, plan)), ...plan.days.map((on) => text(noticeMessage(facts, plan, on))), ...statementDays(plan).map((days) => text(statementMessage(facts, plan, days, money(-7n, currency('EUR')))))]) {
      const reports = await readMessage(contents);
      expect(reports.filter(({ report }) => report === 'fault' || report === 'refused')).toEqual([]);
      expect(reports.at(-1)?.report).toBe('end');
    }
  });

  it('give a booking the same reference in a notice and in a statement', async () => {
    const sent = sentOf(40);
    const [facts, plan] = [factsOf(sent, 'pain.001.001.09'), planAnswers(sent, MIX, '1')];
    const references = async (pieces: Iterable<string>[]): Promise<string[]> => (await Promise.all(pieces.map((piece) => readMessage(text(piece))))).flat()
      .filter((report): report is BookingReport => report.report === 'booking').map(({ references: { servicerReference, entryServicerReference }, amount }) => `${servicerReference} ${entryServicerReference} ${formatMoney(amount)}`).sort();
    expect(await references(statementDays(plan).map((days) => statementMessage(facts, plan, days, money(0n, currency('EUR')))))).toEqual(await references(plan.days.map((on) => noticeMessage(facts, plan, on))));
  });
});

describe('tables of results', () => {
  it('say the same in the words of their profile', async () => {
    const [sent, layout] = [sentOf(40, 'JPY'), resultLayoutOf(profileOf('csv-bill-credit'))!];
    const plan = planAnswers(sent, MIX, '1');
    const said = (await Promise.all(plan.days.map(async (on) => {
      const rows = [...resultTable({ layout, sent: undefined }, plan, on, factsOf(sent, 'pain.001.001.09').reasons)].map((cells) => csvLine(cells.map((cell) => cell.text)));
      return collected(readResultFile(tableInMemory(Buffer.from(rows.join(''))), { layout, currency: currency('JPY') }));
    }))).flat();
    expect(said.filter(({ report }) => report === 'fault' || report === 'refused')).toEqual([]);
    const words = said.map((report) => (report.report === 'status' ? report.status : report.report === 'booking' ? report.direction : undefined)).filter((word) => word !== undefined);
    const tally = Object.fromEntries(Map.groupBy(words, (word) => word).entries().map(([word, all]) => [word, all.length]));
    // 40 payments: 4 refused, 2 late and said so, 36 paid; 2 of them once more, 1 for nobody, and the late ones in the end; 2 came back.
    expect(tally).toEqual({ debit: 39, RJCT: 4, ACSP: 2, credit: 2 });
  });
});
