import { currency as currencyOf, money } from '../../../core/money/index.js';
import type { TraceNode } from '../../../core/policy/index.js';
import { moneyOut } from '../../../platform/http/wire.js';
import type { OverrideRow } from '../../assessments/index.js';

export interface OverrideView {
  readonly n: number;
  readonly step: string;
  readonly kind: OverrideRow['kind'];
  readonly amount?: { readonly amount: string; readonly currency: string };
  readonly figure?: string;
  readonly waives?: readonly string[];
  readonly reason: string;
  readonly at: string;
  /** `questioned`: what it rested on has changed. `idle`: it holds, but the standing working does not come to its step. `past`: replaced or taken back. */
  readonly state: 'used' | 'questioned' | 'idle' | 'past';
  /** What the rule came to in the standing working, in the form of the trace. */
  readonly computed: TraceNode['output'];
  /** For staff. */
  readonly by?: string;
  readonly evidence?: string;
}

export function overrideView(row: OverrideRow, traced: TraceNode['override'], holds: boolean): OverrideView {
  return {
    n: row.n, step: row.step, kind: row.kind, reason: row.reason, at: row.at.toISOString(),
    ...(row.amountMinor === null || row.currency === null ? {} : { amount: moneyOut(money(BigInt(row.amountMinor), currencyOf(row.currency))) }),
    ...(row.figure === null ? {} : { figure: row.figure }), ...(row.waives === null ? {} : { waives: row.waives }),
    state: !holds ? 'past' : traced === undefined ? 'idle' : traced.questioned === true ? 'questioned' : 'used',
    computed: traced?.computed ?? null,
  };
}

/** Who put it, and on what. */
export const staffPart = ({ userId, evidenceDigest }: OverrideRow, names: ReadonlyMap<string, string>, texts: ReadonlyMap<string, string>): Pick<OverrideView, 'by' | 'evidence'> => {
  const [by, evidence] = [names.get(userId ?? ''), texts.get(evidenceDigest ?? '')];
  return { ...(by === undefined ? {} : { by }), ...(evidence === undefined ? {} : { evidence }) };
};
