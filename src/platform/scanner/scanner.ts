import type { Readable } from 'node:stream';

export type ScanVerdict = { readonly kind: 'clean' } | { readonly kind: 'infected'; readonly signature: string };

/** The scanner does not answer, or not with a verdict: nothing is known about the file. */
export class ScannerAway extends Error {
  constructor(why: string) {
    super(`the scanner gave no verdict: ${why}`);
    this.name = 'ScannerAway';
  }
}

/** Looks into files for what harms whoever opens them. */
export abstract class Scanner {
  /** Whether there is one; without, nobody may claim that a file was looked at. */
  abstract readonly isConfigured: boolean;
  /** Throws ScannerAway. */
  abstract scan(stream: Readable): Promise<ScanVerdict>;
}

export class NoScanner extends Scanner {
  readonly isConfigured = false;

  scan(): Promise<ScanVerdict> {
    return Promise.reject(new ScannerAway('none is configured'));
  }
}
