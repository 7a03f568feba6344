import type { Language } from '../../../core/policy/index.js';
import type { Instant } from '../../../core/time/index.js';

export type LetterBlock =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly caption: string; readonly heads: readonly [string, string]; readonly rows: readonly (readonly [string, string])[] }
  /** Words of somebody else, such as a text of the scheme, in the language they are in. */
  | { readonly kind: 'quote'; readonly language: string; readonly text: string };

export type LetterPartName = 'decision' | 'why' | 'working' | 'next' | 'objection' | 'who' | 'limits' | 'contact';

export interface LetterPart {
  readonly name: LetterPartName;
  readonly title: string;
  readonly blocks: readonly LetterBlock[];
}

/** A letter as headings, paragraphs and tables: page, mail and PDF are all made from it, so that they say the same. */
export interface LetterDocument {
  readonly language: Language;
  readonly title: string;
  readonly reference: string;
  readonly at: Instant;
  readonly facts: readonly { readonly label: string; readonly text: string }[];
  readonly parts: readonly LetterPart[];
}

/** What a part says, as running text; empty when the letter has no such part. Tables and quotes are left out. */
export const saidIn = ({ parts }: LetterDocument, name: LetterPartName): string =>
  (parts.find((part) => part.name === name)?.blocks ?? []).flatMap((block) => (block.kind === 'paragraph' ? [block.text] : block.kind === 'list' ? block.items : [])).join(' ');
