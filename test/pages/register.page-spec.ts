import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { Browsing, expectAccessible, expectFits, expectReachable, expectWords, keepPicture, signIn, type Reader } from '../support/browser.js';
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

/** By keyboard: what is focused is written into, and Enter sends. */
const type = async (page: Page, id: string, text: string): Promise<void> => {
  await page.locator(`#${id}`).focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(text);
};
const press = async (page: Page, selector: string): Promise<void> => {
  await page.locator(selector).first().focus();
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
};
const value = (page: Page, id: string): Promise<string> => page.locator(`#${id}`).inputValue();
const bars = (page: Page): Promise<number> => page.locator('.mg-strip .mg-bar--down').count();

describe('an outage of many segments', () => {
  const MANY = 190;
  const minute = (at: number): string => new Date(Date.UTC(2026, 9, 21, 8, at)).toISOString();
  const segments = Array.from({ length: MANY }, (_one, at) => ({ service: 'harbourline.payments', from: minute(at * 2), to: minute(at * 2 + 1), state: 'down', source: 'probe' }));

  it('is saved from its form without losing one', async () => {
    const { body } = await world.as('registerEditor', 'POST', '/v1/outages', {
      body: { code: 'many-segments', title: { en: 'Flapping' }, complete: true, scope: [{ services: ['harbourline.payments'], from: minute(0), to: minute(720) }], segments },
    });
    const { page } = await browsing.reader({ person: 'registerEditor', width: 1280, scripts: false });
    await page.goto(`/en/register/${String(body['id'])}/edit`);
    expect(await page.locator(`#s${MANY - 1}-from`).inputValue()).not.toBe('');
    await page.locator('#s0-source').fill('another probe');
    await press(page, '#add-segments');
    expect(await page.locator(`#s${MANY}-from`).count()).toBe(1);
    await press(page, `button[value=remove-segments-${MANY}]`);
    await press(page, 'button[value=save]');
    const saved = await world.as('registerEditor', 'GET', `/v1/outages/${String(body['id'])}`);
    expect((saved.body['segments'] as { source: string }[]).map(({ source }) => source)).toEqual(['another probe', ...Array.from({ length: MANY - 1 }, () => 'probe')]);
  });

  it('is refused as a whole, in words, when a form holds more than is read', async () => {
    const { page } = await browsing.reader({ person: 'registerSecond', width: 1280, scripts: false });
    await page.goto('/en/register/new');
    const answer = await page.request.post(page.url(), { headers: { origin: world.url }, form: Object.fromEntries(Array.from({ length: 4_001 }, (_one, at) => [`x${at}`, ''])) });
    expect([answer.status(), await answer.text()]).toEqual([400, expect.stringContaining('the form has more than 4000 fields')]);
  });
});

