import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Browsing, expectAccessible, expectFits, expectReachable, expectWords, keepPicture } from '../support/browser.js';
import { claimAt, claimOf, newPerson, type Claim } from '../support/claims.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;

beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: 3_600 } });
  browsing = await Browsing.of(world.url);
});
afterAll(async () => {
  await browsing.close();
  await world.close();
});

const recommended = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend', world.tokens.reviewer]);
const said = (page: Page): Promise<string> => page.locator('main').innerText();

async function looksRight(page: Page, path: string, name: string): Promise<void> {
  for (const [language, width] of [['ko', 320], ['fr', 320], ['en', 1280]] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`/${language}${path}`);
    await expectWords(page);
    await expectFits(page);
    await expectAccessible(page);
    await keepPicture(page, `duties-${name}-${language}-${width}`);
  }
  await expectReachable(page);
}

describe('duties and limits', () => {
  it('an administrator sees what cannot be filled and what to do, sets a limit, and is told what is wrong with one', async () => {
    const { page } = await browsing.reader({ person: 'administrator' });
    await page.goto('/en/duties');
    expect(await said(page)).toMatch(/releases[\s\S]*CANNOT BE FILLED[\s\S]*Give one of these roles to one more person/i);
    expect(await said(page)).toContain('No limit was ever set: one person decides on any amount.');
    await page.fill('#currency', 'GBP');
    await page.fill('#amount', 'much');
    await page.getByRole('button', { name: 'Set the limit' }).click();
    expect(await page.locator('.govuk-error-summary').count()).toBe(1);
    expect(await page.inputValue('#amount')).toBe('much');
    await page.fill('#amount', '1.00');
    await page.getByRole('button', { name: 'Set the limit' }).click();
    expect(await said(page)).toMatch(/Approver[\s\S]*£1\.00[\s\S]*Adi Administrator[\s\S]*counts/);
    await looksRight(page, '/duties', 'board');
  }, 60_000);
});

describe('a role', () => {
  it('shows who holds it and what would be left undone, and is taken away with a reason, once, as it was seen', async () => {
    const colleague = await newPerson(world, ['reviewer', 'supervisor']);
    const reader = await browsing.reader({ person: 'administrator' });
    const { page } = reader;
    await page.goto('/en/duties');
    await page.getByRole('link', { name: 'Reviewer', exact: true }).first().click();
    expect(await said(page)).toMatch(/Claims: recommends[\s\S]*Rhea Reviewer[\s\S]*Somebody and reviewer and supervisor/);
    await looksRight(page, '/duties/roles/reviewer', 'role');
    const remove = page.getByRole('button', { name: 'Take the role away from Somebody and reviewer and supervisor' });
    await remove.click();
    expect(await page.locator('.govuk-error-summary').count()).toBe(1);
    await page.fill(`#reason-${colleague.id}`, 'Works for finance from today on.');
    // Somebody else changes their roles meanwhile: what was seen is no longer so.
    expect((await world.as('administrator', 'POST', `/v1/users/${colleague.id}/role-removals`, { body: { role: 'supervisor' } })).status).toBe(201);
    await remove.click();
    expect(await page.locator('.govuk-error-summary').count()).toBe(1);
    expect(await page.inputValue(`#reason-${colleague.id}`)).toBe('Works for finance from today on.');
    await remove.click();
    expect(await said(page)).toContain('The role is taken away.');
    expect(await said(page)).not.toContain('Somebody and reviewer');
    expect((await world.as<{ roles: string[] }>('administrator', 'GET', `/v1/users/${colleague.id}`)).body.roles).toEqual([]);
    await page.goto('/en/duties/roles/administrator');
    expect(await said(page)).toContain('Without this person nobody can do this part');
  }, 60_000);
});

describe('the page of a claim', () => {
  it('says that an approval is the first of two, by whom one was given, and that the slower of two was too late', async () => {
    const claim = await recommended();
    const [first, other] = [(await browsing.reader({ person: 'approver' })).page, (await browsing.reader({ person: 'approver' })).page];
    await Promise.all([first, other].map((page) => page.goto(`/en/work/${claim.reference}`)));
    expect(await said(first)).toContain('You decide alone up to £1.00.');
    await first.getByRole('button', { name: 'Decide', exact: true }).click();
    expect(await said(first)).toContain('Your approval is recorded as the first of two.');
    expect(await said(first)).toMatch(/First approval: Amir Approver, £\d+\.\d\d, /);
    await other.getByRole('button', { name: 'Decide', exact: true }).click();
    expect(await said(other)).toMatch(/Amir Approver approved it as the first of two on 20\d\d-\d\d-\d\d \d\d:\d\d UTC/);
    await first.getByRole('button', { name: 'Decide', exact: true }).click();
    expect(await said(first)).toContain('A colleague has to approve it as well.');
    expect((await claimOf(world, claim.id)).state).toBe('recommended');
    await looksRight(first, `/work/${claim.reference}`, 'approved');
  }, 60_000);

  it('takes an interest, without scripts and in Korean, after asking in what; then refuses the recommendation', async () => {
    const claim = await claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer]);
    const { page } = await browsing.reader({ person: 'reviewer', width: 320, scripts: false });
    await page.goto(`/ko/work/${claim.reference}`);
    await page.getByText('이해관계가 있습니다').click();
    await page.getByRole('button', { name: '이해관계 밝히기' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('어디에 이해관계가 있는지 선택해 주세요.');
    await expectFits(page);
    await page.getByLabel('이 신청', { exact: true }).check();
    await page.getByRole('button', { name: '이해관계 밝히기' }).click();
    expect(await said(page)).toContain('Rhea Reviewer, 이 신청');
    await page.getByRole('button', { name: '의견 보내기' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('이해관계가 있습니다');
    expect((await claimOf(world, claim.id)).state).toBe('in_review');
  }, 60_000);
});
