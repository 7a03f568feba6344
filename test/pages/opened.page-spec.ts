import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Browsing, expectAccessible, expectFits, expectReachable, expectWords, keepPicture } from '../support/browser.js';
import { claimOf, newSite, type Claim } from '../support/claims.js';
import { openedClaim, settled } from '../support/precompute.js';
import { openWorld, uploadSales, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;

beforeAll(async () => {
  world = await openWorld({ consume: true });
  browsing = await Browsing.of(world.url);
});
afterAll(async () => {
  await browsing.close();
  await world.close();
});

const said = (page: Page): Promise<string> => page.locator('main').innerText();

/** As it is for readers of every language, small and large. */
async function looksRight(page: Page, name: string): Promise<void> {
  const [, rest = ''] = /\/en(\/.*?)(\?done=.*)?$/.exec(page.url()) ?? [];
  for (const [language, width] of [['en', 1280], ['ko', 320], ['fr', 320]] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`/${language}${rest}`);
    await expectWords(page);
    await expectFits(page);
    if (language !== 'fr') await expectAccessible(page);
    await keepPicture(page, `opened-${name}-${language}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`/en${rest}`);
  await expectReachable(page);
}

describe('what the operator worked out, in Korean, on a phone and without scripts', () => {
  const open = async (claim: Claim): Promise<Page> => {
    const { page } = await browsing.reader({ person: 'owner', width: 320, scripts: false });
    await page.goto(`/ko/claims/${claim.reference}`);
    return page;
  };

  it('shows the sum, its working and three buttons, and none of the ordinary ways out', async () => {
    const page = await open(await openedClaim(world));
    expect(await page.locator('.mg-offer__sum').innerText()).toBe('£42.00');
    expect(await page.getByRole('link', { name: '산정 내역 보기' }).getAttribute('href')).toBe('#amount');
    expect(await page.locator('.mg-working').innerText()).toMatch(/£42\.00|42\.00/);
    expect(await page.locator('.mg-offer').getByRole('button').allInnerTexts()).toEqual(['£42.00 받기', '고치기', '제 것이 아닙니다']);
    expect(await page.getByRole('link', { name: '제안 거절' }).count()).toBe(0);
    await expectFits(page);
    await expectWords(page);
    await keepPicture(page, 'opened-offer-ko-320-plain');
  });

  it('take it: against the terms, as any offer', async () => {
    const claim = await openedClaim(world);
    const page = await open(claim);
    await page.getByRole('button', { name: '£42.00 받기' }).click();
    expect(await page.locator('.govuk-error-summary').count()).toBe(1);
    await page.locator('#agree').check();
    await page.getByRole('button', { name: '£42.00 받기' }).click();
    expect((await claimOf(world, claim.id)).state).toBe('accepted');
  });

  it('correct it: with sales, after saying what has to be said; the least it gets stays on the page', async () => {
    const claim = await openedClaim(world);
    const page = await open(claim);
    await page.getByRole('button', { name: '고치기' }).click();
    expect(await said(page)).toContain('산정한 금액 아래로는 내려가지 않습니다');
    await expectFits(page);
    await page.getByRole('button', { name: '정정 제출' }).click();
    expect(await page.locator('.govuk-error-summary').count()).toBe(1);
    expect((await uploadSales(world, claim.id)).status).toBe(201);
    await page.reload();
    await page.goto(`/ko/claims/${claim.reference}/tasks`);
    await page.locator('#paidElsewhere-no').check();
    await page.locator('#isTrue').check();
    await page.getByRole('button', { name: '정정 제출' }).click();
    expect(page.url()).toContain('done=corrected');
    const after = await settled(world, claim.id);
    expect([after.claimVersion, after.entitlements.length]).toEqual([2, 2]);
  });

  it('not mine: asks once, keeps the note for staff, and thanks', async () => {
    const claim = await openedClaim(world);
    const page = await open(claim);
    await page.getByRole('button', { name: '제 것이 아닙니다' }).click();
    await expectFits(page);
    await page.locator('#note').fill('5월에 가게를 넘겼습니다');
    await page.getByRole('button', { name: '예, 제 것이 아닙니다' }).click();
    expect(await said(page)).toContain('알려 주셔서 감사합니다');
    expect((await claimOf(world, claim.id)).state).toBe('withdrawn');
    const { page: desk } = await browsing.reader({ person: 'reviewer' });
    await desk.goto(`/en/work/${claim.reference}`);
    expect(await said(desk)).toContain('5월에 가게를 넘겼습니다');
    await expectAccessible(desk);
  });
});

describe('with scripts, in every language', () => {
  it('the offer, the correction and the disclaimer can be read and reached by everybody', async () => {
    const claim = await openedClaim(world);
    const { page, complaints } = await browsing.reader({ person: 'owner' });
    for (const [rest, name] of [['', 'offer'], ['/tasks', 'correction'], ['/window', 'correction-window'], ['/disclaimer', 'disclaimer']] as const) {
      await page.goto(`/en/claims/${claim.reference}${rest}`);
      await looksRight(page, name);
    }
    expect(complaints).toEqual([]);
  });

  it('while a corrected claim is looked at, merchant and staff read the least it gets', async () => {
    const claim = await openedClaim(world);
    const { page } = await browsing.reader({ person: 'owner' });
    await page.goto(`/en/claims/${claim.reference}/answers/takeTariff`);
    await page.getByLabel('No', { exact: true }).first().check();
    await page.locator('#paidElsewhere-no').check();
    await page.locator('#isTrue').check();
    await page.getByRole('button', { name: 'Save and continue' }).click();
    expect((await settled(world, claim.id)).state).toBe('in_review');
    await page.goto(`/en/claims/${claim.reference}`);
    expect(await said(page)).toContain('you get at least £42.00');
    await looksRight(page, 'floor');
    const { page: desk } = await browsing.reader({ person: 'reviewer' });
    await desk.goto(`/en/work/${claim.reference}`);
    expect(await said(desk)).toContain('it gets at least £42.00');
    await expectAccessible(desk);
  });
});

describe('staff who open claims', () => {
  it('propose, rehearse, read the report, have it approved by another, and see what became of the sites', async () => {
    await newSite(world);
    const { page, complaints } = await browsing.reader({ person: 'policyAuthor' });
    await page.goto('/en/changes/new');
    await looksRight(page, 'new');
    await page.getByRole('button', { name: 'Propose this', exact: true }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).not.toBe('');
    await page.getByLabel('Lost sales, 13 October 2026').check();
    await page.getByRole('button', { name: 'Propose this', exact: true }).click();
    expect(await said(page)).toContain('Claims to be opened: Lost sales, 13 October 2026');
    const address = new URL(page.url()).pathname;
    await looksRight(page, 'change');
    await page.getByRole('button', { name: 'Start a run' }).click();
    await page.getByRole('heading', { name: 'What would be opened' }).waitFor({ timeout: 1_000 }).catch(() => undefined);
    for (let tries = 0; tries < 100 && !(await said(page)).includes('What would be opened'); tries += 1) await page.goto(`${address}/runs/1`);
    expect(await said(page)).toContain('1 is offered by the rule (£42.00).');
    await looksRight(page, 'report');
    await page.getByRole('link', { name: 'It has a claim already.' }).click();
    await looksRight(page, 'sites');
    const { page: second } = await browsing.reader({ person: 'policyApprover' });
    await second.goto(`${address}/runs/1/approval`);
    await looksRight(second, 'approval');
    await second.getByLabel('The total may move by less than').fill('1');
    await second.getByRole('button').last().click();
    await looksRight(second, 'approve');
    await second.getByRole('checkbox').check();
    await second.locator('.govuk-button--warning').click();
    for (let tries = 0; tries < 100 && !(await said(second)).includes('nothing; it is done'); tries += 1) await second.goto(address);
    await second.goto(`${address}/applied`);
    expect(await said(second)).toContain('Opened');
    await looksRight(second, 'opened');
    await second.goto('/en/changes');
    expect(await said(second)).toContain('Claims to be opened: Lost sales, 13 October 2026');
    expect(complaints).toEqual([]);
  });
});
