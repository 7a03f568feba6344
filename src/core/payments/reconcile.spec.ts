import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { currency, money, type Money } from '../money/index.js';
import { LINE_EFFECTS, STATUS_WORDS, statusMeaning, type LineFact, type LineState } from './line-status.js';
import { afterVerdict, bookingKey, isLeft, isMissing, reconcileBooking, reconcileStatus, reconcileSums, type KnownLine, type Verdict } from './reconcile.js';
import type { BookingReport, StatusReport } from './reconcile-reports.js';

const EUR = currency('EUR');
const euros = (minor: bigint): Money => money(minor, EUR);
const line = (more: Partial<KnownLine> = {}): KnownLine => ({ lineId: 'L1', endToEndId: 'MG-1', amount: euros(1_000n), state: 'in_transit', messageId: 'F1', paymentId: 'P1', isReplaced: false, ...more });
const status = (word: string, more: Partial<StatusReport> = {}): StatusReport => ({ report: 'status', level: 'transaction', statedAt: 'transaction', status: word, reasons: [], endToEndId: 'MG-1', originalMessageId: 'F1', ...more });
const booking = (more: Partial<BookingReport> = {}): BookingReport => ({
  report: 'booking', covers: 'transaction', statement: 1, entry: 1, transaction: 1, status: 'BOOK', direction: 'debit', entryDirection: 'debit', isReversal: false, amount: euros(1_000n),
  references: { endToEndId: 'MG-1', servicerReference: 'B1' }, charges: [], isFee: false, texts: [], ...more,
});
const back = (more: Partial<BookingReport> = {}): BookingReport =>
  booking({ direction: 'credit', entryDirection: 'credit', references: { endToEndId: 'MG-1', servicerReference: 'B2' }, returnReasons: [{ code: 'AC04', texts: [] }], ...more });

describe('a status', () => {
  it.each([
    ['RCVD', 'in_transit', undefined], ['ACTC', 'in_transit', undefined], ['ACCP', 'in_transit', 'accepted_by_bank'], ['ACSC', 'in_transit', 'accepted_by_bank'], ['ACSC', 'accepted_by_bank', undefined],
    ['RJCT', 'in_transit', 'rejected'], ['RJCT', 'accepted_by_bank', 'rejected'], ['RJCT', 'rejected', undefined], ['ACCP', 'rejected', undefined], ['ACSP', 'settled', undefined], ['ACSP', 'returned', undefined],
    ['RVNM', 'in_transit', undefined],
  ] as const)('%s on a line %s leads to %s', (word, state, to) => {
    const verdict = reconcileStatus(status(word), line({ state }));
    expect([verdict.class, verdict.lineId, verdict.to]).toEqual(['matched', 'L1', to]);
  });

  it('of a refusal after the money went is told and moves nothing', () => {
    expect(reconcileStatus(status('RJCT'), line({ state: 'settled' }))).toEqual({ class: 'matched', lineId: 'L1', fact: 'rejected', remark: 'contradicts' });
  });

  it.each([
    ['about no line of ours', status('ACSP'), undefined, { class: 'unknown_external' }],
    ['of another file', status('ACSP', { originalMessageId: 'F2' }), line(), { class: 'unknown_external', lineId: 'L1', remark: 'other_file' }],
    ['of another group', status('ACSP', { originalPaymentId: 'P2' }), line(), { class: 'unknown_external', lineId: 'L1', remark: 'other_file' }],
    ['of another amount', status('ACSP', { amount: euros(999n) }), line(), { class: 'amount_differs', lineId: 'L1' }],
    ['of another currency', status('RJCT', { amount: money(1_000n, currency('USD')) }), line(), { class: 'amount_differs', lineId: 'L1' }],
    ['in a word that no list has', status('ACXX'), line(), { class: 'matched', lineId: 'L1', remark: 'word_unknown' }],
    ['of a line that never left', status('ACSP'), line({ state: 'included' }), { class: 'unknown_external', lineId: 'L1', fact: 'accepted', remark: 'unsent' }],
    ['of a line that was replaced', status('RJCT'), line({ state: 'returned', isReplaced: true }), { class: 'matched', lineId: 'L1', fact: 'rejected' }],
    ['of a payee’s name', status('RVNM'), line(), { class: 'matched', lineId: 'L1', fact: 'received', verification: 'no_match' }],
  ] as const)('%s', (_, said, known, verdict) => {
    expect(reconcileStatus(said, known)).toEqual(verdict);
  });

  it('without the file’s id is matched by our reference alone, which is unique for ever', () => {
    const { originalMessageId: _, ...bare } = status('ACSP');
    expect(reconcileStatus(bare, line()).to).toBe('accepted_by_bank');
  });
});

