import { ok, type Refusal, type Result } from '../../core/errors/index.js';
import type { PolicyFault } from '../../core/policy/index.js';
import { parseInstant, type Instant } from '../../core/time/index.js';
import { REACHES, type EditionChange, type Reach } from '../../modules/policies/index.js';
import { formText } from '../shared/form-fields.form.js';

/** A draft as it was typed, to be shown again as it is. */
export interface TypedDraft {
  readonly key: string;
  readonly source: string;
  readonly effectiveFrom: string;
  readonly decidedFrom: string;
  readonly reach: Reach;
}

/** More than a document may have, so that one that is too long is told so instead of being cut. */
const MOST_CHARACTERS = 600_000;

/** Browsers send a text area's lines with CRLF; a document has LF, and its lines are counted by that. */
const sourceIn = (body: unknown): string => formText(body, 'source', MOST_CHARACTERS).replaceAll('\r\n', '\n');

export const typedDraft = (body: unknown): TypedDraft => ({
  key: formText(body, 'key', 100).trim(), source: sourceIn(body),
  effectiveFrom: formText(body, 'effectiveFrom', 40).trim(), decidedFrom: formText(body, 'decidedFrom', 40).trim(),
  reach: REACHES.find((reach) => reach === formText(body, 'reach', 20)) ?? 'undecided',
});

function instantIn(text: string, pointer: string): Result<Instant | null> {
  if (text === '') return ok(null);
  const read = parseInstant(text);
  return read.ok ? read : { ok: false, refusal: { ...read.refusal, pointer } };
}

/** What a typed draft is stored as; a time that cannot be read is refused at its field. */
export function draftIn({ source, reach, effectiveFrom, decidedFrom }: TypedDraft): Result<Required<EditionChange>> {
  const events = instantIn(effectiveFrom, '/effectiveFrom');
  if (!events.ok) return events;
  const decisions = instantIn(decidedFrom, '/decidedFrom');
  return decisions.ok ? ok({ source, reach, effectiveFrom: events.value, decidedFrom: decisions.value }) : decisions;
}

const lineOf = ({ line }: { readonly line?: unknown }): string => `/line/${String(line)}`;

/** A fault of a document as a refusal that leads to its line. */
export const faultRefusal = ({ code, line, column, path, message }: PolicyFault): Refusal => ({ code, params: { line, column, path, message }, pointer: lineOf({ line }) });

/** A refusal whose causes lead to their lines. */
export const withLines = (refusal: Refusal): Refusal =>
  (refusal.causes === undefined ? refusal : { ...refusal, causes: refusal.causes.map((cause) => ({ ...cause, pointer: lineOf(cause.params) })) });
