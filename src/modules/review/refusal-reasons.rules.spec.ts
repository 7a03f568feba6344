import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readReasons } from '../../core/policy/index.js';
import { refusalReasons, refusesFor } from './refusal-reasons.rules.js';

const { reasons } = readReasons(readFileSync(join(import.meta.dirname, '../../../policies/reasons.yaml'), 'utf8'));

describe('the reasons a refusal may name', () => {
  it('tell nobody that a person will look, or that something is still open', () => {
    const said = refusalReasons(reasons, [], []).map(({ code }) => reasons[code]?.en ?? '');
    expect(said.filter((text) => /\b(person|reviewed|looked? (at|into|again|for)|approve|at the moment|has not been .* yet|is not .* yet)\b/i.test(text))).toEqual([]);
    expect(said.length).toBeGreaterThan(30);
  });

  it('are whole with what the working says of them', () => {
    const codes = (given: Parameters<typeof refusalReasons>[1]) => refusalReasons(reasons, given, []).map(({ code }) => code);
    expect(codes([])).not.toContain('proof_missing');
    expect(codes([{ code: 'proof_missing', params: { fact: 'trade' } }])).toContain('proof_missing');
  });

  it('are those for which a working denies the claim, whatever they say elsewhere', () => {
    expect(refusesFor('loss_not_shown_by_records', [])).toBe(false);
    expect(refusesFor('loss_not_shown_by_records', [{ code: 'loss_not_shown_by_records' }])).toBe(true);
    expect(refusesFor('outage_not_recorded', [])).toBe(true);
  });
});