describe('a booking', () => {
  const debitKey = bookingKey(booking());
  const returnKey = bookingKey(back());

  it.each([
    ['proves payment', booking(), line(), { class: 'matched', lineId: 'L1', fact: 'debited', to: 'settled', debitKey }],
    ['after a refusal is counted, and somebody looks', booking(), line({ state: 'rejected' }), { class: 'matched', lineId: 'L1', fact: 'debited', debitKey, remark: 'contradicts' }],
    ['that is announced moves nothing', booking({ status: 'PDNG' }), line(), { class: 'matched', lineId: 'L1', remark: 'not_booked' }],
    ['of another amount moves nothing', booking({ amount: euros(1_001n) }), line(), { class: 'amount_differs', lineId: 'L1' }],
    ['in the account’s currency is compared as instructed', booking({ amount: money(15_000n, currency('KRW')), instructed: euros(1_000n) }), line(), { class: 'matched', lineId: 'L1', fact: 'debited', to: 'settled', debitKey }],
    ['told again moves nothing', booking(), line({ state: 'settled', debitKey }), { class: 'matched', lineId: 'L1', remark: 'repeated' }],
    ['for the second time, with another reference, is a duplicate', booking({ references: { endToEndId: 'MG-1', servicerReference: 'B9' } }), line({ state: 'settled', debitKey }), { class: 'duplicate', lineId: 'L1' }],
    ['of a line that was replaced is a duplicate', booking(), line({ state: 'rejected', isReplaced: true }), { class: 'duplicate', lineId: 'L1', fact: 'debited', remark: 'replaced' }],
    ['that is told after its return, and after the line was replaced, is the one that came back', booking(), line({ state: 'returned', isReplaced: true, returnKey: 'R' }), { class: 'matched', lineId: 'L1', fact: 'debited', debitKey }],
    ['of a line that never left is unknown', booking(), line({ state: 'pending' }), { class: 'unknown_external', lineId: 'L1', fact: 'debited', remark: 'unsent' }],
    ['that comes back reopens the line', back(), line({ state: 'settled', debitKey }), { class: 'returned', lineId: 'L1', fact: 'returned', to: 'returned', returnKey, reopens: true }],
    ['that comes back before its debit is known counts too', back(), line(), { class: 'returned', lineId: 'L1', fact: 'returned', to: 'returned', returnKey, reopens: true }],
    ['that was returned already counts once', back(), line({ state: 'returned', returnKey }), { class: 'returned', lineId: 'L1', remark: 'repeated' }],
    ['that comes back twice is a duplicate', back({ references: { endToEndId: 'MG-1', servicerReference: 'B3' } }), line({ state: 'returned', returnKey }), { class: 'duplicate', lineId: 'L1' }],
    ['that comes back less its stated charges is whole', back({ amount: euros(850n), charges: [{ amount: euros(150n), isIncluded: true }] }), line({ state: 'settled' }), { class: 'returned', lineId: 'L1', fact: 'returned', to: 'returned', returnKey, charged: euros(150n), reopens: true }],
    ['with its stated charges on top proves payment', booking({ amount: euros(1_050n), charges: [{ amount: euros(50n), isIncluded: true }] }), line(), { class: 'matched', lineId: 'L1', fact: 'debited', to: 'settled', debitKey, charged: euros(50n) }],
    ['less its stated charges is not the line', booking({ amount: euros(950n), charges: [{ amount: euros(50n), isIncluded: true }] }), line(), { class: 'amount_differs', lineId: 'L1' }],
    ['beside charges of their own is the line', booking({ charges: [{ amount: euros(50n), isIncluded: false }] }), line(), { class: 'matched', lineId: 'L1', fact: 'debited', to: 'settled', debitKey }],
    ['that comes back less unstated charges differs', back({ amount: euros(850n), charges: [{ amount: euros(150n), isIncluded: false }] }), line({ state: 'settled' }), { class: 'amount_differs', lineId: 'L1' }],
    ['that comes back after a refusal is counted and reopens nothing, since the refusal did', back(), line({ state: 'rejected' }), { class: 'returned', lineId: 'L1', fact: 'returned', returnKey }],
    ['against its entry without a reason is no return', booking({ direction: 'credit' }), line({ state: 'settled', debitKey }), { class: 'unknown_external', lineId: 'L1', remark: 'direction' }],
    ['whose debit arrives after its return is counted, and stays returned', booking(), line({ state: 'returned', returnKey }), { class: 'matched', lineId: 'L1', fact: 'debited', debitKey }],
    ['without a line is unknown', booking(), undefined, { class: 'unknown_external' }],
    ['without a line is a fee when its code says so', booking({ references: {}, isFee: true, covers: 'entry' }), undefined, { class: 'fee' }],
    ['that credits a fee is unknown', back({ references: {}, isFee: true }), undefined, { class: 'unknown_external' }],
  ] as const)('%s', (_, said, known, verdict) => {
    expect(reconcileBooking(said, known)).toEqual(verdict);
  });

  it('is itself however it is reported, and another when a bank reference, a place or a day differs', () => {
    const { servicerReference: _, ...bare } = booking().references;
    const plain = booking({ references: { ...bare, entryServicerReference: 'E1' } });
    expect(bookingKey({ ...booking(), entry: 7, statement: 2, transaction: 3 })).toBe(bookingKey(booking()));
    expect(new Set([booking(), plain, { ...plain, transaction: 2 }, { ...plain, direction: 'credit' as const }, booking({ references: bare, bookedOn: '2026-11-20' }), booking({ references: bare, bookedOn: '2026-11-21' })].map(bookingKey)).size).toBe(6);
  });
});

