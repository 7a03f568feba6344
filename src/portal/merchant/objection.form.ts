import { ok, refuse, type Result } from '../../core/errors/index.js';
import { OBJECTION_GROUNDS, type NewObjection } from '../../modules/review/index.js';
import { readWindow, windowIn, type TypedWindow } from '../intake/window.form.js';
import { formChoices, formText } from '../shared/form-fields.form.js';

/** An objection as it stands in its fields. */
export interface TypedObjection {
  readonly grounds: readonly string[];
  readonly text: string;
  readonly service: string;
  readonly window: TypedWindow;
}

export const objectionTyped = (body: unknown): TypedObjection => ({
  grounds: formChoices(body, 'grounds', OBJECTION_GROUNDS), text: formText(body, 'text', 4_000), service: formText(body, 'service', 100), window: windowIn(body),
});

/** The stretch of time may be left out whole. Its service needs no choice where the claim has one. */
export function readObjection(body: unknown, claim: { readonly services: readonly string[]; readonly zone: string }): Result<NewObjection> {
  const { text, service, window } = objectionTyped(body);
  const grounds = OBJECTION_GROUNDS.filter((code) => formChoices(body, 'grounds', [code]).length > 0);
  if (grounds.length === 0) return refuse('portal.field_missing', {}, { pointer: '/grounds' });
  if (text.trim() === '') return refuse('portal.field_missing', {}, { pointer: '/text' });
  const objection = { grounds, text: text.trim() };
  if ([window.from, window.to].every((end) => Object.values(end).every((part) => part === ''))) return ok(objection);
  const span = readWindow(window, claim.zone);
  if (!span.ok) return span;
  const named = claim.services.length === 1 ? claim.services[0] : claim.services.find((code) => code === service);
  return named === undefined ? refuse('portal.field_missing', {}, { pointer: '/service' }) : ok({ ...objection, contested: { service: named, ...span.value } });
}
