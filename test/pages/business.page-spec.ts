import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { Page } from 'playwright-core';
import { DEMO_PASSWORD } from '../../src/demo/demo-people.js';
import { People } from '../../src/modules/identity/index.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { Browsing, expectAccessible, expectFits, expectReachable, expectWords, keepPicture } from '../support/browser.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;

beforeAll(async () => {
  world = await openWorld();
  browsing = await Browsing.of(world.url);
  const ctx = { actor: { kind: 'system', name: 'test' } as const, requestId: 'test' };
  for (const email of ['en@newcomer.example', 'ko@newcomer.example', 'partner@newcomer.example']) {
    unwrap(await world.app.get(People).create(ctx, { email, name: `Newcomer ${email.slice(0, 2)}`, password: DEMO_PASSWORD }));
  }
});
afterAll(async () => {
  await browsing.close();
  await world.close();
});

/** By keyboard: what is focused is written into, and Enter sends. */
const type = async (page: Page, id: string, text: string): Promise<void> => {
  await page.locator(`#${id}`).focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(text);
};
const press = async (page: Page, selector: string): Promise<void> => {
  const button = page.locator(selector).first();
  await button.focus();
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
};
const save = (page: Page): Promise<void> => press(page, 'main form button.govuk-button:not(.govuk-button--secondary)');
const looksFine = async (page: Page, name: string, scripts: boolean): Promise<void> => {
  await expectWords(page);
  await expectFits(page);
  if (scripts) await expectAccessible(page);
  await keepPicture(page, `business-${name}`);
};
const value = (page: Page, id: string): Promise<string> => page.locator(`#${id}`).inputValue();

