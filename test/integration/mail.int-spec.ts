import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ok, refuse } from '../../src/core/errors/index.js';
import { LANGUAGES } from '../../src/core/policy/index.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Database } from '../../src/platform/database/database.js';
import { Outbox, type NewLetter } from '../../src/modules/mail/index.js';
import { startTestApp, type TestApp } from '../support/app.js';

const SYSTEM = { actor: { kind: 'system', name: 'test' }, requestId: 'test' } as const;
const ABOUT = { kind: 'person', id: '01900000-0000-7000-8000-000000000001' };
const CODE: NewLetter = { template: 'sign-in.code', to: { email: 'jo@shop.example' }, language: 'en', data: { code: '012345', minutes: '10' }, about: ABOUT };

let started: TestApp;
beforeAll(async () => { started = await startTestApp(); });
afterAll(async () => { await started.close(); });

const rows = (): Promise<Record<string, string>[]> =>
  started.app.get(Database).reader.query('SELECT * FROM letter JOIN letter_content ON letter_id = id ORDER BY id');
const post = (letter: NewLetter) => started.app.get(UnitOfWork).run(SYSTEM, async (tx) => ok(await started.app.get(Outbox).post(tx, letter)));

describe('a letter', () => {
  it('is posted by the transaction that gives rise to it, or not at all', async () => {
    const refused = await started.app.get(UnitOfWork).run(SYSTEM, async (tx) => {
      await started.app.get(Outbox).post(tx, CODE);
      return refuse('platform.busy');
    });
    expect(refused.ok).toBe(false);
    expect(await rows()).toEqual([]);
    expect((await post(CODE)).ok).toBe(true);
    expect(await rows()).toMatchObject([{ state: 'kept', channel: 'mail', recipient: 'jo@shop.example', subject: '012345 is your code for Makegood' }]);
  });

  it.each(LANGUAGES)('goes to a telephone as one short message, in %s', async (language) => {
    await post({ ...CODE, language, to: { phone: '+821012345678' } });
    const sent = (await rows()).at(-1);
    expect(sent).toMatchObject({ channel: 'sms', recipient: '+821012345678', subject: null, html: null });
    expect(sent?.['plain']).toContain('012345');
    expect(sent?.['plain']?.length).toBeLessThan(140);
  });

  it('that nobody wrote, or that lacks something it names, is a mistake of ours', async () => {
    await expect(post({ ...CODE, template: 'no.such' })).rejects.toThrow(TypeError);
    await expect(post({ ...CODE, data: { code: '012345' } })).rejects.toThrow(/undefined/);
  });

  it('shows what somebody typed as text, and keeps it on one line', async () => {
    await post({ ...CODE, data: { code: '<b>1</b>\nBcc: eve@x.example', minutes: '10' } });
    const { subject, html } = (await rows()).at(-1) ?? {};
    expect(subject).toBe('<b>1</b> Bcc: eve@x.example is your code for Makegood');
    expect(html).toContain('&lt;b&gt;1&lt;/b&gt;');
    expect(html).not.toContain('<b>');
  });
});
