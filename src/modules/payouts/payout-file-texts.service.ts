import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { TextChange } from '../../core/payments/index.js';
import type { Tx } from '../../platform/database/tx.js';
import { Inbox } from '../../platform/blobs/inbox.js';
import { PayoutFileTextsRepository, type ChangedText } from './payout-file-texts.repository.js';

/** Characters held before they go to disk, and texts stored at once. */
const MOST_HELD = 256 * 1_024;
const TEXTS_A_STEP = 5_000;

/** What the writing of a file changes in its texts, on disk until the file is kept: memory does not grow with the payments. */
export class ChangedTexts {
  #count = 0;
  #held: string[] = [];
  #heldLength = 0;
  #bytes = 0;
  readonly #key = randomUUID();

  constructor(private readonly inbox: Inbox) {}

  get count(): number {
    return this.#count;
  }

  add(change: TextChange, reference: string | undefined): void {
    const text = `${JSON.stringify({ ...change, reference }).replaceAll(/[\u2028\u2029]/gu, (end) => (end === '\u2028' ? '\\u2028' : '\\u2029'))}\n`;
    this.#count += 1;
    this.#held.push(text);
    this.#heldLength += text.length;
  }

  /** Called while the file is written, and with `rest` at its end. */
  async flush(rest = false): Promise<void> {
    if (this.#heldLength === 0 || (!rest && this.#heldLength < MOST_HELD)) return;
    const held = Buffer.from(this.#held.join(''));
    [this.#held, this.#heldLength] = [[], 0];
    if (this.#bytes === 0) await this.inbox.begin(this.#key);
    this.#bytes = await this.inbox.write(this.#key, Readable.from([held]), this.#bytes);
  }

  /** All of them, some thousands at once; as often as it is asked. */
  async* pages(): AsyncGenerator<readonly ChangedText[]> {
    if (this.#bytes === 0) return;
    let page: ChangedText[] = [];
    for await (const text of createInterface({ input: await this.inbox.read(this.#key), crlfDelay: Infinity })) {
      page.push(JSON.parse(text) as ChangedText);
      if (page.length < TEXTS_A_STEP) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }

  discard(): Promise<void> {
    return this.inbox.discard(this.#key);
  }
}

/** The texts of a file that differ from what was typed: kept with it, whole, for good. */
@Injectable()
export class PayoutFileTexts {
  constructor(private readonly inbox: Inbox, private readonly texts: PayoutFileTextsRepository) {}

  begin(): ChangedTexts {
    return new ChangedTexts(this.inbox);
  }

  /** After the file, in the same transaction: the database counts them when it ends. */
  async keep(tx: Tx, batchId: string, changed: ChangedTexts): Promise<void> {
    let before = 0;
    for await (const page of changed.pages()) {
      await this.texts.add(tx, batchId, before, page);
      before += page.length;
    }
  }
}