describe.each([['en', 1280, true], ['ko', 320, false], ['fr', 320, true]] as const)('the register, in %s, %i wide, scripts %s', (language, width, scripts) => {
  let editor: Page;
  let second: Page;
  let complaints: string[];
  let home: string;
  const code = `cards-${language}`;
  beforeAll(async () => {
    const [one, two] = [await browsing.reader({ person: 'registerEditor', width, scripts }), await browsing.reader({ person: 'registerSecond', width, scripts })];
    [editor, second, complaints] = [one.page, two.page, one.complaints];
    for (const page of [editor, second]) page.setDefaultTimeout(5_000);
  });
  const fine = async (page: Page, name: string): Promise<void> => {
    await expectFits(page);
    await expectWords(page);
    if (scripts) await expectAccessible(page);
    await keepPicture(page, `register-${name}-${language}`);
  };

  it('a draft is begun from nothing: all that is missing at once, each at its field', async () => {
    await editor.goto(`/${language}/register`);
    await fine(editor, 'list');
    await editor.goto(`/${language}/register/new`);
    await fine(editor, 'new');
    await type(editor, 'code', 'Not A Code');
    await type(editor, 's0-from', '2026-02-30 10:00');
    await type(editor, 'zone', 'Europe/London');
    await press(editor, 'main form > button[value=save]:last-of-type, main form button[value=save]');
    expect(await editor.locator('.govuk-error-summary li').count()).toBe(4);
    expect([await value(editor, 's0-from'), await value(editor, 'code')]).toEqual(['2026-02-30 10:00', 'Not A Code']);
    await fine(editor, 'faults');
  });

  it('rows come and go without storing anything, and a row more goes on where the last one ends', async () => {
    await type(editor, 'code', code);
    await type(editor, 'title-en', 'Cards failed');
    await editor.locator('#s0-service').selectOption('harbourline.payments');
    await type(editor, 's0-from', '2026-10-20 10:00');
    await type(editor, 's0-to', '2026-10-20 11:00');
    await type(editor, 's0-source', 'probe');
    await editor.locator('#c0-service').selectOption('harbourline.payments');
    await type(editor, 'c0-from', '2026-10-20 08:00');
    await type(editor, 'c0-to', '2026-10-20 20:00');
    await press(editor, '#add-segments');
    expect([await value(editor, 's1-from'), await value(editor, 's1-source'), await value(editor, 's0-to')]).toEqual(['2026-10-20 11:00', 'probe', '2026-10-20 11:00']);
    expect(await editor.evaluate('document.activeElement.id')).toBe('s1-service');
    expect(await editor.locator('.mg-unsaved').isVisible()).toBe(true);
    await press(editor, 'button[value=remove-segments-1]');
    expect(await editor.locator('#s1-from').count()).toBe(0);
    expect(await bars(editor)).toBeGreaterThan(0);
    await fine(editor, 'drawn');
  });

  it('lines that overlap are refused at the row, in words', async () => {
    await press(editor, '#add-segments');
    await type(editor, 's1-from', '2026-10-20 10:30');
    await type(editor, 's1-to', '2026-10-20 10:45');
    await press(editor, 'button[value=save]');
    const error = editor.locator('#s1-from-error');
    expect(await error.isVisible()).toBe(true);
    expect(await error.innerText()).toContain({ en: 'Segment 2 and Segment 1 overlap', ko: '구간 2, 구간 1', fr: 'Segment 2 et Segment 1' }[language]);
    expect(await error.getAttribute('lang')).toBeNull();
    await fine(editor, 'overlap');
    await press(editor, 'button[value=remove-segments-1]');
    await press(editor, 'button[value=save]');
    expect(await editor.locator('.govuk-notification-banner').isVisible()).toBe(true);
    home = editor.url().replace(/\?.*/, '');
    await fine(editor, 'draft');
  });

  it('is edited again by who opens it, and a window that lags behind loses nothing', async () => {
    await second.goto(`${home}/edit`);
    await editor.goto(`${home}/edit`);
    await type(editor, 's0-to', '2026-10-20 11:30');
    await press(editor, 'button[value=save]');
    await type(second, 's0-to', '2026-10-20 12:00');
    await press(second, 'button[value=save]');
    expect(await second.locator('.mg-meanwhile').isVisible()).toBe(true);
    expect(await value(second, 's0-to')).toBe('2026-10-20 12:00');
    await fine(second, 'meanwhile');
  });

  it('counts once the other person confirms it, then ends and is made final', async () => {
    await editor.goto(home);
    expect(await editor.locator('form[action$="/confirmation"]').count()).toBe(0);
    await second.goto(home);
    if (scripts) await expectReachable(second);
    await press(second, 'form[action$="/confirmation"] button');
    await fine(second, 'confirmed');
    await type(second, 'endedAt', '2099-01-01 10:00');
    await press(second, 'form[action$="/ending"] button');
    expect(await second.locator('#endedAt-error').isVisible()).toBe(true);
    expect(await value(second, 'endedAt')).toBe('2099-01-01 10:00');
    await type(second, 'endedAt', '2026-10-20 11:30');
    await press(second, 'form[action$="/ending"] button');
    await press(second, 'form[action$="/finalisation"] button');
    expect(await second.locator('.mg-timeline__item').count()).toBe(3);
    expect(await second.locator('.mg-timeline').innerText()).toMatch(/Reto Register[^]*Rana Register/);
    await fine(second, 'final');
    expect((await second.goto(await second.locator('main a[href*="/changes/amendments/new?outage="]').getAttribute('href') ?? ''))?.status()).toBe(200);
    await second.locator('main form button').last().click();
    expect(await second.locator('.govuk-error-summary').innerText()).toContain({ en: 'Say why', ko: '이유를', fr: 'Dites pourquoi' }[language]);
    expect((await second.goto(`${home}/edit`))?.status()).toBe(409);
  });

  it('is shown as it was known then', async () => {
    await second.goto(home);
    await press(second, '.mg-timeline__item:last-child a');
    expect(await second.locator('.govuk-tag').first().innerText()).toBe({ en: 'Going on', ko: '진행 중', fr: 'En cours' }[language]);
    await fine(second, 'past');
    const answer = await second.goto(`${home}?version=999999`);
    expect(answer?.status()).toBe(422);
    await fine(second, 'no-version');
    await second.goto(`${home}?asOf=2026-01-01%2010:00`);
    await fine(second, 'not-then');
  });

  it('is public with its exports, which name the version', async () => {
    await editor.goto(`/${language}/outages/${code}?service=harbourline.payments&day=2026-10-20&time=10:30`);
    await fine(editor, 'public');
    const address = await editor.locator('a[href*="format=csv"]').getAttribute('href');
    const answer = await fetch(`${world.url}${address ?? ''}`);
    const version = answer.headers.get('register-version');
    expect([answer.status, address, (await answer.text()).split('\r\n')[1]?.split(',')[0]]).toEqual([200, expect.stringContaining(`registerVersion=${version ?? '?'}&`), version]);
    expect(await editor.locator('.mg-answer').innerText()).toContain(version ?? '?');
    expect(complaints.splice(0)).toEqual([]);
  });
});

