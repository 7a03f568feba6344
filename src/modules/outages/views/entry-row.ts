import type { Instant } from '../../../core/time/index.js';

export type RegisterAction = 'confirmed' | 'amended' | 'ended' | 'finalised';

/** One change of the register, with the people who made it. */
export interface EntryRow {
  readonly registerVersion: number;
  readonly action: RegisterAction;
  readonly revision: number;
  readonly proposedBy: string;
  readonly recordedBy: string;
  readonly recordedAt: Instant;
}
