import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.js';
import { Browsing, expectAccessible, expectFits, expectWords, keepPicture } from '../support/browser.js';
import { claimAt, type Claim } from '../support/claims.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;
let claim: Claim;

beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: 3_600 } });
  browsing = await Browsing.of(world.url);
  claim = await claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend_refusal', world.tokens.reviewer], ['refuse', world.tokens.approver]);
});
afterAll(async () => {
  await browsing.close();
  await world.close();
});

const seen = async (): Promise<number> => (await world.app.get(Database).reader.query('SELECT FROM notice_seen WHERE claim_id = $1', [claim.id])).length;

describe('the decision on the page of a claim', () => {
  it('says outcome, reasons, how to object and who decided, to staff without being seen by the business, then to the business', async () => {
    const staff = await browsing.reader({ person: 'reviewer' });
    await staff.page.goto(`/en/work/${claim.reference}`);
    expect(await staff.page.locator('section[aria-labelledby="the-decision"]').innerText()).toContain('We grant nothing for this claim.');
    expect(await seen()).toBe(0);

    const { page } = await browsing.reader({ person: 'owner', width: 320, scripts: false });
    for (const [language, outcome, objecting] of [['en', 'We grant nothing for this claim.', 'If you do not agree'], ['ko', '보상하지 않기로 결정했습니다', '결정에 동의하지 않으시면'], ['fr', 'Nous n’accordons rien', 'Si vous n’êtes pas d’accord']] as const) {
      await page.goto(`/${language}/claims/${claim.reference}`);
      const section = page.locator('section[aria-labelledby="the-decision"]');
      for (const words of [outcome, objecting]) expect(await section.innerText()).toContain(words);
      await expectFits(page);
      await expectWords(page);
      await keepPicture(page, `decision-${language}-320`);
      const pdf = await page.request.get(await section.getByRole('link').getAttribute('href') ?? '');
      expect([pdf.status(), pdf.headers()['content-type'], (await pdf.body()).subarray(0, 8).toString()]).toEqual([200, 'application/pdf', '%PDF-1.7']);
    }
    expect(await seen()).toBe(1);
    const { page: scripted } = await browsing.reader({ person: 'owner', width: 320 });
    for (const language of ['en', 'ko']) {
      await scripted.goto(`/${language}/claims/${claim.reference}`);
      await expectAccessible(scripted);
    }
  });
});

describe('letters on the page of the account', () => {
  it('are switched off and on again, with what is always sent said beside it', async () => {
    const { page } = await browsing.reader({ person: 'owner', width: 320 });
    await page.goto('/ko/account');
    const box = page.getByLabel('기한 안내, 접수 확인, 일일 요약도 받겠습니다');
    expect(await box.isChecked()).toBe(true);
    for (const wanted of [false, true]) {
      await box.setChecked(wanted);
      await page.getByRole('button', { name: '알림 설정 저장' }).click();
      await page.waitForURL('**/account?done=letters');
      expect(await box.isChecked()).toBe(wanted);
      await expectAccessible(page);
      await expectFits(page);
    }
  });
});
