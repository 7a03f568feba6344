import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { batchEffect, LINE_EFFECTS, LINE_FACTS, LINE_STATES, STATUS_WORDS, stateAfter, statusMeaning, type LineFact, type LineState } from './line-status.js';
import { REASON_CODES, REASON_WORDS, reasonMeaning } from './line-status-reasons.js';

const SENT = LINE_STATES.filter((state) => state !== 'pending' && state !== 'included');
const facts = fc.array(fc.constantFrom(...LINE_FACTS), { maxLength: 12 });
const folded = (said: readonly LineFact[]): LineState => said.reduce<LineState>((state, fact) => LINE_EFFECTS[fact][state].to ?? state, 'in_transit');

describe('the table of effects', () => {
  it('comes to the same whatever the order, and however often each is said', () => {
    fc.assert(fc.property(facts, fc.array(fc.nat(), { maxLength: 12 }), (said, picks) => {
      const repeated = [...said, ...picks.flatMap((pick) => (said.length === 0 ? [] : [said[pick % said.length] as LineFact]))];
      const shuffled = repeated.map((fact, at) => [picks[at] ?? 0, fact] as const).sort(([a], [b]) => a - b).map(([, fact]) => fact);
      expect(folded(shuffled)).toBe(stateAfter(new Set(said)));
    }), { numRuns: 2_000 });
  });

  it('goes only forward', () => {
    for (const fact of LINE_FACTS) for (const state of LINE_STATES) expect(LINE_STATES.indexOf(LINE_EFFECTS[fact][state].to ?? state)).toBeGreaterThanOrEqual(LINE_STATES.indexOf(state));
  });

  it('moves nothing that was not sent', () => {
    for (const fact of LINE_FACTS) expect([LINE_EFFECTS[fact].pending, LINE_EFFECTS[fact].included]).toEqual([{ unsent: true }, { unsent: true }]);
  });

  it('settles by a debit alone, never by a word', () => {
    const settling = LINE_FACTS.filter((fact) => SENT.some((state) => LINE_EFFECTS[fact][state].to === 'settled'));
    expect(settling).toEqual(['debited']);
    expect(Object.values(STATUS_WORDS).map(({ fact }) => fact as LineFact)).not.toContain('debited');
  });

  it('says so when word and money disagree, in either order', () => {
    expect([LINE_EFFECTS.debited.rejected, LINE_EFFECTS.rejected.settled]).toEqual([{ to: 'settled', contradicts: true }, { contradicts: true }]);
  });
});

describe('a status word', () => {
  it.each([['ACSC', 'accepted'], ['ACTC', 'received'], ['RJCT', 'rejected'], ['PDNG', 'received'], ['PART', 'received']])('%s is %s', (word, fact) => {
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
  ])('%s is for %s to put right', (code, fixer) => {
    expect(REASON_CODES).toContain(code);
    expect(reasonMeaning(code).fixer).toBe(fixer);
  });

  it.each([undefined, 'X999', 'constructor'])('%s is the bank’s to explain', (code) => {
    expect(reasonMeaning(code)).toEqual({ fixer: 'bank', words: 'not_said' });
  });

  it('uses every sentence that there is', () => {
    expect(new Set(REASON_CODES.map((code) => reasonMeaning(code).words))).toEqual(new Set(REASON_WORDS));
  });
});
