import { readReference } from '../../claims/index.js';

/** What the words of a booking name. */
export interface RepaymentHints {
  readonly references: readonly string[];
  readonly overpaymentIds: readonly string[];
}

const CLAIM = /MG[\s-]?[0-9A-Z]{4}[\s-]?[0-9A-Z]{4}[\s-]?[0-9A-Z](?![0-9A-Z])/g;
const ID = /[0-9A-F]{8}-?[0-9A-F]{4}-?[0-9A-F]{4}-?[0-9A-F]{4}-?[0-9A-F]{12}/g;

/**
 * Claims and overpayments that somebody who pays back names, as people and banks write them: in small letters, without hyphens, with the number of the
 * payment behind it. A reference with a slip is none. Edge: what is named is a proposal and no more, since anybody may write anything.
 */
export function hintsIn(texts: readonly string[]): RepaymentHints {
  const written = texts.map((text) => text.normalize('NFKC').toUpperCase());
  const found = (pattern: RegExp): string[] => written.flatMap((text) => text.match(pattern) ?? []);
  return {
    references: [...new Set(found(CLAIM).flatMap((text) => readReference(text) ?? []))],
    overpaymentIds: [...new Set(found(ID).map((text) => text.replaceAll('-', '').toLowerCase()))],
  };
}
