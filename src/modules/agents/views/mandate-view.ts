import { allowedEvents } from '../../../core/machine/index.js';
import type { Language } from '../../../core/policy/index.js';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import { feeOut, type Fee } from '../fee.rules.js';
import { MANDATE_MACHINE, type MandateEvent, type MandateState } from '../mandate.machine.js';

export interface MandateRow {
  readonly id: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly merchantId: string;
  readonly merchantName: string;
  readonly state: MandateState;
  readonly openedByAgent: boolean;
  readonly documentName: string;
  readonly documentHash: string | null;
  readonly fee: Fee;
  readonly contactName: string;
  readonly contactEmail: string;
  readonly language: Language;
  readonly assertedAt: Instant;
  readonly askedOn: string | null;
  readonly confirmedAt: Instant | null;
  /** `term`: nobody answered in time. */
  readonly revokedSide: 'agent' | 'merchant' | 'term' | null;
  readonly revokedAt: Instant | null;
  readonly version: number;
}

export interface MandateView {
  readonly self: string;
  readonly id: string;
  readonly state: MandateState;
  readonly agent: { readonly id: string; readonly name: string };
  readonly merchant: { readonly id: string; readonly name: string };
  readonly document: { readonly name: string; readonly hash?: string };
  readonly fee: ReturnType<typeof feeOut>;
  readonly assertedAt: string;
  /** The day of the last letter to the business. */
  readonly askedOn?: string;
  readonly confirmedAt?: string;
  readonly revoked?: { readonly by: 'agent' | 'merchant' | 'term'; readonly at: string };
  readonly allowedEvents: readonly MandateEvent[];
  readonly version: number;
}

export const mandateView = (row: MandateRow): MandateView => ({
  self: `/v1/mandates/${row.id}`, id: row.id, state: row.state, agent: { id: row.agentId, name: row.agentName }, merchant: { id: row.merchantId, name: row.merchantName },
  document: { name: row.documentName, ...(row.documentHash === null ? {} : { hash: row.documentHash }) }, fee: feeOut(row.fee), assertedAt: formatInstant(row.assertedAt),
  ...(row.askedOn === null ? {} : { askedOn: row.askedOn }),
  ...(row.confirmedAt === null ? {} : { confirmedAt: formatInstant(row.confirmedAt) }),
  ...(row.revokedAt === null || row.revokedSide === null ? {} : { revoked: { by: row.revokedSide, at: formatInstant(row.revokedAt) } }),
  allowedEvents: allowedEvents(MANDATE_MACHINE, row.state).filter((event) => event !== 'lapse'), version: row.version,
});
