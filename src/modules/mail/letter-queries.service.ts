import { Inject, Injectable } from '@nestjs/common';
import { HOUR, type Instant } from '../../core/time/index.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import type { Reader } from '../../platform/database/tx.js';
import { classOf } from './letter-classes.rules.js';
import { MailPort } from './carriers.port.js';
import { LettersRepository, type Channel, type LetterContent, type LetterFate, type LetterRow, type LetterState } from './letters.repository.js';

export type { LetterFate };
export type LetterView = LetterRow & LetterContent;
export type LetterLine = LetterRow & Pick<LetterContent, 'recipient' | 'subject' | 'plain'>;

/**
 * What lies in the outbox, for whoever tries the demo and has no mail server: codes and links included. So it is readable only while
 * the demo is on, no mail server is connected and this is not production; everywhere else there is nothing to see.
 */
@Injectable()
export class LetterQueries {
  constructor(
    private readonly database: Database, private readonly letters: LettersRepository, private readonly mail: MailPort,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  get isReadable(): boolean {
    return this.config.demo && this.config.environment !== 'production' && !this.mail.isConnected;
  }

  /** How long the words of a settled letter are kept. */
  get keptMs(): number {
    return this.config.letterDays * 24 * HOUR;
  }

  /** Whether another message of this channel may go out: what a flood of forms may cost has an end. */
  async hasRoom(channel: Channel, now: Instant, reader: Reader = this.database.reader): Promise<boolean> {
    return channel === 'mail' || (await this.smsRoom(reader, now)) > 0;
  }

  /** How many more text messages may go out now; below nought, none. */
  async smsRoom(reader: Reader, now: Instant): Promise<number> {
    return this.config.smsPerHour - await this.letters.smsSince(reader, (now - HOUR) as Instant);
  }

  async newest(after: string | undefined, limit: number): Promise<LetterLine[]> {
    return this.isReadable ? this.letters.list(this.database.reader, after, limit) : [];
  }

  async find(id: string): Promise<LetterView | undefined> {
    return this.isReadable ? this.letters.find(this.database.reader, id) : undefined;
  }

  /** Of some addresses those that letters come back from. */
  async unreachable(addresses: readonly string[]): Promise<readonly string[]> {
    return (await this.letters.unreachable(this.database.reader, addresses)).map(({ address }) => address);
  }

  /** As `about`, with what became of each; for staff. */
  fates(kind: string, id: string): Promise<LetterFate[]> {
    return this.letters.fates(this.database.reader, kind, id);
  }

  /** When the newest letter of a template went out about each of these, and what became of it. */
  async newestAbout(template: string, kind: string, ids: readonly string[]): Promise<ReadonlyMap<string, { readonly at: string; readonly state: LetterState }>> {
    if (ids.length === 0) return new Map();
    return new Map((await this.letters.newestAbout(this.database.reader, template, kind, ids)).map(({ aboutId, at, state }) => [aboutId, { at: at.toISOString(), state }]));
  }

  /** What became of letters, each by its id. */
  fatesOf(reader: Reader, ids: readonly string[]): ReturnType<LettersRepository['fatesOf']> {
    return this.letters.fatesOf(reader, ids);
  }

  /** When each of these letters arrived, as far as anybody knows; those of which nobody does, or that came back, are left out. */
  async arrivedAt(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, Instant>> {
    return ids.length === 0 ? new Map() : new Map((await this.letters.arrived(reader, ids)).map(({ id, at }) => [id, at.getTime() as Instant]));
  }

  /** Letters about something, oldest first, for whoever may see it; those that held a secret are left out, and what was erased is not there. */
  about(kind: string, id: string): Promise<Pick<LetterView, 'subject' | 'plain' | 'createdAt'>[]> {
    return this.letters.about(this.database.reader, kind, id);
  }

  /** Which of these letters, by their place, are of courtesy and go to an address that wants none. */
  async declined(reader: Reader, letters: readonly { readonly template: string; readonly address: string }[]): Promise<ReadonlySet<number>> {
    const courtesy = letters.map(({ template, address }) => (classOf(template) === 'courtesy' ? address : undefined));
    const asked = courtesy.flatMap((address) => address ?? []);
    const declined = asked.length === 0 ? [] : (await this.letters.declined(reader, asked)).map(({ address }) => address);
    return new Set(courtesy.flatMap((address, index) => (address !== undefined && declined.includes(address) ? [index] : [])));
  }

  /** Letters about something, oldest first; which they are, not what they say. */
  lettersAbout(reader: Reader, about: LetterRow['about']): Promise<Pick<LetterRow, 'id' | 'template'>[]> {
    return this.letters.idsAbout(reader, about);
  }
}
