import type { ContentView } from '../../modules/outages/index.js';

/** Lines that an amendment takes out and puts in; one that is merely written in another place is neither. */
export interface LineChanges {
  readonly removed: readonly ChangedLine[];
  readonly added: readonly ChangedLine[];
}

/** A line, and which list it stands in. */
export interface ChangedLine {
  readonly part: 'scope' | 'officialWindows' | 'segments';
  readonly service: string;
  readonly region?: string;
  readonly from: string;
  readonly to?: string;
  readonly state?: string;
  readonly level?: string;
  readonly source?: string;
}

const linesOf = (content: ContentView): ChangedLine[] => (['scope', 'segments', 'officialWindows'] as const).flatMap((part) => content[part].map((line) => ({ part, ...line })));

/** What differs between two revisions, line by line. Edge: the same content has none. */
export function lineChanges(before: ContentView, after: ContentView): LineChanges {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const text = (line: ChangedLine): string => JSON.stringify(line);
  const [had, has] = [new Set(old.map(text)), new Set(fresh.map(text))];
  return { removed: old.filter((line) => !has.has(text(line))), added: fresh.filter((line) => !had.has(text(line))) };
}
