/**
 * An expected "no", returned as a value and never thrown from core or a service's decision step.
 *
 * `code` is `module.reason` and belongs to exactly one catalogue; `params` carries the values of the sentence with
 * their units in the name (`limitMinor`, `windowSeconds`), always as text, number or boolean so that it survives JSON.
 */
export interface Refusal<Code extends string = string> {
  readonly code: Code;
  readonly params: Readonly<Record<string, RefusalParam>>;
  /** RFC 6901 pointer into the request body when one field is at fault. */
  readonly pointer?: string;
  /** Several faults found in one pass; each is a refusal of its own. */
  readonly causes?: readonly Refusal[];
}

export type RefusalParam = string | number | boolean | readonly string[];

export type Result<T, Code extends string = string> = Ok<T> | Refused<Code>;
export interface Ok<T> { readonly ok: true; readonly value: T }
export interface Refused<Code extends string = string> { readonly ok: false; readonly refusal: Refusal<Code> }

export const ok = <T>(value: T): Ok<T> => ({ ok: true, value });

export const refuse = <Code extends string>(
  code: Code,
  params: Refusal['params'] = {},
  extra: Pick<Refusal, 'pointer' | 'causes'> = {},
): Refused<Code> => ({ ok: false, refusal: { code, params, ...extra } });
