import { describe, expect, it } from '@jest/globals';
import { sharedData } from '../../../test/support/shared-data.js';
import fc from 'fast-check';
import { batchEffect, LINE_EFFECTS, LINE_FACTS, LINE_STATES, STATUS_WORDS, statusMeaning, type LineFact, type LineState } from './line-status.js';
import { REASON_CODES, REASON_WORDS, reasonMeaning } from './line-status-reasons.js';

const facts = fc.array(fc.constantFrom(...LINE_FACTS), { maxLength: 12 });
const REACHED = { received: 'in_transit', accepted: 'accepted_by_bank', rejected: 'rejected', debited: 'settled', returned: 'returned' } as const satisfies Record<LineFact, LineState>;
const strongest = (said: readonly LineFact[]): LineState => REACHED[LINE_FACTS.findLast((fact) => said.includes(fact)) ?? 'received'];
const folded = (said: readonly LineFact[]): LineState => said.reduce<LineState>((state, fact) => LINE_EFFECTS[fact][state].to ?? state, 'in_transit');

describe('the table of effects', () => {
  it('comes to the same whatever the order, and however often each is said, unless money moves that was refused', () => {
    fc.assert(fc.property(facts, fc.array(fc.nat(), { maxLength: 12 }), fc.boolean(), (said, picks, refused) => {
      const possible = said.filter((fact) => (refused ? fact !== 'debited' && fact !== 'returned' : fact !== 'rejected'));
      const repeated = [...possible, ...picks.flatMap((pick) => (possible.length === 0 ? [] : [possible[pick % possible.length] as LineFact]))];
      const shuffled = repeated.map((fact, at) => [picks[at] ?? 0, fact] as const).sort(([a], [b]) => a - b).map(([, fact]) => fact);
      expect(folded(shuffled)).toBe(strongest(possible));
    }), { numRuns: 2_000 });
  });

  it('leaves standing what came first where the bank refuses a payment and moves its money', () => {
    fc.assert(fc.property(facts, (said) => {
      const [refusal, money] = [said.indexOf('rejected'), said.findIndex((fact) => fact === 'debited' || fact === 'returned')];
      fc.pre(refusal >= 0 && money >= 0);
      expect(folded(said)).toBe(refusal < money ? 'rejected' : strongest(said.filter((fact) => fact !== 'rejected')));
    }), { numRuns: 2_000 });
  });

  it('goes only forward', () => {
    const ahead: Record<LineState, readonly LineState[]> = {
      pending: [], included: [], dropped: [], written_off: [], rejected: [], returned: [], settled: ['returned'],
      in_transit: ['accepted_by_bank', 'settled', 'rejected', 'returned'], accepted_by_bank: ['settled', 'rejected', 'returned'],
    };
    for (const state of LINE_STATES) expect(ahead[state]).toEqual(expect.arrayContaining(LINE_FACTS.flatMap((fact) => LINE_EFFECTS[fact][state].to ?? [])));
  });

  it('moves nothing that was not sent', () => {
    for (const fact of LINE_FACTS) expect([LINE_EFFECTS[fact].pending, LINE_EFFECTS[fact].included, LINE_EFFECTS[fact].dropped]).toEqual([{ unsent: true }, { unsent: true }, { unsent: true }]);
  });

  it('settles by a debit alone, never by a word', () => {
    const settling = LINE_FACTS.filter((fact) => LINE_STATES.some((state) => LINE_EFFECTS[fact][state].to === 'settled'));
    expect(settling).toEqual(['debited']);
    expect(Object.values(STATUS_WORDS).map(({ fact }) => fact as LineFact)).not.toContain('debited');
  });

  it('says so when word and money disagree, in either order', () => {
    expect([LINE_EFFECTS.debited.rejected, LINE_EFFECTS.debited.written_off, LINE_EFFECTS.rejected.settled]).toEqual([{ contradicts: true }, { contradicts: true }, { contradicts: true }]);
  });
});

