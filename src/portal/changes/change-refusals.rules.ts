import type { Refusal } from '../../core/errors/index.js';
import type { Formatting } from '../../platform/i18n/formatting.js';
import { boundField } from './approval.form.js';

const text = (value: unknown): string => String(value);

/** A refusal of a change as a page says it: amounts and counts as people read them, the form's own field names, and a change where the machine says "it". */
export function asPageSays({ code, params, ...rest }: Refusal, f: Formatting, currencies: readonly string[] = []): Refusal {
  const amount = (name: string): string => f.money({ amount: text(params[name]), currency: text(params['currency']) });
  const count = (name: string): string => f.number(text(params[name]));
  switch (code) {
    case 'machine.not_allowed': return { code: 'changes.transition_refused', params: {} };
    case 'changes.moved_too_far': return { code, params: { changed: count('changed'), moved: amount('moved'), bound: amount('bound') }, pointer: `/${boundField(text(params['currency']), currencies)}` };
    case 'changes.claims_changed': return { code, params: { changed: count('changed'), claims: count('claims') }, ...rest };
    default: return { code, params, ...rest };
  }
}
