import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Browsing, expectAccessible, expectFits, expectWords, keepPicture } from '../support/browser.js';
import { openStory, type Story } from '../support/story.js';

let world: Story;
let browsing: Browsing;
let reference = '';
beforeAll(async () => {
  world = await openStory();
  browsing = await Browsing.of(world.url);
  reference = world.newest('draft').reference;
});
afterAll(async () => {
  await browsing.close();
  await world.close();
});

const OWNER = 'glasses@shops.example';
const days = Array.from({ length: 40 }, (_, n) => new Date(Date.UTC(2022, 8, 1 + n)).toISOString().slice(0, 10));
const SOUND = `Date,Amount,Nummer\n${days.flatMap((day, n) => [`${day} 10:07,12000,A${n}`, `${day} 15:41,8000,B${n}`]).join('\n')}\n`;
const FAULTY = SOUND.replace('8000,B3', 'viel,B3').replace('2022-09-05 10:07', 'gestern');

const lookers = new Map<boolean, Page>();

/** axe needs scripts: somebody else, who has them, looks at the same address. */
async function looked(url: string): Promise<void> {
  const isDevice = /\/handover(?:\/uploads|$)/.test(url) && !url.includes('/claims/');
  const looker = lookers.get(isDevice) ?? (await browsing.reader({ width: 320, ...(isDevice ? {} : { email: OWNER }) })).page;
  lookers.set(isDevice, looker);
  if ((await looker.goto(url))?.status() === 200) await expectAccessible(looker);
}

const sound = async (page: Page, name: string): Promise<void> => {
  await expectWords(page);
  await looked(page.url());
  await expectFits(page);
  await keepPicture(page, name);
};

const choose = async (page: Page, text: string, name = 'export'): Promise<void> => {
  await page.locator('#file').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.locator('form[data-upload] button').click();
};

