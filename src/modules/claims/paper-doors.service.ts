import { Injectable } from '@nestjs/common';
import type { Reader } from '../../platform/database/tx.js';

/** Whether something beside a claim waits for papers of its business. */
export type PaperDoor = (reader: Reader, claimId: string) => Promise<boolean>;

/** Modules above say when a claim takes papers though its state does not: each registers what it knows when the process starts. */
@Injectable()
export class PaperDoors {
  readonly #doors: PaperDoor[] = [];

  register(door: PaperDoor): void {
    this.#doors.push(door);
  }

  async isOpen(reader: Reader, claimId: string): Promise<boolean> {
    for (const door of this.#doors) if (await door(reader, claimId)) return true;
    return false;
  }
}