/** What the bank can say of a line, as reports. Two debits and two returns, so that there are duplicates. */
const SAYINGS = [
  ...Object.keys(STATUS_WORDS).map((word) => ({ said: status(word), fact: statusMeaning(word)?.fact as LineFact })),
  { said: booking(), fact: 'debited' as LineFact }, { said: booking({ references: { endToEndId: 'MG-1', servicerReference: 'B7' } }), fact: 'debited' as LineFact },
  { said: back(), fact: 'returned' as LineFact }, { said: back({ references: { endToEndId: 'MG-1', servicerReference: 'B8' } }), fact: 'returned' as LineFact },
];
const verdictOn = (said: StatusReport | BookingReport, known: KnownLine): Verdict => (said.report === 'status' ? reconcileStatus(said, known) : reconcileBooking(said, known));

describe('the law of one line', () => {
  it('what was said of a line that was sent moves it by the table of effects, and each fact counts once however often it is told', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...SAYINGS), { maxLength: 20 }), (sayings) => {
      let known = line();
      const effects: Verdict[] = [];
      for (const { said } of sayings) {
        const verdict = verdictOn(said, known);
        known = afterVerdict(known, verdict);
        effects.push(verdict);
      }
      expect(known.state).toBe(sayings.reduce<LineState>((state, { fact }) => LINE_EFFECTS[fact][state].to ?? state, 'in_transit'));
      const counted = (name: 'debitKey' | 'returnKey' | 'reopens'): number => effects.filter((verdict) => verdict[name] !== undefined).length;
      expect([counted('debitKey'), counted('returnKey'), counted('reopens')].every((count) => count <= 1)).toBe(true);
      const moves = effects.flatMap(({ to }) => to ?? []);
      expect(moves).toEqual([...new Set(moves)]);
    }), { numRuns: 3_000 });
  });

  it('ends the same in any order unless money moves that was refused: then in any order it is told, and nobody counts it paid and due', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...SAYINGS), { minLength: 1, maxLength: 10 }), fc.array(fc.nat(), { minLength: 10, maxLength: 10 }), (sayings, order) => {
      const run = (list: typeof sayings) => list.reduce<{ known: KnownLine; remarks: unknown[] }>(({ known, remarks }, { said }) => {
        const verdict = verdictOn(said, known);
        return { known: afterVerdict(known, verdict), remarks: [...remarks, verdict.remark] };
      }, { known: line(), remarks: [] });
      const [one, other] = [run(sayings), run(sayings.map((said, at) => [order[at] ?? 0, said] as const).sort(([a], [b]) => a - b).map(([, said]) => said))];
      const said = new Set(sayings.map(({ fact }) => fact));
      if (!said.has('rejected') || (!said.has('debited') && !said.has('returned'))) {
        expect(other.known.state).toBe(one.known.state);
        return;
      }
      const outcomes: readonly LineState[] = ['rejected', 'settled', 'returned'];
      expect([outcomes.includes(one.known.state), outcomes.includes(other.known.state)]).toEqual([true, true]);
      // Refused and debited, and nothing back yet: whoever comes second contradicts.
      if (said.has('debited') && !said.has('returned')) expect([one.remarks.includes('contradicts'), other.remarks.includes('contradicts')]).toEqual([true, true]);
      // Once the money is back no order counts the line as paid.
      if (said.has('returned')) expect([one.known.state, other.known.state]).not.toContain('settled');
    }), { numRuns: 3_000 });
  });

  it('a line that was replaced, or never left, is moved by nothing', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...SAYINGS), { maxLength: 12 }), fc.constantFrom<Partial<KnownLine>>({ state: 'rejected', isReplaced: true }, { state: 'pending' }, { state: 'included' }), (sayings, more) => {
      const before = line(more);
      const after = sayings.reduce((known, { said }) => afterVerdict(known, verdictOn(said, known)), before);
      expect(after.state).toBe(before.state);
      expect(sayings.some(({ said }) => verdictOn(said, after).reopens === true)).toBe(false);
    }));
  });
});

