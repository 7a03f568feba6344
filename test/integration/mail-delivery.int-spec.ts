import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ok } from '../../src/core/errors/index.js';
import { MINUTE } from '../../src/core/time/index.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { LetterDelivery, Outbox, type NewLetter } from '../../src/modules/mail/index.js';
import { MOST_TRIES } from '../../src/modules/mail/delivery.rules.js';
import { FixedClock, startTestApp, type TestApp } from '../support/app.js';
import { at } from '../support/lower-floors.js';
import { openPostOffice, type PostOffice } from '../support/post-office.js';

const SYSTEM = { actor: { kind: 'system', name: 'test' }, requestId: 'test' } as const;
const CODE: NewLetter = {
  template: 'sign-in.code', to: { email: 'jo@shop.example' }, language: 'ko', data: { code: '012345', minutes: '10' }, about: { kind: 'code', id: '01900000-0000-7000-8000-000000000001' },
};
const clock = new FixedClock(at('2026-11-24T12:00:00Z'));

let office: PostOffice;
let started: TestApp;
let owner: Client;

beforeAll(async () => {
  office = await openPostOffice();
  started = await startTestApp({ clock, config: { smtpUrl: office.url, mailFrom: 'Makegood <claims@operator.example>' } });
  owner = new Client({ connectionString: started.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await started.close();
  await office.close();
});
afterEach(() => {
  office.taken.splice(0);
  office.refusals.splice(0);
});

async function post(letter: Partial<NewLetter> = {}): Promise<string> {
  const posted = await started.app.get(UnitOfWork).run(SYSTEM, async (tx) => ok(await started.app.get(Outbox).post(tx, { ...CODE, ...letter })));
  if (!posted.ok) throw new Error(posted.refusal.code);
  return posted.value;
}
const deliver = (id: string): Promise<void> => started.app.get(LetterDelivery).deliver(SYSTEM, id);
const letter = async (id: string) => (await owner.query<Record<string, unknown>>('SELECT l.*, c.* FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.id = $1', [id])).rows[0];
const events = async (id: string): Promise<string[]> => (await owner.query<{ topic: string }>('SELECT topic FROM event_log WHERE aggregate_id = $1 ORDER BY id', [id])).rows.map(({ topic }) => topic);
const waiting = async (id: string) => (await owner.query<{ start_after: Date }>("SELECT start_after FROM pgboss.job WHERE name = 'mail.deliver' AND data ->> 'letterId' = $1 ORDER BY start_after", [id])).rows;

describe('a letter that was posted', () => {
  it('has its job in the same transaction, is handed over once, and what was secret in it is forgotten', async () => {
    const id = await post();
    expect(await waiting(id)).toHaveLength(1);
    await deliver(id);
    await deliver(id);
    expect(office.taken).toHaveLength(1);
    expect(office.taken[0]).toMatchObject({ to: ['jo@shop.example'] });
    expect(office.taken[0]?.message).toContain(`Message-ID: <${id}@operator.example>`);
    expect(await letter(id)).toMatchObject({ state: 'sent', attempts: 1, fault: null, subject: null, plain: null, html: null, recipient: 'jo@shop.example' });
    expect(await events(id)).toEqual(['letter.sent']);
  });

  it('is handed over again, under the same Message-ID, when the process died before it could note it; never by two at once', async () => {
    const id = await post();
    await owner.query(`CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.state = 'sent' THEN RAISE 'dead'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER die_tg BEFORE UPDATE ON letter FOR EACH ROW EXECUTE FUNCTION die()`);
    await expect(deliver(id)).rejects.toThrow();
    await owner.query('DROP TRIGGER die_tg ON letter; DROP FUNCTION die()');
    await deliver(id);
    expect(office.taken).toHaveLength(1);
    clock.advance(2 * MINUTE);
    await Promise.all([deliver(id), deliver(id)]);
    expect(office.taken.map(({ message }) => /^Message-ID: .*$/m.exec(message)?.[0])).toEqual([`Message-ID: <${id}@operator.example>`, `Message-ID: <${id}@operator.example>`]);
    expect(await letter(id)).toMatchObject({ state: 'sent', attempts: 2 });
  });

  it('waits when the server is busy, and is tried again later, longer apart each time', async () => {
    const id = await post();
    office.refusals.push({ code: 451, text: 'busy, jo@shop.example' }, { code: 451, text: 'busy' });
    await deliver(id);
    expect(await letter(id)).toMatchObject({ state: 'deferred', fault: 'The mail server could not take the letter now (451).' });
    await deliver(id);
    // The job of the post itself was for at once, by the clock of the queue.
    const pauses = (await waiting(id)).map((job) => job.start_after.getTime() - clock.now());
    expect(pauses).toEqual(expect.arrayContaining([MINUTE, 5 * MINUTE]));
    expect(pauses).toHaveLength(3);
    await deliver(id);
    expect(await letter(id)).toMatchObject({ state: 'sent', attempts: 3, fault: null });
  });

  it('is given up when the server refuses it for good, without the words of the server', async () => {
    const id = await post();
    office.refusals.push({ code: 550, text: 'no such user jo@shop.example' });
    await deliver(id);
    expect(await letter(id)).toMatchObject({ state: 'failed', fault: 'The mail server refused the letter (550).', plain: null });
    expect(await events(id)).toEqual(['letter.failed']);
  });

  it('is tried a bounded number of times, tries that killed their process included', async () => {
    const id = await post();
    await owner.query('UPDATE letter SET attempts = $2 WHERE id = $1', [id, MOST_TRIES]);
    await deliver(id);
    expect(office.taken).toEqual([]);
    expect(await letter(id)).toMatchObject({ state: 'failed', attempts: MOST_TRIES });
  });

  it('with a code in it is not handed over once the code has ended', async () => {
    const id = await post();
    clock.advance(10 * MINUTE + 1);
    await deliver(id);
    expect(office.taken).toEqual([]);
    expect(await letter(id)).toMatchObject({ state: 'failed', plain: null });
  });

  it('that came back is noted once', async () => {
    const id = await post();
    const delivery = started.app.get(LetterDelivery);
    await delivery.bounced(SYSTEM, id);
    expect(await letter(id)).toMatchObject({ state: 'queued' });
    await deliver(id);
    await delivery.bounced(SYSTEM, id);
    await delivery.bounced(SYSTEM, id);
    expect(await letter(id)).toMatchObject({ state: 'bounced' });
    expect(await events(id)).toEqual(['letter.sent', 'letter.bounced']);
  });

  it('keeps nobody waiting when the mail server is gone, and is not lost', async () => {
    await office.close();
    const id = await post();
    expect(await letter(id)).toMatchObject({ state: 'queued', attempts: 0 });
    await deliver(id);
    expect(await letter(id)).toMatchObject({ state: 'deferred', fault: 'The mail server could not be reached.', attempts: 1 });
  });

  it('can be erased by the role for that, and by the application only in part', async () => {
    const id = await post();
    await expect(started.app.get(Database).reader.query('UPDATE letter_content SET recipient = NULL WHERE letter_id = $1', [id])).rejects.toThrow(/permission/);
    const eraser = new Client({ connectionString: started.database.adminUrl });
    await eraser.connect();
    await eraser.query('SET ROLE makegood_eraser');
    await eraser.query('UPDATE letter_content SET recipient = NULL, subject = NULL, plain = NULL, html = NULL WHERE letter_id = $1', [id]).finally(() => eraser.end());
    await deliver(id);
    expect(await letter(id)).toMatchObject({ state: 'failed', recipient: null });
  });

  it('is taken by a worker by itself', async () => {
    const again = await openPostOffice();
    const other = await startTestApp({ config: { smtpUrl: again.url, mailFrom: 'a@b.example' }, consume: true });
    await other.app.get(UnitOfWork).run(SYSTEM, async (tx) => ok(await other.app.get(Outbox).post(tx, CODE)));
    for (let wait = 0; wait < 80 && again.taken.length === 0; wait += 1) await new Promise((resolve) => { setTimeout(resolve, 100); });
    expect(again.taken).toHaveLength(1);
    expect(await other.app.get(Jobs).parked()).toEqual([]);
    await other.close();
    await again.close();
  });
});
