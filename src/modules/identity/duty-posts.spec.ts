import { describe, expect, it } from '@jest/globals';
import type { Role } from '../../platform/access/roles.js';
import { DUTY_PROFILES } from '../../platform/config/config.js';
import { conflictingDuty, conflictingRole, DUTY_TABLE, ROLE_TABLE, type Duty } from './duties.rules.js';
import { approvalsPossible, clashesOf, postsOf, type Colleague } from './duty-posts.rules.js';

const people = (...roles: readonly (readonly Role[])[]): Colleague[] => roles.map((held, index) => ({ id: String(index), roles: held }));
const open = (profile: (typeof DUTY_PROFILES)[number], staff: readonly Colleague[], more = { hasLimits: false, outsideReviewer: false }): string[] =>
  postsOf(profile, staff, more).flatMap(({ work, post, filled }) => (filled ? [] : [`${work} ${post}`]));

const THREE = people(
  ['administrator', 'reviewer', 'policy_author', 'register_editor', 'finance_preparer'],
  ['approver', 'finance_approver', 'policy_approver', 'register_approver'],
  ['supervisor', 'finance_releaser'],
);

describe('duties that exclude each other', () => {
  it('never become fewer in a stricter profile, and four pairs hold in every one', () => {
    for (const profile of DUTY_PROFILES) {
      for (const [one, other] of [['recommender', 'decider'], ['filer', 'decider'], ['interest', 'decider'], ['author', 'approver'], ['payee_editor', 'releaser']] as const) {
        expect(conflictingDuty([one], other, profile)).toBe(one);
        expect(conflictingDuty([other], one, profile)).toBe(other);
      }
      expect(conflictingDuty(['decider'], 'decider', profile)).toBeUndefined();
    }
    expect(DUTY_PROFILES.map((profile) => conflictingDuty(['helper'], 'recommender', profile))).toEqual([undefined, 'helper', 'helper']);
    expect(DUTY_PROFILES.map((profile) => conflictingRole(['reviewer'], 'approver', profile))).toEqual([undefined, undefined, 'reviewer']);
    expect(DUTY_PROFILES.map((profile) => conflictingRole(['finance_releaser'], 'finance_preparer', profile))).toEqual(['finance_releaser', 'finance_releaser', 'finance_releaser']);
  });

  it('keep whoever brought a thing from judging it, and whoever judged it from judging it again, in every profile', () => {
    const apart: readonly (readonly [readonly Duty[], readonly Duty[]])[] = [
      [['filer', 'interest'], ['recommender']],
      [['filer', 'helper', 'interest'], ['decider', 'reconsiderer', 'second_reader', 'reduction_proposer', 'reduction_decider']],
      [['recommender'], ['decider']], [['recommender', 'decider', 'reduction_proposer', 'reduction_decider'], ['reconsiderer']], [['recommender', 'decider', 'reconsiderer'], ['second_reader']],
      [['reduction_proposer'], ['reduction_decider']], [['author'], ['approver']],
      [['locker'], ['batch_approver', 'releaser']], [['batch_approver', 'payee_editor'], ['releaser']], [['write_off_proposer'], ['write_off_decider']],
    ];
    const pairs = apart.flatMap(([ones, others]) => ones.flatMap((one) => others.map((other) => [one, other] as const)));
    for (const [one, other] of pairs) expect([one, other, conflictingDuty([one], other, 'small')]).toEqual([one, other, one]);
    expect(DUTY_TABLE).toHaveLength(pairs.length + 1);
  });

  it('let nobody who looks over shoulders act, nor who grants roles pay or decide; a strict profile parts every desk', () => {
    const apart: readonly (readonly [Role, readonly Role[]])[] = [
      ['auditor', ['reviewer', 'approver', 'finance_preparer', 'finance_approver', 'finance_releaser', 'administrator']], ['administrator', ['approver', 'finance_releaser']], ['finance_preparer', ['finance_releaser']],
    ];
    const strict: readonly (readonly [Role, readonly Role[]])[] = [
      ['approver', ['reviewer', 'supervisor', 'finance_releaser']], ['policy_author', ['policy_approver']], ['register_editor', ['register_approver']],
      ['finance_approver', ['finance_preparer', 'finance_releaser']], ['administrator', ['supervisor']],
    ];
    for (const [one, others] of apart) for (const other of others) expect([one, other, conflictingRole([one], other, 'small')]).toEqual([one, other, one]);
    for (const [one, others] of strict) for (const other of others) expect([one, other, conflictingRole([other], one, 'strict'), conflictingRole([other], one, 'standard')]).toEqual([one, other, other, undefined]);
    expect(ROLE_TABLE).toHaveLength([...apart, ...strict].flatMap(([, others]) => others).length);
  });

  it('are each named once', () => {
    for (const table of [DUTY_TABLE, ROLE_TABLE]) expect(new Set(table.map(({ pair }) => [...pair].sort().join())).size).toBe(table.length);
  });
});