describe('scripts in the editor', () => {
  it('draw the rows anew while somebody types, and touch nothing that is typed', async () => {
    const { page, complaints } = await browsing.reader({ person: 'registerEditor' });
    await page.goto('/en/register/new');
    expect(await page.locator('#preview').isHidden()).toBe(true);
    await type(page, 'c0-from', '2026-10-20 08:00');
    await type(page, 'c0-to', '2026-10-20 20:00');
    await type(page, 's0-source', 'probe');
    await type(page, 's0-from', '2026-10-20 10:00');
    await type(page, 's0-to', '2026-10-20 11:00');
    await page.locator('.mg-strip .mg-bar--down').first().waitFor({ timeout: 5_000 });
    expect([await value(page, 's0-to'), await page.evaluate('document.activeElement.id'), page.url().endsWith('/register/new')]).toEqual(['2026-10-20 11:00', 's0-to', true]);
    expect(complaints).toEqual([]);
  });
});

describe('the edges of segments, moved on the drawing', () => {
  /** A morning of which one hour was down, and the hour after it in part. */
  let editor: Reader | undefined;
  async function drawn(width: number, language = 'en'): Promise<{ page: Page; complaints: string[] }> {
    // Signed in once: nobody signs in ten times in a quarter of an hour.
    editor ??= await browsing.reader({ person: 'registerEditor' });
    const { page, complaints } = editor;
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`/${language}/register/new`);
    await page.locator('#s0-service').selectOption('harbourline.payments');
    await page.locator('#c0-service').selectOption('harbourline.payments');
    for (const [id, text] of [['zone', 'Europe/London'], ['c0-from', '2026-10-20 08:00'], ['c0-to', '2026-10-20 12:00'], ['s0-source', 'probe'], ['s0-from', '2026-10-20 10:00'], ['s0-to', '2026-10-20 11:00']] as const) await page.locator(`#${id}`).fill(text);
    await page.locator('.mg-edges [data-field="s0-to"]').waitFor({ timeout: 5_000 });
    return { page, complaints };
  }
  const edge = (page: Page, field: string) => page.locator(`.mg-edges [data-field="${field}"]`);
  const fresh = (page: Page): Promise<unknown> => page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith('/register/new'));

  it('by keyboard: a minute, ten with Shift, an hour by page, never past the other edge, and the focus stays through the drawing anew', async () => {
    const { page, complaints } = await drawn(1280);
    const to = edge(page, 's0-to');
    expect([await to.getAttribute('role'), await to.getAttribute('aria-label'), await to.getAttribute('aria-valuetext')]).toEqual(['slider', 'Segment 1, to', expect.stringMatching(/20 October 2026.*11:00/)]);
    await to.focus();
    await page.keyboard.press('ArrowRight');
    expect([await value(page, 's0-to'), await to.getAttribute('aria-valuetext')]).toEqual(['2026-10-20 11:01', expect.stringContaining('11:01')]);
    await page.keyboard.press('Shift+ArrowUp');
    expect([await value(page, 's0-to'), Number(await edge(page, 's0-from').getAttribute('aria-valuemax')) * 60_000]).toEqual(['2026-10-20 11:11', Date.parse('2026-10-20T11:10:00+01:00')]);
    const answered = fresh(page);
    await page.keyboard.press('PageDown');
    expect(await value(page, 's0-to')).toBe('2026-10-20 10:11');
    await answered;
    await page.locator('.mg-bar--down title', { hasText: '10:11' }).waitFor({ state: 'attached' });
    expect(await page.evaluate('document.activeElement.dataset.field')).toBe('s0-to');
    await page.keyboard.press('Home');
    expect([await value(page, 's0-to'), await edge(page, 's0-to').getAttribute('aria-valuenow')]).toEqual(['2026-10-20 10:01', await edge(page, 's0-to').getAttribute('aria-valuemin')]);
    await page.keyboard.press('ArrowLeft');
    expect(await value(page, 's0-to')).toBe('2026-10-20 10:01');
    const from = edge(page, 's0-from');
    await from.press('Shift+ArrowLeft');
    expect(await value(page, 's0-from')).toBe('2026-10-20 09:50');
    await from.press('End');
    expect(await value(page, 's0-from')).toBe('2026-10-20 10:00');
    await from.press('Home');
    const [leftmost, rightmost] = [await from.getAttribute('aria-valuenow'), await to.getAttribute('aria-valuemax')].map((minutes) => Number(minutes) * 60_000);
    const board = await page.locator('.mg-edges').evaluate(({ dataset }) => [dataset['from'], dataset['to']].map(Number));
    expect([leftmost, rightmost]).toEqual([Math.ceil((board[0] ?? 0) / 60_000) * 60_000, Math.floor((board[1] ?? 0) / 60_000) * 60_000]);
    await to.press('PageUp');
    expect(await value(page, 's0-to')).toBe('2026-10-20 11:01');
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  });

  it('by pointer: what is dragged is in the field as a whole minute when it is let go, and drawn from there', async () => {
    const { page, complaints } = await drawn(1280);
    const [board, grip] = [await page.locator('.mg-edges').boundingBox(), await edge(page, 's0-to').locator('.mg-edges__grip').boundingBox()];
    if (board === null || grip === null) throw new Error('nothing is drawn');
    expect([grip.width, grip.height].every((size) => size >= 24)).toBe(true);
    const [x, y] = [grip.x + 4, grip.y + grip.height / 2];
    const span = 4 * 60 * (1 + 2 / 40);
    await page.mouse.move(x, y);
    await page.mouse.down({ button: 'right' });
    await page.mouse.move(x + 60, y);
    await page.mouse.up({ button: 'right' });
    expect(await value(page, 's0-to')).toBe('2026-10-20 11:00');
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + (board.width * 15) / span, y, { steps: 4 });
    expect(await value(page, 's0-to')).toMatch(/^2026-10-20 11:1[456]$/);
    await page.mouse.move(x - board.width, y);
    expect(await value(page, 's0-to')).toBe('2026-10-20 10:01');
    await page.mouse.move(x + (board.width * 30) / span, y);
    const [answered, meant] = [fresh(page), await value(page, 's0-to')];
    await page.mouse.up();
    await answered;
    expect(meant).toMatch(/^2026-10-20 11:(29|30|31)$/);
    await page.locator('.mg-bar--down title', { hasText: meant.slice(-5) }).waitFor({ state: 'attached' });
    expect(await value(page, 's0-to')).toBe(meant);
    expect(complaints).toEqual([]);
  });

  it('what is moved unfolds the field that it ends in, and the drawing anew leaves its table as it was', async () => {
    const { page } = await drawn(1280);
    await page.evaluate("document.querySelector('.mg-strip details').open = true");
    await page.evaluate("(() => { const field = document.getElementById('s0-to'); const folded = document.createElement('details'); field.before(folded); folded.append(document.createElement('summary'), field); })()");
    const answered = fresh(page);
    await edge(page, 's0-to').press('ArrowRight');
    await answered;
    expect(await page.locator('#s0-to').isVisible()).toBe(true);
    await page.locator('.mg-bar--down title', { hasText: '11:01' }).waitFor({ state: 'attached' });
    expect(await page.evaluate("document.querySelector('.mg-strip details').open")).toBe(true);
  });

  it('an answer that comes late, or while an edge is held, draws nothing', async () => {
    const { page } = await drawn(1280);
    let release: (() => void) | undefined;
    let asked = 0;
    await page.route('**/register/new', async (route) => {
      asked += 1;
      if (asked === 1) await new Promise<void>((resolve) => { release = resolve; });
      await route.continue();
    });
    const to = edge(page, 's0-to');
    await to.press('ArrowRight');
    while (asked < 1) await page.waitForTimeout(50);
    await to.press('PageDown');
    await page.locator('.mg-bar--down title', { hasText: '10:01' }).waitFor({ state: 'attached' });
    const late = fresh(page);
    release?.();
    await late;
    await page.waitForTimeout(200);
    expect(await page.locator('.mg-bar--down title').first().textContent()).toContain('10:01');
    const grip = await to.locator('.mg-edges__grip').boundingBox();
    if (grip === null) throw new Error('nothing is drawn');
    const answered = fresh(page);
    await to.press('ArrowLeft');
    await page.mouse.move(grip.x + 4, grip.y + 8);
    await page.mouse.down();
    await page.evaluate("window.grasped = document.activeElement");
    await answered;
    await page.waitForTimeout(200);
    expect(await page.evaluate('[window.grasped.dataset.field, window.grasped.isConnected]')).toEqual(['s0-to', true]);
    await page.mouse.up();
    await page.unroute('**/register/new');
  });

  it('in a narrow stretch the grip of the row at hand is the one that is taken, all 24 pixels of it; else the nearest', async () => {
    const { page, complaints } = await drawn(320);
    await page.locator('#add-segments').click();
    await page.locator('#s1-service').selectOption('harbourline.payments');
    for (const [id, text] of [['s1-from', '2026-10-20 11:02'], ['s1-to', '2026-10-20 11:05'], ['s1-source', 'probe']] as const) await page.locator(`#${id}`).fill(text);
    await edge(page, 's1-to').waitFor({ timeout: 5_000 });
    await edge(page, 's1-to').scrollIntoViewIfNeeded();
    // Where it is, the page stays: as for somebody who scrolls back to the drawing.
    const goTo = (id: string): Promise<unknown> => page.evaluate(`document.getElementById('${id}').focus({ preventScroll: true })`);
    const grip = async (field: string) => {
      const box = await edge(page, field).locator('.mg-edges__grip').boundingBox();
      if (box === null) throw new Error(`${field} is not drawn`);
      return box;
    };
    const [ends, later] = [await grip('s0-to'), await grip('s1-to')];
    expect(later.x - ends.x).toBeLessThan(12);
    const taken = async (x: number): Promise<unknown> => {
      await page.mouse.move(x, ends.y + ends.height / 2);
      await page.mouse.down();
      const field = await page.evaluate('document.activeElement.dataset.field');
      await page.mouse.up();
      return field;
    };
    for (const [row, box] of [['s0', ends], ['s1', later]] as const) {
      for (const x of [box.x + 0.5, box.x + 12, box.x + 23.5]) {
        await goTo(`${row}-evidence`);
        expect({ row, at: x - box.x, taken: await taken(x) }).toEqual({ row, at: x - box.x, taken: `${row}-to` });
      }
    }
    await goTo('zone');
    expect(await taken(ends.x + 12)).toBe('s0-to');
    await goTo('zone');
    expect(await taken(later.x + 12.5)).toBe('s1-to');
    await expectFits(page);
    expect(complaints).toEqual([]);
  });

  it('an hour that the clock says twice is written with its offset', async () => {
    const { page } = await drawn(1280);
    for (const [id, text] of [['c0-from', '2026-10-24 20:00'], ['c0-to', '2026-10-25 08:00'], ['s0-to', '2026-10-25 06:00'], ['s0-from', '2026-10-25 00:59']] as const) await page.locator(`#${id}`).fill(text);
    await page.locator('.mg-edges [data-field="s0-from"][aria-valuetext*="25 October"]').waitFor();
    await edge(page, 's0-from').press('ArrowRight');
    expect(await value(page, 's0-from')).toBe('2026-10-25T00:00:00Z');
  });

  it.each(['en', 'ko', 'fr'])('fits a phone and a desk, in %s', async (language) => {
    for (const width of [320, 1280]) {
      const { page } = await drawn(width, language);
      await edge(page, 's0-from').focus();
      await expectFits(page);
      await expectWords(page);
      await expectAccessible(page);
      await keepPicture(page, `register-edges-${language}-${width}`);
    }
  });
});

describe('who may not', () => {
  it('neither opens nor writes the register', async () => {
    const { page } = await browsing.reader({});
    await signIn(page, DEMO_PEOPLE.owner.email);
    expect((await page.goto('/en/register'))?.status()).toBe(403);
    const reviewer = await browsing.reader({ person: 'reviewer' });
    expect((await reviewer.page.goto('/en/register/new'))?.status()).toBe(403);
    expect((await reviewer.page.goto('/en/register'))?.status()).toBe(200);
    expect(await reviewer.page.locator('a[href$="/register/new"]').count()).toBe(0);
  });
});
