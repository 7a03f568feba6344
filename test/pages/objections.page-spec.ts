import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { Page } from 'playwright-core';
import { Browsing, expectAccessible, expectFits, expectReachable, expectWords, keepPicture } from '../support/browser.js';
import { png } from '../support/evidence-files.js';
import { cause, claimAt, claimOf, daysPass, newPerson, termsOf, type Claim } from '../support/claims.js';
import { CAFE_SALES, openWorld, uploadSales, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;
let owner: Client;

beforeAll(async () => {
  world = await openWorld({ consume: true, config: { autoDecisionDelaySeconds: 90 * 86_400, dutyProfile: 'small', outsideReviewer: { name: 'Ombudsman of Shops', email: 'cases@ombudsman.example' } } });
  browsing = await Browsing.of(world.url);
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await browsing.close();
  await owner.end();
  await world.close();
});

const said = (page: Page): Promise<string> => page.locator('main').innerText();

/** In English and, small, in Korean: words, width, and every rule of accessibility. */
async function looksRight(page: Page, name: string): Promise<void> {
  const [, rest = ''] = /\/en(\/.*?)(\?done=.*)?$/.exec(page.url().replace(/#.*$/, '')) ?? [];
  for (const [language, width] of [['en', 1280], ['ko', 320]] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`/${language}${rest}`);
    await expectWords(page);
    await expectFits(page);
    await expectAccessible(page);
    await keepPicture(page, `objections-${name}-${language}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`/en${rest}`);
  await expectReachable(page);
}

const offered = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend', world.tokens.reviewer], ['award', world.tokens.approver]);

describe('a merchant', () => {
  it('takes an offer on account with an objection, sees who has the next step, and reads the answer; a body outside decides the second', async () => {
    const claim = await offered();
    const { page, complaints } = await browsing.reader({ person: 'owner' });
    await page.goto(`/en/claims/${claim.reference}`);
    expect(await said(page)).toMatch(/The offer stands to the end of \d+ \w+ \d{4}\./);
    await looksRight(page, 'offer');
    await page.getByRole('link', { name: 'Take £42.00 on account and object for the rest' }).click();
    await looksRight(page, 'on-account');
    await page.getByRole('button', { name: 'Take £42.00 on account and object' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).not.toBe('');
    await page.locator('#agree').check();
    await page.getByLabel('When the service failed').check();
    await page.getByRole('button', { name: 'Take £42.00 on account and object' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('Say why.');
    expect(await page.locator('#agree').isChecked()).toBe(true);
    // Not under other terms than the page shows.
    await page.locator('[name=termsHash]').evaluate((field) => { (field as unknown as { value: string }).value = '0'.repeat(64); });
    await page.getByRole('button', { name: 'Take £42.00 on account and object' }).click();
    expect(await page.locator('#agree').isChecked()).toBe(false);
    await page.locator('#agree').check();
    await page.getByLabel('Why?').fill('It was down from eight on.');
    await page.getByText('The service failed at another time than recorded').click();
    for (const [end, time] of [['from', '08:00'], ['to', '10:00']] as const) {
      for (const [part, text] of [['day', '13'], ['month', '10'], ['year', '2026'], ['time', time]] as const) await page.locator(`#${end}-${part}`).fill(text);
    }
    await page.getByRole('button', { name: 'Take £42.00 on account and object' }).click();
    expect(await said(page)).toContain('We look at your objection'.replace('We', 'we'));
    expect(await said(page)).toContain('we decide your objection');
    expect((await claimOf(world, claim.id)).state).toBe('accepted');
    await looksRight(page, 'open');
    await page.getByRole('link', { name: 'Add photos or documents that show it' }).click();
    await page.getByLabel('Something else').check();
    await page.getByLabel('Photo or PDF').setInputFiles({ name: 'TILL 7.PNG', mimeType: 'image/png', buffer: png(8, 8, 'till roll') });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('link', { name: 'TILL 7.PNG' }).waitFor();

    const judge = await newPerson(world, ['approver', 'register_editor']);
    const { page: desk } = await browsing.reader({ email: judge.email });
    await desk.goto('/en/objections');
    await looksRight(desk, 'waiting');
    await desk.getByRole('link', { name: claim.reference }).click();
    expect(await said(desk)).toContain('It was down from eight on.');
    await looksRight(desk, 'case');
    expect(await desk.locator('.mg-case-top__act').innerText()).toBe('Go to the objection');
    await desk.getByRole('link', { name: 'Propose to correct the record for this time' }).click();
    expect(await desk.content()).toContain('value="2026-10-13 08:00"');
    await desk.goto(`/en/work/${claim.reference}`);
    await desk.getByLabel('Uphold: more is granted').check();
    await desk.locator('#step').selectOption('tariff');
    await desk.locator('#figure').fill('50.00');
    await desk.locator('#why').selectOption('judged_on_its_own');
    await desk.getByRole('button', { name: 'Decide', exact: true }).click();
    expect(await desk.locator('.govuk-error-summary').innerText()).toContain('comes to £50.00');
    expect(await desk.locator('#total').inputValue()).toBe('50.00');
    await expectAccessible(desk);
    await desk.getByRole('button', { name: 'Decide', exact: true }).click();
    expect(await said(desk)).toContain('The objection is decided');

    await page.goto(`/en/claims/${claim.reference}`);
    expect(await said(page)).toContain('your amount was raised');
    // It was taken on account: nobody is asked to accept the rise.
    expect(await said(page)).toContain('You do not have to accept anything.');
    await page.getByRole('link', { name: 'Object to the decision' }).click();
    await looksRight(page, 'second');
    await page.getByLabel('Something else').check();
    await page.getByLabel('Why?').fill('Still too little.');
    await page.getByRole('button', { name: 'Send the objection' }).click();
    expect(await said(page)).toContain('Ombudsman of Shops decides it.');
    expect(complaints).toEqual([]);

    const { rows: [letter] } = await owner.query<{ plain: string }>('SELECT c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.template = \'claim.outside-review\' AND l.about_id = $1', [claim.id]);
    const [, token = ''] = /objection-case\/([\w-]+)/.exec(letter?.plain ?? '') ?? [];
    const { page: outside } = await browsing.reader({});
    await outside.goto(`/en/objection-case/${token}`);
    expect(await said(outside)).toContain('Still too little.');
    await looksRight(outside, 'outside');
    // Nobody else decides it, and the link opens nothing else.
    await desk.goto(`/en/work/${claim.reference}`);
    expect(await said(desk)).toContain('Ombudsman of Shops decides this one');
    expect((await outside.goto(`/en/claims/${claim.reference}`))?.url()).toContain('/sign-in');
    await outside.goto(`/en/objection-case/${token}`);
    // What it decides on it can read, and it can put a figure as staff can.
    const files = `${world.url}/en/objection-case/${token}`;
    const archive = await fetch(`${files}/archive`);
    expect([archive.status, archive.headers.get('content-type'), Buffer.from(await archive.arrayBuffer()).subarray(0, 2).toString()]).toEqual([200, 'application/zip', 'PK']);
    const paper = await fetch(`${world.url}${await outside.getByRole('link', { name: 'TILL 7.PNG' }).getAttribute('href') ?? ''}`);
    expect([paper.status, Buffer.from(await paper.arrayBuffer())]).toEqual([200, png(8, 8, 'till roll')]);
    expect((await fetch(`${files}/papers/${claim.id}`)).status).toBe(404);
    await outside.getByLabel('Uphold: more is granted').check();
    await outside.locator('#step').selectOption('tariff');
    await outside.locator('#figure').fill('55.00');
    await outside.locator('#why').selectOption('judged_on_its_own');
    await outside.getByRole('button', { name: 'Decide', exact: true }).click();
    expect(await outside.locator('.govuk-error-summary').innerText()).toContain('comes to £55.00');
    await outside.getByRole('button', { name: 'Decide', exact: true }).click();
    expect(await said(outside)).toContain('Your decision is recorded');
    await looksRight(outside, 'decided');
    const { rows } = await owner.query('SELECT by_rule AS "byRule", outside, user_id AS who, outcome FROM determination WHERE claim_id = $1 AND stage = \'objection\' ORDER BY n', [claim.id]);
    expect(rows).toMatchObject([{ byRule: false, outside: false, outcome: 'award' }, { byRule: false, outside: true, who: null, outcome: 'award' }]);
    expect((await owner.query('SELECT actor FROM audit_entry WHERE aggregate_id = $1 AND action = \'claim.objection_decided\' ORDER BY n DESC LIMIT 1', [claim.id])).rows).toEqual([{ actor: 'link:objection' }]);
    await page.goto(`/en/claims/${claim.reference}`);
    expect(await said(page)).toMatch(/We grant £55\.00[\s\S]*You do not have to accept anything[\s\S]*decided by a body outside/);
    // Used, wrong and cut short are answered alike.
    const answers = await Promise.all([token, 'x'.repeat(43), token.slice(1)].map(async (secret) => {
      const answer = await fetch(`${world.url}/en/objection-case/${secret}`);
      return { status: answer.status, words: /<h1[^>]*>([\s\S]*?)<\/h1>[\s\S]*?<p[^>]*>([\s\S]*?)<\/p>/.exec(await answer.text())?.slice(1).join(' ') };
    }));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect((await fetch(`${files}/archive`)).status).toBe(404);
    expect(new Set(answers.map(({ words }) => words)).size).toBe(1);
  }, 180_000);

  it('brings sales with an objection; whoever decides is told of them, and upholds with what they come to', async () => {
    const claim = await offered();
    const { page, complaints } = await browsing.reader({ person: 'owner' });
    await page.goto(`/en/claims/${claim.reference}/sales`);
    expect(await page.locator('#file').count()).toBe(0);
    expect((await cause(world, world.tokens.owner, 'object', claim)).status).toBe(201);
    await page.goto(`/en/claims/${claim.reference}`);
    await page.getByRole('link', { name: 'Bring sales that show it' }).click();
    expect(await said(page)).toContain('New sales are looked at with your objection');
    expect(await page.locator('#file').count()).toBe(1);
    await looksRight(page, 'sales');
    expect((await uploadSales(world, claim.id, CAFE_SALES, { coverage: '' })).status).toBe(201);

    const { page: desk } = await browsing.reader({ email: (await newPerson(world, ['approver'])).email });
    await desk.goto(`/en/work/${claim.reference}`);
    expect(await said(desk)).toContain('until it does they are not counted');
    await page.goto(`/en/claims/${claim.reference}/sales/sets/1`);
    await page.getByRole('button', { name: 'Yes, that is right' }).click();
    await looksRight(desk, 'case-sales');
    expect(await said(desk)).toContain('Sales that came since are counted if you uphold');
    await desk.getByLabel('Uphold: more is granted').check();
    await desk.getByRole('button', { name: 'Decide', exact: true }).click();
    expect(await desk.locator('#total').inputValue()).toBe('53.40');
    await desk.getByRole('button', { name: 'Decide', exact: true }).click();
    expect(await said(desk)).toContain('The objection is decided');
    expect(await said(desk)).toContain('The sales that came with the objection count from now on');
    await page.goto(`/en/claims/${claim.reference}`);
    expect(await page.locator('.mg-offer__sum').innerText()).toBe('£53.40');
    expect(complaints).toEqual([]);
  }, 120_000);

  it('declines an offer by keyboard alone and in French, and is told so and what is left', async () => {
    const claim = await offered();
    const { page } = await browsing.reader({ person: 'owner', width: 320 });
    const focused = (): Promise<string> => page.evaluate(() => (globalThis as unknown as { document: { activeElement: { textContent: string } } }).document.activeElement.textContent.trim());
    const go = async (name: string): Promise<void> => {
      for (let tabs = 0; tabs < 60 && await focused() !== name; tabs += 1) await page.keyboard.press('Tab');
      expect(await focused()).toBe(name);
      await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    };
    await page.goto(`/fr/claims/${claim.reference}`);
    await go('Refuser l’offre');
    await go('Non, revenir');
    await go('Refuser l’offre');
    await go('Oui, la refuser');
    expect((await claimOf(world, claim.id)).state).toBe('rejected');
    expect(await said(page)).toContain('Vous avez refusé l’offre. Rien n’est versé pour cette demande.');
    await expectFits(page);
    await expectAccessible(page);
    await go('Contester la décision');
    expect(await page.locator('h1').innerText()).not.toBe('');
  });

  it('takes up an offer again that lapsed, in Korean on a phone and without scripts', async () => {
    const claim = await offered();
    await daysPass(world, owner, claim.id, 40);
    const { page } = await browsing.reader({ person: 'owner', width: 320, scripts: false });
    await page.goto('/en/claims');
    expect(await page.locator('.mg-claim-card__sum', { hasText: 'lapsed' }).innerText()).toMatch(/^£[\d.]+ \(offered, and lapsed\)$/);
    await page.goto(`/ko/claims/${claim.reference}`);
    expect(await said(page)).toContain('수락한 것으로 처리되지 않았습니다');
    await expectFits(page);
    await keepPicture(page, 'objections-lapsed-ko-320-plain');
    await page.getByRole('button', { name: '다시 받기' }).click();
    expect(page.url()).toContain('done=renewed');
    expect((await claimOf(world, claim.id)).state).toBe('offered');
    // To object was possible for a time that does not begin anew with it.
    expect(await page.getByRole('link', { name: '결정에 이의 제기' }).count()).toBe(0);
    const other = await offered();
    expect((await cause(world, world.tokens.owner, 'object', other, await termsOf(world))).status).toBe(201);
    await page.goto(`/ko/claims/${other.reference}`);
    expect(await said(page)).toContain('이의신청을 검토하는 동안 제안의 기한은 흐르지 않습니다');
    expect(await page.getByRole('link', { name: '결정에 이의 제기' }).count()).toBe(0);
  });
});
