import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Browsing, expectAccessible, expectFits, keepPicture } from '../support/browser.js';
import { openWorld, type World } from '../support/world.js';

const KRW = readFileSync('policies/default-krw.yaml', 'utf8');
/** Two faults that the checker finds in one pass: where they are, counted from 1. */
const FAULTY = KRW.replace('acceptance: required', 'acceptance: perhaps').replace('head: lost_sales', 'head: patience');
const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length;

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

const oneLine = (words: string): string => words.replaceAll(/\s+/g, ' ').trim();
const text = (page: Page) => page.getByLabel('The policy', { exact: true });
const summary = (page: Page) => page.locator('.govuk-error-summary');
const banner = (page: Page) => page.locator('.govuk-notification-banner');

/** The address of a new draft of `key`, stored through the API. */
async function draft(key: string, source: string): Promise<string> {
  const { body } = await world.as<{ number: number }>('policyAuthor', 'POST', `/v1/policies/${key}/drafts`, { body: { source } });
  return `/en/policies/${key}/versions/${body.number}`;
}

describe.each([['with scripts', true], ['without scripts', false]])('somebody who writes a policy, %s', (name, scripts) => {
  it('begins with a published one, is led to the line of every fault, loses nothing, and hands it in', async () => {
    const key = scripts ? 'my-operator' : 'my-other-operator';
    const { page, complaints } = await browsing.reader({ person: 'policyAuthor', scripts, width: 320 });
    await page.goto('/en/policies');
    await page.getByRole('button', { name: 'Write a draft' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Begin with').selectOption('default-krw/1');
    await page.getByLabel('Key').fill(key);
    await page.getByRole('button', { name: 'Continue' }).click();
    expect(await text(page).inputValue()).toContain(`policy: ${key}\n`);

    const faulty = FAULTY.replace('policy: default-krw', `policy: ${key}`);
    await text(page).fill(faulty);
    await page.getByLabel('For outages from').fill('next week');
    await page.getByRole('button', { name: 'Check without saving' }).click();
    await summary(page).waitFor();
    const [head, acceptance] = [lineOf(faulty, 'head: patience'), lineOf(faulty, 'acceptance: perhaps')];
    expect(await page.title()).toMatch(/^Error: /);
    expect(await summary(page).getByRole('link').allInnerTexts()).toEqual([expect.stringContaining(`Line ${head}, column 7`), expect.stringContaining(`Line ${acceptance}, column 15`)]);
    expect([await text(page).inputValue(), await page.getByLabel('For outages from').inputValue()]).toEqual([faulty, 'next week']);
    if (scripts) await expectAccessible(page);
    await expectFits(page);
    await keepPicture(page, `policy-faults-${name.replace(' ', '-')}`);
    await summary(page).getByRole('link').last().click();
    if (scripts) expect(await page.evaluate('document.activeElement.value.slice(0, document.activeElement.selectionStart).split("\\n").length')).toBe(acceptance);
    else expect(await page.locator(`#line-${acceptance}`).innerText()).toContain('acceptance: perhaps');

    await page.getByRole('button', { name: 'Save draft' }).click();
    expect(await summary(page).innerText()).toContain('is not a time that exists');
    expect(await text(page).inputValue()).toBe(faulty);
    await page.getByLabel('For outages from').fill('2027-01-01T00:00:00+09:00');
    await page.getByRole('button', { name: 'Save draft' }).click();
    expect(await banner(page).innerText()).toContain('The draft is stored');
    expect(await page.locator('.mg-check').innerText()).toContain('2 faults');
    await page.getByRole('link', { name: 'Version 1' }).click();
    await page.getByRole('button', { name: 'Hand in for review' }).click();
    expect(await summary(page).getByRole('link').count()).toBe(2);

    await page.getByRole('button', { name: 'Edit' }).click();
    await text(page).fill(KRW.replace('policy: default-krw', `policy: ${key}`));
    await page.getByRole('button', { name: 'Check without saving' }).click();
    expect(await banner(page).innerText()).toContain('No faults. Nothing was stored');
    await page.getByRole('button', { name: 'Save draft' }).click();
    expect(await banner(page).innerText()).toContain('Saved');
    await page.getByRole('link', { name: 'Version 1' }).click();
    await page.getByRole('button', { name: 'Hand in for review' }).click();
    expect(await banner(page).innerText()).toContain('Another person');
    expect(complaints).toEqual([]);
  });
});

describe('a draft that two people write', () => {
  it('is not overwritten by the window that lags behind: it shows both texts', async () => {
    const address = await draft('default-eur', KRW.replace('policy: default-krw', 'policy: default-eur'));
    const { page, context } = await browsing.reader({ person: 'policyAuthor' });
    const second = await context.newPage();
    for (const window of [page, second]) await window.goto(`${address}/edit`);
    const [theirs, mine] = [`# theirs\n${await text(page).inputValue()}`, `# mine\n${await text(page).inputValue()}`];
    await text(page).fill(theirs);
    await page.getByRole('button', { name: 'Save draft' }).click();
    await text(second).fill(mine);
    await second.getByRole('button', { name: 'Save draft' }).click();
    expect(await summary(second).innerText()).toContain('This changed while you were looking at it');
    expect(await text(second).inputValue()).toBe(mine);
    expect((await second.locator('.mg-diff del').allInnerTexts()).join('\n')).toContain('# theirs');
    expect((await second.locator('.mg-diff ins').allInnerTexts()).join('\n')).toContain('# mine');
    await expectAccessible(second);
    await keepPicture(second, 'policy-conflict');
    await page.reload();
    expect(await text(page).inputValue()).toBe(theirs);
    await second.getByRole('button', { name: 'Save my text over it' }).click();
    expect(await banner(second).innerText()).toContain('Saved');
    expect(await text(second).inputValue()).toBe(mine);
  });
});

describe('a text while somebody types it', () => {
  it('is checked and nothing is stored; the check that does not answer is said, and the text stays', async () => {
    const address = await draft('default-usd', KRW.replace('policy: default-krw', 'policy: default-usd'));
    const { page } = await browsing.reader({ person: 'policyAuthor' });
    await page.goto(`${address}/edit`);
    expect(await page.locator('.mg-editor__gutter').innerText()).toMatch(/^1\n2\n3\n/);
    await text(page).fill(FAULTY);
    await page.locator('.mg-faults__item').first().waitFor();
    expect(await page.getByRole('status').innerText()).toContain('2 faults');
    expect(await page.locator('.mg-editor__gutter b').allInnerTexts()).toEqual([`✗${lineOf(FAULTY, 'head: patience')}`, `✗${lineOf(FAULTY, 'acceptance: perhaps')}`]);
    await expectAccessible(page);
    await keepPicture(page, 'policy-live');
    await text(page).fill(KRW);
    await page.getByText('This is a draft of default-usd, but the text says “policy: default-krw”.').first().waitFor();
    await page.route('**/drafts/check', (route) => route.abort());
    await text(page).fill(FAULTY);
    await page.getByText('The check does not answer just now').waitFor({ state: 'attached' });
    expect(await text(page).inputValue()).toBe(FAULTY);
    await page.reload();
    expect(await text(page).inputValue()).not.toContain('patience');
  });

  it('is checked only for a form of ours, and only for somebody who may write', async () => {
    const send = async (person: 'policyAuthor' | 'reviewer', withToken: boolean): Promise<number> => {
      const { page, context } = await browsing.reader({ person });
      const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
      const token = await page.locator('input[name=_csrf]').first().inputValue();
      const body = new URLSearchParams({ source: KRW, key: 'default-krw', ...(withToken ? { _csrf: token } : {}) });
      return (await fetch(`${world.url}/en/policies/drafts/check`, { method: 'POST', headers: { cookie }, body, redirect: 'manual' })).status;
    };
    expect([await send('policyAuthor', true), await send('policyAuthor', false), await send('reviewer', true)]).toEqual([200, 403, 403]);
  });
});

describe('a draft in review', () => {
  it('is sent back with a reason that its history keeps, and is withdrawn for good', async () => {
    const address = await draft('default-krw', KRW.replace('revision 1', 'revision 2'));
    const { page } = await browsing.reader({ person: 'policyAuthor' });
    await page.goto(address);
    await page.getByRole('button', { name: 'Hand in for review' }).click();
    await page.getByRole('button', { name: 'Send back' }).click();
    expect(await summary(page).innerText()).toContain('Say why.');
    await expectAccessible(page);
    await page.getByLabel('Why it goes back').fill('The cap has no source.');
    await page.getByRole('button', { name: 'Send back' }).click();
    expect(await page.locator('.mg-timeline').innerText()).toContain('The cap has no source.');
    await page.getByText('Withdraw this draft').click();
    await page.getByRole('button', { name: 'Withdraw' }).click();
    expect(await banner(page).innerText()).toContain('Withdrawn');
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
    await expectAccessible(page);
  });

  it('shows its author no way to approve it, and says why; the way is the change', async () => {
    const address = await draft('default-krw', KRW.replace('revision 1', 'revision 3'));
    const { page } = await browsing.reader({ person: 'policyAuthor' });
    await page.goto(address);
    await page.getByRole('button', { name: 'Hand in for review' }).click();
    expect(await page.locator('.mg-status').innerText()).toContain('You wrote part of it, so somebody else has to approve it');
    expect(await page.getByRole('button', { name: /approve/i }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Propose or see the change that publishes it' }).getAttribute('href')).toBe(`/en/changes/new?draft=${address.replace(/.*\/policies\/([^/]+)\/versions\//, '$1/')}`);
    const other = await browsing.reader({ person: 'reviewer' });
    await other.page.goto(address);
    expect(await other.page.getByRole('main').getByRole('button').count()).toBe(0);
    expect(await other.page.locator('.mg-status').innerText()).not.toContain('You wrote part');
  });
});

describe('two versions', () => {
  it('are compared by meaning first, then line by line, in words and signs as well as colours', async () => {
    const address = await draft('default-gbp', readFileSync('policies/default-gbp.yaml', 'utf8').replace('value: "5.00"', 'value: "3.00"'));
    const { page } = await browsing.reader({ person: 'policyAuthor' });
    await page.goto(address);
    await page.getByRole('link', { name: 'What differs from version 1' }).click();
    expect((await page.locator('.mg-change').allInnerTexts()).map(oneLine)).toEqual(['± Changed minimum (GBP per claim) value before: £5.00 → after: £3.00']);
    expect((await page.locator('.mg-diff tr').allInnerTexts()).filter((row) => /Added|Removed/.test(row)).map(oneLine)).toEqual([
      expect.stringMatching(/−\s?Removed: minimum: .*"5\.00"/), expect.stringMatching(/\+\s?Added: minimum: .*"3\.00"/),
    ]);
    await page.goto('/en/policies/default-gbp/difference?from=1&to=1');
    expect(await page.locator('body').innerText()).toContain('Nothing: both say the same');
    const faulty = await draft('default-gbp', FAULTY);
    await page.goto(`/en/policies/default-gbp/difference?from=1&to=${faulty.split('/').at(-1)}`);
    expect(await page.locator('body').innerText()).toContain('only the text can be compared');
    await expectAccessible(page);
  });
});
