import type { Json } from '../audit/index.js';
import type { Reason } from './block.js';

/** One step as it ran: what a staff view, a letter and a receipt are renderings of. */
export interface TraceNode {
  readonly id: string;
  readonly block: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, { readonly value: Json; readonly ref?: string; readonly source?: string }>>;
  readonly output: Json;
  /** Why there is no output: `when` was false, or something it needs is null. */
  readonly skipped?: 'when' | 'input';
  readonly working?: Json;
  readonly reasons?: readonly Reason[];
  /** A person stated the figure: what was worked out instead, and why. */
  readonly override?: { readonly computed: Json; readonly reason: string };
}