describe('whether the people there are can fill every duty', () => {
  it('three are enough for a small installation, once somebody outside is named', () => {
    expect(open('small', THREE)).toEqual(['claims reconsiderer_2']);
    expect(open('small', THREE, { hasLimits: false, outsideReviewer: true })).toEqual([]);
    expect(open('standard', THREE)).toEqual(['claims reconsiderer_2', 'audit auditor']);
  });

  it('one person fills one part of a kind of work, whichever leaves the most filled', () => {
    const both = people(['reviewer', 'approver'], ['reviewer'], ['supervisor', 'approver'], ['supervisor']);
    expect(open('standard', both).filter((post) => post.startsWith('claims'))).toEqual([]);
    expect(open('standard', both, { hasLimits: true, outsideReviewer: false }).filter((post) => post.startsWith('claims'))).toEqual(['claims reconsiderer_2']);
    expect(open('standard', people(['register_editor'])).filter((post) => post.startsWith('register'))).toEqual(['register approver']);
    expect(open('standard', people(['register_editor'], ['register_editor'])).filter((post) => post.startsWith('register'))).toEqual([]);
  });

  it('a strict one wants two administrators, and says whose roles exclude each other', () => {
    expect(open('strict', THREE)).toContain('administration second_administrator');
    expect(clashesOf('standard', THREE)).toEqual([]);
    expect(clashesOf('strict', people(['reviewer', 'approver'], ['reviewer']))).toEqual([{ id: '0', roles: ['reviewer', 'approver'] }]);
  });
});

describe('approvals that a batch can get', () => {
  const possible = (staff: readonly Colleague[], had: Parameters<typeof approvalsPossible>[2] = {}, profile: (typeof DUTY_PROFILES)[number] = 'standard'): number => approvalsPossible(profile, staff, had);
  const STAFF = people(['finance_preparer'], ['finance_approver'], ['finance_approver', 'finance_releaser'], ['finance_approver']);

  it('come from as many as approve while others lock and release it', () => {
    expect(possible(THREE)).toBe(1);
    expect(possible(STAFF)).toBe(2);
    expect(possible([...STAFF, { id: 'r', roles: ['finance_releaser'] }])).toBe(3);
    expect(possible(people(['finance_preparer', 'finance_approver'], ['finance_approver'], ['finance_releaser']))).toBe(1);
    expect(possible(people(['finance_approver'], ['finance_approver']))).toBe(2);
    expect(possible([])).toBe(0);
  });

  it('do not come from who has locked it, and those that it has stay', () => {
    const both = people(['finance_preparer', 'finance_approver'], ['finance_preparer'], ['finance_approver'], ['finance_releaser']);
    expect([possible(both), possible(both, { lockedBy: '0' }), possible(both, { lockedBy: '1' })]).toEqual([2, 1, 2]);
    // Somebody who approved and has lost the role since has approved all the same.
    expect(possible(both, { lockedBy: '1', approvedBy: ['0', 'gone'] })).toBe(3);
  });

  it('do not come from who may do nothing, since their roles exclude each other', () => {
    const staff = people(['finance_preparer'], ['finance_approver', 'auditor'], ['finance_approver'], ['finance_releaser']);
    expect(possible(staff)).toBe(1);
  });
});
