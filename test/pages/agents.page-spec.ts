import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.js';
import { newAgency, stateOf, type Agency } from '../support/agents.js';
import { csvOf, fileAll, rowOf, writeLetters } from '../support/batches.js';
import { Browsing, expectAccessible, expectFits, expectWords, keepPicture, type Reader } from '../support/browser.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let agency: Agency;
let browsing: Browsing;
let agent: Reader;

beforeAll(async () => {
  world = await openWorld();
  agency = await newAgency(world);
  browsing = await Browsing.of(world.url);
  agent = await browsing.reader({ email: agency.email, width: 320, scripts: false });
});
afterAll(async () => {
  await browsing.close();
  await world.close();
});

const file = (text: string, name = 'october.csv') => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
const looksRight = async (reader: Reader, name: string): Promise<void> => {
  await expectWords(reader.page);
  expect(await reader.page.locator('main').innerText()).not.toMatch(/<\w+ class=/);
  await expectFits(reader.page);
  await keepPicture(reader.page, name);
};

describe('a file of claims, on a phone and without scripts', () => {
  it('is not sent without a file, and says so at the field', async () => {
    const { page } = agent;
    await page.goto('/en/batches');
    await page.getByRole('button', { name: 'Send and check' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('Choose a file to send.');
    await looksRight(agent, 'batches-no-file');
  });

  it('with a faulty first line comes back with every fault, and what was chosen', async () => {
    const { page } = agent;
    await page.getByLabel('File all rows or none').check();
    await page.getByLabel('The file', { exact: true }).setInputFiles(file('external_id,colour\r\n1,red\r\n'));
    await page.getByRole('button', { name: 'Send and check' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('There is no column "colour".');
    expect(await page.getByLabel('File all rows or none').isChecked()).toBe(true);
    await looksRight(agent, 'batches-faulty-header');
  });

  it('is checked, shown row by row, filed, and given back with what became of it', async () => {
    const { page } = agent;
    await page.goto('/en/batches');
    await page.getByLabel('The file', { exact: true }).setInputFiles(file(csvOf([rowOf(1), rowOf(2), rowOf(3, { zone: '=Europe/Londno', country: '' })])));
    await page.getByLabel('Stop when more than this share of rows fails').fill('50');
    await page.getByRole('button', { name: 'Send and check' }).click();
    await page.waitForURL(/\/en\/batches\/[0-9a-f-]{36}$/);
    for (let tries = 0; tries < 50 && await page.getByRole('button', { name: 'File 2 claims' }).count() === 0; tries += 1) await page.reload();
    expect(await page.locator('main').innerText()).toMatch(/2 of 3 rows can be filed, 1 have errors/);
    expect(await page.locator('.mg-errors').innerText()).toMatch(/country This is empty\. Write two capital letters[\s\S]*zone "=Europe\/Londno" cannot be used/);
    await looksRight(agent, 'batch-checked');
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await page.goto(`/ko/batches/${id}`);
    expect(await page.locator('.mg-errors').innerText()).toContain('비어 있습니다. 적을 내용: 대문자 두 자리 국가 코드');
    await page.goto(`/en/batches/${id}`);
    await page.getByRole('button', { name: 'File 2 claims' }).click();
    await page.waitForURL((url) => url.pathname.endsWith(id));
    expect(await page.locator('main').innerText()).toContain('The rows are being filed.');
    await looksRight(agent, 'batch-filing');
    await fileAll(world, id);
    await page.reload();
    expect(await page.locator('main').innerText()).toContain('2 of 3 rows were filed');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download the result file' }).click();
    const text = await (await (await download).createReadStream()).toArray();
    expect(Buffer.concat(text as Buffer[]).toString()).toMatch(/'=Europe\/Londno[\s\S]*faulty,,"country: This is empty/);
    await writeLetters(world, id);
  });
});

describe('the business answers', () => {
  const linkIn = async (email: string): Promise<string> => {
    const [letter] = await world.app.get(Database).reader.query<{ plain: string }>(
      `SELECT c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.template = 'mandate.confirm' AND c.recipient = $1`, [email]);
    return /\/en\/mandates\/answer\/[\w-]{43}/.exec(letter?.plain ?? '')?.[0] ?? 'no link';
  };
  const claimOf = async (email: string): Promise<string> => (await world.app.get(Database).reader.query<{ id: string }>(
    'SELECT c.id FROM claim c JOIN mandate d ON d.id = c.mandate_id WHERE d.contact_email = $1', [email]))[0]?.id ?? '';

  it('yes, after it has seen fee and claim, and said who it is; the link is dead then', async () => {
    const address = await linkIn('keeper-1@bulk-shops.example');
    const keeper = await browsing.reader({ width: 320, scripts: false });
    const { page } = keeper;
    await page.goto(address);
    const seen = await page.locator('main').innerText();
    expect(seen).toContain('Does Claims for you act for Shop number 1 (synthetic)?');
    expect(seen).toMatch(/15% of what is paid[\s\S]*MG-/);
    await page.getByLabel('Yes, Claims for you acts for us').check();
    await page.getByRole('button', { name: 'Send my answer' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('Write your name.');
    expect(await page.getByLabel('Yes, Claims for you acts for us').isChecked()).toBe(true);
    await looksRight(keeper, 'mandate-answer-no-name');
    await page.getByLabel('Your name, when you say yes').fill('Kim Keeper');
    await page.getByRole('button', { name: 'Send my answer' }).click();
    expect(await page.locator('h1').innerText()).toBe('Thank you. Your answer counts.');
    // Not verified: the rule gives it to a person, and it no longer waits for the business.
    expect(await stateOf(world, await claimOf('keeper-1@bulk-shops.example'))).toBe('in_review');
    expect((await page.goto(address))?.status()).toBe(404);
    expect(await page.locator('main').innerText()).toMatch(/^This link is no longer good\n[\s\S]*it was used/);
    expect(await page.locator('main').innerText()).not.toContain('Shop number 1');
  });

  it('no, in Korean; what was filed is taken back', async () => {
    const address = (await linkIn('keeper-2@bulk-shops.example')).replace('/en/', '/ko/');
    const keeper = await browsing.reader({ width: 1280 });
    const { page } = keeper;
    await page.goto(address);
    await expectAccessible(page);
    await page.getByLabel('아니요, Claims for you에 맡기지 않았습니다').check();
    await page.getByRole('button', { name: '답변 보내기' }).click();
    expect(await page.locator('h1').innerText()).toContain('거두어들입니다');
    expect(await stateOf(world, await claimOf('keeper-2@bulk-shops.example'))).toBe('withdrawn');
    await looksRight(keeper, 'mandate-refused-ko');
  });

  it('and the agent sees both, and cannot ask one that has answered', async () => {
    const { page } = agent;
    await page.goto('/en/mandates');
    expect(await page.locator('main').innerText()).toMatch(/Ended[\s\S]*Confirmed|Confirmed[\s\S]*Ended/);
    await page.getByRole('link', { name: 'Shop number 1 (synthetic)' }).click();
    expect(await page.getByRole('button', { name: 'Ask the business again' }).count()).toBe(0);
    await looksRight(agent, 'mandate-confirmed');
  });
});
