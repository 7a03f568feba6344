import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browsing, expectAccessible, expectFits, expectReachable, expectWords, keepPicture } from '../support/browser.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;

beforeAll(async () => {
  world = await openWorld();
  browsing = await Browsing.of(world.url);
}, 150_000);
afterAll(async () => {
  await browsing.close();
  await world.close();
});

describe.each([['en', 'Could I get something?', 'Check', 'Food and drink'], ['ko', '보상을 받을 수 있을까요?', '확인하기', '음식점·카페']])('somebody without an account, in %s', (language, link, go, trade) => {
  it('learns from the page of the scheme whether a claim is worth it, on a phone and by keyboard', async () => {
    const { page, complaints } = await browsing.reader({ width: 320 });
    await page.goto(`/${language}/schemes/harbourline-2026-10`);
    await expectFits(page);
    await expectAccessible(page);
    await keepPicture(page, `check-start-${language}`);
    await page.getByRole('link', { name: link }).press('Enter');
    await page.waitForURL('**/check');
    await expectReachable(page);
    expect(await page.locator('#from-hint').innerText()).toMatch(/2026-10-\d\d \d\d:\d\d/);
    await page.goto(`${page.url()}?service=harbourline.payments&trade=food&from=yesterday&to=`);
    expect(await page.locator('#from-error').innerText()).toMatch(/2026-10-\d\d \d\d:\d\d/);
    await page.goto(`/${language}/schemes/harbourline-2026-10/check`);
    expect(await page.locator('#trade option').first().innerText()).toBe(language === 'ko' ? '가장 가까운 것을 고르세요' : 'Choose what fits best');
    await page.getByRole('button', { name: go }).press('Enter');
    await page.waitForLoadState();
    expect(await page.locator('.govuk-error-summary').count()).toBe(1);
    await page.locator('#trade').selectOption({ label: trade });
    await page.getByRole('button', { name: go }).press('Enter');
    await page.waitForLoadState();
    expect(await page.locator('.mg-offer__sum').innerText()).toMatch(/£\d/);
    expect(await page.locator('[aria-labelledby=found] a').last().getAttribute('href')).toBe(`/${language}/sign-in?next=/${language}/schemes/harbourline-2026-10/claim`);
    await expectWords(page);
    await expectAccessible(page);
    await expectFits(page);
    await keepPicture(page, `check-found-${language}`);
    await page.goto(`/${language}/schemes/harbourline-2026-10/check?who=private`);
    expect(await page.locator('form[method="get"]').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
