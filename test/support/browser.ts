import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { call } from './app.js';
import { launchChromium } from './chromium.mjs';
import type { Person } from './world.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** Fewer rules than this looked at a page: then the check itself is broken. */
const LEAST_RULES = 12;
const SHOTS = join(process.cwd(), 'test', 'pages', 'screenshots');

export interface Reader {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained about: failed loads, script errors, violations of the content security policy. */
  readonly complaints: string[];
}

/** A browser for a test file, with people who read pages in it. */
export class Browsing {
  private constructor(private readonly browser: Browser, private readonly url: string) {}

  static async of(url: string): Promise<Browsing> {
    return new Browsing(await launchChromium(), url);
  }

  /** Somebody with a window of their own; signed in when named, and where signing in leads to. */
  async reader(options: { person?: Person; email?: string; width?: number; scripts?: boolean } = {}): Promise<Reader> {
    const context = await this.browser.newContext({ baseURL: this.url, viewport: { width: options.width ?? 1280, height: 900 }, javaScriptEnabled: options.scripts ?? true });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // A page that answers 4xx is a page all the same; the browser still mentions its status.
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
    });
    const email = options.email ?? (options.person === undefined ? undefined : DEMO_PEOPLE[options.person].email);
    if (email !== undefined) {
      await context.addCookies([{ name: 'makegood_session', value: await this.#session(email), url: this.url }]);
      await page.goto('/en/start');
    }
    return { page, context, complaints };
  }

  async #session(email: string): Promise<string> {
    const { status, body } = await call<{ token: string }>(this.url, 'POST', '/v1/sessions', { body: { email, password: DEMO_PASSWORD } });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body.token;
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

export async function signIn(page: Page, email: string): Promise<void> {
  await page.goto('/en/sign-in');
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(DEMO_PASSWORD);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
}

/** Of a rule that passes nobody asks for the path of every element: most of the time went into writing them down and sending them here. */
const AXE_RUN = `axe.run(document, ${JSON.stringify({ runOnly: { type: 'tag', values: WCAG }, resultTypes: ['violations'], selectors: false })}).then(({ violations, passes, incomplete }) => ({
  ran: passes.length + incomplete.length, violations: violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')),
}))`;

/** The browser's tools of a page, kept as long as it is: letting go of them takes away its virtual passkeys, whoever made them. */
const TOOLS = new WeakMap<Page, Promise<CDPSession>>();

function toolsOf(page: Page): Promise<CDPSession> {
  const tools = TOOLS.get(page) ?? page.context().newCDPSession(page);
  TOOLS.set(page, tools);
  return tools;
}

/** Every WCAG A and AA rule of 2.0 to 2.2, and that they did run. Handed over by the browser's tools: a script tag would break the page's policy. */
export async function expectAccessible(page: Page): Promise<void> {
  await (await toolsOf(page)).send('Runtime.evaluate', { expression: AXE });
  // As text: this runs in the page, whose globals the tests' compiler does not know.
  const { violations, ran } = await page.evaluate<{ violations: string[]; ran: number }>(AXE_RUN);
  expect(violations).toEqual([]);
  expect(ran).toBeGreaterThanOrEqual(LEAST_RULES);
}

/** Nothing sticks out sideways. */
export async function expectFits(page: Page): Promise<void> {
  const { wide, window } = await page.evaluate<{ wide: number; window: number }>('({ wide: document.documentElement.scrollWidth, window: innerWidth })');
  expect(wide).toBeLessThanOrEqual(window);
}

/** Every word is set in the product's own typefaces, not in the browser's. */
export async function expectTypeface(page: Page): Promise<void> {
  const strays = await page.evaluate<string[]>(`[...document.querySelectorAll('body, body *')]
    .filter((one) => one.checkVisibility() && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ''))
    .filter((one) => !/^"?(?:Pretendard|ui-monospace)/.test(getComputedStyle(one).fontFamily))
    .map((one) => one.outerHTML.slice(0, 120))`);
  expect(strays).toEqual([]);
}

/** No key of the catalogue and no template left-over is shown to people. */
export async function expectWords(page: Page): Promise<void> {
  // What is quoted from a document, such as a policy's text, is nobody's left-over.
  const quoted = await page.locator('pre, code').allInnerTexts();
  const text = quoted.reduce((left, quote) => left.replace(quote, ''), `${await page.title()} ${await page.locator('body').innerText()}`);
  expect(text.match(/\b[a-z_]+(\.[a-z_]+){1,3}\b(?<!\.example|\.yaml)/g)?.filter((word) => !/makegood\.|harbourline\.|corner-cafe\.|shops\.|\.(csv|xml|xlsx)$/.test(word)) ?? []).toEqual([]);
  expect(text).not.toMatch(/undefined|\[object|NaN|\{\{|\}\}/);
}

/** Everything that can be used is reached by Tab alone, the way past the navigation first; of a group of radio buttons one. */
export async function expectReachable(page: Page): Promise<void> {
  await page.evaluate(`{
    const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')];
    all.filter((one) => !one.disabled && one.checkVisibility()).forEach((one) => { one.dataset.stop = one.type === 'radio' ? 'radio ' + one.name : String(all.indexOf(one)); });
  }`);
  // Where each press has led to is noted in the page: to ask for it after every one takes as long as pressing.
  await page.evaluate("window.stops = []; addEventListener('keyup', () => { stops.push(document.activeElement?.dataset.stop ?? ''); }, true)");
  const wanted = await page.evaluate<string[]>("[...new Set([...document.querySelectorAll('[data-stop]')].map((one) => one.dataset.stop))]");
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.classList.contains("govuk-skip-link")')).toBe(true);
  for (let presses = 0; presses < wanted.length + 2; presses += 1) await page.keyboard.press('Tab');
  const reached = new Set(await page.evaluate<string[]>('stops'));
  expect(wanted.filter((stop) => !reached.has(stop))).toEqual([]);
}

/** Kept to be looked at, when `PAGE_PICTURES=on` asks for it: no machine compares them, and painting whole pages takes as long as checking them. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (process.env['PAGE_PICTURES'] !== 'on') return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}

/** The page as it stands now, in every language, on a desk and a phone, for every reader. The pictures begin with `name`. */
export async function expectGood({ page, complaints }: Reader, name: string): Promise<void> {
  // Without the word of thanks: it takes the focus, as it should.
  const [, rest = ''] = /\/en(\/.*?)(\?done=.*)?$/.exec(page.url()) ?? [];
  for (const [language, width] of [['en', 1280], ['ko', 320], ['fr', 320]] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`/${language}${rest}`);
    expect(await page.locator('h1').count()).toBe(1);
    await expectWords(page);
    await expectFits(page);
    // French is the longest; what a machine says of it, it has said of the other two.
    if (language !== 'fr') await expectAccessible(page);
    await keepPicture(page, `${name}-${language}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`/en${rest}`);
  await expectReachable(page);
  expect(complaints.splice(0)).toEqual([]);
}
