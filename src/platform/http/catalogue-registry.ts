import type { Catalogue, RefusalEntry } from '../../core/errors/index.js';
import { PLATFORM_ERRORS } from './platform.errors.js';

const entries = new Map<string, RefusalEntry>();

/** Adds a module's codes. A code that two catalogues claim is a defect of the house. */
export function registerCatalogue(catalogue: Catalogue): void {
  for (const [code, entry] of Object.entries(catalogue)) {
    if (entries.has(code) && entries.get(code) !== entry) throw new Error(`two catalogues explain ${code}`);
    entries.set(code, entry);
  }
}

registerCatalogue(PLATFORM_ERRORS);

export const entryOf = (code: string): RefusalEntry | undefined => entries.get(code);

export const allEntries = (): [string, RefusalEntry][] => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
