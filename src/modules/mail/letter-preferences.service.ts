import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { LettersRepository } from './letters.repository.js';

/** Which letters an address is spared. Only those of courtesy ever: nobody can switch off what a deadline runs from. */
@Injectable()
export class LetterPreferences {
  constructor(private readonly letters: LettersRepository, private readonly clock: Clock) {}

  /** Whether letters of courtesy go to all of these addresses. */
  async wantsCourtesy(reader: Reader, addresses: readonly string[]): Promise<boolean> {
    return (await this.letters.declined(reader, addresses)).length === 0;
  }

  async setCourtesy(tx: Tx, addresses: readonly string[], wanted: boolean): Promise<void> {
    await (wanted ? this.letters.wantAgain(tx, addresses) : this.letters.decline(tx, addresses, this.clock.now()));
  }
}
