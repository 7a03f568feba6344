import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { Browsing, expectAccessible, expectGood, keepPicture, type Reader } from '../support/browser.js';
import { cause, claimAt, claimOf, newPerson, type Claim } from '../support/claims.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;
let [reviewer, approver, supervisor, bare] = [{} as Reader, {} as Reader, {} as Reader, {} as Reader];
let claims: readonly Claim[];

const said = (page: Page): Promise<string> => page.locator('main').innerText();
const again = async (page: Page, address: string): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, 250));
  await page.goto(address);
};
const banner = (page: Page): Promise<string> => page.locator('.govuk-notification-banner--success').innerText();

beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: 86_400 } });
  await world.app.get(Jobs).consume();
  const made: Claim[] = [];
  while (made.length < 8) made.push(await claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer]));
  claims = made;
  const head = await newPerson(world, ['supervisor']);
  browsing = await Browsing.of(world.url);
  // Lists are made and sent without scripts.
  bare = await browsing.reader({ person: 'reviewer', scripts: false });
  [reviewer, approver, supervisor] = [await browsing.reader({ person: 'reviewer' }), await browsing.reader({ person: 'approver' }), await browsing.reader({ email: head.email })];
});

afterAll(async () => {
  await browsing.close();
  await world.close();
});

it('a list is narrowed, turned round and kept under a name; what cannot be read is said at its field', async () => {
  const { page } = reviewer;
  await page.goto('/en/work?queue=review');
  expect(await page.locator('tbody tr').count()).toBe(8);
  await page.getByRole('link', { name: /^Money/ }).click();
  expect(await page.locator('th[aria-sort="descending"]').innerText()).toContain('Money');
  await page.getByRole('link', { name: /^Money/ }).click();
  expect(await page.locator('th[aria-sort="ascending"]').innerText()).toContain('Money');
  await page.getByText('Filters', { exact: true }).click();
  await page.getByLabel('Amount from').fill('1.00');
  await page.getByRole('button', { name: 'Apply filters' }).click();
  expect(await page.locator('.govuk-error-summary').innerText()).toContain('Amounts need a currency');
  expect(await page.getByLabel('Amount from').inputValue()).toBe('1.00');
  await expectAccessible(page);
  await page.getByLabel('Currency').fill('GBP');
  await page.getByRole('button', { name: 'Apply filters' }).click();
  expect(await page.locator('.mg-chosen__tag').allInnerTexts()).toEqual([expect.stringContaining('GBP'), expect.stringContaining('1.00')]);
  expect(await page.locator('tbody tr').count()).toBe(8);
  await page.getByText('Saved filters').click();
  await page.getByLabel('Name for the filters now selected').fill('More than a pound');
  await page.getByRole('button', { name: 'Save filter' }).click();
  expect(await banner(page)).toContain('The filter is saved');
  await page.goto('/en/work?queue=review');
  await page.getByText('Saved filters').click();
  await page.getByRole('link', { name: 'More than a pound' }).click();
  expect(await page.locator('.mg-chosen__tag').count()).toBe(2);
  await expectGood(reviewer, 'queue-filtered');
});

it('the next claim is taken; who opens it as somebody else sees whose it is, and a supervisor gives it to another', async () => {
  const { page } = reviewer;
  await page.goto('/en/work?queue=unassigned');
  await page.getByRole('button', { name: 'Take the next claim' }).click();
  expect(await banner(page)).toContain('The claim is yours');
  const address = new URL(page.url()).pathname;
  await approver.page.goto(address);
  expect(await said(approver.page)).toContain('Rhea Reviewer is working on this claim');
  expect(await approver.page.getByRole('button', { name: 'Take this claim' }).count()).toBe(0);
  await expectGood(approver, 'case-of-another');
  await supervisor.page.goto(address);
  await supervisor.page.getByLabel('Give it to').selectOption({ label: 'Amir Approver' });
  await supervisor.page.getByRole('button', { name: 'Give', exact: true }).click();
  expect(await banner(supervisor.page)).toContain('given to the person');
  await approver.page.goto(address);
  await approver.page.getByRole('button', { name: 'Release it' }).click();
  expect(await banner(approver.page)).toContain('nobody’s now');
});

