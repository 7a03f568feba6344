import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { Page } from 'playwright-core';
import { Browsing, expectAccessible, expectFits, expectReachable, expectWords, keepPicture } from '../support/browser.js';
import { claimAt, claimOf, dueOn, type Claim } from '../support/claims.js';
import { pdf, sendEvidence } from '../support/evidence-files.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;
let owner: Client;

beforeAll(async () => {
  world = await openWorld({ consume: true, config: { autoDecisionDelaySeconds: 3_600 } });
  browsing = await Browsing.of(world.url);
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await browsing.close();
  await world.close();
});

const said = (page: Page): Promise<string> => page.locator('main').innerText();
const reviewed = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer]);

async function checked(page: Page, name: string): Promise<void> {
  await expectWords(page);
  await expectFits(page);
  await expectAccessible(page);
  await keepPicture(page, `requests-${name}`);
}

it('a reviewer asks, and what was typed stays where it is refused', async () => {
  const claim = await reviewed();
  const { page, complaints } = await browsing.reader({ person: 'reviewer' });
  await page.goto(`/en/work/${claim.reference}`);
  await page.getByText('Ask the merchant for something').click();
  const form = page.locator(`form[action$="/requests"]`);
  expect(await form.getByRole('checkbox').count()).toBe(11);
  await form.getByLabel('Photo or document: Accounts of the business').check();
  await form.getByLabel('How your business traded during the outage').check();
  await form.getByLabel('Last day for the answer').fill('2031-02-31');
  await form.getByLabel('A note beside it').fill('장부를 다시 보내 주세요.');
  await form.getByLabel('In which language').selectOption('ko');
  await form.getByRole('button', { name: 'Ask, and let the claim wait' }).click();
  expect(await page.locator('.govuk-error-summary').innerText()).toContain('“2031-02-31” is not a day');
  expect([await page.getByLabel('A note beside it').inputValue(), await page.getByLabel('Photo or document: Accounts of the business').isChecked(), await page.getByLabel('Proof of who you are').isChecked()]).toEqual(['장부를 다시 보내 주세요.', true, false]);
  await checked(page, 'ask-refused-en-1280');
  await page.getByLabel('Last day for the answer').fill(dueOn(world));
  await page.getByRole('button', { name: 'Ask, and let the claim wait' }).click();
  await page.waitForURL(/done=asked/);
  expect(await said(page)).toContain('Waits for an answer');
  for (const [language, width] of [['en', 1280], ['ko', 320], ['fr', 320]] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`/${language}/work/${claim.reference}`);
    await checked(page, `asked-${language}-${width}`);
  }
  expect(complaints).toEqual([]);
});

