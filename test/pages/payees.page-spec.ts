import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Client } from 'pg';
import { DEMO_PASSWORD } from '../../src/demo/demo-people.js';
import { HolderCheck } from '../../src/modules/payees/index.js';
import { Browsing, expectAccessible, expectFits, expectReachable, expectWords, keepPicture, type Reader } from '../support/browser.js';
import { call } from '../support/app.js';
import { draftClaim, openWorld, submit, uploadSales, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;
let owner: Client;
let reader: Reader;

beforeAll(async () => {
  world = await openWorld();
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  const draft = await draftClaim(world);
  await uploadSales(world, draft.id);
  expect((await submit(world, draft)).status).toBe(201);
  browsing = await Browsing.of(world.url);
  reader = await browsing.reader({ person: 'owner', width: 320 });
});
afterAll(async () => {
  await browsing.close();
  await owner.end();
  await world.close();
});

const looksRight = async (name: string): Promise<void> => {
  await expectWords(reader.page);
  await expectAccessible(reader.page);
  await expectFits(reader.page);
  await keepPicture(reader.page, `payees-${name}`);
};

describe('where a business is paid', () => {
  it('is not asked before an offer is accepted', async () => {
    const { page } = reader;
    await page.goto('/en/business/payee-accounts');
    expect(await page.locator('main').innerText()).toContain('You need not do anything now');
    expect(await page.getByRole('link', { name: 'Enter the account' }).count()).toBe(0);
    await page.goto('/en/business/payee-accounts/new');
    expect(await page.getByLabel('IBAN').count()).toBe(0);
    await page.goto('/en/claims');
    await page.getByRole('link', { name: 'Lost sales, 13 October 2026' }).first().click();
    expect(await page.locator('main').innerText()).toContain('We ask for your account after you have accepted');
    await page.getByLabel('I have read the terms above and accept them').check();
    await page.getByRole('button', { name: /^Accept/ }).click();
    await page.getByRole('link', { name: 'See or change the account we pay to' }).click();
    expect(await page.locator('main').innerText()).toContain('We owe you money and do not know where to send it');
    await looksRight('due-en');
  });

  it('is entered by keyboard, with every slip named at its field and nothing typed lost', async () => {
    const { page } = reader;
    jest.spyOn(world.app.get(HolderCheck), 'ask').mockResolvedValue({ outcome: 'match' });
    await page.getByRole('button', { name: 'Enter the account' }).press('Enter');
    await page.waitForURL('**/new?**');
    await expectReachable(page);
    await page.getByLabel('Name of the account holder').fill('Corner Café Ltd');
    await page.getByLabel('IBAN', { exact: true }).fill('GB82 WEST 1234 5698 7654 33');
    await page.getByLabel('BIC, if you know it (optional)').fill('XX');
    await page.getByRole('button', { name: 'Save the account' }).press('Enter');
    await page.waitForLoadState();
    expect(await page.title()).toMatch(/^Error: /);
    expect(await page.locator('.govuk-error-summary').innerText()).toMatch(/typing error[^]*8 or 11/);
    expect(await page.getByLabel('Name of the account holder').inputValue()).toBe('Corner Café Ltd');
    expect(await page.getByLabel('IBAN', { exact: true }).inputValue()).toBe('GB82 WEST 1234 5698 7654 33');
    await looksRight('slips-en');
    await page.getByLabel('IBAN', { exact: true }).fill('GB82 WEST 1234 5698 7654 32');
    await page.getByLabel('BIC, if you know it (optional)').fill('');
    await page.getByRole('button', { name: 'Save the account' }).press('Enter');
    await page.waitForURL('**done=entered');
    const text = await page.locator('main').innerText();
    expect(text).toMatch(/In use: •••• 5432/);
    expect(text).not.toContain('WEST');
    await looksRight('in-use-en');
  });

  const prove = async (tab: Page): Promise<void> => {
    await tab.locator('#password').fill(DEMO_PASSWORD);
    await tab.getByRole('main').getByRole('button', { name: '계속' }).click();
    await tab.waitForURL((url) => !url.pathname.endsWith('/proof/password') && !url.pathname.endsWith('/proof'));
  };

  it('changes in Korean only with the password again, waits, and is stopped by the link of the letter without signing in', async () => {
    const { page } = reader;
    await owner.query('UPDATE session SET proved_at = NULL');
    await page.goto('/ko/business/payee-accounts');
    await page.getByRole('button', { name: '다른 계좌 등록하기' }).click();
    await page.waitForURL('**/account/proof?**');
    await page.locator('#password').fill('not the password');
    await page.getByRole('main').getByRole('button', { name: '계속' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('비밀번호가 맞지 않습니다');
    expect(await page.locator('#password').inputValue()).toBe('');
    await looksRight('proof-ko');
    await prove(page);
    await page.waitForURL('**/business/payee-accounts/new?**');
    await page.getByRole('link', { name: '국내 계좌' }).click();
    await page.getByLabel('예금주').fill('모퉁이 카페');
    await page.getByLabel('은행').selectOption('004');
    await page.getByLabel('계좌 번호').fill('012-34-0567-890');
    await owner.query('UPDATE session SET proved_at = NULL');
    await page.getByRole('button', { name: '계좌 저장하기' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('본인 확인');
    expect(await page.getByLabel('은행').inputValue()).toBe('004');
    await looksRight('lapsed-ko');
    const [beside] = await Promise.all([page.waitForEvent('popup'), page.getByRole('link', { name: '새 탭에서 열기' }).click()]);
    await prove(beside);
    await beside.close();
    await page.getByRole('button', { name: '계좌 저장하기' }).click();
    await page.waitForURL('**done=entered');
    expect(await page.locator('main').innerText()).toMatch(/아직 쓰지 않음: •••• 7890[^]*사용 중: •••• 5432/);
    await looksRight('waiting-ko');
    const { rows: [letter] } = await owner.query<{ plain: string }>(`SELECT c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.template = 'payee.changed' ORDER BY l.id DESC LIMIT 1`);
    const address = /\/payee-changes\/[\w-]+/.exec(letter?.plain ?? '')?.[0] ?? '';
    const stranger = await browsing.reader({ width: 320, scripts: false });
    await stranger.page.goto(`/ko${address}`);
    expect(await stranger.page.locator('main').innerText()).toContain('끝자리 7890');
    await keepPicture(stranger.page, 'payees-stop-ko');
    await stranger.page.getByRole('button', { name: '제가 한 일이 아닙니다. 막아 주세요' }).click();
    expect(await stranger.page.locator('h1').innerText()).toBe('지급이 중지되었습니다');
    expect((await stranger.page.goto('/ko/payee-changes/nothing'))?.status()).toBe(404);
    await page.goto('/en/business/payee-accounts');
    expect(await page.locator('main').innerText()).toMatch(/Payments have been stopped since[^]*Taken back: •••• 7890/);
    await looksRight('held-en');
    await page.goto(`/fr${address}`);
    await looksRight('stopped-fr');
    expect(reader.complaints).toEqual([]);
  });
});

describe('the desk of finance', () => {
  /** Two cafés, one account that no bank knew: the second was entered by a stranger. */
  const entered = async (): Promise<{ merchantId: string; claim: string }> => {
    jest.restoreAllMocks();
    const { rows: [mine] } = await owner.query<{ merchantId: string; claim: string }>(`SELECT merchant_id AS "merchantId", reference AS claim FROM claim ORDER BY id LIMIT 1`);
    await owner.query('UPDATE session SET proved_at = now()');
    await world.as('administrator', 'POST', '/v1/users', { body: { email: 'twin@example.test', name: 'Twin Owner', password: DEMO_PASSWORD } });
    const { body: { token } } = await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email: 'twin@example.test', password: DEMO_PASSWORD } });
    const { body } = await call<{ id: string }>(world.url, 'POST', '/v1/merchants', {
      token, body: { legalName: 'Second Café', registration: { scheme: 'none', value: '' }, sector: { system: 'makegood', code: 'food' }, country: 'GB', language: 'en', zone: 'Europe/London', sizes: [] },
    });
    await new Promise((resolve) => { setTimeout(resolve, 1_050); });
    expect((await call(world.url, 'POST', `/v1/merchants/${body.id}/payee-accounts`, { token, body: { kind: 'iban', account: 'GB82 WEST 1234 5698 7654 32', holder: 'Second Café' } })).status).toBe(201);
    return { merchantId: mine?.merchantId ?? '', claim: mine?.claim ?? '' };
  };

  it('checks whose an account is, reads a number once with a fresh proof and a reason, and stops payments; nothing typed is lost', async () => {
    const { claim } = await entered();
    reader = await browsing.reader({ person: 'finance', width: 320 });
    const { page } = reader;
    await page.goto('/en/payees');
    expect(await page.locator('[aria-current=page]').innerText()).toMatch(/Bank did not say/);
    expect(await page.locator('main').innerText()).toMatch(/Second Café[^]*•••• 5432[^]*Also entered by one other business/i);
    await looksRight('desk-en');
    await page.getByRole('link', { name: 'Second Café' }).click();
    await page.getByRole('button', { name: /^Record the check/ }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('Choose or fill in something here');
    await page.getByLabel('The business’s or its owner’s').check();
    await page.getByLabel('Why, or what was looked at').first().fill('ok');
    await page.getByRole('button', { name: /^Record the check/ }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('at least 10 characters');
    expect(await page.getByLabel('Why, or what was looked at').first().inputValue()).toBe('ok');
    expect(await page.getByLabel('The business’s or its owner’s').isChecked()).toBe(true);
    await looksRight('desk-slip-en');
    await page.getByLabel('Why, or what was looked at').first().fill('A statement of November was seen');
    await page.getByRole('button', { name: /^Record the check/ }).click();
    await page.waitForURL('**done=checked');
    expect(await page.locator('main').innerText()).toMatch(/In use: •••• 5432[^]*A person checked: it is theirs/);

    await owner.query('UPDATE session SET proved_at = NULL');
    await page.reload();
    await page.getByText('Read the whole number of •••• 5432').click();
    await page.getByLabel('Why, or what was looked at').first().fill('The bank asks which account it was');
    await page.getByRole('button', { name: 'Show the number once' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('Show once more who you are');
    expect(await page.getByLabel('Why, or what was looked at').first().inputValue()).toBe('The bank asks which account it was');
    await looksRight('desk-proof-en');
    await owner.query('UPDATE session SET proved_at = now()');
    await page.getByRole('button', { name: 'Show the number once' }).click();
    expect(await page.locator('main').innerText()).toContain('GB82 WEST 1234 5698 7654 32');
    await looksRight('number-en');
    await page.getByRole('link', { name: 'Back to the business' }).click();
    expect(await page.locator('main').innerText()).toMatch(/Number read \(•••• 5432\) – Finn Finance[^]*The bank asks which account it was/);
    expect(await page.content()).not.toContain('WEST');

    await page.goto(page.url().replace('/en/', '/ko/'));
    await page.locator('#hold-reason').fill('두 사업자가 같은 계좌를 등록했습니다');
    await page.getByRole('button', { name: '이 사업자 지급 중지하기' }).click();
    await page.waitForURL('**done=held');
    expect(await page.getByRole('button', { name: '지급 다시 시작하기' }).count()).toBe(0);
    await looksRight('desk-held-ko');
    await page.goto('/fr/payees?list=held');
    expect(await page.locator('main').innerText()).toMatch(/Second Café[^]*Par les finances/);
    await looksRight('desk-held-fr');
    expect((await page.goto('/en/payees?list=nothing'))?.status()).toBe(404);
    expect(reader.complaints.splice(0).filter((said) => !/40[34]|422/.test(said))).toEqual([]);

    const reviewer = await browsing.reader({ person: 'reviewer', width: 320 });
    expect((await reviewer.page.goto('/en/payees'))?.status()).toBe(403);
    await reviewer.page.goto(`/en/work/${claim}`);
    expect(await reviewer.page.locator('main').innerText()).toMatch(/for information Other businesses have entered the same account[^]*Second Café: no claim/i);
    await expectAccessible(reviewer.page);
    await expectFits(reviewer.page);
    await keepPicture(reviewer.page, 'payees-case-en');
  });
});
