import { Injectable } from '@nestjs/common';
import type { Language } from '../../core/policy/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

export type Channel = 'mail' | 'sms';
/** `kept`: there is nobody to hand it to, so it stays in the outbox. `declined`: its reader wants no such letters, so it goes nowhere. */
export type LetterState = 'kept' | 'declined' | 'queued' | 'deferred' | 'sent' | 'failed' | 'bounced';

export interface LetterRow {
  readonly id: string;
  readonly template: string;
  readonly language: Language;
  readonly channel: Channel;
  readonly about: { readonly kind: string; readonly id: string };
  readonly merchantId: string | null;
  readonly secret: boolean;
  /** After this nobody is helped by it any more. */
  readonly endsAt: Date | null;
  readonly state: LetterState;
  readonly attempts: number;
  readonly fault: string | null;
  readonly createdAt: Date;
}

export interface LetterContent {
  readonly recipient: string | null;
  readonly subject: string | null;
  readonly plain: string | null;
  readonly html: string | null;
}

export type NewLetterRow = Omit<LetterRow, 'id' | 'attempts' | 'fault' | 'createdAt' | 'endsAt'> & { readonly at: Instant; readonly minutes: number | undefined; readonly content: LetterContent };

/** Null while it waits, and when it failed or came back. `kept` counts: where no server is connected the outbox is what is read. */
const COLUMNS = `l.id, l.template, l.language, l.channel, json_build_object('kind', l.about_kind, 'id', l.about_id) AS about, l.merchant_id AS "merchantId",
  l.secret, l.ends_at AS "endsAt", l.state, l.attempts, l.fault, l.created_at AS "createdAt"`;

/** A letter, whether it got there, and what it said. */
export interface LetterFate extends Pick<LetterRow, 'id' | 'template' | 'channel' | 'language' | 'state' | 'fault' | 'createdAt'>, Pick<LetterContent, 'subject' | 'plain'> {
  readonly settledAt: Date | null;
}

@Injectable()
export class LettersRepository {
  /** Their ids, which grow in the order given. */
  async insert(tx: Tx, letters: readonly NewLetterRow[]): Promise<string[]> {
    const rows = await tx.named<{ id: string }>('letter_insert', `
      WITH given AS MATERIALIZED (
        SELECT uuidv7() AS id, u.* FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::boolean[], $8::text[], $9::timestamptz[], $10::int[], $11::text[], $12::text[],
          $13::text[], $14::text[]) WITH ORDINALITY AS u (template, language, channel, about_kind, about_id, merchant_id, secret, state, at, minutes, recipient, subject, plain, html, n)
      ), letter AS (
        INSERT INTO letter (id, template, language, channel, about_kind, about_id, merchant_id, secret, state, created_at, settled_at, ends_at)
        SELECT id, template, language, channel, about_kind, about_id, merchant_id, secret, state, at, CASE WHEN state IN ('kept', 'declined') THEN at END, at + make_interval(mins => minutes) FROM given
      ), content AS (
        INSERT INTO letter_content (letter_id, recipient, subject, plain, html) SELECT id, recipient, subject, plain, html FROM given
      ) SELECT id FROM given ORDER BY n`,
    [letters.map(({ template }) => template), letters.map(({ language }) => language), letters.map(({ channel }) => channel), letters.map(({ about }) => about.kind), letters.map(({ about }) => about.id),
      letters.map(({ merchantId }) => merchantId), letters.map(({ secret }) => secret), letters.map(({ state }) => state), letters.map(({ at }) => formatInstant(at)),
      letters.map(({ minutes }) => minutes ?? null), letters.map(({ content }) => content.recipient), letters.map(({ content }) => content.subject), letters.map(({ content }) => content.plain),
      letters.map(({ content }) => content.html)]);
    return rows.map(({ id }) => id);
  }

