import type { RefusalParam } from './refusal.js';

/**
 * Kinds are the only thing the HTTP edge looks at: one file maps a kind to a status.
 * `state` is "the object's state does not allow it", `meaning` is "well-formed, but not acceptable".
 */
export type RefusalKind =
  | 'shape' | 'unauthenticated' | 'forbidden' | 'duty' | 'missing' | 'state' | 'conflict' | 'stale' | 'precondition'
  | 'timeout' | 'too_large' | 'headers_too_large' | 'media_type' | 'meaning' | 'rate' | 'not_available' | 'unavailable' | 'defect';

export interface RefusalEntry {
  readonly kind: RefusalKind;
  readonly title: string;
  /** What happened with values and units, why, and what to do next. `{name}` is replaced from the params. */
  readonly detail: string;
}

export type Catalogue<Code extends string = string> = Readonly<Record<Code, RefusalEntry>>;

/** Keeps the literal codes of a module's catalogue, so that `refuse()` can be checked against them. */
export const defineCatalogue = <Code extends string>(entries: Catalogue<Code>): Catalogue<Code> => entries;

/** Renders a detail sentence. A placeholder without a parameter is left visible, so that a test can find it. Edge: an empty list is "nothing". */
export function renderDetail(template: string, params: Readonly<Record<string, RefusalParam>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return Array.isArray(value) ? value.join(', ') || 'nothing' : String(value);
  });
}
