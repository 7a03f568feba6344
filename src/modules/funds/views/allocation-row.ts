import type { AllocationStage, StoredRule } from '../allocation.rules.js';

export interface AllocationRow {
  readonly id: string;
  readonly fundId: string;
  readonly n: number;
  readonly stage: AllocationStage;
  readonly changeId: string;
  readonly rule: StoredRule;
  /** By tier, as text: a ratio, or `full`. */
  readonly factors: Readonly<Record<string, string>>;
  readonly fundMinor: string;
  readonly sharedMinor: string;
  readonly keptMinor: string;
  readonly leftMinor: string;
  readonly approvedAt: Date;
  /** Null while claims are still given their shares. */
  readonly appliedAt: Date | null;
}