describe('sums of a batch', () => {
  const left = (minor: bigint, count: bigint) => ({ amount: euros(minor), count });

  it.each([
    ['that are what is left match', [{ amount: euros(30n), count: 2n }], left(30n, 2n), { class: 'matched' }],
    ['that are it together match', [{ amount: euros(10n) }, { amount: euros(20n), count: 1n }], left(30n, 2n), { class: 'matched' }],
    ['of another number of payments do not', [{ amount: euros(30n), count: 3n }], left(30n, 2n), { class: 'amount_differs', bookedMinor: 30n, leftMinor: 30n }],
    ['of more or less do not', [{ amount: euros(29n) }], left(30n, 2n), { class: 'amount_differs', bookedMinor: 29n, leftMinor: 30n }],
    ['of another currency do not', [{ amount: money(30n, currency('KRW')) }], left(30n, 2n), { class: 'amount_differs', bookedMinor: 30n, leftMinor: 30n }],
    ['that are none prove nothing, even of nothing', [], left(0n, 0n), { class: 'amount_differs', bookedMinor: 0n, leftMinor: 0n }],
  ] as const)('%s', (_, sums, of, verdict) => {
    expect(reconcileSums(sums, of)).toEqual(verdict);
  });

  it.each([
    ['in_transit', undefined, undefined, true], ['accepted_by_bank', undefined, undefined, true], ['returned', undefined, 'R', true], ['in_transit', 'K', undefined, false], ['returned', 'K', 'R', false],
    ['rejected', undefined, undefined, false], ['rejected', undefined, 'R', true], ['written_off', undefined, 'R', true], ['settled', 'K', undefined, false], ['pending', undefined, undefined, false],
    ['included', undefined, undefined, false], ['dropped', undefined, undefined, false],
  ] as const)('a line %s with debit %s and return %s is left: %s', (state, debitKey, returnKey, expected) => {
    expect(isLeft({ state, ...(debitKey === undefined ? {} : { debitKey }), ...(returnKey === undefined ? {} : { returnKey }) })).toBe(expected);
  });
});

/** A batch as its keeper has it: lines, and the sums that no line was counted for yet. */
interface Batch { readonly lines: readonly KnownLine[]; readonly sums: ReadonlyMap<string, BookingReport>; readonly counted: ReadonlySet<string> }
type Said = { readonly of: number; readonly said: StatusReport | BookingReport } | { readonly of: 'batch'; readonly said: BookingReport };

function afterSaid({ lines, sums, counted }: Batch, { of, said }: Said): Batch {
  const [told, open] = [[...lines], new Map(sums)];
  if (of === 'batch') {
    if (!counted.has(bookingKey(said))) open.set(bookingKey(said), said);
  } else {
    const known = told[of] as KnownLine;
    told[of] = afterVerdict(known, verdictOn(said, known));
  }
  const waiting = told.filter(isLeft);
  const remaining = { amount: euros(waiting.reduce((sum, { amount }) => sum + amount.minor, 0n)), count: BigInt(waiting.length) };
  const verdict = reconcileSums([...open.values()].map(({ amount, batchCount }) => ({ amount, ...(batchCount === undefined ? {} : { count: batchCount }) })), remaining);
  if (verdict.class !== 'matched') return { lines: told, sums: open, counted };
  const debitKey = [...open.keys()].join('+');
  return {
    lines: told.map((known) => (isLeft(known) ? { ...known, state: LINE_EFFECTS.debited[known.state].to ?? known.state, debitKey } : known)),
    sums: new Map(), counted: new Set([...counted, ...open.keys()]),
  };
}

