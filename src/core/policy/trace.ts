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
  readonly override?: TracedOverride;
}

/** A person stated the figure: what the rule came to, what the person put, and why. */
export interface TracedOverride {
  readonly computed: Json;
  /** As the person stated it; absent when only reasons were put aside. */
  readonly stated?: string;
  /** Reasons of a refusal that are put aside. */
  readonly waived?: readonly string[];
  readonly reason: string;
  /** What it rested on has changed since: it is not used, and a person looks again. */
  readonly questioned?: true;
}
