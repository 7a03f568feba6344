import type { Role } from '../../platform/access/roles.js';

/** Why a claim stands still beside its state. `fund` is placed and lifted by the fund; the others by people. */
export const CLAIM_HOLD_KINDS = ['payee', 'tax', 'bank', 'duplicate', 'identity', 'mandate', 'fraud', 'fund', 'legal'] as const;
export type ClaimHoldKind = (typeof CLAIM_HOLD_KINDS)[number];

/** What a hold may stop. Notices go out under all of them. */
export const HELD_ACTS = ['offer', 'accept', 'lapse', 'line'] as const;
export type HeldAct = (typeof HELD_ACTS)[number];

const LINES: readonly HeldAct[] = ['line'];
const OFFERS: readonly HeldAct[] = ['offer', 'accept', 'line'];

/** What each kind stops. Source: docs/domain/holds.md. */
export const STOPPED_BY: Readonly<Record<ClaimHoldKind, readonly HeldAct[]>> = {
  payee: LINES, tax: LINES, bank: LINES,
  duplicate: OFFERS, identity: OFFERS, mandate: OFFERS, fraud: OFFERS,
  fund: ['accept', 'lapse', 'line'],
  legal: HELD_ACTS,
};

const DESK: readonly Role[] = ['reviewer', 'approver', 'supervisor'];
const FINANCE: readonly Role[] = ['finance_preparer', 'finance_approver'];

/** Whose role places and releases each kind; `fund` is the system's alone. Source: docs/domain/holds.md. */
export const PLACED_BY: Readonly<Record<ClaimHoldKind, readonly Role[]>> = {
  payee: FINANCE, tax: FINANCE, bank: FINANCE,
  duplicate: DESK, identity: DESK, mandate: DESK, fraud: DESK,
  fund: [],
  legal: ['approver', 'supervisor'],
};

/** Kinds that another person releases than placed them; the database holds everybody to it. */
export const RELEASED_BY_ANOTHER: readonly ClaimHoldKind[] = ['fraud', 'legal'];

/** What a merchant is told: why, but for what is only suspected, of which it learns that somebody is looking. */
export type ShownHold = Exclude<ClaimHoldKind, 'duplicate' | 'fraud'> | 'check';
export const shownHold = (kind: ClaimHoldKind): ShownHold => (kind === 'fraud' || kind === 'duplicate' ? 'check' : kind);

/** The kinds that stop an act. */
export const kindsThatStop = (act: HeldAct): ClaimHoldKind[] => CLAIM_HOLD_KINDS.filter((kind) => STOPPED_BY[kind].includes(act));
