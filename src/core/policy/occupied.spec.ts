import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { factsOf, reasons, smallPolicy, type SmallPolicy } from '../../../test/support/policy.js';
import { formatInstant } from '../time/index.js';
import { compilePolicy, occupiedBy, type CompiledPolicy } from './index.js';

const shipped = (name: string): CompiledPolicy => compilePolicy(readFileSync(`policies/${name}.yaml`, 'utf8'), reasons).policy as CompiledPolicy;
const text = ({ from, to }: { from: number; to: number }): string => `${formatInstant(from as never)}/${formatInstant(to as never)}`;

const down = { id: 'down', use: 'outage', in: { services: '$facts.claim.services' }, with: { window: 'own', mode: 'gate', degraded: '1', unknown: '0' } };
const usual = { id: 'usual', use: 'baseline', in: { over: '$down' }, with: { method: 'mean', samples: '2', minimum: '2' } };
const sold = { id: 'sold', use: 'actual', in: { over: '$down' } };
const lost = { id: 'lost', use: 'shortfall', in: { expected: '$usual', actual: '$sold' } };
const out = { id: 'out', use: 'sum', in: { items: ['$lost'], less: ['$later'] } };
const made = (more: object = {}, openHours = '2'): SmallPolicy => ({
  inputs: { flag: 'boolean' }, result: { cash: '$out', counted: '$down' },
  steps: [down, usual, sold, lost, { id: 'later', use: 'makeup', in: { loss: '$lost', after: '$down' }, with: { openHours, samples: '2' }, ...more }, out],
});

const given = {
  window: '2026-03-03T09:00Z/2026-03-03T16:00Z', hours: '08:00-18:00', scope: '2026-03-03T00:00Z/2026-03-04T00:00Z',
  segments: [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-03T15:00Z' }],
};
const occupied = (policy: CompiledPolicy, change: object = {}): string => text(occupiedBy(policy, factsOf(policy, { ...given, ...change })));
const WINDOW = '2026-03-03T09:00:00.000Z/2026-03-03T16:00:00.000Z';

describe('the time a claim occupies', () => {
  it('is the claim window where the policy looks nowhere else, whatever counts of it', () => {
    expect(shipped('default-gbp').reaches).toBe(false);
    expect(occupied(shipped('default-gbp'))).toBe(WINDOW);
  });

  it('reaches to the end of the make-up window, over the night when the shop closes', () => {
    expect(occupied(smallPolicy(made()))).toBe('2026-03-03T09:00:00.000Z/2026-03-03T17:00:00.000Z');
    expect(occupied(smallPolicy(made({}, '5')))).toBe('2026-03-03T09:00:00.000Z/2026-03-04T10:00:00.000Z');
  });

  it('does not shrink where the make-up window ends inside the claim window, or nothing counts', () => {
    expect(occupied(smallPolicy(made({}, '1')))).toBe(WINDOW);
    expect(occupied(smallPolicy(made()), { segments: [{ state: 'up', at: '2026-03-03T10:00Z/2026-03-03T15:00Z' }] })).toBe(WINDOW);
  });

  it('needs no sums, and is the same with records and without', () => {
    const coverage = '2026-01-01T00:00Z/2026-03-10T00:00Z';
    expect(occupied(smallPolicy(made({}, '5')), { coverage, sales: [] })).toBe(occupied(smallPolicy(made({}, '5'))));
  });

  it('a step that its condition leaves out reaches nowhere; one that a gate leaves out does', () => {
    expect(occupied(smallPolicy(made({ when: '$inputs.flag' }, '5')), { inputs: { flag: 'false' } })).toBe(WINDOW);
    const gated = { ...made({}, '5'), steps: [{ id: 'gate', use: 'eligible', with: { all: [{ code: 'filed_late', left: '$inputs.flag', op: 'is_true' }] } }, ...made({}, '5').steps] };
    expect(occupied(smallPolicy(gated), { inputs: { flag: 'false' } })).toBe('2026-03-03T09:00:00.000Z/2026-03-04T10:00:00.000Z');
  });

  it('is the whole calendar week of the loss where the policy compares weeks, in the zone of the site, and never the weeks it is compared with', () => {
    const policy = shipped('kr-kakao-2022-free-service');
    const facts = factsOf(policy, { zone: 'Asia/Seoul', window: '2022-10-15T06:30Z/2022-10-16T14:00Z', official: '2022-10-15T06:30Z/2022-10-20T14:00Z' });
    expect(text(occupiedBy(policy, facts))).toBe('2022-10-14T15:00:00.000Z/2022-10-21T15:00:00.000Z');
  });

  it('a window beyond the week of the loss is occupied whole', () => {
    const policy = shipped('kr-kakao-2022-free-service');
    const facts = factsOf(policy, { zone: 'Asia/Seoul', window: '2022-10-15T06:30Z/2022-10-25T14:00Z', official: '2022-10-15T06:30Z/2022-10-20T14:00Z' });
    expect(text(occupiedBy(policy, facts))).toBe('2022-10-14T15:00:00.000Z/2022-10-25T14:00:00.000Z');
  });

  it('holds the claim window, and grows with the make-up window', () => {
    const policies = ['1', '3', '9', '40'].map((openHours) => smallPolicy(made({}, openHours)));
    fc.assert(fc.property(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 1, max: 840 }), (start, length) => {
      const from = Date.UTC(2026, 2, 3, 0, start);
      const window = `${new Date(from).toISOString()}/${new Date(from + length * 60_000).toISOString()}`;
      const hulls = policies.map((policy) => occupiedBy(policy, factsOf(policy, { ...given, window })));
      expect(hulls.every((hull) => hull.from === from && hull.to >= from + length * 60_000)).toBe(true);
      expect(hulls.every(({ to }, index) => index === 0 || to >= (hulls[index - 1]?.to ?? 0))).toBe(true);
    }), { numRuns: 60 });
  });
});
