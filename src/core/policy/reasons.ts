import { TreeReader, readSource, texts, type PolicyFault, type Texts } from './document/index.js';

/** Reason codes with their sentences; shared by all policies, translated once. */
export type ReasonCatalogue = Readonly<Record<string, Texts>>;

/** Reads `policies/reasons.yaml`; every fault in one pass. Edge: a code without one of the languages is a fault. */
export function readReasons(yaml: string): { readonly reasons: ReasonCatalogue; readonly faults: readonly PolicyFault[] } {
  const { source, faults: syntax } = readSource(yaml);
  if (source === undefined) return { reasons: {}, faults: syntax.map((fault) => ({ code: 'policy.syntax', path: '', ...fault })) };
  const faults: PolicyFault[] = [];
  const reasons = new TreeReader(source, faults).record(texts);
  return { reasons, faults };
}

const PLACES = /\{(\w+)\}/g;

/** A sentence with `{name}` filled from the reason's params; unknown places stay visible. */
export const reasonText = (text: string, params: Readonly<Record<string, string>>): string =>
  text.replace(PLACES, (whole, name: string) => params[name] ?? whole);

/** Whether the params fill every place of a sentence: one that leaves `{name}` open is not for a letter. Edge: a sentence without places is whole. */
export const isWholeReason = (text: string, params: Readonly<Record<string, string>>): boolean =>
  [...text.matchAll(PLACES)].every(([, name = '']) => params[name] !== undefined);

/** As `reasonText`, for lists of reasons, where a place that nothing fills is an ellipsis. */
export const reasonSketch = (text: string, params: Readonly<Record<string, string>> = {}): string =>
  text.replace(PLACES, (_whole, name: string) => params[name] ?? '…');
