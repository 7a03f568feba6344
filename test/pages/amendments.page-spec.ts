import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { canonicalJson, sha256Hex } from '../../src/core/audit/index.js';
import { AmendmentRehearsals, ChangeApplication, totalsIn, type AmendmentHead, type AmendmentReport } from '../../src/modules/changes/index.js';
import type { Tx } from '../../src/platform/database/tx.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { Browsing, expectAccessible, expectFits, expectGood, keepPicture, type Reader } from '../support/browser.js';
import { asSystem } from '../support/lower-floors.js';
import { claimOf } from '../support/claims.js';
import { draftClaim, ifMatch, openWorld, submit, uploadSales, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;
let [editor, second, reviewer] = [{} as Reader, {} as Reader, {} as Reader];
let [reference, claimId, address] = ['', '', ''];

const step = async (take: (tx: Tx) => ReturnType<AmendmentRehearsals['step']>): Promise<boolean> => unwrap(await world.app.get(UnitOfWork).run(asSystem, take)).done;
const said = (page: Page): Promise<string> => page.locator('main').innerText();
/** The button at the end of the form; another one at its beginning takes Enter. */
const send = (page: Page): Promise<void> => page.locator('main form button[value=save]').last().click();
const value = (page: Page, id: string): Promise<string> => page.locator(`#${id}`).inputValue();
const segments = (page: Page): Promise<number> => page.locator('main [id^=s][id$=-source]').count();
const lengths = (page: Page, strip: string): Promise<string[]> => page.locator(`#${strip} .mg-bar--down title`).allTextContents();
/** By keyboard, as Enter on a button sends it. */
const press = async (page: Page, selector: string): Promise<void> => {
  await page.locator(selector).focus();
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
};

/** No worker runs here: the steps are taken when the test says so. */
async function rehearse(): Promise<void> {
  const [run] = await world.app.get(Database).reader.query<{ id: string }>(`SELECT id FROM change_run WHERE state = 'running'`);
  while (!await step((tx) => world.app.get(AmendmentRehearsals).step(tx, run?.id ?? '')));
}

/** The run once more, as it would be told if a claim in won had been among those that are touched. */
async function inTwoCurrencies(): Promise<void> {
  const { reader } = world.app.get(Database);
  const [run] = await reader.query<{ id: string; head: AmendmentHead; report: string }>('SELECT id, head, report FROM change_run');
  if (run === undefined) throw new Error('there is no run');
  const { candidate, kind, snapshot } = run.head;
  const { schema, placebo, toTell, ...told } = JSON.parse(run.report) as AmendmentReport;
  const [pounds] = totalsIn({ schema, placebo, toTell, ...told });
  const won = { ...pounds, currency: 'KRW', differenceMinor: '4000', afterMinor: '9000', beforeMinor: '5000', winners: { claims: 1, minor: '4000' }, losers: { claims: 0, minor: '0' }, unchanged: 0, causes: [{ cause: 'amendment', claims: 1, minor: '4000' }],
    histogram: { edgesMinor: Array.from({ length: 21 }, (_, index) => String(index * 201)), counts: Array.from({ length: 20 }, (_, index) => (index === 19 ? 1 : 0)) } };
  const report = { kind, candidate, snapshot, currencies: ['GBP', 'KRW'], schema, claims: 2, totals: [pounds, won], placebo, toTell };
  await world.app.get(UnitOfWork).run(asSystem, async (tx) => {
    const [copy] = await tx.query<{ id: string }>(`
      INSERT INTO change_run (change_id, n, state, head, started_by, started_at, expected_count, done_count, finished_at, report, digest)
      SELECT change_id, 2, 'finished', $2, started_by, started_at, 2, 2, finished_at, $3, $4 FROM change_run WHERE id = $1 RETURNING id`,
    [run.id, JSON.stringify({ kind, candidate, snapshot, currencies: ['GBP', 'KRW'] }), canonicalJson(report), sha256Hex(canonicalJson(report))]);
    await tx.execute(`INSERT INTO change_touched (run_id, claim_id) SELECT $2, claim_id FROM change_touched WHERE run_id = $1`, [run.id, copy?.id]);
    await tx.execute(`
      INSERT INTO change_run_item (run_id, claim_id, merchant_id, claim_version, claim_state, before_outcome, before_minor, after_outcome, after_minor, assessed_minor, input_hash, causes, currency)
      SELECT $2, claim_id, merchant_id, claim_version, claim_state, before_outcome, before_minor, after_outcome, after_minor, assessed_minor, input_hash, causes, currency FROM change_run_item WHERE run_id = $1`, [run.id, copy?.id]);
    return { ok: true, value: undefined };
  });
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
  const contested = (await segments(page)) - 1;
  expect(await value(page, `s${contested}-source`)).toBe(`claim ${reference}`);
  expect([await page.locator(`#s${contested}-source`).isVisible(), await page.locator('#s0-source').isVisible()]).toEqual([true, false]);
  await expectGood(reviewer, 'amendments-new');
  await send(page);
  expect(await page.locator('.mg-row-card .govuk-error-message').first().innerText()).toMatch(new RegExp(`Segment ${contested + 1}\\b.*overlap|overlap.*Segment ${contested + 1}\\b`));
  expect([await value(page, 'reason'), await value(page, `s${contested}-source`)]).toEqual([`${reference}:`, `claim ${reference}`]);
  await expectAccessible(page);
  await keepPicture(page, 'amendments-overlap');
});

