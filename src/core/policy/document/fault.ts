import type { Position } from './source-text.js';

export type PolicyFaultCode =
  | 'policy.syntax' | 'policy.shape' | 'policy.unknown_key' | 'policy.missing' | 'policy.unknown_block' | 'policy.dangling_ref'
  | 'policy.cyclic_ref' | 'policy.wrong_type' | 'policy.wrong_unit' | 'policy.mixed_currencies' | 'policy.band_gap'
  | 'policy.band_overlap' | 'policy.unreachable' | 'policy.unknown_reason' | 'policy.unsaid' | 'policy.example_failed' | 'policy.repeated';

/** One fault of a policy document: where it is, and a sentence that says what to do. */
export interface PolicyFault extends Position {
  readonly code: PolicyFaultCode;
  /** Path of the value at fault, such as `/steps/2/with/bands/0`. */
  readonly path: string;
  readonly message: string;
}