describe('a merchant who is asked, in Korean, on a phone and without scripts', () => {
  it('sees what is needed and by when, is told what is still missing with nothing lost, and answers', async () => {
    const claim = await reviewed();
    const asked = await world.as('reviewer', 'POST', `/v1/claims/${claim.id}/information-requests`, {
      headers: { 'if-match': `"${claim.version}"` },
      body: { dueOn: dueOn(world), items: [{ kind: 'evidence', subject: 'accounts' }, { kind: 'answer', subject: 'grossMargin' }, { kind: 'explanation', subject: 'trading' }, { kind: 'identity' }], note: { text: '장부를 보내 주세요.', language: 'ko' } },
    });
    expect(asked.status).toBe(201);
    const { page } = await browsing.reader({ person: 'owner', width: 320, scripts: false });
    await page.goto(`/ko/claims/${claim.reference}`);
    for (const words of ['보내 주셔야 할 것이 있습니다', '사진 또는 서류: 사업 장부', '장부를 보내 주세요.', '까지 답해 주세요']) expect(await said(page)).toContain(words);
    await page.getByRole('button', { name: '필요한 항목 보고 답하기' }).click();
    await page.locator('#outcome-1-given').check();
    await page.locator('#outcome-2-given').check();
    await page.locator('#item2-value').fill('많이');
    await page.locator('#outcome-3-given').check();
    await page.locator('#text-3').fill('현금으로 팔았습니다.');
    await page.getByRole('button', { name: '답변 보내기' }).click();
    expect(await page.locator('.govuk-error-summary li').count()).toBe(1);
    await page.locator('#item2-value').fill('70%');
    await page.getByRole('button', { name: '답변 보내기' }).click();
    expect(await page.locator('.govuk-error-summary li').allInnerTexts()).toEqual(['파일이 아직 없습니다. 파일을 보내거나, 드릴 수 없다고 선택해 주세요.', '이것을 주실 수 있는지 선택해 주세요.']);
    expect([await page.locator('#text-3').inputValue(), await page.locator('#item2-value').inputValue(), await page.locator('#outcome-1-given').isChecked()]).toEqual(['현금으로 팔았습니다.', '70%', true]);
    await expectFits(page);
    await expectWords(page);
    await keepPicture(page, 'requests-answer-refused-ko-320-plain');
    // Who leaves for the upload comes back to everything they had typed, and nothing was sent.
    await page.locator('#outcome-4-cannot').check();
    await page.locator('#why-4').fill('여권을 갱신 중입니다.');
    await page.getByRole('button', { name: '사진 또는 서류 보내기' }).first().click();
    await page.waitForURL(/\/evidence$/);
    expect((await sendEvidence(world, claim.id, pdf(), { kind: 'accounts', name: 'accounts.pdf', type: 'application/pdf' })).status).toBe(201);
    expect((await claimOf(world, claim.id)).state).toBe('info_requested');
    await page.goto(`/ko/claims/${claim.reference}/request`);
    expect(await said(page)).toContain('앞서 적으신 내용을 채워 두었습니다');
    expect([await page.locator('#text-3').inputValue(), await page.locator('#item2-value').inputValue(), await page.locator('#why-4').inputValue()]).toEqual(['현금으로 팔았습니다.', '70%', '여권을 갱신 중입니다.']);
    expect([await page.locator('#outcome-1-given').isChecked(), await page.locator('#outcome-4-cannot').isChecked()]).toEqual([true, true]);
    await expectFits(page);
    const another = (await browsing.reader({ person: 'owner', width: 320, scripts: false })).page;
    await another.goto(`/ko/claims/${claim.reference}/request`);
    expect(await another.locator('#text-3').inputValue()).toBe('');
    await page.locator('#item2-value').press('Enter');
    expect(await said(page)).toContain('답변을 받았습니다');
    expect((await owner.query('SELECT FROM kept_form WHERE claim_id = $1', [claim.id])).rowCount).toBe(0);
    expect(await claimOf(world, claim.id)).toMatchObject({ state: 'in_review', claimVersion: 2, answers: { grossMargin: '70%' } });
    const staff = (await browsing.reader({ person: 'reviewer' })).page;
    await staff.goto(`/en/work/${claim.reference}`);
    for (const words of ['Answered', '여권을 갱신 중입니다.', '현금으로 팔았습니다.', 'cannot be given']) expect(await said(staff)).toContain(words);
  });

  it('reads the same in every language, by keyboard and by axe, with each kind of item', async () => {
    const claim = await reviewed();
    const items = [{ kind: 'sales_records', fromOn: '2026-09-01', toOn: '2026-10-17' }, { kind: 'answer', subject: 'takeTariff' }, { kind: 'opening_hours' }, { kind: 'explanation', subject: 'services' }];
    expect((await world.as('reviewer', 'POST', `/v1/claims/${claim.id}/information-requests`, { headers: { 'if-match': `"${claim.version}"` }, body: { dueOn: dueOn(world), items } })).status).toBe(201);
    const { page, complaints } = await browsing.reader({ person: 'owner' });
    for (const [language, width] of [['en', 1280], ['ko', 320], ['fr', 320]] as const) {
      await page.setViewportSize({ width, height: 900 });
      for (const [name, rest] of [['claim', ''], ['answer', '/request']] as const) {
        await page.goto(`/${language}/claims/${claim.reference}${rest}`);
        if (language === 'en') await expectReachable(page);
        await checked(page, `${name}-${language}-${width}`);
      }
    }
    // Sales may be brought while the request waits.
    await page.goto(`/en/claims/${claim.reference}/sales`);
    expect(await page.locator('input[type=file]').count()).toBe(1);
    expect(complaints).toEqual([]);
  });
});