describe('a status word', () => {
  it.each([['ACSC', 'accepted'], ['ACTC', 'received'], ['RJCT', 'rejected'], ['PDNG', 'received'], ['PART', 'received'], ['ACFW', 'received'], ['RVCM', 'received'], ['RVNC', 'received']])('%s is %s', (word, fact) => {
    expect(statusMeaning(word)?.fact).toBe(fact);
  });

  it('of the payee’s verification moves nothing and keeps its finding', () => {
    expect(['RCVC', 'RVMC', 'RVNM', 'RVNA'].map((word) => [statusMeaning(word)?.fact, statusMeaning(word)?.verification])).toEqual([
      ['received', 'match'], ['received', 'close_match'], ['received', 'no_match'], ['received', 'not_applicable'],
    ]);
  });

  it('of a whole file acknowledges or refuses its batch', () => {
    expect(['ACTC', 'PART', 'RVMC', 'ACSC', 'RJCT', 'CANC', 'ACXX'].map(batchEffect)).toEqual(['acknowledge', 'acknowledge', 'acknowledge', 'acknowledge', 'refuse', 'refuse', undefined]);
  });

  it.each(['rjct', '', 'toString', 'ACXX'])('"%s" is none', (word) => {
    expect(statusMeaning(word)).toBeUndefined();
  });
});

describe('a reason', () => {
  it.each([
    ['AC01', 'merchant'], ['AC03', 'merchant'], ['AC04', 'merchant'], ['AC06', 'merchant'], ['AC13', 'us'], ['AG01', 'merchant'], ['AG02', 'us'], ['AM02', 'us'], ['AM04', 'us'], ['AM05', 'us'], ['AM09', 'us'],
    ['BE01', 'merchant'], ['BE04', 'merchant'], ['BE05', 'us'], ['CNOR', 'merchant'], ['DNOR', 'us'], ['DT01', 'us'], ['FF01', 'us'], ['FOCR', 'us'], ['MD07', 'merchant'], ['MS02', 'merchant'], ['MS03', 'bank'],
    ['NARR', 'bank'], ['RC01', 'merchant'], ['RR01', 'us'], ['RR02', 'us'], ['RR03', 'merchant'], ['RR04', 'bank'], ['TM01', 'us'],
    ['AC08', 'merchant'], ['AC16', 'merchant'], ['AC17', 'merchant'], ['NOCM', 'merchant'], ['BE21', 'merchant'], ['RC10', 'merchant'], ['AG07', 'us'], ['AM16', 'us'], ['AM17', 'us'], ['AM21', 'us'], ['BE20', 'us'], ['CH21', 'us'], ['DT05', 'us'],
    ['DU05', 'us'], ['FF04', 'us'], ['RC03', 'us'], ['RF01', 'us'], ['RR10', 'us'], ['AB01', 'bank'], ['AB11', 'bank'], ['AG11', 'bank'], ['ED06', 'bank'], ['FF10', 'bank'],
  ])('%s is for %s to put right', (code, fixer) => {
    expect(REASON_CODES).toContain(code);
    expect(reasonMeaning(code).fixer).toBe(fixer);
  });

  const samples = ['hbci4java-pain.002.001.10-01', 'iso20022js-cross_river-pain_002_batch_rejected', 'iso20022js-goldman_sachs-pain_002_v3_accepted', 'iso20022js-nordea-pain_002_v3_group_reject', 'iso20022js-nordea-pain_002_v3_payment_reject',
    'iso20022js-nordea-pain_002_v3_txn_reject', 'postfinance-pain002-epo_p_0_0_0_2018031510491259'].flatMap((name) => sharedData('data', 'iso20022', 'samples', `${name}.xml`) ?? []);
  (samples.length > 0 ? it : it.skip)('that real banks gave is known, and so is every word of theirs', () => {
    const found = (pattern: RegExp): string[] => [...new Set(samples.flatMap((text) => [...text.matchAll(pattern)].map(([, code = '']) => code)))].sort();
    const [words, reasons] = [found(/<(?:\w+:)?(?:GrpSts|PmtInfSts|TxSts|DtldSts)>(\w+)/g), found(/<(?:\w+:)?Rsn>\s*<(?:\w+:)?Cd>(\w+)/g)];
    expect([words.filter((word) => statusMeaning(word) === undefined), reasons.filter((code) => !REASON_CODES.includes(code))]).toEqual([[], []]);
    expect([words.length > 4, reasons]).toEqual([true, ['DU01', 'NARR']]);
  });

  it.each([undefined, 'X999', 'constructor', 'TS01'])('%s is the bank’s to explain', (code) => {
    expect(reasonMeaning(code)).toEqual({ fixer: 'bank', words: 'not_said' });
  });

  it('uses every sentence that there is', () => {
    expect(new Set(REASON_CODES.map((code) => reasonMeaning(code).words))).toEqual(new Set(REASON_WORDS));
  });
});
