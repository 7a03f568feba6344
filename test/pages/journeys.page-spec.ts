import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browsing, expectAccessible, expectFits, expectWords, keepPicture } from '../support/browser.js';
import { draftClaim, openWorld, submit, uploadSales, type World } from '../support/world.js';

/** A claim of the café; with sales the rule decides it, without them it is a person's. */
async function file(world: World, withSales: boolean): Promise<string> {
  const draft = await draftClaim(world, withSales ? {} : { answers: {} });
  if (withSales) await uploadSales(world, draft.id);
  expect((await submit(world, draft)).status).toBe(201);
  return (await world.as<{ reference: string }>('owner', 'GET', `/v1/claims/${draft.id}`)).body.reference;
}

describe.each([['with scripts', true], ['without scripts', false]])('a merchant with an offer, %s', (_name, scripts) => {
  let world: World;
  let browsing: Browsing;
  beforeAll(async () => {
    world = await openWorld();
    await file(world, true);
    browsing = await Browsing.of(world.url);
  });
  afterAll(async () => {
    await browsing.close();
    await world.close();
  });

  it('accepts it on a phone, and cannot forget the terms', async () => {
    const { page, complaints } = await browsing.reader({ person: 'owner', scripts, width: 320 });
    await page.goto('/en/claims');
    await page.getByRole('link', { name: 'Lost sales, 13 October 2026' }).first().click();
    expect(await page.locator('.mg-offer__sum').innerText()).toBe('£53.40');
    await page.getByRole('button', { name: 'Accept £53.40 in full' }).click();
    expect(await page.title()).toMatch(/^Error: /);
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('Tick the box');
    if (scripts) await expectAccessible(page);
    await page.getByLabel('I have read the terms above and accept them').check();
    await page.getByRole('button', { name: 'Accept £53.40 in full' }).click();
    expect(await page.locator('.govuk-notification-banner').innerText()).toContain('You have accepted the offer');
    await page.reload();
    expect(await page.locator('.mg-status').innerText()).toContain('The sum is reserved for you');
    expect(complaints).toEqual([]);
  });
});

describe('a case that a rule may not decide', () => {
  let world: World;
  let browsing: Browsing;
  let reference: string;
  beforeAll(async () => {
    world = await openWorld();
    reference = await file(world, false);
    browsing = await Browsing.of(world.url);
  });
  afterAll(async () => {
    await browsing.close();
    await world.close();
  });

  it('is found in the queue, and recommended by keyboard alone', async () => {
    const { page } = await browsing.reader({ person: 'reviewer' });
    await page.goto('/en/work');
    await page.getByRole('link', { name: reference }).press('Enter');
    await page.waitForURL(`**/en/work/${reference}`);
    expect(await page.locator('.mg-facts').innerText()).toContain('do not show a loss clearly enough');
    await page.getByRole('radio', { name: 'Refuse, with reasons' }).press('Space');
    await page.getByRole('button', { name: 'Send recommendation' }).press('Enter');
    await page.waitForLoadState();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('Choose at least one reason');
    expect(await page.getByRole('radio', { name: 'Refuse, with reasons' }).isChecked()).toBe(true);
    await expectAccessible(page);
    await page.getByRole('checkbox').first().check();
    await page.getByLabel('Note', { exact: true }).fill('No records came with it.');
    await page.getByRole('button', { name: 'Send recommendation' }).click();
    expect(await page.locator('.govuk-notification-banner').innerText()).toContain('Another person decides');
    expect(await page.getByRole('button', { name: 'Decide' }).count()).toBe(0);
  });

  it('is decided by another person; a second window that lags behind is told what changed', async () => {
    const { page, context } = await browsing.reader({ person: 'approver' });
    const second = await context.newPage();
    for (const window of [page, second]) await window.goto(`/en/work/${reference}`);
    await expectAccessible(page);
    await keepPicture(page, 'case-recommended');
    await page.getByRole('button', { name: 'Decide' }).click();
    expect(await page.locator('.govuk-notification-banner').innerText()).toContain('Your decision is recorded');
    await second.getByRole('button', { name: 'Decide' }).click();
    expect(await second.locator('.govuk-error-summary').innerText()).toContain('Amir Approver was faster and decided');
    expect(await second.locator('.mg-identity').innerText()).toContain('Not paid');
  });

  it('tells the merchant why, and that two people looked', async () => {
    const { page } = await browsing.reader({ person: 'owner' });
    await page.goto(`/en/claims/${reference}`);
    expect(await page.locator('body').innerText()).toContain('Two people have looked at your claim');
    await expectAccessible(page);
    await keepPicture(page, 'claim-refused');
  });
});

