import type { AssessmentResult } from '../../core/assessment/index.js';
import type { TraceNode } from '../../core/policy/index.js';
import { compareRatio, parseRatio, ZERO, type Ratio } from '../../core/money/index.js';

/** What the comparison of sales says, each in minor units as exact ratio text; from the trace alone, so that it is what was worked with. */
export interface LossFigures {
  readonly samples: number;
  readonly expected: string;
  readonly lowest: string;
  readonly highest: string;
  readonly actual: string | undefined;
  readonly shortfall: string | undefined;
  /** Whether actual sales lie below every comparable; undefined where the policy does not test it or there are too few. */
  readonly shown: boolean | undefined;
  /** Sales made up afterwards, where the policy takes them off. */
  readonly madeUp: string | undefined;
  /** Open hours after the loss in which they were looked for, as a count; undefined where the merchant stated them. */
  readonly madeUpHours: string | undefined;
  /** Whole weeks or days are compared, as a policy asks for them by name, not the same hours. */
  readonly isWhole: boolean;
}

interface Traced { readonly minor?: unknown; readonly samples?: unknown }

const ratioOf = (minor: string): Ratio => {
  const read = parseRatio(minor);
  return read.ok ? read.value : ZERO;
};

function hoursOf(makeup: TraceNode | undefined): string | undefined {
  const hours = makeup?.inputs['after'] === undefined ? undefined : makeup.params['openHours']?.value;
  return typeof hours === 'string' ? hours : undefined;
}

export function lossFigures({ trace, shownByRecords }: Pick<AssessmentResult, 'trace' | 'shownByRecords'>): LossFigures | undefined {
  const nodeOf = (block: string) => trace.find((node) => node.block.startsWith(`${block}@`));
  const output = (block: string): Traced | undefined => {
    const found = nodeOf(block)?.output;
    return typeof found === 'object' && found !== null && 'minor' in found ? found : undefined;
  };
  const minorOf = (block: string): string | undefined => {
    const minor = output(block)?.minor;
    return typeof minor === 'string' ? minor : undefined;
  };
  const samples = (output('baseline')?.samples ?? []) as readonly { readonly label: string; readonly minor: string }[];
  const expected = minorOf('baseline');
  if (expected === undefined || samples.length === 0) return undefined;
  const sorted = [...samples].sort((a, b) => compareRatio(ratioOf(a.minor), ratioOf(b.minor)));
  return {
    samples: samples.length, expected, lowest: sorted[0]?.minor ?? expected, highest: sorted.at(-1)?.minor ?? expected, actual: minorOf('actual'), shortfall: minorOf('shortfall'),
    shown: shownByRecords ?? undefined, madeUp: minorOf('makeup'), madeUpHours: hoursOf(nodeOf('makeup')), isWhole: minorOf('actual') === undefined,
  };
}
