import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { ChangeApplication, ChangeRehearsals } from '../../src/modules/changes/index.js';
import { People } from '../../src/modules/identity/index.js';
import { PolicyDrafting } from '../../src/modules/policies/index.js';
import type { Context } from '../../src/platform/access/context.js';
import type { Tx } from '../../src/platform/database/tx.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { Browsing, expectAccessible, expectFits, expectGood, keepPicture, type Reader } from '../support/browser.js';
import { asSystem, at } from '../support/lower-floors.js';
import { DECLARED, draftClaim, ifMatch, openWorld, submit, uploadSales, type World } from '../support/world.js';

const GBP = readFileSync('policies/default-gbp.yaml', 'utf8');
/** The policy with another waiting period; its examples say what does not depend on that. */
const waiting = (minutes: number): string => `${GBP.slice(0, GBP.indexOf('examples:')).replace('value: "60" }', `value: "${minutes}" }`)}examples:
  - name: no recorded trouble and no enrolment are both named
    given: { enrolled: "false" }
    expect: { outcome: ineligible, reasons: [outage_not_recorded, not_enrolled] }
`;
const BOTH = 'both@test.example';

let world: World;
let both: Context;
let browsing: Browsing;
let [author, approver] = [{} as Reader, {} as Reader];
let [reference, claimId, address] = ['', '', ''];

/** A draft of somebody with both roles, handed in. */
async function inReview(minutes: number): Promise<void> {
  const drafting = world.app.get(PolicyDrafting);
  const draft = unwrap(await drafting.create(both, 'default-gbp', { source: waiting(minutes), effectiveFrom: at('2026-10-01T00:00:00Z'), decidedFrom: null, reach: 'undecided' }));
  unwrap(await drafting.submit(both, 'default-gbp', String(draft.number), draft.version));
}

const step = async (take: (tx: Tx) => ReturnType<ChangeRehearsals['step']>): Promise<boolean> => unwrap(await world.app.get(UnitOfWork).run(asSystem, take)).done;

/** No worker runs here: the steps of the last run are taken when the test says so. */
async function rehearse(steps = Infinity): Promise<void> {
  const [run] = await world.app.get(Database).reader.query<{ id: string }>(`SELECT id FROM change_run WHERE state = 'running'`);
  for (let taken = 0; taken < steps; taken += 1) if (await step((tx) => world.app.get(ChangeRehearsals).step(tx, run?.id ?? ''))) return;
}

async function applyAll(): Promise<void> {
  while (!await step((tx) => world.app.get(ChangeApplication).step(tx, asSystem, address.split('/').at(-1) ?? '')));
}

/** Anything confirmed in the register makes a new version of it. */
async function registerMoves(code: string): Promise<void> {
  const day = { from: '2025-03-03T08:00:00Z', to: '2025-03-03T20:00:00Z' };
  const { body } = await world.as<{ id: string; version: number }>('registerEditor', 'POST', '/v1/outages', { body: {
    code, title: { en: 'Another day' }, complete: true, scope: [{ services: ['harbourline.messages'], ...day }],
    segments: [{ service: 'harbourline.messages', state: 'down', source: 'probe', from: '2025-03-03T10:00:00Z', to: '2025-03-03T11:00:00Z' }],
  } });
  expect((await world.as('registerSecond', 'POST', `/v1/outages/${body.id}/confirmations`, { body: { revision: 1 }, ...ifMatch(body.version) })).status).toBe(201);
}

const said = (page: Page): Promise<string> => page.locator('main').innerText();
const trouble = (page: Page): Promise<string> => page.locator('.govuk-error-summary').innerText();

beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: 604_800 } });
  const people = world.app.get(People);
  const { id } = unwrap(await people.create(asSystem, { email: BOTH, name: 'Bo Both', password: DEMO_PASSWORD }));
  for (const role of ['policy_author', 'policy_approver'] as const) unwrap(await people.grant(asSystem, id, role));
  both = { actor: { kind: 'user', userId: id, roles: ['policy_author', 'policy_approver'], memberships: [] }, requestId: 'test' };
  browsing = await Browsing.of(world.url);
  [author, approver] = [await browsing.reader({ email: BOTH }), await browsing.reader({ email: DEMO_PEOPLE.policyApprover.email })];
});
afterAll(async () => {
  await browsing.close();
  await world.close();
});

