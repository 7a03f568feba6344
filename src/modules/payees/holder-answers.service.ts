import { Injectable } from '@nestjs/common';
import type { CheckedAccount } from './account-number.rules.js';
import { HolderCheck, type HolderAnswer } from './holder-check.port.js';

/** A bank that takes longer is not waited for: the request has a page behind it. */
const WITHIN_MS = 5_000;
const SILENCE: HolderAnswer = { outcome: 'unavailable' };

/** What the bank says; one that fails or does not answer in time has said nothing. */
@Injectable()
export class HolderAnswers {
  constructor(private readonly bank: HolderCheck) {}

  async ask(account: CheckedAccount): Promise<HolderAnswer> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<HolderAnswer>((resolve) => { timer = setTimeout(() => resolve(SILENCE), WITHIN_MS); });
    const answer = await Promise.race([this.bank.ask(account).catch(() => SILENCE), silence]);
    clearTimeout(timer);
    return answer;
  }
}
