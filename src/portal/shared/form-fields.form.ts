import { decodeIdCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';

const isForm = (body: unknown): body is Readonly<Record<string, unknown>> => typeof body === 'object' && body !== null;

/** A text field as it was typed, cut at its limit; what a database cannot hold is taken out. Edge: a field that is not there is empty. */
export function formText(body: unknown, name: string, limit: number): string {
  const value = isForm(body) ? body[name] : undefined;
  const text = Array.isArray(value) ? (value as unknown[])[0] : value;
  return typeof text === 'string' ? text.normalize('NFC').replaceAll('\0', '').toWellFormed().slice(0, limit) : '';
}

/** Ticked boxes of one name. */
export function formChoices(body: unknown, name: string, known: readonly string[]): string[] {
  const value = isForm(body) ? body[name] : undefined;
  const ticked = Array.isArray(value) ? (value as unknown[]) : [value];
  return known.filter((choice) => ticked.includes(choice));
}

/** The version of a thing that the page was made from; nought never fits. */
export function formVersion(body: unknown): number {
  const text = formText(body, 'version', 9);
  return /^\d+$/.test(text) ? Number.parseInt(text, 10) : 0;
}

/** The place a list in the order of ids goes on from; empty on its first page. Edge: a cursor nobody gave out is refused. */
export function cursorIn(query: unknown): { after?: string } {
  const id = unwrap(decodeIdCursor(formText(query, 'cursor', 400) || undefined));
  return id === undefined ? {} : { after: id };
}
