import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { assess } from '../../src/core/assessment/index.js';
import {
  allocate, amountOf, currency, formatMoney, formatRatio, parseMoney, parseRatio, ratio, ROUNDINGS, roundAmount, scaleAmount, subtractAmount, type Amount, type Money,
  type Ratio, type Rounding,
} from '../../src/core/money/index.js';
import { SHIPPED_PROFILES, statePayment } from '../../src/core/payments/index.js';
import { LINE_EFFECTS, LINE_FACTS, LINE_STATES, STATUS_WORDS, type LineEffect } from '../../src/core/payments/line-status.js';
import {
  afterVerdict, RECONCILIATION_CLASSES, reconcileBooking, reconcileStatus, type KnownLine, type Verdict,
} from '../../src/core/payments/reconcile.js';
import { checkPolicy, exampleFacts, readReasons } from '../../src/core/policy/index.js';
import { shareFund, type SharedFund, type SharingPlan } from '../../src/core/sharing/index.js';
import { durationMs, MINUTE, openIntervals, parseInstant, validateOpeningHours, type OpeningHours } from '../../src/core/time/index.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { aPayment, checked, codes, profileOf } from '../support/payments.js';

const text = (name: string): string => readFileSync(`docs/domain/${name}.md`, 'utf8');

/** The worked example of a page: its one yaml block. */
function exampleOf(name: string): Record<string, unknown> {
  const blocks = [...text(name).matchAll(/^```yaml\n([^`]*)```/gm)];
  expect(blocks).toHaveLength(1);
  return parse(blocks[0]?.[1] ?? '') as Record<string, unknown>;
}

/** Decimal text of pounds as an exact amount, however many decimals. */
const exact = (pounds: string): Amount => ({ minor: ratio(unwrap(parseRatio(pounds)).num * 100n, unwrap(parseRatio(pounds)).den), currency: currency('GBP') });

describe('docs/domain/money-and-rounding.md', () => {
  const example = exampleOf('money-and-rounding') as {
    expected: string; actual: string; marginRate: string; loss: string; measured: string; rounded: Record<Rounding, string>;
    shared: { sum: string; weights: number[]; parts: string[] };
  };
  const loss = subtractAmount(exact(example.expected), exact(example.actual));
  const measured = scaleAmount(loss, unwrap(parseRatio(example.marginRate)));

  it('works out the loss and the share of it exactly', () => {
    expect([loss, measured]).toEqual([exact(example.loss), exact(example.measured)]);
  });

  it('rounds by every named mode as it says', () => {
    expect(Object.keys(example.rounded).sort()).toEqual([...ROUNDINGS].sort());
    for (const [mode, pounds] of Object.entries(example.rounded)) expect(formatMoney(roundAmount(measured, mode as Rounding))).toBe(pounds);
  });

  it('shares a sum without losing a penny', () => {
    const { sum, weights, parts } = example.shared;
    const shares = allocate(unwrap(parseMoney(sum, 'GBP')), weights.map((weight) => ratio(BigInt(weight))));
    expect(shares.map(formatMoney)).toEqual(parts);
  });

  it('refuses what it says is refused', () => {
    expect(parseMoney('1.5', 'KRW').ok).toBe(false);
    expect(amountOf(unwrap(parseMoney('12.3', 'GBP'))).minor).toEqual(ratio(1_230n));
  });
});

describe('docs/domain/sharing-a-fund.md', () => {
  const { fund, minimum, paradox } = exampleOf('sharing-a-fund') as {
    fund: { sum: string; protected: string; points: string[]; shares: string[]; factor: string };
    minimum: { sum: string; weights: string[]; least: string; once: string[]; repeated: string[] };
    paradox: { points: string[]; of10: string[]; of11: string[] };
  };
  const pounds = (text: string): Money => unwrap(parseMoney(text, 'GBP'));
  const share = (sum: string, points: readonly string[], given: Partial<SharingPlan>, tier: (text: string) => string = () => 'all'): SharedFund => unwrap(shareFund(
    { fundId: 'f', fund: pounds(sum), reserveRatio: ratio(0n), tiers: [{ key: 'all' }], order: 'together', ...given },
    points.map((text, index) => ({ claimId: `c${index}`, tier: tier(text), points: pounds(text).minor }))));
  const written = ({ shares }: SharedFund): string[] => shares.map(({ minor }) => formatMoney({ minor, currency: currency('GBP') }));

  it('cuts all but the protected tier by one factor', () => {
    const shared = share(fund.sum, fund.points, { tiers: [{ key: 'kept', leastRatio: ratio(1n) }, { key: 'all' }] }, (text) => (text === fund.protected ? 'kept' : 'all'));
    expect([written(shared), formatRatio(shared.factors.get('all') as Ratio)]).toEqual([fund.shares, fund.factor]);
  });

  it('says what a minimum does in one pass and in several', () => {
    const shares = (passes: 'once' | 'repeated'): string[] =>
      written(share(minimum.sum, minimum.weights, { tiers: [{ key: 'all', mostRatio: 'unlimited' }], minimum: { minor: pounds(minimum.least).minor, passes } }));
    expect([shares('once'), shares('repeated')]).toEqual([minimum.once, minimum.repeated]);
  });

  it('has the paradox that it shows', () => {
    expect([written(share('0.10', paradox.points, {})), written(share('0.11', paradox.points, {}))]).toEqual([paradox.of10, paradox.of11]);
  });
});

describe('docs/domain/time-and-opening-hours.md', () => {
  const { nights, zone, days, opens, closes } = exampleOf('time-and-opening-hours') as {
    zone: string; days: number[]; opens: string; closes: string; nights: { from: string; to: string; minutes: number }[];
  };
  const hours: OpeningHours = { zone, rows: [{ days, opens, closes }], exceptions: [] };

  it('names hours that are valid', () => {
    expect(validateOpeningHours(hours).ok).toBe(true);
  });

  it.each(nights)('$minutes minutes are open from $from to $to', ({ from, to, minutes }) => {
    const open = openIntervals(hours, { from: unwrap(parseInstant(from)), to: unwrap(parseInstant(to)) });
    expect(durationMs(open)).toBe(minutes * MINUTE);
  });
});

describe('docs/domain/bank-messages.md', () => {
  interface Said { status?: string; debit?: string; credit?: string; charges?: string; key?: string; then: string; remark?: string }
  const { line: given, said, inAnyOrder } = exampleOf('bank-messages') as { line: { reference: string; amount: string; currency: string }; said: Said[]; inAnyOrder: string };
  const sum = (amount: string): Money => unwrap(parseMoney(amount, given.currency));
  const start: KnownLine = { lineId: 'line', endToEndId: given.reference, amount: sum(given.amount), state: 'in_transit', isReplaced: false };

  function verdictOn({ status, debit, credit, charges, key = '' }: Said, line: KnownLine): Verdict {
    if (status !== undefined) return reconcileStatus({ report: 'status', level: 'transaction', statedAt: 'transaction', status, reasons: [] }, line);
    const direction = debit === undefined ? 'credit' : 'debit';
    return reconcileBooking({
      report: 'booking', covers: 'transaction', statement: 1, entry: 1, transaction: 1, status: 'BOOK', direction, entryDirection: direction, isReversal: false, isFee: false, texts: [],
      amount: sum(debit ?? credit ?? ''), references: { endToEndId: given.reference, servicerReference: key }, charges: charges === undefined ? [] : [{ amount: sum(charges), isIncluded: true }],
    }, line);
  }

  it('moves its line as it says', () => {
    let line = start;
    for (const each of said) {
      const verdict = verdictOn(each, line);
      line = afterVerdict(line, verdict);
      expect([line.state, verdict.remark]).toEqual([each.then, each.remark]);
    }
  });

  it('comes to the same in any order, but for the refusal of what was paid', () => {
    for (let turn = 0; turn < said.length; turn += 1) {
      const turned = [...said.slice(turn), ...said.slice(0, turn)].reverse().filter(({ status }) => status !== 'RJCT');
      expect(turned.reduce((line, each) => afterVerdict(line, verdictOn(each, line)), start).state).toBe(inAnyOrder);
    }
  });

  it('has the tables that decide', () => {
    const cell = ({ to, contradicts, unsent }: LineEffect): string => (unsent === true ? 'unsent' : contradicts === true ? 'contradicts' : to ?? '–');
    const effects = LINE_FACTS.map((fact) => `| ${[fact, ...LINE_STATES.map((state) => cell(LINE_EFFECTS[fact][state]))].join(' | ')} |`);
    const words = Object.entries(STATUS_WORDS).map(([word, { fact, means }]) => `| ${word} | ${fact} | ${means} |`);
    expect(text('bank-messages')).toContain([`| fact | ${LINE_STATES.join(' | ')} |`, `|${' --- |'.repeat(LINE_STATES.length + 1)}`, ...effects].join('\n'));
    expect(text('bank-messages')).toContain(['| word | fact | means |', '| --- | --- | --- |', ...words].join('\n'));
    const [, said = ''] = text('bank-messages').split('## What an item comes to');
    const classes = [...(said.split('\n## ')[0] ?? '').matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, name]) => name);
    expect(classes).toEqual([...RECONCILIATION_CLASSES]);
  });
});

describe.each(['unknown-time', 'register'] as const)('docs/domain/%s.md', (page) => {
  const example = exampleOf(page) as { policy: string; given: Record<string, unknown>; countedHours: string; cash: string };

  it('comes to what it says under the policy it names', () => {
    const { reasons } = readReasons(readFileSync('policies/reasons.yaml', 'utf8'));
    const { policy } = checkPolicy(readFileSync(`policies/${example.policy}.yaml`, 'utf8'), reasons);
    if (policy === undefined) throw new Error('the policy has faults');
    const outcome = assess(exampleFacts(policy.document, example.given), policy);
    if (outcome.kind !== 'assessed') throw new Error('the example needs sales');
    const openHours = outcome.result.trace.find(({ id }) => id === 'openHours')?.output;
    expect(openHours).toMatchObject({ number: example.countedHours });
    expect(outcome.result.cashMinor).toBe(example.cash.replace('.', ''));
  });
});

describe('docs/domain/payment-files.md', () => {
  const example = exampleOf('payment-files') as { profile: string; payments: { endToEndId: string; amount: string; name: string; iban: string }[]; written: string; refused: string[] };
  const profile = profileOf(example.profile);
  const payments = example.payments.map(({ endToEndId, amount, name, iban }, place) =>
    aPayment(place, { endToEndId, amount: unwrap(parseMoney(amount, 'EUR')), payee: { name, account: { kind: 'iban', iban } } }));

  it('says the first in the characters of the bank, and refuses the second as it says', () => {
    expect(statePayment(payments[0]!, profile, 1).stated.name).toBe(example.written);
    expect(codes(checked(profile, payments)).sort()).toEqual([...example.refused].sort());
  });

  it('lists every profile that is shipped', () => {
    const listed = [...text('payment-files').matchAll(/`((?:sepa|iso|kr|xlsx|csv)-[a-z0-9-]+|-[a-z0-9-]+)`/g)].map(([, id = '']) => (id.startsWith('-') ? `kr-bulk${id}` : id));
    expect([...new Set(listed)].sort()).toEqual(SHIPPED_PROFILES.map(({ id }) => id).sort());
  });
});

describe('docs/domain/glossary.md', () => {
  const rows = text('glossary').split('\n').filter((line) => line.startsWith('| ') && !/^\| (---|English|state)/.test(line))
    .map((line) => line.slice(2, -2).split(' | '));

  it('has every word in all three languages', () => {
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter((cells) => cells.length !== 4 || cells.some((cell) => cell.trim() === ''))).toEqual([]);
    expect(rows.filter(([, , korean = '']) => !/[가-힣]/.test(korean))).toEqual([]);
  });

  it('calls the states of a claim as the pages do', () => {
    const states = Object.fromEntries(rows.filter(([first = '']) => first.startsWith('`')).map(([state = '', ...words]) => [state.replaceAll('`', ''), words]));
    const locales = ['en', 'ko', 'fr'].map((language) => (JSON.parse(readFileSync(`src/portal/locales/${language}.json`, 'utf8')) as { states: Record<string, string> }).states);
    expect(states).toEqual(Object.fromEntries(Object.keys(locales[0] ?? {}).map((state) => [state, locales.map((words) => words[state])])));
  });
});
