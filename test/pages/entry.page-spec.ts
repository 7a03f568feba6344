import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { APP_CONFIG, type AppConfig } from '../../src/platform/config/config.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Browsing, expectAccessible, expectFits, expectReachable, expectWords, keepPicture } from '../support/browser.js';

let started: TestApp;
let browsing: Browsing;

beforeAll(async () => {
  started = await startTestApp({ config: { demo: true, otherContact: 'help@operator.example' } });
  // A passkey is bound to a name, and an address of digits is none.
  const url = started.url.replace('127.0.0.1', 'localhost');
  Object.assign(started.app.get<AppConfig>(APP_CONFIG), { publicUrl: url });
  browsing = await Browsing.of(url);
});
afterAll(async () => {
  await browsing.close();
  await started.close();
});

/** The code that the newest letter of the outbox holds, read as somebody does who tries the demo. */
async function codeIn(page: Page): Promise<string> {
  const outbox = await page.context().newPage();
  await outbox.goto('/en/outbox');
  const text = await outbox.locator('.mg-card h2').first().innerText();
  await outbox.close();
  return /\d{6}/.exec(text)?.[0] ?? '';
}

async function looksRight(page: Page, name: string): Promise<void> {
  await expectWords(page);
  await expectAccessible(page);
  await expectFits(page);
  await keepPicture(page, name);
}

const main = (page: Page) => page.getByRole('main');

async function signUp(page: Page, address: string): Promise<void> {
  await page.goto('/en/sign-up');
  await page.getByLabel('A business', { exact: true }).check();
  await main(page).getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Email address or mobile number').fill(address);
  await page.getByRole('button', { name: 'Send the code' }).click();
  await page.getByLabel('Code', { exact: true }).fill(await codeIn(page));
  await main(page).getByRole('button', { name: 'Continue' }).click();
  // The first question is not asked again.
  await page.getByLabel('Your name').fill('Jo Shop');
  await page.getByLabel('I agree to the terms of use').check();
  await main(page).getByRole('button', { name: 'Sign up' }).click();
  await page.waitForURL('**/en/business/new');
}

describe('somebody new', () => {
  it.each([['en', 1280, true], ['en', 320, false], ['ko', 320, false], ['fr', 320, true]] as const)('signs up in %s, %i wide, scripts %s, through pages that keep what was typed', async (language, width, scripts) => {
    const { page, complaints } = await browsing.reader({ width, scripts });
    const shot = (name: string): string => `entry-${name}-${language}-${width}`;
    const go = (): Promise<void> => main(page).locator('form button[type=submit]:not(.mg-link-button)').first().click();
    await page.goto(`/${language}/sign-up`);
    await go();
    expect(await page.locator('.govuk-error-summary').count()).toBe(1);
    await keepPicture(page, shot('sign-up-fault'));
    await page.locator('#kind').check();
    await go();
    await page.locator('#address').fill('jo at shop');
    await go();
    expect(await page.locator('#address').inputValue()).toBe('jo at shop');
    await keepPicture(page, shot('ask-fault'));
    await page.locator('#address').fill(language === 'ko' ? '010-9876-5432' : `new-${language}-${width}@shop.example`);
    await go();
    await keepPicture(page, shot('enter'));
    await page.locator('#code').fill('12');
    await go();
    expect(await page.locator('#code').inputValue()).toBe('12');
    // Come to by a way, not by the sending: going back from it sends nothing again.
    expect(page.url()).toContain('fault=identity.code_wrong');
    expect((await page.reload())?.request().method()).toBe('GET');
    expect(await page.locator('.govuk-error-summary').count()).toBe(1);
    await expectFits(page);
    await page.locator('#code').fill(await codeIn(page));
    await go();
    await page.waitForURL(`**/${language}/sign-up/details`);
    if (scripts) await looksRight(page, shot('details'));
    await go();
    expect(await page.locator('#name-error').count()).toBe(1);
    await page.locator('#name').fill('Kim Jo');
    await go();
    expect(await page.locator('#terms-error').count()).toBe(1);
    expect(await page.locator('#name').inputValue()).toBe('Kim Jo');
    await keepPicture(page, shot('details-fault'));
    await page.locator('#terms').check();
    await go();
    await page.waitForURL(`**/${language}/business/new`);
    await page.goto(`/${language}/account`);
    expect(await main(page).innerText()).toContain('Kim Jo');
    if (scripts) await expectReachable(page);
    expect(complaints.splice(0)).toEqual([]);
  });

  it('who is no business is told another door, and no cookie and no row is left but the form\'s', async () => {
    const { page, context } = await browsing.reader();
    await page.goto('/en/sign-up');
    await page.getByLabel(/None: I used/).check();
    await main(page).getByRole('button', { name: 'Continue' }).click();
    expect(await main(page).innerText()).toContain('help@operator.example');
    await looksRight(page, 'entry-private-en');
    expect((await context.cookies()).map(({ name }) => name)).toEqual(['makegood_form']);
  });

  it('cannot reach the last step without a code', async () => {
    const { page } = await browsing.reader();
    await page.goto('/en/sign-up/details');
    expect(new URL(page.url()).pathname).toBe('/en/sign-up');
  });
});

