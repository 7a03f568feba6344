/** One thing that two windows disagree about. */
export interface Difference {
  /** Key of its name, below `business.fields`. */
  readonly field: string;
  readonly stored: string;
}

/** What is stored now where it is not what was typed; the typed stays in the field, the stored is shown beside it. */
export function differences<Form extends object>(typed: Form, stored: Form): Difference[] {
  return Object.entries(flat(stored)).flatMap(([field, value]) => (flat(typed)[field] === value ? [] : [{ field, stored: value }]));
}

const flat = (form: object, prefix = ''): Record<string, string> => Object.fromEntries(Object.entries(form).flatMap(([name, value]: [string, unknown]) =>
  (typeof value === 'object' && value !== null ? Object.entries(flat(value, `${prefix}${name}_`)) : [[`${prefix}${name}`, typeof value === 'string' || typeof value === 'boolean' ? String(value) : '']])));