describe('who may look', () => {
  it.each([['owner', 403], ['administrator', 403], ['finance', 200], ['reviewer', 200], ['auditor', 200], ['policyApprover', 200]] as const)('%s: %i', async (person, status) => {
    const { page, context } = await browsing.reader({ person });
    expect((await page.goto('/en/changes'))?.status()).toBe(status);
    expect(await page.getByRole('navigation', { name: 'Where to go' }).getByRole('link', { name: 'Changes' }).count()).toBe(status === 200 ? 1 : 0);
    await context.close();
  });

  it('strangers are shown the way in; who may not propose finds neither button nor page', async () => {
    const { page, context } = await browsing.reader();
    await page.goto('/en/changes');
    expect(page.url()).toContain('/en/sign-in?next=');
    await context.close();
    await approver.page.goto('/en/changes');
    expect(await approver.page.getByRole('button', { name: 'Propose a change' }).count()).toBe(0);
    expect((await approver.page.goto('/en/changes/new'))?.status()).toBe(403);
    expect((await approver.page.goto('/en/changes/01990000-0000-7000-8000-000000000000'))?.status()).toBe(404);
    approver.complaints.splice(0);
  });
});

describe('a change, proposed', () => {
  it('cannot be while no draft is in review, and the page says what to do', async () => {
    await author.page.goto('/en/changes');
    expect(await said(author.page)).toContain('Nobody has proposed a change yet');
    await expectGood(author, 'changes-none');
    await author.page.getByRole('button', { name: 'Propose a change' }).click();
    expect(await said(author.page)).toContain('No draft is waiting for a change');
    await expectGood(author, 'changes-no-draft');
  });

  it('names a draft, with its period and reach; nothing chosen is said at the field', async () => {
    await inReview(30);
    const { page } = author;
    await page.goto('/en/changes/new');
    expect(await said(page)).toContain('For events from 1 October 2026, 00:00 (UTC) on. Decides from its approval on. Claims that nobody has decided.');
    await expectGood(author, 'changes-new');
    await page.getByRole('button', { name: 'Propose this change' }).click();
    expect(await trouble(page)).toContain('Choose or fill in something here');
    await expectAccessible(page);
    await keepPicture(page, 'changes-new-missing');
    await page.getByRole('radio', { name: 'default-gbp, version 2' }).check();
    await page.getByRole('button', { name: 'Propose this change' }).click();
    expect(await page.locator('.govuk-notification-banner').innerText()).toContain('The change is proposed');
    address = new URL(page.url()).pathname.replace(/^\/en/, '');
    expect(await page.getByRole('button', { name: 'Start a run' }).count()).toBe(1);
    await expectGood(author, 'changes-proposed');
  });

  it('is not proposed twice: the draft is listed with its change', async () => {
    const { page } = author;
    await page.goto('/en/changes/new');
    expect(await page.getByRole('radio', { name: 'default-gbp' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'default-gbp, version 2' }).getAttribute('href')).toBe(`/en${address}`);
    await page.goto('/en/changes?state=open');
    expect(await page.locator('main table').innerText()).toContain('Not rehearsed yet');
    await page.goto('/en/changes?state=applied');
    expect(await said(page)).toContain('No change is like this');
    expect((await page.goto('/en/changes?state=nonsense'))?.status()).toBe(404);
    author.complaints.splice(0);
  });
});

