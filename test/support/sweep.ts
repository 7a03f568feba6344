import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browsing, expectAccessible, expectFits, expectReachable, expectTypeface, expectWords, keepPicture, type Reader } from './browser.js';
import { openStory, type Story } from './story.js';
import type { Seen } from './page-list.js';

/** What is real, what is not, and whose it is not; in the reader's language. */
const DEMO_NOTICE = { en: /public sources.*synthetic.*Not affiliated/s, ko: /공개된 자료.*가상.*관련이 없습니다/s, fr: /sources publiques.*fictifs.*Aucun lien/s } as const;
/** The first load of a page, styles and scripts included. */
const BUDGET_BYTES = 80 * 1_024;
const WIDE = 1280;
const NARROW = 320;

/**
 * Looks at every page of a list: in each language, at each width, with a screen reader's rules, by keyboard alone, without scripts, and on
 * the wire. A page is loaded once a language and then made narrower; the rules of accessibility are asked where a layout differs.
 */
export function sweep(pages: Readonly<Record<string, Seen>>): void {
  let world: Story;
  let browsing: Browsing;
  const readers = new Map<string, Reader>();
  /** What each page weighed, for whoever reads the log. */
  const weights = new Map<string, number>();

  beforeAll(async () => {
    world = await openStory();
    browsing = await Browsing.of(world.url);
  });
  afterAll(async () => {
    process.stdout.write(`page weights in bytes: ${[...weights].map(([name, bytes]) => `${name} ${bytes}`).join(', ')}\n`);
    await browsing.close();
    await world.close();
  });

  async function readerFor(email: string | undefined, scripts = true): Promise<Reader> {
    const key = `${email ?? 'anybody'} ${scripts}`;
    const kept = readers.get(key) ?? await browsing.reader({ width: WIDE, scripts, ...(email === undefined ? {} : { email }) });
    readers.set(key, kept);
    return kept;
  }

  async function open({ page }: Reader, language: keyof typeof DEMO_NOTICE, { address }: Seen, width: number): Promise<void> {
    await page.setViewportSize({ width, height: 900 });
    const answer = await page.goto(`/${language}${address(world)}`);
    expect(answer?.status()).toBe(200);
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    expect(await page.locator('h1').count()).toBe(1);
    // Nobody has typed anything yet.
    expect(await page.locator('.govuk-form-group--error, .govuk-error-message:visible').count()).toBe(0);
    await expectWords(page);
    expect(await page.locator('.mg-demo').innerText()).toMatch(DEMO_NOTICE[language]);
  }

  /** What a browser that has nothing yet loads for the page it is led to. */
  async function weighed({ page, context }: Reader, led: () => Promise<void>): Promise<number> {
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    const sizes: number[] = [];
    session.on('Network.loadingFinished', ({ encodedDataLength }) => sizes.push(encodedDataLength));
    await led();
    await session.detach();
    expect(sizes.length).toBeGreaterThan(1);
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  describe.each(Object.entries(pages))('the page "%s"', (name, seen) => {
    it('in English, on a desk: can be read by everybody and used by keyboard alone', async () => {
      const reader = await readerFor(seen.email);
      await open(reader, 'en', seen, WIDE);
      await expectFits(reader.page);
      await expectTypeface(reader.page);
      await expectAccessible(reader.page);
      await keepPicture(reader.page, `${name}-en-${WIDE}`);
      await expectReachable(reader.page);
      expect(reader.complaints.splice(0)).toEqual([]);
    });

    it('in Korean, on a desk, a tablet and a phone: is light, fits, and can be read by everybody', async () => {
      const reader = await readerFor(seen.email);
      const bytes = await weighed(reader, () => open(reader, 'ko', seen, WIDE));
      weights.set(name, bytes);
      expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES);
      for (const width of [WIDE, 768, NARROW]) {
        await reader.page.setViewportSize({ width, height: 900 });
        await expectFits(reader.page);
      }
      await expectAccessible(reader.page);
      await keepPicture(reader.page, `${name}-ko-${NARROW}`);
      expect(reader.complaints.splice(0)).toEqual([]);
    });

    it('in French, on a phone and without scripts: is whole and fits', async () => {
      const reader = await readerFor(seen.email, false);
      await open(reader, 'fr', seen, NARROW);
      await expectFits(reader.page);
      expect(reader.complaints.splice(0)).toEqual([]);
    });
  });
}
