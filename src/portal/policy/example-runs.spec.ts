import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { PLAIN_STYLE } from '../../core/assessment/index.js';
import { checkPolicy, readReasons, type CompiledPolicy } from '../../core/policy/index.js';
import { exampleRuns, type ExampleRun } from './example-runs.rules.js';
import { sourceLines } from './source-lines.rules.js';

const { reasons } = readReasons(readFileSync('policies/reasons.yaml', 'utf8'));
const TEXT = readFileSync('policies/default-gbp.yaml', 'utf8');
const runsOf = (text: string, working?: number): ExampleRun[] =>
  exampleRuns(checkPolicy(text, reasons).policy as CompiledPolicy, { reasons, language: 'en', style: PLAIN_STYLE, working });

describe('the examples of a policy, run now', () => {
  it('hold, each with everything it expects beside what came out', () => {
    const runs = runsOf(TEXT);
    expect(runs.map(({ holds }) => holds)).toEqual(runs.map(() => true));
    expect(runs[1]?.figures).toEqual([{ what: 'outcome', isStep: false, expected: 'eligible', found: 'eligible' }, { what: 'cash', isStep: false, expected: '48.00', found: '48.00' }]);
  });

  it('say what came out otherwise, and why one cannot be run', () => {
    const wrong = runsOf(TEXT.replace('cash: "48.00"', 'cash: "48.01"')).filter(({ holds }) => !holds);
    expect(wrong.map(({ differences, figures }) => [differences, figures.at(-1)])).toEqual([[['cash is 48.00, not 48.01'], { what: 'cash', isStep: false, expected: '48.01', found: '48.00' }]]);
    const [first] = runsOf(TEXT.replace('at: 2026-02-24T11:00Z/2026-02-24T12:00Z', 'at: 2026-02-24T11:00Z/2026-02-24T11:30Z'), 1);
    expect([first?.holds, first?.figures, first?.working]).toEqual([false, [], []]);
    expect(first?.differences[0]).toMatch(/^sales are not given for /);
  });

  it('tell the working of the one that is asked for, and of no other', () => {
    const told = runsOf(TEXT, 2).map(({ working }) => working.length > 0);
    expect(told).toEqual(told.map((_is, index) => index === 1));
    expect(runsOf(TEXT, 2)[1]?.working.find(({ step }) => step === 'award')?.figure).toBe('48.00 GBP');
  });
});

describe('the lines of a text', () => {
  it('are numbered as its faults count them; what lies behind the end leads to the last line', () => {
    const fault = (line: number) => ({ code: 'policy.shape', line, column: 1, path: '', message: '' } as const);
    expect(sourceLines('a\nb\n', [fault(1), fault(9)])).toEqual([{ number: 1, text: 'a', isFaulty: true }, { number: 2, text: 'b', isFaulty: true }]);
    expect(sourceLines('', [])).toEqual([{ number: 1, text: '', isFaulty: false }]);
  });
});