it('what is recorded is drawn above what it would be; moving an edge or taking out a row changes the lower one, and stores nothing', async () => {
  const { page, complaints } = editor;
  const address = `/en/changes/amendments/new?claim=${reference}`;
  await page.goto(address);
  const before = await lengths(page, 'recorded');
  expect(await value(page, 'zone')).toBe('Europe/London');
  const last = (await segments(page)) - 1;
  await press(page, `button[value=remove-segments-${last}]`);
  expect([await page.locator(`#s${last}-from`).count(), await page.locator('.mg-unsaved').isVisible()]).toEqual([0, true]);
  expect(await lengths(page, 'lanes')).toEqual(before);
  const edge = page.locator('.mg-edges [data-field]').last();
  const field = await edge.getAttribute('data-field') ?? '';
  const typed = await value(page, field);
  const answered = page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith('/changes/amendments'));
  await edge.focus();
  await page.keyboard.press('Shift+ArrowRight');
  const moved = await value(page, field);
  expect([moved === typed, await page.locator(`#${field}`).isVisible()]).toEqual([false, true]);
  await answered;
  await page.locator(`.mg-edges [data-field="${field}"]`).waitFor();
  expect([await lengths(page, 'recorded'), await value(page, field), await page.evaluate('document.activeElement.dataset.field')]).toEqual([before, moved, field]);
  await expect(page.locator('#lanes + template, #lanes .mg-edges-board').count()).resolves.toBe(2);
  await expectAccessible(page);
  await keepPicture(page, 'amendments-edges');
  await page.goto(address);
  expect(await value(page, field)).toBe(typed);
  expect(complaints.splice(0)).toEqual([]);
});

it.each([['en', 1280], ['ko', 320], ['fr', 320]] as const)('works without scripts by keyboard alone, in %s, %i wide', async (language, width) => {
  const { page } = await browsing.reader({ person: 'registerEditor', width, scripts: false });
  await page.goto(`/${language}/changes/amendments/new?claim=${reference}`);
  expect(await page.locator('#preview').isVisible()).toBe(true);
  await page.locator('#what-2').focus();
  await page.keyboard.press('Space');
  await press(page, '#preview');
  expect(await page.locator('#what-2').isChecked()).toBe(true);
  expect([(await lengths(page, 'recorded')).length > 0, await lengths(page, 'lanes')]).toEqual([true, []]);
  await page.locator('#reason').fill('');
  await page.locator('#zone').fill('Nowhere/Land');
  await page.locator('#what').check();
  await send(page);
  expect(await Promise.all((await page.locator('.govuk-error-summary a').all()).map((link) => link.getAttribute('href')))).toEqual(['#reason', '#zone']);
  expect(await page.locator('#recorded').isVisible()).toBe(true);
  await expectFits(page);
  await keepPicture(page, `amendments-faults-${language}`);
});

