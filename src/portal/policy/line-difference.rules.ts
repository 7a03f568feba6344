import { structuredPatch } from 'diff';

export interface DiffLine {
  readonly mark: 'same' | 'added' | 'removed';
  readonly text: string;
  /** Line numbers from 1, on the side where the line stands. */
  readonly before?: number;
  readonly after?: number;
}

export interface LineDifference {
  /** Changed lines with the lines around them, in order. */
  readonly hunks: readonly (readonly DiffLine[])[];
  readonly addedCount: number;
  readonly removedCount: number;
}

const CONTEXT_LINES = 3;
/** Beyond this many changed lines nobody reads a difference line by line, and working it out would take long. */
const MOST_CHANGED_LINES = 800;

function linesOf({ oldStart, newStart, lines }: { oldStart: number; newStart: number; lines: readonly string[] }): DiffLine[] {
  let [before, after] = [oldStart, newStart];
  return lines.filter((line) => !line.startsWith('\\')).map((line): DiffLine => {
    const text = line.slice(1);
    if (line.startsWith('+')) return { mark: 'added', text, after: after++ };
    if (line.startsWith('-')) return { mark: 'removed', text, before: before++ };
    return { mark: 'same', text, before: before++, after: after++ };
  });
}

/** Two texts line by line. Undefined when nearly everything differs. Edge: texts that differ only in the newline at their end have no lines that differ. */
export function lineDifference(before: string, after: string): LineDifference | undefined {
  const whole = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
  const patch = structuredPatch('', '', whole(before), whole(after), '', '', { context: CONTEXT_LINES, maxEditLength: MOST_CHANGED_LINES });
  if (patch === undefined) return undefined;
  const hunks = patch.hunks.map(linesOf);
  const count = (mark: DiffLine['mark']): number => hunks.flat().filter((line) => line.mark === mark).length;
  return { hunks, addedCount: count('added'), removedCount: count('removed') };
}
