import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { AmendmentRehearsals, ChangeApplication } from '../../src/modules/changes/index.js';
import type { Tx } from '../../src/platform/database/tx.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { Browsing, expectGood, type Reader } from '../support/browser.js';
import { asSystem } from '../support/lower-floors.js';
import { claimOf } from '../support/claims.js';
import { draftClaim, openWorld, submit, uploadSales, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;
let [editor, second, reviewer] = [{} as Reader, {} as Reader, {} as Reader];
let [reference, claimId, address] = ['', '', ''];

const step = async (take: (tx: Tx) => ReturnType<AmendmentRehearsals['step']>): Promise<boolean> => unwrap(await world.app.get(UnitOfWork).run(asSystem, take)).done;
const said = (page: Page): Promise<string> => page.locator('main').innerText();

/** No worker runs here: the steps are taken when the test says so. */
async function rehearse(): Promise<void> {
  const [run] = await world.app.get(Database).reader.query<{ id: string }>(`SELECT id FROM change_run WHERE state = 'running'`);
  while (!await step((tx) => world.app.get(AmendmentRehearsals).step(tx, run?.id ?? '')));
}

beforeAll(async () => {
  world = await openWorld();
  const draft = await draftClaim(world);
  await uploadSales(world, draft.id);
  await submit(world, draft);
  ({ id: claimId } = draft);
  ({ reference } = await claimOf(world, claimId) as unknown as { reference: string });
  browsing = await Browsing.of(world.url);
  [editor, second, reviewer] = [await browsing.reader({ person: 'registerEditor' }), await browsing.reader({ person: 'registerSecond' }), await browsing.reader({ person: 'reviewer' })];
});

afterAll(async () => {
  await browsing.close();
  await world.close();
});

it('from the claim a reviewer comes to an amendment with the contested stretch filled in, and what is wrong is said at its line', async () => {
  expect((await claimOf(world, claimId)).state).toBe('offered');
  const { page } = reviewer;
  await page.goto(`/en/work/${reference}`);
  await page.getByRole('link', { name: 'Propose to amend the register over this claim' }).click();
  expect(await said(page)).toContain(`Proposed over claim ${reference}`);
  expect(await page.locator('input[value="claim ' + reference + '"]').count()).toBe(1);
  await expectGood(reviewer, 'amendments-new');
  await page.getByRole('button', { name: 'Propose the amendment' }).click();
  expect(await page.locator('.govuk-error-summary').innerText()).toContain('overlap');
  expect(await page.locator('#reason').inputValue()).toBe(`${reference}:`);
});

it('an editor proposes that there was no outage, sees what it costs, and another approves', async () => {
  const { page } = editor;
  await page.goto(`/en/changes/amendments/new?claim=${reference}`);
  await page.getByLabel('What changes, and why').fill('The probe was broken');
  await page.getByLabel('That there was no outage').check();
  await page.getByRole('button', { name: 'Propose the amendment' }).click();
  address = new URL(page.url()).pathname;
  expect(await said(page)).toContain('There was no outage: every line is taken out.');
  expect(await said(page)).toContain(reference);
  await expectGood(editor, 'amendments-proposed');
  await page.getByRole('link', { name: 'Change its lines' }).click();
  expect(await page.getByLabel('That there was no outage').isChecked()).toBe(true);
  await expectGood(editor, 'amendments-lines');
  await page.getByLabel('What changes, and why').fill('The probe was broken all day');
  await page.getByRole('button', { name: 'Write it anew' }).click();
  expect(await said(page)).toContain('The probe was broken all day');
  await page.getByRole('button', { name: 'Start' }).first().click();
  await rehearse();
  await second.page.goto(address);
  await second.page.goto(`${address}/runs/1`);
  expect(await said(second.page)).toContain('An amendment changes no rule');
  await expectGood(second, 'amendments-report');
  await second.page.goto(`${address}/runs/1/approval`);
  await second.page.goto(`${address}/runs/1/approval?bound=1`);
  expect(await second.page.locator('main').innerText()).toMatch(/about to amend the register[^]*Amendment: [^]*records these lines[^]*takes nothing back/);
  await second.page.getByRole('checkbox').check();
  await second.page.locator('main form[method=post] button').last().click();
  expect(second.page.url()).toContain('done=approved');
  while (!await step((tx) => world.app.get(ChangeApplication).step(tx, asSystem, address.split('/').at(-1) ?? '')));
  await second.page.goto(`${address}/applied`);
  expect(await said(second.page)).toContain('Would fall');
  await expectGood(second, 'amendments-applied');
  expect((await claimOf(world, claimId)).state).toBe('offered');
});

it('what would fall is a task: it is settled with a note, once', async () => {
  const { page } = reviewer;
  await page.goto('/en/tasks');
  await page.getByRole('link', { name: 'A claim now gives less' }).click();
  await expectGood(reviewer, 'amendments-task');
  await page.getByRole('button', { name: 'Settle it' }).click();
  expect(await page.locator('.govuk-error-summary').count()).toBe(1);
  await page.getByLabel('What became of it, and why?').fill('The till was down all day');
  await page.getByRole('button', { name: 'Settle it' }).click();
  expect(await said(page)).toContain('The till was down all day');
  expect(await page.getByRole('button', { name: 'Settle it' }).count()).toBe(0);
  await page.goto('/en/tasks?state=done');
  expect(await page.getByRole('link', { name: 'A claim now gives less' }).count()).toBe(1);
});