describe('somebody known', () => {
  it('comes in by a code, where they wanted to go, under a session nobody planted', async () => {
    const { page } = await browsing.reader();
    await signUp(page, 'known@shop.example');
    const other = await browsing.reader();
    await other.context.addCookies([{ name: 'makegood_session', value: 'p'.repeat(43), url: started.url.replace('127.0.0.1', 'localhost') }]);
    await other.page.goto('/en/account');
    expect(new URL(other.page.url()).pathname).toBe('/en/sign-in');
    await other.page.getByRole('link', { name: 'Send me a code' }).click();
    await other.page.getByLabel('Email address or mobile number').fill('known@shop.example');
    await other.page.getByRole('button', { name: 'Send the code' }).click();
    await other.page.getByLabel('Code', { exact: true }).fill(await codeIn(other.page));
    await main(other.page).getByRole('button', { name: 'Continue' }).click();
    await other.page.waitForURL(({ pathname }) => pathname === '/en/account');
    const session = (await other.context.cookies()).find(({ name }) => name === 'makegood_session');
    expect(session?.value).not.toBe('p'.repeat(43));
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
    await main(other.page).getByRole('button', { name: 'End all others' }).click();
    expect(await main(other.page).innerText()).toContain('All other sessions have ended.');
    await new Promise((resolve) => { setTimeout(resolve, 1_050); });
    await page.goto('/en/account');
    expect(new URL(page.url()).pathname).toBe('/en/sign-in');
  });

  it('sets a password after showing who they are, changes the language, and shows it once more by a code', async () => {
    const { page, complaints } = await browsing.reader();
    await signUp(page, 'words@shop.example');
    await page.goto('/en/account/password');
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await looksRight(page, 'account-password-fault');
    await page.getByLabel('New password').fill('a sentence that nobody else says');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.waitForURL('**/account?done=password');
    await looksRight(page, 'account-en-1280');
    await page.getByLabel('한국어').check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL('**/ko/account?done=language');
    await page.setViewportSize({ width: 320, height: 800 });
    await looksRight(page, 'account-ko-320');
    await page.goto('/en/account/proof?next=/en/account/password');
    await looksRight(page, 'account-proof');
    await page.getByRole('button', { name: /Send a code to/ }).click();
    await page.getByLabel('Code', { exact: true }).fill(await codeIn(page));
    await looksRight(page, 'account-proof-sent');
    await main(page).getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(({ pathname }) => pathname === '/en/account/password');
    expect(complaints.splice(0)).toEqual([]);
  });

  it('adds a passkey, comes in by it, and removes it', async () => {
    const { page, context, complaints } = await browsing.reader();
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    });
    await signUp(page, 'keys@shop.example');
    await page.goto('/en/account/passkeys/new');
    await looksRight(page, 'account-passkey-new');
    await page.getByLabel('Name of the passkey').fill('<b>my phone</b>');
    await page.getByRole('button', { name: 'Add the passkey' }).click();
    await page.waitForURL('**/account?done=passkey');
    expect(await main(page).innerText()).toContain('<b>my phone</b>, added');
    await looksRight(page, 'account-passkeys');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.goto('/en/sign-in/passkey?next=/en/account');
    await looksRight(page, 'entry-passkey');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.waitForURL(({ pathname }) => pathname === '/en/account');
    expect(await main(page).innerText()).toContain('By passkey since');
    await main(page).getByRole('button', { name: 'Remove: <b>my phone</b>' }).click();
    await page.waitForURL('**/account?done=passkey_gone');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.goto('/en/sign-in/passkey');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.locator('.govuk-error-summary').waitFor();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('This passkey did not fit');
    expect(complaints.splice(0)).toEqual([]);
  });

  it('who answers a passkey\'s question twice, or somebody else\'s, is refused', async () => {
    const { page, context } = await browsing.reader();
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    });
    await signUp(page, 'replay@shop.example');
    await page.goto('/en/account/passkeys/new');
    await page.getByRole('button', { name: 'Add the passkey' }).click();
    await page.waitForURL('**/account?done=passkey');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.goto('/en/sign-in/passkey');
    const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/sign-in/passkey'));
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    const response = new URLSearchParams((await sent).postData() ?? '').get('response') ?? '';
    await page.waitForURL('**/en/claims');
    // The same answer once more, to another question.
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.goto('/en/sign-in/passkey');
    await page.evaluate(`{ const form = document.querySelector('[data-passkey]'); form.elements.response.value = ${JSON.stringify(response)}; form.submit(); }`);
    await page.locator('.govuk-error-summary').waitFor();
  });

  it('shows once more who they are by a passkey, and neither twice by the same answer nor by somebody else\'s', async () => {
    const { page, context, complaints } = await browsing.reader();
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    });
    await signUp(page, 'proof@shop.example');
    await page.goto('/en/account/proof');
    expect(await page.locator('[data-passkey]').count()).toBe(0);
    await page.goto('/en/account/passkeys/new');
    await page.getByRole('button', { name: 'Add the passkey' }).click();
    await page.waitForURL('**/account?done=passkey');
    const tokenBefore = (await context.cookies()).find(({ name }) => name === 'makegood_session')?.value;
    const at = '/en/account/proof?next=/en/account/password';
    await page.goto(at);
    await looksRight(page, 'account-proof-passkey');
    const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/proof/passkey'));
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    const response = new URLSearchParams((await sent).postData() ?? '').get('response') ?? '';
    await page.waitForURL(({ pathname }) => pathname === '/en/account/password');
    expect((await context.cookies()).find(({ name }) => name === 'makegood_session')?.value).not.toBe(tokenBefore);
    const give = async (tab: Page): Promise<void> => {
      await tab.goto(at);
      await tab.evaluate(`{ const form = document.querySelector('[data-passkey]'); form.elements.response.value = ${JSON.stringify(response)}; form.submit(); }`);
      await tab.locator('.govuk-error-summary').waitFor();
      expect(await tab.locator('.govuk-error-summary').innerText()).toContain('This passkey did not fit');
    };
    await give(page);
    await page.setViewportSize({ width: 320, height: 800 });
    await page.goto('/ko/account/proof?next=/ko/account/password');
    await looksRight(page, 'account-proof-passkey-ko-320');

    // A key of another account, in answer to a question of one's own.
    const other = await browsing.reader();
    const theirs = await other.context.newCDPSession(other.page);
    await theirs.send('WebAuthn.enable');
    const { authenticatorId } = await theirs.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    });
    await signUp(other.page, 'proof-other@shop.example');
    await other.page.goto('/en/account/passkeys/new');
    await other.page.getByRole('button', { name: 'Add the passkey' }).click();
    await other.page.waitForURL('**/account?done=passkey');
    const { credentials } = await theirs.send('WebAuthn.getCredentials', { authenticatorId });
    await page.goto(at);
    const question = await page.locator('[data-passkey]').getAttribute('data-passkey-options') ?? '';
    const credential = credentials[0]?.credentialId.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') ?? '';
    const asked = { ...JSON.parse(question) as object, allowCredentials: [{ id: credential, type: 'public-key' }] };
    await other.page.goto(at);
    await other.page.evaluate(`document.querySelector('[data-passkey]').dataset.passkeyOptions = ${JSON.stringify(JSON.stringify(asked))}`);
    const signed = other.page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/proof/passkey'));
    await other.page.getByRole('button', { name: 'Use a passkey' }).click();
    const foreign = new URLSearchParams((await signed).postData() ?? '').get('response') ?? '';
    expect(foreign).toContain(credential);
    await page.evaluate(`{ const form = document.querySelector('[data-passkey]'); form.elements.response.value = ${JSON.stringify(foreign)}; form.submit(); }`);
    await page.locator('.govuk-error-summary').waitFor();
    expect(complaints.splice(0)).toEqual([]);
  });
});

