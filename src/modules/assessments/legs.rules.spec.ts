import { describe, expect, it } from '@jest/globals';
import type { AssessmentResult } from '../../core/assessment/index.js';
import type { CompiledPolicy } from '../../core/policy/index.js';
import { legsOf } from './legs.rules.js';

const step = (id: string, use: string, ins: Record<string, string | string[]> = {}, when?: string) => ({ id, use, in: ins, with: {}, ...(when === undefined ? {} : { when }) });
const STEPS = [
  step('expected', 'baseline', { over: '$counted' }), step('loss', 'shortfall', { expected: '$expected', actual: '$sold' }), step('measured', 'percent', { of: '$loss' }, '$shown'),
  step('tariff', 'per_unit', { units: '$openHours' }, '$inputs.takeTariff'), step('nothing', 'per_unit', { units: '$openHours' }, '$nothingCounts'),
  step('gross', 'combine@2', { legs: ['$measured', '$tariff', '$nothing'] }),
];
const policy = (steps: readonly object[]) => ({ document: { steps } }) as unknown as CompiledPolicy;
const run = (outputs: Record<string, string | null>) => ({ trace: Object.entries(outputs).map(([id, minor]) => ({ id, output: minor === null ? null : { minor } })) }) as unknown as AssessmentResult;

describe('the ways to a sum', () => {
  it('are the records and the tariff beside them, which shows what it would come to although it was not chosen', () => {
    expect(legsOf(policy(STEPS), run({ measured: '5340', tariff: null, nothing: null }), [run({ measured: '5340', tariff: '4500' }), run({ measured: '5340', tariff: null })]))
      .toEqual([{ kind: 'records', minor: '5340', used: true }, { kind: 'tariff', minor: '4500', used: false }]);
  });

  it('are the tariff alone where the records do not show the loss and it was chosen, and nothing where it was not', () => {
    expect(legsOf(policy(STEPS), run({ measured: null, tariff: '4500' }), [])).toEqual([{ kind: 'records', minor: undefined, used: false }, { kind: 'tariff', minor: '4500', used: true }]);
    expect(legsOf(policy(STEPS), run({ measured: null, tariff: null }), [run({ tariff: '4500' })]))
      .toEqual([{ kind: 'records', minor: undefined, used: false }, { kind: 'tariff', minor: '4500', used: false }]);
  });

  it('are none where a policy has only one of the two', () => {
    expect(legsOf(policy([...STEPS.slice(0, 3), step('gross', 'combine', { legs: ['$measured'] })]), run({ measured: '1' }), [])).toEqual([]);
    expect(legsOf(policy([step('tariff', 'per_unit', {}, '$inputs.takeTariff')]), run({ tariff: '1' }), [])).toEqual([]);
  });
});