describe.each([['en', 1280], ['ko', 320]] as const)('a shop owner without scripts, in %s at %i', (language, width) => {
  it('sends a file, answers what it does not say, maps its columns, sees what it comes to and confirms it', async () => {
    const { page, complaints } = await browsing.reader({ email: OWNER, width, scripts: false });
    await page.goto(`/${language}/claims/${reference}/sales`);
    await sound(page, `sales-overview-${language}`);
    await page.locator('form[data-upload] button').click();
    expect(await page.locator('.govuk-error-summary').isVisible()).toBe(true);
    await page.goto(`/${language}/claims/${reference}/sales`);
    await choose(page, SOUND.replace('Nummer', `Nummer ${language}`));
    await sound(page, `sales-found-${language}`);
    expect(page.url()).toMatch(/\/uploads\/[0-9a-f-]{36}$/);
    const upload = page.url();
    await page.goto(`${upload}/columns`);
    await page.locator('#column-0').selectOption('at');
    await page.locator('#column-1').selectOption('amount');
    await page.locator('#column-2').selectOption('id');
    await sound(page, `sales-columns-${language}`);
    await page.locator('main form button').click();
    await page.locator('#zone').check();
    await page.locator('#basis-2').check();
    await page.locator('#blankKind').check();
    await page.locator('main form button').first().click();
    // With tax in a file, under a policy that counts without: by which rate?
    await sound(page, `sales-rate-${language}`);
    await page.locator('#taxRatePercent').fill('10');
    await page.locator('main form button').first().click();
    await sound(page, `sales-ready-${language}`);
    expect(await page.locator('.mg-preview').innerText()).toMatch(/12,000/);
    await page.locator('form[action$="/reading"] button').click();
    await sound(page, `sales-set-${language}`);
    const said = await page.locator('main').innerText();
    expect(said).toMatch(/80/);
    expect(said).toMatch(/800,000/);
    expect(said).toMatch(/727,273/);
    await page.locator('#from').fill('2022-09-01');
    await page.locator('#to').fill('2022-10-10');
    await page.locator('main form button').click();
    expect(page.url()).toMatch(/done=confirmed/);
    await sound(page, `sales-confirmed-${language}`);
    expect(complaints.splice(0)).toEqual([]);
  });

  it('gets the faults of a file in words, and the file back with them; one that it left it finds again, and throws away', async () => {
    const { page, context } = await browsing.reader({ email: OWNER, width, scripts: false });
    await page.goto(`/${language}/claims/${reference}/sales`);
    await choose(page, FAULTY.replace('Nummer', `Nummer ${language}`));
    expect(await page.locator('.govuk-inset-text').isVisible()).toBe(true);
    await page.locator('form[action$="/reading"] button').click();
    await sound(page, `sales-faults-${language}`);
    expect(await page.locator('.mg-line-faults li').count()).toBe(2);
    const address = await page.locator('a[href$="/marked-file"]').getAttribute('href');
    const answer = await context.request.get(address ?? '');
    expect(answer.headers()['content-disposition']).toMatch(/^attachment; filename="export\.errors\.csv"/);
    expect((await answer.text()).split('\r\n').filter((line) => /,(?:Amount|Date)$/.test(line))).toHaveLength(2);
    const original = await context.request.get((address ?? '').replace('marked-file', 'file'));
    expect(await original.text()).toBe(FAULTY.replace('Nummer', `Nummer ${language}`));
    // A file that it left is listed, gone on with, and thrown away.
    await page.goto(`/${language}/claims/${reference}/sales`);
    await choose(page, SOUND.replace('Nummer', `Left ${language}`), `left-${language}.csv`);
    const upload = page.url();
    await page.goto(`/${language}/claims/${reference}/sales`);
    const left = page.locator('.mg-left', { hasText: `left-${language}.csv` });
    await sound(page, `sales-left-${language}`);
    await left.getByRole('link').click();
    expect(page.url()).toBe(upload);
    await page.goBack();
    await left.locator('button').click();
    expect(page.url()).toMatch(/\/sales$/);
    expect(await left.count()).toBe(0);
    expect((await page.goto(upload))?.status()).toBe(404);
  });

  it('types totals of days, and keeps what was typed when one of them cannot be read', async () => {
    const { page } = await browsing.reader({ email: OWNER, width, scripts: false });
    await page.goto(`/${language}/claims/${reference}/sales/days`);
    await sound(page, `sales-days-${language}`);
    const fields = page.locator('.mg-days input');
    await page.locator('#basis').check();
    await page.locator('#taxRatePercent').fill('10');
    await fields.nth(0).fill('12000');
    await fields.nth(1).fill('viel');
    await page.locator('main form button').click();
    expect(await fields.nth(0).inputValue()).toBe('12000');
    await sound(page, `sales-days-faulty-${language}`);
    await fields.nth(1).fill('0');
    await page.locator('main form button').click();
    expect(page.url()).toMatch(/\/sets\/\d+$/);
    expect(await page.locator('main').innerText()).toMatch(/12,000/);
  });

  it('hands the upload over to a device that is not signed in, sees the file arrive, and the code works once', async () => {
    const { page } = await browsing.reader({ email: OWNER, width, scripts: false });
    await page.goto(`/${language}/claims/${reference}/sales/handover`);
    await page.locator('main form button').last().click();
    await sound(page, `handover-code-${language}`);
    const code = await page.locator('.mg-code').innerText();
    const device = (await browsing.reader({ width, scripts: false })).page;
    await device.goto(`/${language}/handover`);
    await device.locator('#code').fill('2222-2222');
    await device.locator('main form button').click();
    expect(await device.locator('.govuk-error-summary').isVisible()).toBe(true);
    await sound(device, `handover-enter-${language}`);
    await device.locator('#code').fill(code.toLowerCase());
    await device.locator('main form button').click();
    await sound(device, `handover-send-${language}`);
    expect(await device.locator('body').innerText()).not.toContain(reference);
    await choose(device, SOUND.replace('Nummer', `Nummer ${language}`));
    await page.goto(`/${language}/claims/${reference}/sales/handover`);
    await sound(page, `handover-arrived-${language}`);
    await device.locator('form[action$="/reading"] button').click();
    await sound(device, `handover-done-${language}`);
    await page.goto(`/${language}/claims/${reference}/sales/handover`);
    await sound(page, `handover-state-${language}`);
    expect(await page.locator('a[href$="/sales"]').count()).toBeGreaterThan(0);
    const other = (await browsing.reader({ width, scripts: false })).page;
    await other.goto(`/${language}/handover`);
    await other.locator('#code').fill(code);
    await other.locator('main form button').click();
    expect(await other.locator('.govuk-error-summary').isVisible()).toBe(true);
  });
});