describe('the outbox of the demo', () => {
  it('shows a letter as text, and its HTML alone in a sandbox', async () => {
    const { page, complaints } = await browsing.reader({ width: 320 });
    await page.goto('/en/outbox');
    await looksRight(page, 'outbox-en-320');
    await page.locator('.mg-card h2 a', { hasText: 'Welcome to Makegood' }).first().click();
    await looksRight(page, 'outbox-letter-en-320');
    const link = page.getByRole('link', { name: 'As a mail program shows it' });
    const answer = await page.goto(await link.getAttribute('href') ?? '');
    expect(answer?.headers()['content-security-policy']).toMatch(/default-src 'none'.*sandbox/);
    await expectFits(page);
    await keepPicture(page, 'outbox-html-320');
    await page.goto('/ko/outbox');
    await looksRight(page, 'outbox-ko-320');
    expect(complaints.splice(0)).toEqual([]);
  });

  it.each([['a mail server', { smtpUrl: 'smtp://127.0.0.1:9' }], ['no demo', { demo: false }], ['production', { environment: 'production' }]] as const)('is nowhere with %s', async (_what, config) => {
    const other = await startTestApp({ config: { demo: true, ...config } });
    const answers = await Promise.all(['/en/outbox', '/en/outbox/01900000-0000-7000-8000-000000000001', '/en/outbox/01900000-0000-7000-8000-000000000001/html'].map((path) => fetch(`${other.url}${path}`)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    await other.close();
  });
});