describe('a run', () => {
  it('over an empty book says so, and names what has come in since', async () => {
    const { page } = author;
    await page.goto(`/en${address}`);
    await page.getByRole('button', { name: 'Start a run' }).press('Enter');
    await page.waitForURL(`**${address}/runs/1`);
    await rehearse();
    const draft = await draftClaim(world);
    await uploadSales(world, draft.id);
    expect((await submit(world, draft)).status).toBe(201);
    claimId = draft.id;
    reference = (await world.as<{ reference: string }>('owner', 'GET', `/v1/claims/${draft.id}`)).body.reference;
    await page.reload();
    expect(await said(page)).toContain('No claim is in its reach');
    expect(await said(page)).toContain('1 claim has come in since');
    expect(await page.getByRole('link', { name: reference }).count()).toBe(1);
    await expectGood(author, 'changes-report-empty');
  });

  it('shows how far it is, with a link where there are no scripts', async () => {
    const { page } = author;
    await page.goto(`/en${address}`);
    await page.getByRole('button', { name: 'Start another run' }).click();
    await page.waitForURL(`**${address}/runs/2`);
    await page.goto('/en/changes');
    await page.goto(`/en${address}`);
    expect(await page.getByRole('button', { name: 'Start another run' }).count()).toBe(0);
    await expectGood(author, 'changes-change-running');
    await page.goto(`/en${address}/runs/2`);
    await expectGood(author, 'changes-run-running');
    const plain = await browsing.reader({ email: BOTH, scripts: false, width: 320 });
    await plain.page.goto(`/en${address}/runs/2`);
    expect(await plain.page.locator('[data-progress-text]').innerText()).toBe('0 of 1 claim');
    await rehearse(1);
    await plain.page.getByRole('link', { name: 'Show how far it is now' }).click();
    expect(await plain.page.locator('[data-progress-text]').innerText()).toBe('1 of 1 claim');
    expect(await plain.page.locator('progress').getAttribute('value')).toBe('1');
    await expectFits(plain.page);
    await plain.context.close();
  });

  it('with scripts asks by itself, says politely when it has ended, and moves nobody', async () => {
    const { page, complaints } = author;
    await page.goto(`/en${address}/runs/2`);
    expect(await page.getByRole('link', { name: 'Show how far it is now' }).count()).toBe(0);
    await rehearse();
    const status = page.getByRole('status');
    await status.getByRole('link', { name: 'See what it came to' }).waitFor();
    expect(await status.innerText()).toContain('The run has ended.');
    await expectAccessible(page);
    await status.getByRole('link').click();
    expect(await page.locator('h1').innerText()).toBe('What this change would do');
    expect(complaints.splice(0)).toEqual([]);
  });

  it('is reported: totals, who gains, how far, why, and what it would pay for nothing', async () => {
    const { page } = author;
    const text = await said(page);
    for (const part of ['£53.40', '1 claim', 'waiting period', 'weeks in which nothing was down']) expect(text).toContain(part);
    const row = page.locator('#winners-table').locator('xpath=ancestor::table').locator('tbody tr').first();
    const [difference, before, after] = await Promise.all([1, 2, 3].map((cell) => row.locator('th, td').nth(cell).innerText()));
    const pence = (sum = ''): number => Number.parseInt(sum.split('\n')[0]?.replaceAll(/[^\d-]/g, '') ?? '', 10);
    expect(pence(before)).toBe(5_340);
    expect(pence(after) - pence(before)).toBe(pence(difference));
    const causes = await row.locator('.mg-causes__sum').allInnerTexts();
    expect(causes.reduce((sum, cause) => sum + pence(cause), 0)).toBe(pence(difference));
    expect(await page.locator('.mg-histogram details tbody tr').count()).toBe(20);
    expect(await page.locator('.mg-histogram .mg-bin title').allTextContents()).toHaveLength(1);
    expect(await page.locator('.mg-digest__group').allInnerTexts()).toHaveLength(8);
    await expectGood(author, 'changes-report');
    for (const version of [1, 2]) {
      const link = await page.getByRole('link', { name: `default-gbp, version ${version}`, exact: true }).last().getAttribute('href');
      expect((await page.request.get(link ?? '')).status()).toBe(200);
    }
    await page.getByRole('link', { name: /See every claim in reach/ }).click();
    await expectGood(author, 'changes-claims');
    await page.getByRole('link', { name: /^Lose most/ }).click();
    expect(await said(page)).toContain('No claim of the run is like this');
  });
});

