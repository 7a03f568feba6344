import type { Role } from '../../platform/access/roles.js';
import type { DutyProfile } from '../../platform/config/config.js';
import { clashingRoles } from './duties.rules.js';

export interface Colleague {
  readonly id: string;
  readonly roles: readonly Role[];
}

/** One step of something that several people do, each step another person. */
export interface Post {
  readonly work: 'claims' | 'register' | 'policies' | 'payments' | 'administration' | 'audit';
  readonly post: 'recommender' | 'decider' | 'second_approver' | 'reconsiderer' | 'reconsiderer_2' | 'author' | 'approver' | 'preparer' | 'releaser' | 'administrator' | 'second_administrator' | 'auditor';
  /** Roles, each of which is enough. */
  readonly roles: readonly Role[];
}

export interface PostState extends Post {
  readonly filled: boolean;
  /** Done by somebody outside, whoever is named for it. */
  readonly outside: boolean;
}

/** How many people a profile is made for. */
export const PROFILE_PEOPLE: Readonly<Record<DutyProfile, number>> = { small: 3, standard: 5, strict: 8 };

const CLAIMS: readonly Post[] = [
  { work: 'claims', post: 'recommender', roles: ['reviewer'] },
  { work: 'claims', post: 'decider', roles: ['approver'] },
  { work: 'claims', post: 'reconsiderer', roles: ['supervisor', 'approver'] },
];
const SECOND_APPROVER: Post = { work: 'claims', post: 'second_approver', roles: ['approver'] };
const LEVEL_TWO: Post = { work: 'claims', post: 'reconsiderer_2', roles: ['supervisor', 'approver'] };

const PREPARER: Post = { work: 'payments', post: 'preparer', roles: ['finance_preparer'] };
const PAYMENT_APPROVER: Post = { work: 'payments', post: 'approver', roles: ['finance_approver'] };
const RELEASER: Post = { work: 'payments', post: 'releaser', roles: ['finance_releaser'] };
/** More approvals than any account asks for. */
const MOST_APPROVALS = 10;

const OTHERS: readonly (readonly Post[])[] = [
  [{ work: 'register', post: 'author', roles: ['register_editor'] }, { work: 'register', post: 'approver', roles: ['register_editor', 'register_approver'] }],
  [{ work: 'policies', post: 'author', roles: ['policy_author'] }, { work: 'policies', post: 'approver', roles: ['policy_approver'] }],
  [PREPARER, PAYMENT_APPROVER, RELEASER],
];
const ADMINISTRATOR: Post = { work: 'administration', post: 'administrator', roles: ['administrator'] };
/** A limit set by one administrator counts when another has confirmed it. */
const SECOND_ADMINISTRATOR: Post = { ...ADMINISTRATOR, post: 'second_administrator' };
const AUDITOR: Post = { work: 'audit', post: 'auditor', roles: ['auditor'] };

/** Gives a post to somebody free, moving others to posts they can fill as well. */
function seat(post: number, chain: readonly Post[], people: readonly Colleague[], seats: Map<string, number>, asked: Set<string>): boolean {
  for (const { id, roles } of people) {
    if (asked.has(id) || !(chain[post]?.roles ?? []).some((role) => roles.includes(role))) continue;
    asked.add(id);
    const held = seats.get(id);
    if (held === undefined || seat(held, chain, people, seats, asked)) {
      seats.set(id, post);
      return true;
    }
  }
  return false;
}

function seated(chain: readonly Post[], people: readonly Colleague[]): PostState[] {
  const seats = new Map<string, number>();
  return chain.map((post, index) => ({ ...post, outside: false, filled: seat(index, chain, people, seats, new Set()) }));
}

/**
 * Every duty there is in a profile, and whether the people there are can fill it: within one kind of work each post by another person.
 * Pure. A small installation lets somebody outside hear the second objection; the post counts as filled when one is named.
 * Edge: of two posts and one person who fits both, the later one is the one that cannot be filled.
 */
export function postsOf(profile: DutyProfile, people: readonly Colleague[], { hasLimits, outsideReviewer }: { readonly hasLimits: boolean; readonly outsideReviewer: boolean }): PostState[] {
  const claims = [...CLAIMS, ...(hasLimits ? [SECOND_APPROVER] : []), ...(profile === 'small' ? [] : [LEVEL_TWO])];
  const administration = [ADMINISTRATOR, ...(profile === 'strict' ? [SECOND_ADMINISTRATOR] : [])];
  return [
    ...seated(claims, people), ...(profile === 'small' ? [{ ...LEVEL_TWO, outside: true, filled: outsideReviewer }] : []),
    ...[...OTHERS, administration, ...(profile === 'small' ? [] : [[AUDITOR]])].flatMap((chain) => seated(chain, people)),
  ];
}

/** People whose roles exclude each other in this profile: given before it was chosen. */
export const clashesOf = (profile: DutyProfile, people: readonly Colleague[]): { id: string; roles: readonly [Role, Role] }[] =>
  people.flatMap(({ id, roles }) => {
    const clash = clashingRoles(roles, profile);
    return clash === undefined ? [] : [{ id, roles: clash }];
  });

/** Who has had a part in a batch already. */
export interface BatchPeople {
  readonly lockedBy?: string | undefined;
  readonly approvedBy?: readonly string[];
}

/** Those who may still approve a batch: with a role for it, none that exclude each other, and no part in this batch yet. Pure. */
export function approversLeft<Person extends Colleague>(profile: DutyProfile, people: readonly Person[], had: BatchPeople): Person[] {
  return freeOf(profile, people, had).filter(({ roles }) => PAYMENT_APPROVER.roles.some((role) => roles.includes(role)));
}

const freeOf = <Person extends Colleague>(profile: DutyProfile, people: readonly Person[], { lockedBy, approvedBy = [] }: BatchPeople): Person[] =>
  people.filter(({ id, roles }) => id !== lockedBy && !approvedBy.includes(id) && clashingRoles(roles, profile) === undefined);

/**
 * How many approvals a batch can get in all from the people there are, so that somebody else locks it and somebody else releases it. Pure. Whoever holds
 * roles that exclude each other does nothing. Edge: somebody who could release and approve is counted where nobody else can do it.
 */
export function approvalsPossible(profile: DutyProfile, people: readonly Colleague[], had: BatchPeople = {}): number {
  const { lockedBy, approvedBy = [] } = had;
  const free = freeOf(profile, people, had);
  const chain = [...(lockedBy === undefined ? [PREPARER] : []), RELEASER, ...Array.from({ length: MOST_APPROVALS }, () => PAYMENT_APPROVER)];
  return approvedBy.length + seated(chain, free).filter(({ post, filled }) => post === 'approver' && filled).length;
}
