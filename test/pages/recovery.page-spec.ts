import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { HOUR, type Instant } from '../../src/core/time/index.js';
import { Browsing, expectAccessible, expectFits, expectReachable, expectWords, keepPicture, type Reader } from '../support/browser.js';
import { FixedClock } from '../support/app.js';
import { pdf } from '../support/evidence-files.js';
import { at } from '../support/lower-floors.js';
import { draftClaim, openWorld, type World } from '../support/world.js';

const clock = new FixedClock(at('2026-11-24T12:00:00Z'));
let world: World;
let browsing: Browsing;
let owner: Client;
let reference: string;

beforeAll(async () => {
  world = await openWorld({ clock, consume: true });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  const { id } = await draftClaim(world);
  reference = (await world.as<{ reference: string }>('owner', 'GET', `/v1/claims/${id}`)).body.reference;
  browsing = await Browsing.of(world.url);
});
afterAll(async () => {
  await browsing.close();
  await owner.end();
  await world.close();
});

const looksRight = async ({ page }: Reader, name: string): Promise<void> => {
  await expectWords(page);
  await expectAccessible(page);
  await expectFits(page);
  await keepPicture(page, `recovery-${name}`);
};
const stopLink = async (): Promise<string> => {
  for (let tries = 0; tries < 100; tries += 1) {
    const { rows: [letter] } = await owner.query<{ plain: string }>(`SELECT c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.template IN ('recovery.notice', 'recovery.taken-over') ORDER BY l.id DESC LIMIT 1`);
    const address = /\/recovery\/stop\/[\w-]+/.exec(letter?.plain ?? '')?.[0];
    if (address !== undefined) return address;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  throw new Error('nobody was written to');
};

describe('somebody who cannot get in any more', () => {
  it('finds the way from signing in, and loses nothing typed to a slip, by keyboard and without scripts', async () => {
    const lost = await browsing.reader({ width: 320 });
    await lost.page.goto('/en/sign-in');
    await lost.page.getByRole('link', { name: 'I can no longer sign in, or the business has changed hands' }).press('Enter');
    await lost.page.waitForURL('**/recovery');
    await expectReachable(lost.page);
    await lost.page.getByRole('button', { name: 'Send' }).press('Enter');
    await lost.page.waitForLoadState();
    expect(await lost.page.locator('.govuk-error-summary a').count()).toBe(5);
    await looksRight(lost, 'empty-en');
    const { page } = await browsing.reader({ width: 320, scripts: false });
    await page.goto('/fr/recovery');
    await page.getByLabel('L’entreprise a changé de mains').check();
    await page.getByLabel('Votre nom').fill('<b>Mina</b> Kim');
    await page.getByLabel('Quelle entreprise ?').fill(reference.toLowerCase().replaceAll('-', ' '));
    await page.getByLabel('Où vous joindre maintenant ?').fill('+82 10-1234-5678');
    await page.getByLabel('Que s’est-il passé, et comment le vérifier ?').fill('J’ai repris le café en octobre ; l’acte de cession est là.');
    await page.getByRole('button', { name: 'Envoyer' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('Écrivez une adresse électronique');
    expect(await page.getByLabel('Votre nom').inputValue()).toBe('<b>Mina</b> Kim');
    await page.getByLabel('Où vous joindre maintenant ?').fill('mina@mina.example');
    await page.getByRole('button', { name: 'Envoyer' }).click();
    await page.waitForURL('**/recovery/sent?**');
    expect(await page.locator('main').innerText()).toMatch(/RQ-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]/);
    expect(lost.complaints).toEqual([]);
  });

  it.each([['en', 1280, true], ['ko', 320, false], ['fr', 320, true]] as const)('sends papers by the link of the letter, in %s, %i wide, scripts %s', async (language, width, scripts) => {
    const { rows: [letter] } = await owner.query<{ plain: string }>("SELECT c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.template = 'recovery.received' ORDER BY l.id DESC LIMIT 1");
    const address = /\/recovery\/papers\/[\w-]+/.exec(letter?.plain ?? '')?.[0] ?? '';
    const reader = await browsing.reader({ width, scripts });
    const { page } = reader;
    const send = (): Promise<void> => page.locator('main form button[type=submit]').click();
    await page.goto(`/${language}${address}`);
    await send();
    expect(await page.locator('#file-error').count()).toBe(1);
    await page.locator('#file').setInputFiles({ name: 'sales.csv', mimeType: 'text/csv', buffer: Buffer.from('at,amount\n1,2\n') });
    await send();
    expect(await page.locator('#file-error').count()).toBe(1);
    if (scripts) await looksRight(reader, `papers-fault-${language}`);
    await page.locator('#file').setInputFiles({ name: `<deed ${language} 1.pdf`, mimeType: 'application/pdf', buffer: pdf('', language) });
    await send();
    await page.waitForURL('**?done=1');
    expect(await page.locator('main li').allInnerTexts()).toContain(`_deed ${language} 1.pdf`);
    if (scripts) await looksRight(reader, `papers-${language}`);
    else await expectFits(page);
    await keepPicture(page, `recovery-papers-${language}-${width}`);
    expect((await page.goto(`/${language}/recovery/papers/nothing`))?.status()).toBe(404);
    expect(reader.complaints.splice(0)).toEqual([]);
  });

  it('is recommended by one and granted by another, after those of before had their day', async () => {
    await stopLink();
    const desk = await browsing.reader({ person: 'reviewer', width: 360 });
    const { page } = desk;
    await page.goto('/en/recoveries');
    await looksRight(desk, 'list-en');
    await page.getByRole('link', { name: /^RQ-/ }).click();
    const text = await page.locator('main').innerText();
    expect(text).toMatch(/<b>Mina<\/b> Kim[^]*The business stands still since/);
    await page.getByRole('button', { name: 'Recommend' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('at least 10 characters');
    await looksRight(desk, 'request-en');
    const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '_deed ko 1.pdf' }).click()]);
    expect(saved.suggestedFilename()).toBe('_deed ko 1.pdf');
    await page.getByLabel('What have you seen?').fill('The deed of sale, compared with the register.');
    await page.getByRole('button', { name: 'Recommend' }).click();
    await page.waitForURL('**done=recommended');
    expect(await page.getByRole('button', { name: 'Grant' }).count()).toBe(0);
    const address = new URL(page.url()).pathname;
    const second = await browsing.reader({ person: 'approver', width: 320 });
    await second.page.goto(address);
    await second.page.getByRole('button', { name: 'Grant' }).click();
    expect(await second.page.locator('.govuk-error-summary').innerText()).toContain('24 hours');
    clock.moveTo((clock.now() + 24 * HOUR) as Instant);
    const later = await browsing.reader({ person: 'approver', width: 320 });
    await later.page.goto(address.replace('/en/', '/ko/'));
    await looksRight(later, 'grant-ko');
    await later.page.getByRole('button', { name: '승인하기' }).click();
    await later.page.waitForURL('**done=granted');
    await looksRight(later, 'granted-ko');
    expect([...desk.complaints, ...second.complaints, ...later.complaints]).toEqual([]);
  });

  it('is stopped by the link of the letter, without signing in and without scripts', async () => {
    const link = await stopLink();
    const before = await browsing.reader({ width: 320 });
    await before.page.goto(`/en${link}`);
    expect(await before.page.locator('h1').innerText()).toBe('The request is granted');
    await looksRight(before, 'over-en');
    clock.moveTo((clock.now() + 25 * HOUR) as Instant);
    const { page } = await browsing.reader({ width: 320, scripts: false });
    await page.goto('/ko/recovery');
    await page.getByLabel('로그인할 수 없습니다').check();
    await page.getByLabel('성함').fill('김미나');
    await page.getByLabel('어느 사업체인가요?').fill(reference);
    await page.getByLabel('이제 어디로 연락드리면 되나요?').fill('010-1234-5678');
    await page.getByLabel('무슨 일이 있었고, 어떻게 확인할 수 있나요?').fill('휴대전화를 바다에 빠뜨렸습니다.');
    await page.getByRole('button', { name: '보내기' }).click();
    await page.waitForURL('**/recovery/sent?**');
    let second = await stopLink();
    while (second === link) second = await stopLink();
    await page.goto(`/fr${second}`);
    await page.getByRole('button', { name: 'Arrêter : ce n’était pas nous' }).click();
    expect(await page.locator('h1').innerText()).toBe('La demande est arrêtée');
    await before.page.goto(`/ko${second}`);
    await looksRight(before, 'stopped-ko');
    expect((await page.goto('/en/recovery/stop/nothing'))?.status()).toBe(404);
  });
});
