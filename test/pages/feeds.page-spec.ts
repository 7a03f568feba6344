import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browsing, expectAccessible, expectFits, expectReachable, expectWords, keepPicture, type Reader } from '../support/browser.js';
import { staff } from '../support/page-list.js';
import { openWorld, type World } from '../support/world.js';

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

const looksRight = async ({ page }: Reader, name: string): Promise<void> => {
  await expectWords(page);
  await expectAccessible(page);
  await expectFits(page);
  await keepPicture(page, `feeds-${name}`);
};

const csv = (to: string): { name: string; mimeType: string; buffer: Buffer } => ({
  name: 'outages.csv', mimeType: 'text/csv',
  buffer: Buffer.from(`id,component,region,from,to,state,title\r\nx1,Payments,*,2026-10-20T10:00:00Z,${to},partial,Payments failed in part\r\nx2,Something new,*,2026-10-20T10:00:00Z,,down,\r\n`),
});

describe('register staff, by keyboard and without scripts', () => {
  it('add a source, lose nothing to a slip, upload a file, and decide what it proposes', async () => {
    const reader = await browsing.reader({ email: staff('registerEditor'), width: 320, scripts: false });
    const { page } = reader;
    const eyes = await browsing.reader({ email: staff('registerEditor'), width: 320 });
    await page.goto('/en/outage-sources');
    await page.getByRole('button', { name: 'Add a source' }).press('Enter');
    await page.getByLabel('Kind').selectOption('csv');
    await page.getByLabel('Name', { exact: true }).fill('Our own notes');
    await page.getByLabel('Join gap in minutes').fill('soon');
    await page.getByLabel('What its names mean').fill('Payments | * | harbourline.payments | *\nnothing');
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await page.waitForLoadState();
    expect(await page.locator('.govuk-error-summary a').count()).toBe(2);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Our own notes');
    await eyes.page.goto('/en/outage-sources/new');
    await expectReachable(eyes.page);
    await eyes.page.getByRole('button', { name: 'Save' }).press('Enter');
    await eyes.page.waitForLoadState();
    await looksRight(eyes, 'form-faulty-en');
    await page.getByLabel('Join gap in minutes').fill('5');
    await page.getByLabel('What its names mean').fill('Payments | * | harbourline.payments | *');
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await page.waitForURL('**/outage-sources/*?done=added');
    const source = page.url().split('?')[0]?.replace(/^.*\/en/, '') ?? '';
    await page.getByRole('button', { name: 'Upload', exact: true }).press('Enter');
    await page.waitForLoadState();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('Send the file of a source.');
    await page.getByLabel('File of this source').setInputFiles(csv('2026-10-20T11:00:00Z'));
    await page.getByRole('button', { name: 'Upload', exact: true }).press('Enter');
    await page.waitForURL('**?done=uploaded');
    expect(await page.locator('main').innerText()).toContain('Something new');
    for (const language of ['en', 'ko', 'fr']) {
      for (const [name, address] of [['source', source], ['edit', `${source}/edit`], ['list', '/outage-sources'], ['proposals', '/outage-proposals']] as const) {
        await eyes.page.goto(`/${language}${address}`);
        await looksRight(eyes, `${name}-${language}`);
      }
      await eyes.page.locator('article a').first().click();
      await eyes.page.waitForURL('**/outage-proposals/*');
      await looksRight(eyes, `proposal-${language}`);
    }
    await eyes.page.getByRole('button', { name: 'Accepter et écrire' }).press('Enter');
    await eyes.page.waitForLoadState();
    await looksRight(eyes, 'proposal-refused-fr');
    await page.goto('/en/outage-proposals');
    await page.locator('article a').first().click();
    await page.waitForURL('**/outage-proposals/*');
    await page.getByRole('button', { name: 'Decline it' }).press('Enter');
    await page.waitForLoadState();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('Say why');
    await page.getByRole('button', { name: 'Accept and write it' }).press('Enter');
    await page.waitForLoadState();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('partial');
    await page.getByLabel('Share lost where it says "Partly down"').fill('1/2');
    await page.getByRole('button', { name: 'Accept and write it' }).press('Enter');
    await page.waitForURL(/outage-proposals\/[0-9a-f-]+$/);
    expect(await page.locator('main').innerText()).toContain('as revision 1');
    await page.goto(`/en${source}`);
    await page.getByLabel('File of this source').setInputFiles(csv('2026-10-20T11:30:00Z'));
    await page.getByRole('button', { name: 'Upload', exact: true }).press('Enter');
    await page.waitForURL('**?done=uploaded');
    await page.goto('/en/outage-proposals');
    await page.locator('article a').first().click();
    await page.waitForURL('**/outage-proposals/*');
    const rows = (await page.locator('tbody tr').allInnerTexts()).map((row) => row.split('\t')[0]);
    expect(rows.sort()).toEqual(['Goes', 'New']);
    await eyes.page.goto(page.url());
    await looksRight(eyes, 'revision-en');
    await page.goto(`/en${source}`);
    await page.getByRole('button', { name: 'Switch it off' }).press('Enter');
    await page.waitForURL('**?done=switched');
    await eyes.page.goto(page.url());
    await looksRight(eyes, 'off-en');
    expect([...reader.complaints, ...eyes.complaints]).toEqual([]);
  });

  it('see the token of a receiver once', async () => {
    const { page } = await browsing.reader({ email: staff('registerEditor'), width: 320, scripts: false });
    await page.goto('/en/outage-sources/new');
    await page.getByLabel('Kind').selectOption('alertmanager');
    await page.getByLabel('Name', { exact: true }).fill('Alerts');
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await page.getByText('Write this token down now.').waitFor();
    await expectFits(page);
    const token = await page.locator('dd code').last().innerText();
    await page.getByRole('link', { name: 'I have written it down' }).press('Enter');
    await page.waitForURL('**/outage-sources/*');
    expect(await page.content()).not.toContain(token);
  });
});
