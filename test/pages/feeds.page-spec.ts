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

/** As long as addresses are, and as hard to break. */
const NAME = 'https://status/IncidentsOfAllRegionsAndServicesOfTheOperator';

const csv = (to: string): { name: string; mimeType: string; buffer: Buffer } => ({
  name: 'outages.csv', mimeType: 'text/csv',
  buffer: Buffer.from(`id,component,region,from,to,state,title\r\nx1,Payments,*,2026-10-20T10:00:00Z,${to},partial,Payments failed in part\r\nx2,Something new,*,2026-10-20T10:00:00Z,,down,\r\n`),
});

/** Sends a file of a source; answers with the first proposal that came of it. */
async function send(sourceId: string, content: string): Promise<string> {
  const form = new FormData();
  form.append('source', sourceId);
  form.append('file', new Blob([content]), 'feed');
  const answer = await fetch(`${world.url}/v1/outage-imports`, { method: 'POST', headers: { authorization: `Bearer ${world.tokens.registerEditor}` }, body: form });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json() as { proposals: string[] }).proposals[0] ?? '';
}

describe('register staff, by keyboard and without scripts', () => {
  it('add a source, lose nothing to a slip, upload a file, and decide what it proposes', async () => {
    const reader = await browsing.reader({ email: staff('registerEditor'), width: 320, scripts: false });
    const { page } = reader;
    const eyes = await browsing.reader({ email: staff('registerEditor'), width: 320 });
    await page.goto('/en/outage-sources');
    await page.getByRole('button', { name: 'Add a source' }).press('Enter');
    await page.getByLabel('Kind').selectOption('csv');
    await page.getByLabel('Name', { exact: true }).fill(NAME);
    await page.getByLabel('Join gap in minutes').fill('soon');
    await page.getByLabel('What its names mean').fill('Payments | * | harbourline.payments | *\nnothing');
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await page.waitForLoadState();
    expect(await page.locator('.govuk-error-summary a').count()).toBe(2);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe(NAME);
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

  it('see what other sources say of the same time, what is recorded beside it, and afterwards what was not believed', async () => {
    const notes = async (name: string, rows: string): Promise<string> => {
      const { body: source } = await world.as<{ id: string }>('registerEditor', 'POST', '/v1/outage-sources', { body: { kind: 'csv', name, joinGapSeconds: 60, mapping: [{ component: 'Payments', service: 'harbourline.payments' }] } });
      return send(source.id, `component,from,to,state\n${rows}`);
    };
    const mine = await notes('The probe', 'Payments,2026-10-13T08:00:00Z,2026-10-13T15:00:00Z,down\n');
    await notes('The status page', 'Payments,2026-10-13T09:00:00Z,2026-10-13T10:00:00Z,unknown\n');
    const eyes = await browsing.reader({ email: staff('registerEditor') });
    for (const width of [320, 1280]) {
      await eyes.page.setViewportSize({ width, height: 900 });
      for (const language of ['en', 'ko', 'fr']) {
        await eyes.page.goto(`/${language}/outage-proposals/${mine}`);
        expect([await eyes.page.locator('#disagree').count(), await eyes.page.locator('#beside ~ ul a[href*="/register/"]').count()]).toEqual([1, 1]);
        await looksRight(eyes, `rivals-${language}-${width}`);
      }
    }
    const reader = await browsing.reader({ email: staff('registerEditor'), width: 320, scripts: false });
    await reader.page.goto(`/en/outage-proposals/${mine}`);
    expect(await reader.page.locator('main').innerText()).toMatch(/The status page[^]*13 October 2026[^]*Already recorded[^]*Card payments, 13 October 2026/);
    await reader.page.getByRole('button', { name: 'Accept and write it' }).press('Enter');
    await reader.page.waitForLoadState();
    expect(await reader.page.locator('.govuk-error-summary').innerText()).toContain('The status page');
    await reader.page.getByLabel('The status page', { exact: true }).press('Space');
    await reader.page.getByLabel('Title').fill('As the probe saw it');
    await reader.page.getByRole('button', { name: 'Accept and write it' }).press('Enter');
    await reader.page.waitForURL(/outage-proposals\/[0-9a-f-]+$/);
    const { body: proposal } = await world.as<{ outageId: string }>('registerEditor', 'GET', `/v1/outage-proposals/${mine}`);
    await reader.page.goto(`/en/register/${proposal.outageId}`);
    await reader.page.locator('summary', { hasText: 'What other sources said' }).press('Enter');
    expect(await reader.page.locator('[aria-label="What other sources said"] tbody tr').allInnerTexts()).toEqual([expect.stringMatching(/harbourline\.payments · Revision 1[^]*9:00[^]*10:00[^]*Down[^]*The probe/)]);
    for (const width of [320, 1280]) {
      await eyes.page.setViewportSize({ width, height: 900 });
      for (const language of ['en', 'ko', 'fr']) {
        await eyes.page.goto(`/${language}/register/${proposal.outageId}`);
        await eyes.page.locator('details:has([href*="/outage-sources/"]) > summary').press('Enter');
        await looksRight(eyes, `rival-lines-${language}-${width}`);
      }
    }
    expect([...eyes.complaints, ...reader.complaints]).toEqual([]);
  });

  it('see the days on which a source that counts minutes and the register differ', async () => {
    const { body: source } = await world.as<{ id: string }>('registerEditor', 'POST', '/v1/outage-sources', {
      body: { kind: 'upptime', name: 'Minutes of days', joinGapSeconds: 60, mapping: [{ component: 'api', service: 'harbourline.payments' }] },
    });
    const days = (of: object): string => JSON.stringify([{ name: 'API', slug: 'api', dailyMinutesDown: of }]);
    await send(source.id, days({ '2026-10-12': 0, '2026-10-13': 45 }));
    const eyes = await browsing.reader({ email: staff('registerSecond') });
    for (const width of [320, 1280]) {
      await eyes.page.setViewportSize({ width, height: 900 });
      for (const language of ['en', 'ko', 'fr']) {
        await eyes.page.goto(`/${language}/outage-sources/${source.id}`);
        expect(await eyes.page.locator('#checks ~ .mg-scroll tbody tr').count()).toBe(1);
        await looksRight(eyes, `checks-${language}-${width}`);
      }
      await eyes.page.goto(`/en/outage-sources/${source.id}`);
      expect(await eyes.page.locator('main').innerText()).toMatch(/Days compared: 2\. Days that differ: 1\.[^]*13 October 2026[^]*harbourline\.payments[^]*45/);
      expect(eyes.complaints).toEqual([]);
    }
    const { body: told } = await world.as<{ checks: { days: { registerMinutes: number }[] } }>('registerEditor', 'GET', `/v1/outage-sources/${source.id}`);
    await send(source.id, days({ '2026-10-12': 0, '2026-10-13': told.checks.days[0]?.registerMinutes }));
    const reader = await browsing.reader({ email: staff('registerSecond'), width: 320, scripts: false });
    await reader.page.goto(`/en/outage-sources/${source.id}`);
    expect(await reader.page.locator('main').innerText()).toContain('All of them agree to the minute.');
    expect(await reader.page.locator('#checks ~ .mg-scroll').count()).toBe(0);
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