it('an editor proposes that there was no outage, sees what it costs, and another approves', async () => {
  const { page } = editor;
  await page.goto(`/en/changes/amendments/new?claim=${reference}`);
  await page.getByLabel('What changes, and why').fill('The probe was broken');
  await page.getByLabel('That there was no outage').check();
  await send(page);
  address = new URL(page.url()).pathname;
  expect(await said(page)).toContain('There was no outage: every line is taken out.');
  expect(await said(page)).toContain(reference);
  await expectGood(editor, 'amendments-proposed');
  await page.getByRole('link', { name: 'Change its lines' }).click();
  expect(await page.getByLabel('That there was no outage').isChecked()).toBe(true);
  await expectGood(editor, 'amendments-lines');
  const late = await editor.context.newPage();
  await late.goto(`${address}/lines`);
  await page.getByLabel('What changes, and why').fill('The probe was broken all day');
  await send(page);
  expect(await said(page)).toContain('The probe was broken all day');
  await late.getByLabel('What changes, and why').fill('The probe was never broken');
  await send(late);
  expect([await value(late, 'reason'), await late.locator('.mg-meanwhile').innerText()]).toEqual(['The probe was never broken', expect.stringContaining('The probe was broken all day')]);
  await expectAccessible(late);
  await expectFits(late);
  await keepPicture(late, 'amendments-meanwhile');
  await send(late);
  expect(await said(late)).toContain('The probe was never broken');
  await late.close();
  await page.reload();
  await page.getByRole('button', { name: 'Start' }).first().click();
  await rehearse();
  await second.page.goto(address);
  await second.page.goto(`${address}/runs/1`);
  expect(await said(second.page)).toContain('An amendment changes no rule');
  await expectGood(second, 'amendments-report');
  await inTwoCurrencies();
  await second.page.goto(`${address}/runs/2`);
  expect(await said(second.page)).toMatch(/Difference \(GBP\)[^]*Difference \(KRW\)[^]*₩-?\+?4,000/);
  await expectGood(second, 'amendments-report-currencies');
  await second.page.goto(`${address}/runs/2/claims?order=winners&currency=KRW`);
  expect(await second.page.locator('nav [aria-current=page]').allInnerTexts()).toEqual([expect.stringContaining('KRW'), expect.stringContaining('1')]);
  await expectGood(second, 'amendments-claims-currencies');
  await second.page.goto('/en/changes');
  expect(await said(second.page)).toMatch(/£[^]*₩/);
  await second.page.goto(`${address}/runs/2/approval`);
  await second.page.locator('#bound-GBP').fill('1');
  await second.page.locator('#bound-KRW').fill('0.5');
  await second.page.locator('main form button').click();
  expect([await second.page.locator('#bound-GBP').inputValue(), await second.page.locator('#bound-KRW').inputValue()]).toEqual(['1', '0.5']);
  expect(await second.page.locator('.govuk-error-summary a').getAttribute('href')).toBe('#bound-KRW');
  await expectAccessible(second.page);
  await expectFits(second.page);
  await keepPicture(second.page, 'amendments-bounds-faulty');
  await second.page.locator('#bound-KRW').fill('100');
  await second.page.locator('main form button').click();
  await expectGood(second, 'amendments-approve-currencies');
  await second.page.locator('.govuk-back-link').click();
  expect([await second.page.locator('#bound-GBP').inputValue(), await second.page.locator('#bound-KRW').inputValue()]).toEqual(['1.00', '100']);
  await second.page.locator('main form button').click();
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

it('with more lines than the form takes it is refused in words that name the request of the API', async () => {
  const path = `/v1/outages/${world.world.outageId}`;
  const { body: { version } } = await world.as<{ version: number }>('registerEditor', 'GET', path);
  const regions = Array.from({ length: 102 }, (_, index) => `district-${index}`);
  const { status, body: { id } } = await world.as<{ id: string }>('registerEditor', 'POST', `${path}/amendments`, {
    ...ifMatch(version), body: {
      reason: 'District by district', complete: true, scope: ['13', '14'].map((day) => ({ services: ['harbourline.payments'], regions, from: `2026-10-${day}T00:00:00Z`, to: `2026-10-${day}T23:00:00Z` })),
      segments: [{ service: 'harbourline.payments', region: 'district-7', from: '2026-10-13T09:20:00Z', to: '2026-10-13T11:40:00Z', state: 'down', source: 'probe' }],
    },
  });
  expect(status).toBe(201);
  for (const language of ['en', 'ko', 'fr']) {
    expect((await editor.page.goto(`/${language}/changes/${id}/lines`))?.status()).toBe(409);
    expect(await said(editor.page)).toContain(`PUT /v1/changes/${id}/revision`);
    await expectFits(editor.page);
  }
});