describe('an approval', () => {
  it('is not its author\'s', async () => {
    const { page } = author;
    await page.goto(`/en${address}/runs/2`);
    expect(await page.locator('.mg-action').innerText()).toContain('Another person has to approve it');
    expect(await page.getByRole('button', { name: 'Go on to the approval' }).count()).toBe(0);
    await page.goto(`/en${address}/runs/2/approval`);
    expect(await page.getByRole('textbox').count()).toBe(0);
    await expectGood(author, 'changes-approval-own');
    const form = await browsing.reader({ email: BOTH });
    await form.page.goto(`/en${address}`);
    const answer = await form.page.evaluate<string>(`fetch('/en${address}/runs/2/approval', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ _csrf: document.querySelector('input[name=_csrf]').value, version: '1', bound: '7.50', compared: 'yes', digest: '0'.repeat(64) }) }).then(async (one) => one.status + await one.text())`);
    expect(answer).toMatch(/^409/);
    expect(answer).toContain('somebody else has to approve it. Nothing was approved');
    expect(answer).toContain('You had typed: 7.50 GBP');
    await form.context.close();
  });

  it.each([['', 'Choose or fill in'], ['1,000', 'This is not an amount'], ['0.001', 'finer than GBP'], ['-1', 'nought or more']])('asks for a bound that can be read: "%s"', async (typed, why) => {
    const { page } = approver;
    await page.goto(`/en${address}/runs/2`);
    await page.getByRole('button', { name: 'Go on to the approval' }).click();
    await page.getByLabel('The total may move by less than').fill(typed);
    await page.getByRole('button', { name: 'Continue' }).click();
    expect(await trouble(page)).toContain(why);
    expect(await page.title()).toMatch(/^Error: /);
    expect(await page.getByLabel('The total may move by less than').inputValue()).toBe(typed);
    await expectAccessible(page);
  });

  it('stops before what cannot be undone, and wants the digest confirmed', async () => {
    const { page } = approver;
    await page.goto(`/en${address}/runs/2/approval`);
    await expectGood(approver, 'changes-approval');
    await page.getByLabel('The total may move by less than').fill('12.5');
    await page.getByRole('button', { name: 'Continue' }).click();
    expect(await page.locator('.mg-interruption').innerText()).toMatch(/This cannot be undone[\s\S]*[0-9a-f]{8} +[0-9a-f]{8}/);
    expect(await said(page)).toContain('£12.50');
    await expectGood(approver, 'changes-approve');
    await page.getByRole('button', { name: 'Approve and apply' }).click();
    expect(await trouble(page)).toContain('Nothing was approved');
    await expectAccessible(page);
    expect(await page.locator('input[name=bound]').inputValue()).toBe('12.50');
    await page.getByRole('link', { name: 'Back', exact: true }).click();
    expect(await page.getByLabel('The total may move by less than').inputValue()).toBe('12.50');
  });

  it('is refused in words when the register has moved on meanwhile, and what was typed is still there', async () => {
    const { page } = approver;
    await page.goto(`/en${address}/runs/2/approval?bound=12.50`);
    await registerMoves('meanwhile-1');
    await page.getByLabel('I have read the report with this digest').check();
    await page.getByRole('button', { name: 'Approve and apply' }).click();
    expect(await trouble(page)).toContain('something the run rests on has changed since it began');
    expect(await said(page)).toContain('the register of outages');
    expect(await said(page)).toContain('You had typed: 12.50 GBP');
    await expectAccessible(page);
    await keepPicture(page, 'changes-refused-stale');
    await page.goto(`/en${address}/runs/2`);
    expect(await said(page)).toContain('This run is out of date');
    await expectGood(approver, 'changes-report-stale');
    await page.goto(`/en${address}`);
    await expectGood(approver, 'changes-change-stale');
  });

  it('by keyboard alone publishes and applies exactly what was rehearsed', async () => {
    await author.page.goto(`/en${address}/runs/2`);
    await author.page.getByRole('button', { name: 'Start another run' }).click();
    await rehearse();
    const { page } = approver;
    await page.goto(`/en${address}`);
    await page.getByRole('button', { name: 'Read the report' }).press('Enter');
    await page.waitForURL(`**${address}/runs/3`);
    await page.getByRole('button', { name: 'Go on to the approval' }).press('Enter');
    await page.getByLabel('The total may move by less than').pressSequentially('1.00');
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox', { name: 'I have read the report with this digest' }).press('Space');
    await page.getByRole('button', { name: 'Approve and apply' }).press('Enter');
    await page.waitForURL('**?done=approved');
    expect(await page.locator('.govuk-notification-banner').innerText()).toContain('The change is approved');
    await expectGood(approver, 'changes-approved');
    await applyAll();
    await page.goto(`/en${address}`);
    expect(await said(page)).toContain('Paz Policy');
    await expectGood(approver, 'changes-applied');
    await page.getByRole('link', { name: 'What became of 1 claim' }).click();
    const cells = await page.locator('main tbody tr').first().locator('td').allInnerTexts();
    expect(cells[0]).toBe('As rehearsed');
    expect(cells[3]).toBe(cells[2]);
    await expectGood(approver, 'changes-applied-claims');
    await page.getByRole('link', { name: /^Kept/ }).click();
    expect(await said(page)).toContain('No claim is listed here');
    await page.goto(`/en${address}/runs/3`);
    expect(await page.locator('.mg-action').innerText()).toContain('no longer open');
  });
});

