import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Client } from 'pg';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { Browsing, expectAccessible, expectFits, expectWords, keepPicture } from '../support/browser.js';
import { cause, claimAt, claimOf, newSite, termsOf } from '../support/claims.js';
import { draftClaim, openWorld, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;
let owner: Client;
beforeAll(async () => {
  world = await openWorld({ config: { demo: true, autoDecisionDelaySeconds: 3_600 } });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  browsing = await Browsing.of(world.url);
});
afterAll(async () => {
  await browsing.close();
  await owner.end();
  await world.close();
});

const offered = () => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend', world.tokens.reviewer], ['award', world.tokens.approver]);
const main = (page: Page) => page.getByRole('main');
const stateOf = async (id: string): Promise<string> => (await claimOf(world, id)).state;
/** As if everybody had been signed in for a while; what the server remembers of a session it remembers for a second. */
async function timePasses(): Promise<void> {
  await owner.query('UPDATE session SET proved_at = now() - interval \'5 minutes\'');
  await new Promise((resolve) => { setTimeout(resolve, 1_050); });
}

async function codeIn(page: Page): Promise<string> {
  const outbox = await page.context().newPage();
  await outbox.goto('/en/outbox');
  const text = await outbox.locator('.mg-card h2').first().innerText();
  await outbox.close();
  return /\d{6}/.exec(text)?.[0] ?? '';
}

describe('an offer accepted long after signing in', () => {
  it.each([['en', 1280, true], ['ko', 320, true], ['fr', 320, false]] as const)('leads to the proof and back with the tick kept, in %s, %i wide, scripts %s', async (language, width, scripts) => {
    const claim = await offered();
    const { page, complaints } = await browsing.reader({ person: 'owner', width, scripts });
    await page.goto(`/${language}/claims/${claim.reference}`);
    await page.locator('#agree').check();
    await timePasses();
    await page.locator('.mg-offer button[type=submit]').click();
    await page.waitForURL(`**/${language}/account/proof?**`);
    expect(await stateOf(claim.id)).toBe('offered');
    await page.locator('#password').fill(DEMO_PASSWORD);
    await main(page).locator('form[action$="/proof/password"] button[type=submit]').click();
    await page.waitForURL(`**/${language}/claims/${claim.reference}?kept=**`);
    expect(await page.locator('#agree').isChecked()).toBe(true);
    expect(await stateOf(claim.id)).toBe('offered');
    await expectWords(page);
    await expectFits(page);
    if (scripts) await expectAccessible(page);
    await keepPicture(page, `acceptance-kept-${language}-${width}`);
    await page.locator('.mg-offer button[type=submit]').click();
    await page.waitForURL(`**/${language}/claims/${claim.reference}?done=accepted`);
    expect(await stateOf(claim.id)).toBe('accepted');
    expect(complaints.splice(0)).toEqual([]);
  });

  it('keeps no tick for an offer that is another now, in another browser, or without a tick', async () => {
    const claim = await offered();
    const [{ page }, stranger] = [await browsing.reader({ person: 'owner' }), await browsing.reader({ person: 'owner' })];
    await page.goto(`/en/claims/${claim.reference}`);
    await page.locator('#agree').check();
    await timePasses();
    await page.locator('.mg-offer button[type=submit]').click();
    await page.waitForURL('**/account/proof?**');
    const back = new URL(page.url()).searchParams.get('next') ?? '';
    await page.goto(back);
    expect(await page.locator('#agree').isChecked()).toBe(true);
    await stranger.page.goto(back);
    expect(await stranger.page.locator('#agree').isChecked()).toBe(false);
    await page.goto(back.replace('/en/', '/ko/').replace(/kept=.*/, 'kept=nothing-of-the-kind-here'));
    expect(await page.locator('#agree').isChecked()).toBe(false);
    await owner.query('UPDATE claim SET version = version + 1 WHERE id = $1', [claim.id]);
    await page.goto(back);
    expect(await page.locator('#agree').isChecked()).toBe(false);
  });

  it('after a time-out comes back by a code, ticked, and is accepted at once: a code is a proof', async () => {
    const claim = await offered();
    const { page, context } = await browsing.reader({ person: 'owner' });
    await page.goto(`/en/claims/${claim.reference}`);
    await page.locator('#agree').check();
    await context.clearCookies({ name: 'makegood_session' });
    await page.locator('.mg-offer button[type=submit]').click();
    await page.waitForURL('**/en/sign-in?**');
    await page.getByRole('link', { name: 'Send me a code' }).click();
    await page.getByLabel('Email address or mobile number').fill(DEMO_PEOPLE.owner.email);
    await page.getByRole('button', { name: 'Send the code' }).click();
    await page.getByLabel('Code', { exact: true }).fill(await codeIn(page));
    await main(page).getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(`**/claims/${claim.reference}?kept=**`);
    expect(await page.locator('#agree').isChecked()).toBe(true);
    await page.locator('.mg-offer button[type=submit]').click();
    await page.waitForURL('**?done=accepted');
    expect(await cause(world, world.tokens.owner, 'accept', claim, await termsOf(world))).toMatchObject({ status: 412 });
  });
});

describe('an answer that was sent after the session had ended', () => {
  it.each([['ko', 320, false], ['en', 1280, true]] as const)('is given back after signing in by a code, also after a wrong one and another code, in %s, %i wide, scripts %s', async (language, width, scripts) => {
    const { id } = await draftClaim(world, { siteId: await newSite(world), answers: {} });
    const { reference } = await claimOf(world, id);
    const { page, context, complaints } = await browsing.reader({ person: 'owner', width, scripts });
    const send = (): Promise<void> => main(page).locator('form button[type=submit]').first().click();
    await page.goto(`/${language}/claims/${reference}/answers/grossMargin`);
    await page.locator('#all-value').fill('0.44');
    await context.clearCookies({ name: 'makegood_session' });
    await send();
    await page.waitForURL(`**/${language}/sign-in?**`);
    await page.locator('a[href*="/sign-in/code"]').click();
    await page.locator('#address').fill('nobody at all');
    await send();
    await page.locator('#address').fill(DEMO_PEOPLE.owner.email);
    await send();
    await page.locator('#code').fill('000000');
    await send();
    expect(await page.locator('.govuk-error-summary').count()).toBe(1);
    await page.locator('a[href*="/sign-in/code"]').last().click();
    await page.locator('#address').fill(DEMO_PEOPLE.owner.email);
    await send();
    await page.locator('#code').fill(await codeIn(page));
    await send();
    await page.waitForURL(({ pathname }) => pathname.startsWith(`/${language}/kept/`));
    expect(await page.locator('.mg-kept').innerText()).toContain('0.44');
    await expectWords(page);
    await expectFits(page);
    await keepPicture(page, `kept-by-code-${language}-${width}`);
    await send();
    await page.waitForURL('**/tasks?saved=1');
    const { body } = await world.as<{ answers: Record<string, unknown> }>('owner', 'GET', `/v1/claims/${id}`);
    expect(body.answers['grossMargin']).toBe('0.44');
    expect(complaints.splice(0)).toEqual([]);
  });
});
