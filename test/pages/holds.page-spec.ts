import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { Page } from 'playwright-core';
import { Browsing, expectAccessible, expectFits, expectWords, keepPicture } from '../support/browser.js';
import { call } from '../support/app.js';
import { claimAt, claimOf, newPerson, type Claim } from '../support/claims.js';
import { ifMatch, openWorld, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;
let owner: Client;

beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: 3_600 } });
  browsing = await Browsing.of(world.url);
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await browsing.close();
  await world.close();
});

const offered = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend', world.tokens.reviewer], ['award', world.tokens.approver]);
const said = (page: Page): Promise<string> => page.locator('main').innerText();

/** As it is in English on a desk and in Korean on a phone. */
async function looksRight(page: Page, name: string): Promise<void> {
  const [, rest = ''] = /\/en(\/[^?#]*)/.exec(page.url()) ?? [];
  for (const [language, width] of [['en', 1280], ['ko', 320]] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`/${language}${rest}`);
    const closed = page.locator('main section[aria-labelledby="holds"] details:not([open]) summary, main section[aria-labelledby="reductions"] details:not([open]) summary');
    for (let left = await closed.count(); left > 0; left -= 1) await closed.first().click();
    await expectWords(page);
    await expectFits(page);
    await expectAccessible(page);
    await keepPicture(page, `holds-${name}-${language}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`/en${rest}`);
}

describe('a claim that is held', () => {
  it('is held and let go on from the desk; what was typed stays where something is in the way', async () => {
    const claim = await offered();
    const { page, complaints } = await browsing.reader({ person: 'reviewer', width: 1280 });
    await page.goto(`/en/work/${claim.reference}`);
    await page.getByText('Hold the claim').first().click();
    await page.getByRole('radio', { name: 'Suspected fraud' }).check();
    await page.getByLabel('Look again on').fill('2020-01-01');
    await page.locator('#holdReason').fill('Two tills, one number.');
    await page.getByRole('button', { name: 'Hold the claim' }).click();
    expect(await said(page)).toContain('Enter a day from tomorrow to');
    expect(await page.locator('#holdReason').inputValue()).toBe('Two tills, one number.');
    await page.locator('#reviewOn').fill(new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10));
    await page.getByRole('button', { name: 'Hold the claim' }).click();
    expect(await said(page)).toContain('Two tills, one number.');
    expect(await said(page)).toContain('You placed it: another person releases it.');
    await looksRight(page, 'desk');
    await owner.query('UPDATE claim_hold SET review_on = current_date, version = version + 1');
    await page.goto('/en/holds');
    expect(await page.locator('tbody').innerText()).toContain(claim.reference);
    await looksRight(page, 'list');
    const merchant = await browsing.reader({ person: 'owner', width: 320 });
    await merchant.page.goto(`/en/claims/${claim.reference}`);
    const told = await said(merchant.page);
    expect(told).toContain('We are looking into something about this claim.');
    expect(told).not.toMatch(/fraud|Two tills/i);
    expect(await merchant.page.getByRole('button', { name: /Accept/ }).count()).toBe(0);
    await looksRight(merchant.page, 'merchant');
    const approver = await browsing.reader({ person: 'approver', width: 1280 });
    await approver.page.goto(`/en/work/${claim.reference}`);
    await approver.page.getByText('Release Suspected fraud').click();
    await approver.page.getByLabel('Why it is not needed any more').fill('One till after all.');
    await approver.page.getByRole('button', { name: 'Release the hold' }).click();
    expect(await said(approver.page)).toContain('One till after all.');
    await merchant.page.goto(`/en/claims/${claim.reference}`);
    expect(await said(merchant.page)).not.toContain('stands still');
    expect(complaints.splice(0)).toEqual([]);
  });
});

describe('what was granted', () => {
  it('is reduced by two people from the desk, the business told of it on its page', async () => {
    const claim = await offered();
    const { page } = await browsing.reader({ person: 'reviewer', width: 1280 });
    await page.goto(`/en/work/${claim.reference}`);
    await page.getByText('Propose a reduction').click();
    await page.locator('#reduceTo').fill('10.00');
    await page.locator('#reduceReason').selectOption('granted_in_error');
    await page.getByRole('button', { name: 'Propose' }).click();
    expect(await page.locator('.govuk-error-summary').count()).toBe(1);
    expect(await page.locator('#reduceTo').inputValue()).toBe('10.00');
    await page.locator('#reduceText').fill('An hour was counted twice.');
    await page.getByRole('button', { name: 'Propose' }).click();
    expect(await said(page)).toContain('The reduction is proposed. Another person decides.');
    const merchant = await browsing.reader({ person: 'owner', width: 320 });
    await merchant.page.goto(`/en/claims/${claim.reference}`);
    expect(await said(merchant.page)).toMatch(/We may lower what we granted to £10\.00[^]*An hour was counted twice\.[^]*You can answer until/);
    await expectWords(merchant.page);
    await expectFits(merchant.page);
    await merchant.page.getByRole('link', { name: 'Answer, and send papers' }).click();
    await looksRight(merchant.page, 'hearing');
    await merchant.page.getByRole('button', { name: 'Send my answer' }).last().click();
    expect(await merchant.page.locator('#text-error').count()).toBe(1);
    await merchant.page.locator('#text').fill('The hour was ours.');
    await merchant.page.getByRole('button', { name: /evidence|papers|document/i }).click();
    await merchant.page.waitForURL(/\/evidence$/);
    await merchant.page.goto(`/en/claims/${claim.reference}/reduction`);
    expect(await merchant.page.locator('#text').inputValue()).toBe('The hour was ours.');
    await merchant.page.locator('#text').press('Tab');
    await merchant.page.getByRole('button', { name: 'Send my answer' }).last().click();
    await merchant.page.waitForURL(/done=heard/);
    expect(await said(merchant.page)).toMatch(/Your answer of [^]*The hour was ours\./);
    const approver = await browsing.reader({ person: 'approver', width: 1280 });
    await approver.page.goto(`/en/work/${claim.reference}`);
    expect(await said(approver.page)).toMatch(/The business says[^]*The hour was ours\./);
    expect(await said(approver.page)).toContain('It can be lowered when the time to be heard is over.');
    await looksRight(approver.page, 'reduction-desk');
    await approver.page.goto(`/en/work/${claim.reference}`);
    await approver.page.getByLabel('What you weighed').fill('Counted once after all.');
    await approver.page.getByRole('button', { name: 'Record' }).click();
    expect(await said(approver.page)).toContain('The proposal is dropped.');
    expect((await claimOf(world, claim.id)).entitlements).toHaveLength(1);
  });

  it('is told on the page of the business once it is decided, and objected to from there', async () => {
    const claim = await offered();
    const send = async (token: string, path: string, body: object): Promise<void> => {
      const { version } = await claimOf(world, claim.id);
      expect((await call(world.url, 'POST', `/v1/claims/${claim.id}/reductions${path}`, { token, body, ...ifMatch(version) })).status).toBe(201);
    };
    await send(world.tokens.reviewer, '', { amount: { amount: '10.00', currency: 'GBP' }, reason: 'fraud_found', text: 'The till was another shop’s.', withoutHearing: true });
    await send((await newPerson(world, ['approver'])).token, '/1/decisions', { outcome: 'reduce', note: 'So it is.' });
    const { page, complaints } = await browsing.reader({ person: 'owner', width: 320 });
    await page.goto(`/en/claims/${claim.reference}`);
    expect(await said(page)).toMatch(/We lowered what we granted to £10\.00[^]*Two people decided this\.[^]*The till was another shop’s\.[^]*You may object until/);
    await looksRight(page, 'reduced');
    await page.locator('.govuk-inset-text').getByRole('link').click();
    await page.waitForURL(/\/objection$/);
    await page.getByLabel('Something else').check();
    await page.locator('#text').fill('It is our till.');
    await page.locator('main form button[type=submit]').click();
    await page.waitForURL(/done=objected/);
    expect((await claimOf(world, claim.id)).state).toBe('offered');
    expect(complaints).toEqual([]);
  });

  it('can be objected to while the offer cannot be answered', async () => {
    const claim = await offered();
    const { version } = claim;
    expect((await call(world.url, 'POST', `/v1/claims/${claim.id}/holds`, { token: world.tokens.approver, body: { kind: 'legal', reason: 'An order.', reviewOn: new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10) }, ...ifMatch(version) })).status).toBe(201);
    const { page } = await browsing.reader({ person: 'owner', width: 320 });
    await page.goto(`/en/claims/${claim.reference}`);
    await page.locator('section[aria-labelledby=objections]').getByRole('link').click();
    await page.waitForURL(/\/objection$/);
  });
});

describe('a claim that has ended', () => {
  it('is reopened by a supervisor from the desk', async () => {
    const { email } = await newPerson(world, ['supervisor']);
    const claim = await claimAt(world, ['submit', world.tokens.owner], ['withdraw', world.tokens.owner]);
    const { page } = await browsing.reader({ email, width: 1280 });
    await page.goto(`/en/work/${claim.reference}`);
    await looksRight(page, 'reopen');
    await page.getByLabel('Why it is taken up again').fill('The register was wrong.');
    await page.getByRole('button', { name: 'Reopen the claim' }).click();
    expect(await said(page)).toContain('The claim is in review again');
    expect((await claimOf(world, claim.id)).state).toBe('in_review');
  });
});