describe('a change that goes wrong', () => {
  it('a run is stopped when what it rests on changes while it runs', async () => {
    await inReview(45);
    const { page } = author;
    await page.goto('/en/changes/new');
    await page.getByRole('radio', { name: 'default-gbp' }).check();
    await page.getByRole('button', { name: 'Propose this change' }).click();
    address = new URL(page.url()).pathname.replace(/^\/en/, '');
    await page.getByRole('button', { name: 'Start a run' }).click();
    await page.waitForURL(`**${address}/runs/1`);
    await registerMoves('meanwhile-2');
    await rehearse();
    await page.reload();
    expect(await said(page)).toContain('The run was stopped');
    expect(await said(page)).toContain('the register of outages');
    await expectGood(author, 'changes-run-failed');
    await page.goto(`/en${address}`);
    await expectGood(author, 'changes-change-failed');
    expect((await page.goto(`/en${address}/runs/1/claims`))?.status()).toBe(409);
    expect((await page.goto(`/en${address}/runs/9`))?.status()).toBe(404);
    author.complaints.splice(0);
  });

  it('an approval is refused when too many claims have changed, and the bound is kept', async () => {
    await author.page.goto(`/en${address}`);
    await author.page.getByRole('button', { name: 'Start another run' }).click();
    await rehearse();
    const { page } = approver;
    await page.goto(`/en${address}/runs/2/approval?bound=3.00`);
    const { version } = (await world.as<{ version: number }>('owner', 'GET', `/v1/claims/${claimId}`)).body;
    expect((await world.as('owner', 'POST', `/v1/claims/${claimId}/amendments`, { body: { ...DECLARED, answers: { takeTariff: false } }, ...ifMatch(version) })).status).toBe(201);
    await page.getByLabel('I have read the report with this digest').check();
    await page.getByRole('button', { name: 'Approve and apply' }).click();
    expect(await trouble(page)).toContain('1 of 1 claims in the run have changed since');
    expect(await page.getByLabel('The total may move by less than').inputValue()).toBe('3.00');
    await expectAccessible(page);
    await keepPicture(page, 'changes-refused-claims-changed');
  });

  it('is taken back, once: a second window that lags behind is told', async () => {
    const { page, context } = author;
    const second = await context.newPage();
    for (const window of [page, second]) {
      await window.goto(`/en${address}`);
      await window.getByText('Take the change back').click();
    }
    await page.getByRole('button', { name: 'Take it back' }).click();
    expect(await page.locator('.govuk-notification-banner').innerText()).toContain('taken back');
    await expectGood(author, 'changes-withdrawn');
    await second.getByRole('button', { name: 'Take it back' }).click();
    expect(await trouble(second)).toContain('This changed while you were looking at it');
    await page.goto('/en/changes');
    await expectGood(author, 'changes-list');
  });
});
