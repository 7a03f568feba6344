import type { Instant } from '../../core/time/index.js';

/** The only thing that knows "now". */
export abstract class Clock {
  abstract now(): Instant;
}

export class SystemClock extends Clock {
  now(): Instant {
    return Date.now() as Instant;
  }
}

/** Stands still until it is moved: for tests and rehearsals. */
export class FixedClock extends Clock {
  constructor(private at: Instant) {
    super();
  }

  now(): Instant {
    return this.at;
  }

  moveTo(at: Instant): void {
    this.at = at;
  }

  advance(ms: number): void {
    this.at = (this.at + ms) as Instant;
  }
}
