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

/** The kinds that stop an act. */
export const kindsThatStop = (act: HeldAct): ClaimHoldKind[] => CLAIM_HOLD_KINDS.filter((kind) => STOPPED_BY[kind].includes(act));
