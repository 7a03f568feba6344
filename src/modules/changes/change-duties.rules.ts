import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Actor } from '../../platform/access/actor.js';
import { isAllowed, type Permission } from '../../platform/access/permissions.js';
import type { ChangeKind } from './change.machine.js';

/** Beside the right to change anything at all: the trade of those who propose and approve a kind. */
const TRADES: Readonly<Record<ChangeKind, { readonly propose: Permission; readonly approve: Permission }>> = {
  policy_version: { propose: 'policy.edit', approve: 'policy.review' }, pre_computation: { propose: 'policy.edit', approve: 'policy.review' },
  amendment: { propose: 'outage.amend', approve: 'outage.confirm' }, allocation: { propose: 'fund.edit', approve: 'payout.approve' },
};

/** What whoever proposes or approves a kind has to be still when it is written: other roles change things of other kinds. */
export const tradeOf = (kind: ChangeKind, act: 'propose' | 'approve'): Permission => TRADES[kind][act];

const may = (actor: Actor, kind: ChangeKind, permission: Permission): Result<void> => (isAllowed(actor, permission) ? ok(undefined) : refuse('changes.not_yours', { kind, permission }));

/** Code: `changes.not_yours`. */
export const mayPropose = (actor: Actor, kind: ChangeKind): Result<void> => may(actor, kind, TRADES[kind].propose);

/** Code: `changes.not_yours`. */
export const mayApprove = (actor: Actor, kind: ChangeKind): Result<void> => may(actor, kind, TRADES[kind].approve);