describe.each([['en', 1280, true], ['ko', 320, false]] as const)('a new owner, in %s, %i wide, scripts %s', (language, width, scripts) => {
  let page: Page;
  let complaints: string[];
  let home: string;
  beforeAll(async () => {
    ({ page, complaints } = await browsing.reader({ email: `${language}@newcomer.example`, width, scripts }));
  });
  const shot = (name: string): Promise<void> => looksFine(page, `${name}-${language}`, scripts);

  it('says who the business is; a mistyped number is told in words, and nothing is lost', async () => {
    await page.goto(`/${language}/business`);
    expect(page.url()).toContain('/business/new');
    await shot('new');
    await save(page);
    // Every line of the summary says which field it is about.
    const said = await page.locator('.govuk-error-summary li').allInnerTexts();
    expect([said.length >= 3, new Set(said).size]).toEqual([true, said.length]);
    await type(page, 'legalName', 'Hongdae Noodles');
    await page.locator('#country').selectOption('KR');
    await page.locator('#registration-scheme').selectOption('kr-brn');
    await type(page, 'registration-value', '116-82-00278');
    await page.locator('input[name=trade][value=food]').press('Space');
    await save(page);
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('116-82-00276');
    expect([await value(page, 'legalName'), await value(page, 'registration-value')]).toEqual(['Hongdae Noodles', '116-82-00278']);
    await shot('new-fault');
    await type(page, 'registration-value', '１１６-82-00276');
    await save(page);
    home = page.url().replace(/\?.*/, '');
    expect(await page.locator('.govuk-notification-banner').isVisible()).toBe(true);
    await shot('overview-new');
  });

  it('how to reach it: all that is missing at once', async () => {
    await page.goto(`${home}/contact`);
    await type(page, 'phone', '12');
    await type(page, 'address-city', '마포구');
    await save(page);
    expect(await page.locator('.govuk-error-summary li').count()).toBe(5);
    await shot('contact-fault');
    await type(page, 'phone', '010-1234-5678');
    for (const [part, text] of [['postcode', '04066'], ['region', '서울특별시'], ['street', '와우산로'], ['number', '94']] as const) await type(page, `address-${part}`, text);
    await save(page);
    expect(await page.locator('main').innerText()).toContain('+82 10 1234 5678');
  });

  it('how large it is, in rows that are added and removed', async () => {
    await page.goto(`${home}/sizes`);
    await type(page, 'sizes-0-year', '2025');
    await type(page, 'sizes-0-value', '120,000,000');
    await type(page, 'sizes-0-currency', 'krw');
    await press(page, 'button[value=add]');
    expect(await value(page, 'sizes-0-value')).toBe('120,000,000');
    await page.locator('#sizes-1-measure').selectOption('employees');
    await type(page, 'sizes-1-year', '2025');
    await type(page, 'sizes-1-value', 'three');
    await save(page);
    expect(await page.locator('#sizes-1-value-error').isVisible()).toBe(true);
    await shot('sizes-fault');
    await type(page, 'sizes-1-value', '3');
    await save(page);
    expect(await page.locator('main').innerText()).toMatch(/120,000,000/);
  });

  it('where it trades and when it is open: past midnight, with an exception, Monday copied', async () => {
    await page.goto(`${home}/sites/new`);
    await type(page, 'name', 'Hongdae');
    await shot('site');
    await save(page);
    expect(page.url()).toMatch(/\/hours$/);
    if (scripts) await expectReachable(page);
    await type(page, 'd1-0-opens', '11');
    await type(page, 'd1-0-closes', '15:00');
    await press(page, 'button[value=add-1]');
    await page.locator('#d1-1-opens:focus').waitFor();
    await page.keyboard.type('18:00');
    await type(page, 'd1-1-closes', '2:00');
    await press(page, 'button[value=weekdays]');
    expect([await value(page, 'd5-1-opens'), await value(page, 'd5-1-closes')]).toEqual(['18:00', '02:00']);
    await press(page, 'button[value=add-date]');
    await page.locator('#x0-date:focus').waitFor();
    await page.keyboard.type('2026-02-30');
    // Enter in a field saves: it does not press the first small button that stands in the form.
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    expect(await page.locator('#x0-date-error').innerText()).toContain('2026-02-30');
    expect(await value(page, 'd5-1-closes')).toBe('02:00');
    await shot('hours-fault');
    await type(page, 'x0-date', '2026-09-25');
    await save(page);
    expect(page.url()).toContain('done=hours');
    await shot('overview');
  });

  it('what it used: overlapping days are refused in words', async () => {
    await page.locator('.mg-links a').nth(1).press('Enter');
    await page.waitForURL('**/services');
    await page.getByRole('main').locator('a[href$="/services/new"]').press('Enter');
    await page.waitForURL('**/services/new');
    const fill = async (from: string, until = ''): Promise<void> => {
      await page.locator('#service').selectOption('harbourline.payments');
      await type(page, 'from', from);
      await type(page, 'until', until);
      await save(page);
    };
    await fill('2025-01-01', '2025-12-31');
    expect(page.url()).toContain('done=1');
    const list = page.url().replace(/\?.*/, '');
    await page.goto(`${list}/new`);
    await fill('2025-06-01');
    expect(await page.locator('#from-error').isVisible()).toBe(true);
    expect(await value(page, 'from')).toBe('2025-06-01');
    await shot('service-overlap');
    await type(page, 'from', '2026-01-01');
    await save(page);
    expect(await page.locator('.mg-card').count()).toBe(2);
    await shot('services');
    await page.locator('.mg-card a').first().press('Enter');
    await page.waitForURL((url) => /services\/[0-9a-f-]{36}$/.test(url.pathname));
    expect([await value(page, 'from'), await value(page, 'until')]).toEqual(['2025-01-01', '2025-12-31']);
  });

  it('and who else may act for it', async () => {
    await page.goto(`${home}/people`);
    await type(page, 'email', 'nobody');
    await save(page);
    expect(await page.locator('#email-error').isVisible()).toBe(true);
    await type(page, 'email', language === 'en' ? 'partner@newcomer.example' : 'third@newcomer.example');
    await save(page);
    expect(page.url()).toContain('done=invited');
    await shot('people');
    await page.locator('.mg-card a').first().press('Enter');
    await page.waitForURL('**/removal');
    await shot('removal');
    await page.locator('main form button').press('Enter');
    await page.waitForLoadState();
    expect(await page.locator('.govuk-error-summary').isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });
});

describe('two windows', () => {
  it('lose nothing: the one that lags behind is shown both', async () => {
    const { page, context } = await browsing.reader({ email: 'en@newcomer.example' });
    await page.goto('/en/business');
    const home = page.url();
    const second = await context.newPage();
    for (const window of [page, second]) await window.goto(`${home}/contact`);
    await type(second, 'phone', '02-123-4567');
    await save(second);
    await type(page, 'phone', '02-765-4321');
    await save(page);
    expect(await page.locator('.mg-meanwhile').innerText()).toContain('+8221234567');
    expect(await value(page, 'phone')).toBe('02-765-4321');
    await looksFine(page, 'meanwhile', true);
    await save(page);
    expect(await page.locator('main').innerText()).toContain('+82 2 765 4321');
  });
});

describe('an invitation', () => {
  it('is looked at by anybody, and taken only by whom it was sent to', async () => {
    const owner = new Client({ connectionString: world.database.ownerUrl });
    await owner.connect();
    const { rows: [row] } = await owner.query<{ plain: string }>(`SELECT plain FROM letter_content WHERE recipient = 'partner@newcomer.example'`);
    await owner.end();
    const path = /\/en\/invitations\/[\w-]+/.exec(row?.plain ?? '')?.[0] ?? '';
    const { page: stranger } = await browsing.reader({});
    await stranger.goto(path);
    await looksFine(stranger, 'invitation', true);
    const { page: other } = await browsing.reader({ email: 'ko@newcomer.example' });
    await other.goto(path);
    await save(other);
    expect(await other.locator('.govuk-error-summary').innerText()).toContain('another address');
    const { page } = await browsing.reader({ email: 'partner@newcomer.example' });
    await page.goto(path);
    await save(page);
    await looksFine(page, 'joined', true);
    await page.getByRole('main').getByRole('link').press('Enter');
    await page.waitForURL('**/business?all=1');
    await looksFine(page, 'list', true);
    await page.goto(path);
    expect(await page.locator('main').innerText()).toContain('used already');
  });
});

describe('staff', () => {
  it('find who waits, see what is odd, and verify by hand', async () => {
    const { page } = await browsing.reader({ person: 'reviewer' });
    await page.goto('/en/businesses');
    await looksFine(page, 'waiting', true);
    await page.getByRole('link', { name: 'Hongdae Noodles' }).first().press('Enter');
    await page.waitForURL((url) => /businesses\/[0-9a-f-]{36}$/.test(url.pathname));
    expect(await page.locator('.mg-doubts').innerText()).toContain('same number');
    await looksFine(page, 'desk', true);
    await save(page);
    expect(await page.locator('.govuk-notification-banner').isVisible()).toBe(true);
    await page.locator('.mg-doubts a').press('Enter');
    await page.waitForLoadState();
    await page.waitForFunction("!document.querySelector('.govuk-notification-banner')");
    await save(page);
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('verified already');
    await looksFine(page, 'desk-twin', true);
  });
});
