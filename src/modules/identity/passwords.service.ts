import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';

/** argon2id (the library's default variant), 64 MiB, three passes. */
const COST = { memoryCost: 65_536, timeCost: 3, parallelism: 1 };
const AT_ONCE = 2;

/** Hashes of passwords; two at a time, so that a burst of sign-ins cannot take all memory. */
@Injectable()
export class Passwords {
  /** Of new hashes; each says its own. Less only where tests of other things sign in by the hundred. */
  cost = COST;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #dummy: Promise<string> | undefined;

  hash(password: string): Promise<string> {
    return this.#limited(() => hash(password, this.cost));
  }

  /** Takes as long for an unknown person as for a known one, so that time tells nobody who is registered. */
  async matches(stored: string | null | undefined, password: string): Promise<boolean> {
    this.#dummy ??= this.hash('a password nobody has');
    const against = stored ?? await this.#dummy;
    const same = await this.#limited(() => verify(against, password));
    return same && stored !== null && stored !== undefined;
  }

  async #limited<T>(work: () => Promise<T>): Promise<T> {
    while (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
