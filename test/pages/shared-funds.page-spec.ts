import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { FixedClock } from '../support/app.js';
import { Browsing, expectAccessible, expectFits, expectReachable, expectWords, keepPicture } from '../support/browser.js';
import { newPerson, type Claim } from '../support/claims.js';
import { at } from '../support/lower-floors.js';
import { Sharing, type Scene } from '../support/sharing.js';
import { openWorld, type World } from '../support/world.js';

const clock = new FixedClock(at('2026-11-24T12:00:00Z'));
let world: World;
let browsing: Browsing;
let scene: Scene;
let claims: Claim[];

beforeAll(async () => {
  world = await openWorld({ clock, consume: true, config: { autoDecisionDelaySeconds: 3_600 } });
  browsing = await Browsing.of(world.url);
  const desk = await Sharing.of(world);
  scene = await desk.open('shared-fund', '100.00', '{ mode: shared, keptBack: 10%, minimum: { amount: "5.00", passes: once } }');
  claims = [await desk.decided(scene), await desk.decided(scene), await desk.decided(scene)];
});
afterAll(async () => {
  await browsing.close();
  await world.close();
});

const said = (page: Page): Promise<string> => page.locator('main').innerText();

/** In three languages, wide and narrow; then back where it was. */
async function looksRight(page: Page, name: string): Promise<void> {
  const path = new URL(page.url()).pathname;
  for (const [language, width] of [['en', 1280], ['ko', 320], ['fr', 320]] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(path.replace(/^\/en/, `/${language}`));
    await expectWords(page);
    await expectFits(page);
    await expectAccessible(page);
    await keepPicture(page, `shared-funds-${name}-${language}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(path);
}

async function until(page: Page, text: RegExp): Promise<void> {
  for (let tries = 0; tries < 100 && !text.test(await said(page)); tries += 1) {
    await new Promise((resume) => setTimeout(resume, 200));
    await page.reload();
  }
  expect(await said(page)).toMatch(text);
}

it('a claim of a shared fund shows its merchant what it comes to in full, and that there is nothing to do', async () => {
  const { page, complaints } = await browsing.reader({ person: 'owner' });
  await page.goto(`/en/claims/${claims[0]?.reference ?? ''}`);
  expect(await said(page)).toMatch(/The fund is shared when every claim has been decided[^]*What your claim comes to in full\s*£42\.00/);
  expect(await said(page)).not.toContain('The fund cannot keep the money');
  expect(await page.getByRole('button', { name: /Accept/ }).count()).toBe(0);
  await looksRight(page, 'points');
  expect(complaints).toEqual([]);
});

it('a fund is shared by two people: proposed on its page, every share looked at, approved by its digest, and told with factor and why', async () => {
  const [preparer, approver] = [await newPerson(world, ['finance_preparer']), await newPerson(world, ['finance_approver'])];
  clock.advance(8 * 86_400_000);
  const { page, complaints } = await browsing.reader({ email: preparer.email });
  await page.goto(`/en/funds/${scene.fundId}`);
  expect(await said(page)).toContain('It has not been shared yet.');
  await page.getByRole('radio', { name: 'A first share' }).check();
  await page.getByRole('button', { name: 'Go on to the shares' }).click();
  expect(await page.locator('.govuk-error-summary').innerText()).toContain('state which part of the fund is kept back');
  expect(await page.getByRole('radio', { name: 'A first share' }).isChecked()).toBe(true);
  await looksRight(page, 'fund');
  await page.goto(`/en/funds/${scene.fundId}`);
  await page.getByRole('button', { name: 'Go on to the shares' }).click();
  expect(await said(page)).toMatch(/Sharing of the fund: shared-fund[^]*The whole share/);
  const change = new URL(page.url()).pathname;
  await page.getByRole('button', { name: 'Start a run' }).click();
  await until(page, /How the fund would be shared/);
  expect(await said(page)).toMatch(/Shared\s*£90\.00\s*Kept back\s*£10\.00[^]*All claims\s*3\s*£126\.00\s*5\/7\s*£90\.00[^]*By the factor\s*3\s*\+£90\.00/);
  expect(await said(page)).toContain('Below £5.00 nothing is paid, and the others share once more.');
  await looksRight(page, 'report');
  await expectReachable(page);
  const report = page.url();
  await page.getByRole('link', { name: /See every claim/ }).click();
  expect((await said(page)).match(/£30\.00/g)?.length).toBeGreaterThanOrEqual(3);
  await page.goto(change);
  await looksRight(page, 'change');
  expect(complaints).toEqual([]);

  const second = await browsing.reader({ email: approver.email });
  await second.page.goto(report);
  await second.page.getByRole('button', { name: 'Go on to the approval' }).click();
  await second.page.getByLabel('The total may move by less than').fill('1');
  await second.page.getByRole('button', { name: 'Continue' }).click();
  expect(await said(second.page)).toMatch(/You are about to share a fund\s*Approving gives every claim its share of shared-fund/);
  await expectAccessible(second.page);
  await expectFits(second.page);
  await second.page.getByLabel('I have read the report with this digest').check();
  await second.page.getByRole('button', { name: 'Approve and apply' }).click();
  await until(second.page, /What became of 3 claims/);
  await second.page.getByRole('link', { name: /What became of 3 claims/ }).click();
  expect((await said(second.page)).match(/Has its share/gi)?.length).toBeGreaterThanOrEqual(4);
  await looksRight(second.page, 'applied');
  await second.page.goto(`/en/funds/${scene.fundId}`);
  expect(await said(second.page)).toMatch(/The whole share\s*Shared: £90\.00\. Kept back for late claims and objections: £10\.00\.\s*Factor: 5\/7/);
  await looksRight(second.page, 'shared');
  expect(second.complaints).toEqual([]);

  const merchant = await browsing.reader({ person: 'owner' });
  await merchant.page.goto(`/en/claims/${claims[0]?.reference ?? ''}`);
  expect(await said(merchant.page)).toMatch(/£30\.00\s*In full your claim comes to £42\.00; this is your share of the fund\. The fund is shared among all claims by one factor\. Each gets 71\.42 % \(5\/7\)/);
  await looksRight(merchant.page, 'share');
  expect(merchant.complaints).toEqual([]);
});
