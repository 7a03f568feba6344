import { formatRatio } from '../money/index.js';
import type { Json } from '../audit/index.js';
import type { Scalar, ScalarValue } from './block.js';
import type { TraceNode } from './trace.js';

/** Parameters with their sources, as a trace shows them. */
export const tracedParams = (scalars: Readonly<Record<string, Scalar>>, read: ReadonlyMap<string, ScalarValue | undefined>): TraceNode['params'] =>
  Object.fromEntries(Object.entries(scalars).map(([name, { ref, source }]) => [name, {
    value: scalarJson(read.get(name)), ...(ref === undefined ? {} : { ref }), ...(source === undefined ? {} : { source }),
  }]));

function scalarJson(scalar: ScalarValue | undefined): Json {
  if (scalar === undefined) return null;
  switch (scalar.kind) {
    case 'money': return { minor: formatRatio(scalar.amount.minor), currency: scalar.amount.currency };
    case 'ratio': case 'number': return formatRatio(scalar.ratio);
    case 'duration': return { ms: formatRatio(scalar.ratio) };
    case 'count': return scalar.count;
    case 'text': case 'date': return scalar.text;
    case 'dates': return scalar.dates;
  }
}
