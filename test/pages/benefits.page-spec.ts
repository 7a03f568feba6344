import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { days, grantBenefits, points } from '../support/benefits.js';
import { Browsing, expectAccessible, expectFits, expectGood, keepPicture, type Reader } from '../support/browser.js';
import { newPerson } from '../support/claims.js';
import { payableClaims, type Payables } from '../support/payables.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;
let owner: Client;
let scheme: Payables;
let preparer: Reader;
let at: string;

beforeAll(async () => {
  world = await openWorld();
  owner = new Client({ connectionString: world.database.adminUrl });
  await owner.connect();
  scheme = await payableClaims(owner, { seed: 'benefit-pages', amounts: [1_000n, 1_000n] });
  browsing = await Browsing.of(world.url);
  preparer = await browsing.reader({ person: 'finance' });
});
afterAll(async () => {
  await browsing.close();
  await owner.end();
  await world.close();
});

const said = ({ page }: Reader): Promise<string> => page.locator('main').innerText();
const press = ({ page }: Reader, name: string): Promise<void> => page.getByRole('main').getByRole('button', { name, exact: true }).click();
const faults = ({ page }: Reader): Promise<string> => page.locator('.govuk-error-summary').innerText();
/** The references on the page, in the order of the list. */
const references = ({ page }: Reader): Promise<string[]> => page.locator('tbody th .mg-reference').allInnerTexts();

it('a list is drawn up of what is granted beside money, and says so where there is nothing', async () => {
  const { page } = preparer;
  await page.goto('/en/benefit-lists');
  await expectGood(preparer, 'benefits-none');
  await page.getByLabel('Scheme').selectOption(scheme.schemeId);
  await press(preparer, 'Draw it up');
  expect(await faults(preparer)).toMatch(/nothing beside money that is on no list yet/);
  expect(await page.getByLabel('Scheme').inputValue()).toBe(scheme.schemeId);
  const [first = '', second = ''] = scheme.claimIds;
  await grantBenefits(owner, first, [days('7/2'), points('100')]);
  await grantBenefits(owner, second, [days('3')]);
  await page.getByLabel('Scheme').selectOption(scheme.schemeId);
  await press(preparer, 'Draw it up');
  at = new URL(page.url()).pathname;
  expect(await said(preparer)).toMatch(/The list is drawn up[^]*List 1[^]*All\s*Asked for \(3\)\s*Given \(0\)/);
  expect((await page.locator('tbody th').allInnerTexts()).map((text) => text.split('\n')[0]).toSorted()).toEqual(['100 points', '3 days of the subscription', '7/2 days of the subscription']);
  await expectGood(preparer, 'benefits-list');
});

it('is fetched as a table by whoever prepares payments', async () => {
  const [file] = await Promise.all([preparer.page.waitForEvent('download'), preparer.page.getByRole('button', { name: 'Download the file' }).click()]);
  expect(file.suggestedFilename()).toBe('benefits-1.csv');
  expect(readFileSync(await file.path(), 'utf8').split('\r\n').filter((line) => line !== '')).toHaveLength(4);
});