describe('a case that needs a figure from a person', () => {
  let world: World;
  let browsing: Browsing;
  let reference: string;
  beforeAll(async () => {
    world = await openWorld();
    reference = await file(world, false);
    browsing = await Browsing.of(world.url);
  });
  afterAll(async () => {
    await browsing.close();
    await world.close();
  });

  it.each([['en', 1280], ['ko', 320], ['fr', 320]] as const)('offers the steps that are open, in %s, %i wide', async (language, width) => {
    const { page, complaints } = await browsing.reader({ person: 'reviewer', width });
    await page.goto(`/${language}/work/${reference}`);
    await page.locator('details:has(#step) > summary').click();
    await expectAccessible(page);
    await expectFits(page);
    await expectWords(page);
    await keepPicture(page, `case-figure-form-${language}-${width}`);
    expect(complaints).toEqual([]);
  });

  it('takes one, loses nothing that was typed, and shows it beside the rule\'s', async () => {
    const { page } = await browsing.reader({ person: 'reviewer', scripts: false });
    await page.goto(`/en/work/${reference}`);
    await page.locator('details:has(#step) > summary').click();
    await page.getByLabel('For which step?').selectOption('gross');
    await page.getByLabel('Figure', { exact: true }).fill('40.001');
    await page.getByLabel('What shows it').fill('Invoice 2231');
    await page.getByRole('button', { name: 'Put this figure' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('Say why.');
    expect(await page.getByLabel('Figure', { exact: true }).inputValue()).toBe('40.001');
    await page.locator('#why').selectOption('figure_from_evidence');
    await page.getByRole('button', { name: 'Put this figure' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('exactly its decimals');
    expect(await page.locator('#figure-error').isVisible()).toBe(true);
    expect(await page.getByLabel('What shows it').inputValue()).toBe('Invoice 2231');
    await expectFits(page);
    await page.getByLabel('Figure', { exact: true }).fill('40.00');
    await page.getByRole('button', { name: 'Put this figure' }).click();
    expect(await page.locator('.govuk-notification-banner').innerText()).toContain('worked out again');
    const put = page.locator('.mg-put');
    expect(await put.innerText()).toMatch(/used[\s\S]*£40\.00[\s\S]*none[\s\S]*Invoice 2231/);
    expect(await page.locator('.mg-working').innerText()).toContain('A person put this figure; the rule came to none.');
    expect(await page.getByRole('radio', { name: 'Award £40.00' }).count()).toBe(1);
  });

  it('shows the merchant the figure and why', async () => {
    const { page } = await browsing.reader({ person: 'owner', width: 320 });
    await page.goto(`/en/claims/${reference}`);
    await expectAccessible(page);
    await expectFits(page);
    await keepPicture(page, 'claim-with-figure-320');
    expect(await page.locator('body').innerText()).toContain('A person put this figure');
  });

  it('can be taken back, with a reason', async () => {
    const { page } = await browsing.reader({ person: 'reviewer', width: 320 });
    await page.goto(`/en/work/${reference}`);
    await keepPicture(page, 'case-with-figure-320');
    await page.locator('.mg-put summary').click();
    await page.getByRole('button', { name: 'Take this figure back' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('Choose or fill in something here');
    await expectAccessible(page);
    await page.locator('#why-1').selectOption('input_put_right');
    await page.getByRole('button', { name: 'Take this figure back' }).click();
    expect(await page.locator('.govuk-notification-banner').innerText()).toContain('The figure is taken back');
    expect(await page.locator('.mg-put').allInnerTexts()).toEqual([expect.stringContaining('taken back here'), expect.stringContaining('no longer holds')]);
    await expectAccessible(page);
    await expectFits(page);
  });
});

describe('signing in and out', () => {
  let world: World;
  let browsing: Browsing;
  beforeAll(async () => {
    world = await openWorld();
    browsing = await Browsing.of(world.url);
  });
  afterAll(async () => {
    await browsing.close();
    await world.close();
  });

  it('leads back to where one wanted to go, keeps what was typed, and ends at once', async () => {
    const { page, context } = await browsing.reader();
    await page.goto('/ko/claims');
    expect(page.url()).toContain('/ko/sign-in?next=');
    await page.getByLabel('이메일 주소').fill('owner@corner-cafe.example');
    await page.getByLabel('비밀번호', { exact: true }).fill('wrong');
    await page.getByRole('main').getByRole('button', { name: '로그인' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('올바르지 않습니다');
    expect(await page.getByLabel('이메일 주소').inputValue()).toBe('owner@corner-cafe.example');
    await page.getByLabel('비밀번호', { exact: true }).fill('makegood demo 2026');
    await page.getByRole('main').getByRole('button', { name: '로그인' }).click();
    await page.waitForURL('**/ko/claims');
    const cookies = await context.cookies();
    expect(cookies.every(({ httpOnly, sameSite }) => httpOnly && sameSite !== 'None')).toBe(true);
    await page.getByRole('button', { name: '로그아웃' }).click();
    await context.addCookies(cookies);
    await new Promise((resolve) => { setTimeout(resolve, 1_100); });
    await page.goto('/ko/claims');
    expect(page.url()).toContain('/ko/sign-in');
  });

  it.each([['https://evil.example/'], ['//evil.example'], ['/en/../../evil'], ['/en/sign-out'], ['javascript:alert(1)']])('never leads on to %s', async (next) => {
    const { page, context } = await browsing.reader();
    await page.goto(`/en/sign-in?next=${encodeURIComponent(next)}`);
    await page.getByLabel('Email address').fill('owner@corner-cafe.example');
    await page.getByLabel('Password', { exact: true }).fill('makegood demo 2026');
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/en/claims');
    await context.close();
  });

  it('a form that another site sends, or that has no token, is refused and changes nothing', async () => {
    const { page, context } = await browsing.reader({ person: 'owner' });
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const token = await page.locator('input[name=_csrf]').first().inputValue();
    const send = async (headers: Record<string, string>, body: string): Promise<number> =>
      (await fetch(`${world.url}/en/sign-out`, { method: 'POST', redirect: 'manual', headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers }, body })).status;
    const good = `_csrf=${encodeURIComponent(token)}`;
    expect(await send({}, '_csrf=wrong')).toBe(403);
    expect(await send({}, '')).toBe(403);
    expect(await send({ origin: 'https://evil.example' }, good)).toBe(403);
    expect(await send({ 'sec-fetch-site': 'cross-site' }, good)).toBe(403);
    await page.goto('/en/claims');
    expect(page.url()).toContain('/en/claims');
    expect(await send({ origin: world.url }, good)).toBe(303);
  });

  it('a page\'s cookie opens nothing in the API, and a form is not taken there', async () => {
    const { context } = await browsing.reader({ person: 'owner' });
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    expect((await fetch(`${world.url}/v1/claims`, { headers: { cookie } })).status).toBe(401);
    const form = await fetch(`${world.url}/v1/sessions`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'email=a&password=b' });
    expect(form.status).toBe(415);
  });
});

describe('what a page sends', () => {
  let world: World;
  beforeAll(async () => { world = await openWorld(); });
  afterAll(async () => { await world.close(); });

  it('carries the nonce of its policy, allows nothing from elsewhere, and stays small', async () => {
    const answer = await fetch(`${world.url}/en/outages/harbourline-2026-10-13`);
    const policy = answer.headers.get('content-security-policy') ?? '';
    const html = await answer.text();
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
    expect(html.match(/<script/g)?.length).toBe(html.split(`nonce="${nonce}"`).length - 1);
    expect(policy).not.toContain('unsafe');
    expect(html).not.toMatch(/ style="| on[a-z]+="|<style/);
    expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});
