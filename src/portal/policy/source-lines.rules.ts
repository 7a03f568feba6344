import type { PolicyFault } from '../../core/policy/index.js';

export interface SourceLine {
  readonly number: number;
  readonly text: string;
  /** Whether a fault leads here. */
  readonly isFaulty: boolean;
}

/** A text line by line, as its faults count them. Edge: a fault behind the last line leads to the last. */
export function sourceLines(source: string, faults: readonly PolicyFault[]): SourceLine[] {
  const lines = source.replace(/\n$/, '').split('\n');
  const faulty = new Set(faults.map(({ line }) => Math.min(line, lines.length)));
  return lines.map((text, index) => ({ number: index + 1, text, isFaulty: faulty.has(index + 1) }));
}