it('says of what is ticked that it was given, was not, or was taken back, and loses nothing that was typed', async () => {
  const plain = await browsing.reader({ person: 'finance', scripts: false });
  const { page } = plain;
  await page.goto(`${at}?state=asked`);
  const [one = '', other = ''] = await references(plain);
  await page.getByLabel('On which day').fill('20 November');
  await press(plain, 'Say so');
  expect(await faults(plain)).toMatch(/Tick at least one benefit\.\s*Say what came of it\.\s*"20 November" is not a day/);
  expect(await page.getByLabel('On which day').inputValue()).toBe('20 November');
  await page.getByLabel(one, { exact: true }).check();
  await page.getByLabel('Given', { exact: true }).check();
  await page.getByLabel('On which day').fill('2026-02-30');
  await press(plain, 'Say so');
  expect([await page.getByLabel(one, { exact: true }).isChecked(), await page.getByLabel('Given', { exact: true }).isChecked()]).toEqual([true, true]);
  await page.getByLabel('On which day').fill('2026-11-20');
  await press(plain, 'Say so');
  expect(await said(plain)).toMatch(/Moved: 1\. Said before: 0\.[^]*Asked for \(2\)\s*Given \(1\)/);
  await page.getByLabel(other, { exact: true }).check();
  await page.getByLabel('Not given').check();
  await page.getByLabel('Why not').fill('No such member');
  await press(plain, 'Say so');
  await page.goto(at);
  expect(await said(plain)).toMatch(/Given\s*20 Nov 2026[^]*Not given[^]*No such member/);
  await page.getByLabel(one, { exact: true }).check();
  await page.getByLabel('Taken back').check();
  await press(plain, 'Say so');
  expect(await said(plain)).toMatch(/Taken back \(1\)/);
  expect((await page.context().request.get(`${at}?state=lost`)).status()).toBe(404);
});

it('takes a table of what came of it, names the lines that fit nothing, and says when all of it was said before', async () => {
  const { page } = preparer;
  await page.goto(`${at}?state=asked`);
  await press(preparer, 'Say so');
  await expectAccessible(page);
  await expectFits(page);
  await keepPicture(page, 'benefits-list-refused');
  await page.goto(at);
  await press(preparer, 'Read it in');
  expect(await faults(preparer)).toMatch(/Choose or fill in something here/);
  const [reference = ''] = (await references(preparer)).slice(-1);
  const path = join(mkdtempSync(join(tmpdir(), 'benefits-')), 'answer.csv');
  const read = async (...lines: readonly string[]): Promise<string> => {
    writeFileSync(path, ['benefit_reference,status,reason,given_on', ...lines, ''].join('\n'));
    await page.getByLabel('File', { exact: true }).setInputFiles(path);
    await press(preparer, 'Read it in');
    return said(preparer);
  };
  expect(await read(`${reference},granted,,2026-11-21`, 'MG0000-B1,granted,,')).toMatch(/Moved: 1\. Said before: 0\.[^]*fit nothing on this list: 1\.[^]*Lines 3\./);
  await expectGood(preparer, 'benefits-list-answered');
  expect(await read(`${reference},granted,,2026-11-21`)).toMatch(/Moved: 0\. Said before: 1\./);
  writeFileSync(path, 'a,b\n1,2\n');
  await page.getByLabel('File', { exact: true }).setInputFiles(path);
  await press(preparer, 'Read it in');
  expect(await faults(preparer)).toMatch(/The first row of the table has to name benefit_reference, status, reason, given_on/);
});

it('is drawn up by who prepares payments, answered also by who approves them, and read by who releases them', async () => {
  const [approver, releaser] = await Promise.all((['finance_approver', 'finance_releaser'] as const).map(async (role) => browsing.reader({ email: (await newPerson(world, [role])).email })));
  if (approver === undefined || releaser === undefined) throw new Error('nobody reads');
  await approver.page.goto('/en/benefit-lists');
  expect(await said(approver)).toMatch(/Whoever prepares payments draws up lists\.[^]*List 1/);
  expect(await approver.page.getByRole('button', { name: 'Draw it up' }).count()).toBe(0);
  await approver.page.goto(at);
  expect([await approver.page.getByRole('button', { name: 'Download the file' }).count(), await approver.page.getByRole('button', { name: 'Say so' }).count()]).toEqual([0, 1]);
  expect((await approver.page.context().request.get(`${at}/file`)).status()).toBe(403);
  await releaser.page.goto(at);
  expect(await said(releaser)).toMatch(/Whoever prepares or approves payments says what came of a list\./);
  expect(await releaser.page.getByRole('main').getByRole('button').count()).toBe(0);
  await expectGood(releaser, 'benefits-list-read-only');
});