  async find(reader: Reader, id: string): Promise<(LetterRow & LetterContent) | undefined> {
    const [row] = await reader.query<LetterRow & LetterContent>(
      `SELECT ${COLUMNS}, c.recipient, c.subject, c.plain, c.html FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.id = $1`, [id]);
    return row;
  }

  /** The newest first; `after` is the last id of the page before. */
  list(reader: Reader, after: string | undefined, limit: number): Promise<(LetterRow & Pick<LetterContent, 'recipient' | 'subject' | 'plain'>)[]> {
    return reader.query(`
      SELECT ${COLUMNS}, c.recipient, c.subject, c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id
      WHERE $1::uuid IS NULL OR l.id < $1 ORDER BY l.id DESC LIMIT $2`, [after ?? null, limit]);
  }

  /** Of these letters those that were handed over and did not come back, with when. */
  arrived(reader: Reader, ids: readonly string[]): Promise<{ id: string; at: Date }[]> {
    return reader.query('SELECT id, settled_at AS at FROM letter WHERE id = ANY ($1::uuid[]) AND state IN (\'sent\', \'kept\') AND settled_at IS NOT NULL', [ids]);
  }

  about(reader: Reader, kind: string, id: string): Promise<(Pick<LetterContent, 'subject' | 'plain'> & Pick<LetterRow, 'createdAt'>)[]> {
    return reader.query(`
      SELECT c.subject, c.plain, l.created_at AS "createdAt" FROM letter l JOIN letter_content c ON c.letter_id = l.id
      WHERE l.about_kind = $1 AND l.about_id = $2 AND NOT l.secret AND c.plain IS NOT NULL ORDER BY l.id LIMIT 500`, [kind, id]);
  }

  /** What became of the letters about something, oldest first; those that held a secret as well, without a word of what they said. */
  fates(reader: Reader, kind: string, id: string): Promise<LetterFate[]> {
    return reader.query(`
      SELECT l.id, l.template, l.channel, l.language, l.state, l.fault, CASE WHEN l.secret THEN NULL ELSE c.subject END AS subject, CASE WHEN l.secret THEN NULL ELSE c.plain END AS plain,
             l.created_at AS "createdAt", l.settled_at AS "settledAt"
      FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.about_kind = $1 AND l.about_id = $2 ORDER BY l.id LIMIT 200`, [kind, id]);
  }

  newestAbout(reader: Reader, template: string, kind: string, ids: readonly string[]): Promise<{ aboutId: string; at: Date; state: LetterState }[]> {
    return reader.query(`
      SELECT DISTINCT ON (about_id) about_id AS "aboutId", created_at AS at, state FROM letter WHERE about_kind = $2 AND about_id = ANY ($3::uuid[]) AND template = $1 ORDER BY about_id, id DESC`, [template, kind, ids]);
  }

  fatesOf(reader: Reader, ids: readonly string[]): Promise<{ id: string; state: LetterState; settledAt: Date | null }[]> {
    return reader.query('SELECT id, state, settled_at AS "settledAt" FROM letter WHERE id = ANY ($1::uuid[])', [ids]);
  }

  /** Held until the commit, so that of two workers one sees what the other did. */
  async lock(tx: Tx, id: string): Promise<(LetterRow & { readonly takenUntil: Date | null }) | undefined> {
    const [row] = await tx.query<LetterRow & { readonly takenUntil: Date | null }>(`SELECT ${COLUMNS}, l.taken_until AS "takenUntil" FROM letter l WHERE l.id = $1 FOR NO KEY UPDATE`, [id]);
    return row;
  }

  async content(reader: Reader, id: string): Promise<LetterContent> {
    const [row] = await reader.query<LetterContent>('SELECT recipient, subject, plain, html FROM letter_content WHERE letter_id = $1', [id]);
    return row ?? { recipient: null, subject: null, plain: null, html: null };
  }

  async take(tx: Tx, id: string, until: Instant): Promise<void> {
    await tx.execute('UPDATE letter SET attempts = attempts + 1, taken_until = $2 WHERE id = $1', [id, formatInstant(until)]);
  }