it('a list that nobody fits says so of each claim, keeps what was filled in, and can be read whole', async () => {
  const { page } = reviewer;
  await page.goto('/en/work?queue=review');
  for (const { reference } of claims.slice(0, 2)) await page.getByLabel(reference, { exact: true }).check();
  await page.getByRole('button', { name: 'Go on with the ticked claims' }).click();
  await page.getByLabel('Recommend', { exact: true }).check();
  await page.getByLabel('Nil: eligible, but for nothing').check();
  await page.getByRole('button', { name: 'Freeze the list' }).click();
  const unfit = await page.locator('.govuk-error-summary').innerText();
  expect(unfit).toContain('Left out: 2.');
  for (const { reference } of claims.slice(0, 2)) expect(unfit).toContain(reference);
  await expectAccessible(page);
  await keepPicture(page, 'bulk-nobody');
  expect(await page.getByLabel('Nil: eligible, but for nothing').isChecked()).toBe(true);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download which would be left out' }).click()]);
  const leftOut = readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n');
  expect(leftOut).toHaveLength(3);
  expect(leftOut[1]).toMatch(/^MG-[\w-]+,.*does not bear this outcome/);
});

it('a list is frozen, its sample opened one by one, and sent; another decides it on a sample of their own', async () => {
  const { page } = bare;
  const look = async (name: string): Promise<void> => {
    await reviewer.page.goto(page.url());
    await expectGood(reviewer, name);
  };
  await page.goto('/en/work?queue=review');
  await page.getByRole('button', { name: 'Go on with the ticked claims' }).click();
  expect(await said(page)).toContain('No claim is ticked');
  await page.goto('/en/work?queue=review');
  for (const { reference } of claims.slice(0, 7)) await page.getByLabel(reference, { exact: true }).check();
  await page.getByRole('button', { name: 'Go on with the ticked claims' }).click();
  expect(await said(page)).toContain('7 claims are ticked');
  await look('bulk-new');
  await page.getByRole('button', { name: 'Freeze the list' }).click();
  expect(await page.locator('.govuk-error-summary').count()).toBe(1);
  await page.getByLabel('Recommend', { exact: true }).check();
  await page.getByLabel('Award what each was worked out to').check();
  await page.getByRole('button', { name: 'Freeze the list' }).click();
  const list = page.url();
  await look('bulk-frozen');
  for (let opened = 0; opened < 5; opened += 1) {
    expect(await page.getByRole('button', { name: 'Send recommendations' }).count()).toBe(0);
    await page.getByRole('button', { name: /^Open MG/ }).first().click();
    expect(page.url()).toContain('/work/MG-');
    await page.goto(list);
  }
  const [stale] = claims as readonly [Claim];
  await cause(world, world.tokens.owner, 'withdraw', await claimOf(world, stale.id));
  await page.getByRole('button', { name: 'Send recommendations' }).click();
  for (let tries = 0; tries < 60 && !(await said(page)).includes('6 done, 1 left as they were'); tries += 1) await again(page, list);
  await look('bulk-done');
  await page.getByRole('link', { name: 'Only those left as they were' }).click();
  expect(await page.locator('tbody tr').allInnerTexts()).toEqual([expect.stringContaining(stale.reference)]);
  const csv = await page.context().request.get(`${list}/result`);
  expect((await csv.text()).split('\r\n')).toHaveLength(9);
  expect(await page.getByRole('button', { name: 'Freeze the list to decide it' }).count()).toBe(0);
  await approver.page.goto(list);
  await approver.page.getByRole('button', { name: 'Freeze the list to decide it' }).click();
  const decision = approver.page.url();
  expect(decision).not.toBe(list);
  for (let opened = 0; opened < 5; opened += 1) {
    await approver.page.getByRole('button', { name: /^Open MG/ }).first().click();
    await approver.page.waitForURL('**/work/MG-*');
    await approver.page.goto(decision);
  }
  await approver.page.getByRole('button', { name: 'Decide now' }).click();
  for (let tries = 0; tries < 60 && !(await said(approver.page)).includes('6 done'); tries += 1) await again(approver.page, decision);
  expect((await claimOf(world, claims[1]?.id ?? '')).state).toBe('offered');
  await approver.page.goto('/en/work-lists');
  expect(await approver.page.locator('tbody tr').count()).toBe(2);
});
