import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { call } from '../support/app.js';
import { Browsing, expectAccessible, expectFits, expectWords, keepPicture } from '../support/browser.js';
import { newPerson } from '../support/claims.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;
let fundId: string;

beforeAll(async () => {
  world = await openWorld();
  browsing = await Browsing.of(world.url);
  fundId = (await world.as<{ id: string }>('finance', 'POST', '/v1/funds', { body: { code: 'limited', name: 'Limited', mode: 'first_come', currency: 'GBP', limit: { amount: '100.00', currency: 'GBP' } } })).body.id;
  const { token } = await newPerson(world, ['finance_approver']);
  await call(world.url, 'POST', `/v1/funds/${fundId}/deposits/1/decisions`, { token, body: { outcome: 'booked' } });
});
afterAll(async () => {
  await browsing.close();
  await world.close();
});

const said = (page: Page): Promise<string> => page.locator('main').innerText();

/** Every amount of the ledger is seen without moving its table sideways. */
const amountsInView = (page: Page): Promise<boolean> => page.evaluate<boolean>(`{
  const cells = [...document.querySelectorAll('.mg-entry td:last-child')].map((cell) => cell.getBoundingClientRect());
  cells.length > 0 && cells.every(({ left, right }) => left >= 0 && right <= innerWidth);
}`);

async function looksRight(page: Page, name: string): Promise<void> {
  for (const [language, width] of [['en', 1280], ['ko', 320], ['fr', 320]] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`/${language}/funds/${fundId}`);
    await expectWords(page);
    await expectFits(page);
    await expectAccessible(page);
    expect(await amountsInView(page)).toBe(true);
    await keepPicture(page, `funds-${name}-${language}-${width}`);
  }
  await page.goto(`/en/funds/${fundId}`);
}

it('money for a fund with a limit is stated by one person, with nothing lost where something is wrong, and booked by another', async () => {
  const { page, complaints } = await browsing.reader({ person: 'finance' });
  await page.goto(`/en/funds/${fundId}`);
  expect(await said(page)).toMatch(/Limit in all: £100\.00[^]*£100\.00\s*Booked[^]*What the fund was made with/i);
  await page.getByLabel('How much, in GBP').fill('25.50');
  await page.getByRole('button', { name: 'State it' }).click();
  expect(await page.locator('.govuk-error-summary').count()).toBe(1);
  expect(await page.getByLabel('How much, in GBP').inputValue()).toBe('25.50');
  await page.getByLabel('Reference of the bank').fill('BACS 17');
  await page.getByRole('button', { name: 'State it' }).click();
  expect(await said(page)).toMatch(/Stated\. Another person books it\.[^]*£25\.50\s*Waits to be booked[^]*BACS 17/i);
  expect(await page.getByRole('button', { name: 'Book it' }).count()).toBe(0);
  await looksRight(page, 'stated');
  expect(complaints).toEqual([]);

  const { email } = await newPerson(world, ['finance_approver']);
  const second = (await browsing.reader({ email, scripts: false })).page;
  await second.goto(`/en/funds/${fundId}`);
  expect(await second.getByRole('button', { name: 'State it' }).count()).toBe(0);
  await second.getByRole('button', { name: 'Book it' }).click();
  expect(await said(second)).toMatch(/Booked\. Claims that wait for money[^]*Limit in all: £125\.50/);
  expect(await second.getByRole('button', { name: 'Drop it' }).count()).toBe(0);
});