describe('the law of a batch booked in sums', () => {
  /** A batch whose sums cover every line that no status refuses, in as many sums as its keeper cut it into; some come back. */
  const batch = fc.record({
    lines: fc.array(fc.record({ minor: fc.bigInt({ min: 1n, max: 5n }), fate: fc.constantFrom('paid', 'refused', 'returned'), words: fc.array(fc.constantFrom('RCVD', 'ACTC', 'ACSP', 'ACSC', 'RVNM'), { maxLength: 2 }) }), { minLength: 1, maxLength: 6 }),
    cuts: fc.nat({ max: 2 }), tellsCounts: fc.boolean(), order: fc.array(fc.nat(), { minLength: 60, maxLength: 60 }), repeats: fc.array(fc.nat(), { maxLength: 10 }),
  });

  it('ends the same in any order and repetition: refused lines refused, the others settled or returned, and no sum left over', () => {
    fc.assert(fc.property(batch, ({ lines, cuts, tellsCounts, order, repeats }) => {
      const covered = lines.flatMap(({ minor, fate }, index) => (fate === 'refused' ? [] : [{ minor, index }]));
      const parts = Array.from({ length: cuts + 1 }, (_, part) => covered.filter(({ index }) => index % (cuts + 1) === part)).filter((part) => part.length > 0);
      const sums = parts.map((part, index): Said => ({
        of: 'batch',
        said: booking({ covers: 'batch', amount: euros(part.reduce((sum, { minor }) => sum + minor, 0n)), references: { messageId: 'F1', servicerReference: `S${index}` }, ...(tellsCounts ? { batchCount: BigInt(part.length) } : {}) }),
      }));
      const words = lines.flatMap(({ minor, fate, words: spoken }, of): Said[] => [
        ...spoken.map((word) => ({ of, said: status(word, { endToEndId: `MG-${of}` }) })),
        ...(fate === 'refused' ? [{ of, said: status('RJCT', { endToEndId: `MG-${of}` }) }] : []),
        ...(fate === 'returned' ? [{ of, said: back({ amount: euros(minor), references: { endToEndId: `MG-${of}`, servicerReference: `R${of}` } }) }] : []),
      ]);
      const once = [...sums, ...words];
      const all = [...once, ...repeats.flatMap((pick) => once[pick % once.length] ?? [])].map((said, at) => [order[at] ?? 0, said] as const).sort(([a], [b]) => a - b).map(([, said]) => said);
      const start: Batch = { lines: lines.map(({ minor }, of) => line({ lineId: `L${of}`, endToEndId: `MG-${of}`, amount: euros(minor) })), sums: new Map(), counted: new Set() };
      const done = all.reduce(afterSaid, start);
      const ends: Record<string, LineState> = { paid: 'settled', refused: 'rejected', returned: 'returned' };
      expect(done.lines.map(({ state }) => state)).toEqual(lines.map(({ fate }) => ends[fate]));
      expect(done.sums.size).toBe(0);
      expect(done.lines.map(({ debitKey }) => debitKey !== undefined)).toEqual(lines.map(({ fate }) => fate !== 'refused'));
    }), { numRuns: 3_000 });
  });
});

describe('a line that the bank is silent about', () => {
  it.each([
    ['in_transit', '2026-11-20', '2026-11-21', false], ['in_transit', '2026-11-20', '2026-11-22', true], ['accepted_by_bank', '2026-11-20', '2026-12-31', true],
    ['settled', '2026-11-20', '2026-12-31', false], ['rejected', '2026-11-20', '2026-12-31', false], ['returned', '2026-11-20', '2026-12-31', false], ['included', '2026-11-20', '2026-12-31', false],
  ] as const)('%s, due %s, is missed on %s: %s', (state, dueOn, coveredThroughOn, expected) => {
    expect(isMissing({ state, dueOn }, coveredThroughOn, 2)).toBe(expected);
  });
});