  async defer(tx: Tx, id: string, fault: string): Promise<void> {
    await tx.execute("UPDATE letter SET state = 'deferred', fault = $2, taken_until = NULL WHERE id = $1", [id, fault]);
  }

  async settle(tx: Tx, id: string, outcome: { readonly state: LetterState; readonly fault: string | null; readonly at: Instant }): Promise<void> {
    await tx.execute('UPDATE letter SET state = $2, fault = $3, settled_at = $4, taken_until = NULL WHERE id = $1', [id, outcome.state, outcome.fault, formatInstant(outcome.at)]);
  }

  async markUnreachable(tx: Tx, letterId: string, at: Instant): Promise<void> {
    await tx.execute(`
      INSERT INTO unreachable_address (address, channel, letter_id, since)
      SELECT c.recipient, l.channel, l.id, $2 FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.id = $1 AND c.recipient IS NOT NULL ON CONFLICT DO NOTHING`,
    [letterId, formatInstant(at)]);
  }

  /** Only by a letter posted later than the one that came back: notices overtake each other, and one that is replayed must not undo another. */
  async clearUnreachable(tx: Tx, letterId: string): Promise<void> {
    await tx.execute('DELETE FROM unreachable_address WHERE address = (SELECT recipient FROM letter_content WHERE letter_id = $1) AND letter_id < $1', [letterId]);
  }

  async unreachable(reader: Reader, addresses: readonly string[]): Promise<{ address: string; since: Date }[]> {
    return reader.query('SELECT address, since FROM unreachable_address WHERE address = ANY ($1)', [addresses]);
  }

  async declined(reader: Reader, addresses: readonly string[]): Promise<{ address: string }[]> {
    return reader.query('SELECT address FROM courtesy_declined WHERE address = ANY ($1)', [addresses]);
  }

  async decline(tx: Tx, addresses: readonly string[], at: Instant): Promise<void> {
    await tx.execute('INSERT INTO courtesy_declined (address, since) SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING', [addresses, formatInstant(at)]);
  }

  async wantAgain(tx: Tx, addresses: readonly string[]): Promise<void> {
    await tx.execute('DELETE FROM courtesy_declined WHERE address = ANY ($1)', [addresses]);
  }

  /** Letters about something, oldest first. */
  idsAbout(reader: Reader, about: LetterRow['about']): Promise<Pick<LetterRow, 'id' | 'template'>[]> {
    return reader.query('SELECT id, template FROM letter WHERE about_kind = $1 AND about_id = $2 ORDER BY id', [about.kind, about.id]);
  }

  /** Takes the words of letters settled before; how many. To whom they went is for the eraser to take. */
  async purge(tx: Tx, before: Instant, most: number): Promise<number> {
    return tx.execute(`
      UPDATE letter_content SET subject = NULL, plain = NULL, html = NULL
      WHERE letter_id IN (
        SELECT l.id FROM letter l JOIN letter_content c ON c.letter_id = l.id
        WHERE l.settled_at < $1 AND c.plain IS NOT NULL ORDER BY l.settled_at LIMIT $2 FOR UPDATE OF c SKIP LOCKED)`, [formatInstant(before), most]);
  }

  /** Text messages of the time since; one that was put off counts when it goes out, not when it was written. */
  async smsSince(reader: Reader, since: Instant): Promise<number> {
    const [row] = await reader.query<{ count: number }>(`
      SELECT count(*)::int AS count FROM letter
      WHERE channel = 'sms' AND state <> 'declined' AND (settled_at > $1 OR created_at > $1 AND (state <> 'deferred' OR attempts > 0))`, [formatInstant(since)]);
    return row?.count ?? 0;
  }

  /** What held a secret says nothing any more; to whom it went stays. */
  async forget(tx: Tx, id: string): Promise<void> {
    await tx.execute('UPDATE letter_content SET subject = NULL, plain = NULL, html = NULL WHERE letter_id = $1', [id]);
  }
}
