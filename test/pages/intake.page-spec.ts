import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browsing, expectAccessible, expectFits, expectReachable, expectWords, keepPicture } from '../support/browser.js';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { parseInstant } from '../../src/core/time/index.js';
import { systemActor } from '../../src/platform/access/actor.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { PolicyCatalogue } from '../../src/modules/policies/index.js';
import { newSite } from '../support/claims.js';
import { newScheme, recordWeek } from '../support/overlaps.js';
import { draftClaim, ifMatch, openWorld, submit, uploadSales, type World } from '../support/world.js';
import type { Page } from 'playwright-core';

const START = 'schemes/harbourline-2026-10/claim';

/** Begins at the scheme's page and goes on to the list; answers with the reference. */
async function begin(page: Page, language = 'en', places: readonly string[] = []): Promise<string> {
  await page.goto(`/${language}/${START}`);
  for (const place of places) await page.getByLabel(place).check();
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL('**/tasks');
  return /MG-[0-9A-Z-]+/.exec(page.url())?.[0] ?? '';
}

async function look(page: Page, name: string): Promise<void> {
  await expectWords(page);
  await expectAccessible(page);
  await expectFits(page);
  await keepPicture(page, `intake-${name}`);
}

const summary = (page: Page): Promise<string> => page.locator('.govuk-error-summary').innerText();

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

const idOf = async (reference: string): Promise<{ id: string; version: number; answers: Record<string, unknown>; state: string }> => {
  const { body } = await world.as<{ items: { reference: string; id: string; version: number; answers: Record<string, unknown>; state: string }[] }>('owner', 'GET', '/v1/claims?limit=100');
  const found = body.items.find((item) => item.reference === reference);
  if (found === undefined) throw new Error(`no claim ${reference}`);
  return found;
};

/** Every place free again, so that the next journey can begin. */
async function throwAway(): Promise<void> {
  const { body } = await world.as<{ items: { id: string; version: number; state: string }[] }>('owner', 'GET', '/v1/claims?limit=100');
  for (const { id, version, state } of body.items) {
    if (state === 'draft') await world.as('owner', 'DELETE', `/v1/claims/${id}`, ifMatch(version));
    else if (state !== 'withdrawn') await world.as('owner', 'POST', `/v1/claims/${id}/withdrawals`, ifMatch(version));
  }
}

/** A next version of the scheme's policy with one more question, from the first event on. */
async function publishSuccessor({ app }: World): Promise<void> {
  const source = readFileSync('policies/default-gbp.yaml', 'utf8').replace('inputs:\n', `inputs:
  tills:
    type: number
    source: asked
    scope: site
    required: false
    label: { en: "How many tills do you have?", ko: 계산대가 몇 대입니까?, fr: Combien de caisses avez-vous ? }
    words: { example: { en: "2", ko: "2", fr: "2" }, unit: { en: tills, ko: 대, fr: caisses } }
`);
  unwrap(await app.get(PolicyCatalogue).publish({ actor: systemActor('test'), requestId: 'test' }, source, { effectiveFrom: unwrap(parseInstant('2026-01-01T00:00Z')) }));
}

describe.each([['with scripts', true], ['without scripts', false]])('a claim on a phone, %s', (_name, scripts) => {
  beforeAll(throwAway);

  it('is begun, filled in, checked, sent and confirmed', async () => {
    const { page, complaints } = await browsing.reader({ person: 'owner', scripts, width: 320 });
    const fine = async (name: string): Promise<void> => (scripts ? look(page, `${name}-en-320`) : expectFits(page));
    await page.goto(`/en/${START}`);
    await fine('start');
    const reference = await begin(page);
    await fine('tasks');
    for (const [name, place] of [['Sales records from your till', 'sales'], ['Papers and photos', 'evidence']] as const) {
      await page.getByRole('link', { name }).click();
      await page.waitForURL(`**/${reference}/${place}`);
      await page.goto(`/en/claims/${reference}/tasks`);
    }
    expect(await page.locator('.mg-estimate').innerText()).toMatch(/between £0\.00 and £25,000\.00[\s\S]*Without your sales records/);
    await page.getByRole('link', { name: 'What stopped working for you?' }).click();
    await fine('services');
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await fine('window');
    await page.getByLabel('Time').first().fill('25:00');
    await page.getByRole('button', { name: 'Save and continue' }).click();
    expect(await summary(page)).toContain('24-hour clock');
    expect(await page.getByLabel('Time').first().inputValue()).toBe('25:00');
    await page.getByLabel('Time').first().fill('10:00');
    await page.getByLabel('Time').last().fill('14:30');
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await page.waitForURL('**/answers/grossMargin');
    await fine('question-share');
    await page.getByLabel(/Gross margin/).fill('62');
    await page.getByRole('button', { name: 'Save and continue' }).click();
    expect(await summary(page)).toContain('62%');
    await fine('question-faulty');
    await page.getByLabel(/Gross margin/).fill('62 %');
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await page.waitForURL('**/tasks?saved=1');
    await page.getByRole('link', { name: 'About this place and the outage' }).click();
    await fine('question-yesno');
    await page.getByLabel('Yes', { exact: true }).check();
    await page.getByRole('button', { name: 'Save and continue' }).click();
    const claim = await idOf(reference);
    expect(claim.answers).toEqual({ grossMargin: '62%', takeTariff: true });
    expect((await uploadSales(world, claim.id)).status).toBe(201);
    await page.goto(`/en/claims/${reference}/estimate`);
    expect(await page.locator('.mg-status').innerText()).toContain('£53.40');
    expect(await page.locator('[aria-labelledby=legs]').innerText()).toMatch(/From your sales records[^]*The published tariff[^]*£/);
    const sources = await page.locator('.mg-source summary').allTextContents();
    expect(new Set(sources).size).toBe(sources.length);
    await fine('estimate');
    await page.goto(`/en/claims/${reference}/check`);
    const sales = page.locator('[data-sales]');
    expect(await sales.innerText()).toMatch(/\d lines?; \d[\d,]* sales?, £[\d.,]+ in all\.[^]*All sales of this time/);
    expect(await sales.getByRole('link').getAttribute('href')).toBe(`/en/claims/${reference}/sales`);
    expect(await page.locator('[data-evidence]').getByRole('link').getAttribute('href')).toBe(`/en/claims/${reference}/evidence`);
    await fine('check');
    await page.getByRole('button', { name: 'Send the claim' }).click();
    expect(await summary(page)).toContain('Choose one');
    await page.getByLabel('No', { exact: true }).check();
    await page.getByLabel(/true to the best/).check();
    await page.getByRole('button', { name: 'Send the claim' }).click();
    await page.waitForURL('**/sent');
    expect(await page.locator('.mg-filed').innerText()).toContain(reference);
    expect(await page.locator('[aria-labelledby=next] p').first().innerText()).toMatch(/^[A-Z]/);
    await fine('sent');
    expect((await idOf(reference)).state).not.toBe('draft');
    expect(complaints).toEqual([]);
  }, 300_000);
});

describe('what somebody wrote', () => {
  beforeAll(throwAway);

  it('is not overwritten by a second window: both are shown, and one is chosen', async () => {
    const { page, context } = await browsing.reader({ person: 'owner' });
    const reference = await begin(page);
    const second = await context.newPage();
    for (const window of [page, second]) await window.goto(`/en/claims/${reference}/answers/grossMargin`);
    await page.getByLabel(/Gross margin/).fill('0.5');
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await page.waitForURL('**/tasks?saved=1');
    await second.getByLabel(/Gross margin/).fill('0.7');
    await second.getByRole('button', { name: 'Save and continue' }).click();
    expect(await second.locator('.mg-both').innerText()).toMatch(/Nothing was overwritten[\s\S]*50%/);
    expect(await second.getByLabel(/Gross margin/).inputValue()).toBe('0.7');
    expect((await idOf(reference)).answers).toEqual({ grossMargin: '0.5' });
    await look(second, 'both-en');
    await second.getByRole('button', { name: 'Save what I wrote instead' }).click();
    await second.waitForURL('**/tasks?saved=1');
    expect((await idOf(reference)).answers).toEqual({ grossMargin: '0.7' });
    // Another part, saved in the first window meanwhile, is no conflict.
    await page.goto(`/en/claims/${reference}/services`);
    await second.goto(`/en/claims/${reference}/answers/takeTariff`);
    await second.getByLabel('Yes', { exact: true }).check();
    await second.getByRole('button', { name: 'Save and continue' }).click();
    await second.waitForURL('**/tasks?saved=1');
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await page.waitForURL('**/window');
  }, 200_000);

  it('is there again after a session that ended under it, by the way through the sign-in', async () => {
    const { page, context } = await browsing.reader({ person: 'owner', scripts: false });
    const reference = await begin(page);
    await page.goto(`/ko/claims/${reference}/answers/grossMargin`);
    await page.locator('#all-value').fill('0.44');
    await context.clearCookies({ name: 'makegood_session' });
    await page.getByRole('button', { name: '저장하고 계속하기' }).click();
    await page.waitForURL('**/ko/sign-in?**');
    await page.locator('#email').fill(DEMO_PEOPLE.owner.email);
    await page.locator('#password').fill(DEMO_PASSWORD);
    await page.getByRole('main').getByRole('button').first().click();
    await page.waitForURL('**/ko/kept/**');
    expect(await page.locator('.mg-kept').innerText()).toContain('0.44');
    expect((await idOf(reference)).answers['grossMargin']).not.toBe('0.44');
    const stranger = await browsing.reader({ person: 'owner' });
    expect((await stranger.page.goto(page.url()))?.status()).toBe(404);
    await keepPicture(page, 'intake-kept-ko');
    await page.getByRole('button', { name: '작성한 내용으로 계속' }).click();
    // The second window had saved another share meanwhile: here too both are shown.
    if (await page.locator('.mg-both').count() > 0) await page.getByRole('button', { name: '방금 적은 내용으로 저장' }).click();
    await page.waitForURL('**/tasks?saved=1');
    expect((await idOf(reference)).answers['grossMargin']).toBe('0.44');
  }, 200_000);

  it('goes back to the very page after a sign-in on the way', async () => {
    const { page, context } = await browsing.reader({ person: 'owner' });
    const reference = await begin(page);
    await context.clearCookies({ name: 'makegood_session' });
    await page.goto(`/en/claims/${reference}/answers/takeTariff`);
    await page.locator('#email').fill(DEMO_PEOPLE.owner.email);
    await page.locator('#password').fill(DEMO_PASSWORD);
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`**/claims/${reference}/answers/takeTariff`);
    await page.goto(`/en/claims/${reference}/services`);
    await page.goBack();
    expect(page.url()).toContain('takeTariff');
  }, 200_000);

  it('is sent once, however often the button is pressed, and from two windows', async () => {
    const { page, context } = await browsing.reader({ person: 'owner', scripts: false });
    const reference = await begin(page);
    const second = await context.newPage();
    for (const window of [page, second]) {
      await window.goto(`/en/claims/${reference}/check`);
      await window.getByLabel('No', { exact: true }).check();
      await window.getByLabel(/true to the best/).check();
    }
    await Promise.all([page, second].map((window) => window.getByRole('button', { name: 'Send the claim' }).click()));
    for (const window of [page, second]) await window.waitForURL('**/sent');
    const { body } = await world.as<{ items: { topic: string }[] }>('owner', 'GET', `/v1/claims/${(await idOf(reference)).id}/timeline`);
    expect(body.items.filter(({ topic }) => topic === 'claim.submitted')).toHaveLength(1);
  }, 200_000);
});

describe('several places at once', () => {
  // People who sign in often are asked to wait: here somebody begins afresh.
  beforeAll(async () => {
    await browsing.close();
    await world.close();
    world = await openWorld({ config: { autoDecisionDelaySeconds: 3_600 } });
    browsing = await Browsing.of(world.url);
  });

  it('are answered in one table, declared once, and get a claim and a reference each', async () => {
    await newSite(world);
    const { page } = await browsing.reader({ person: 'owner' });
    await page.goto(`/ko/${START}`);
    for (const box of await page.getByRole('checkbox').all()) await box.check();
    await page.getByRole('main').getByRole('button').click();
    await page.waitForURL('**/tasks');
    const reference = /MG-[0-9A-Z-]+/.exec(page.url())?.[0] ?? '';
    await look(page, 'sites-tasks-ko');
    await page.goto(`/ko/claims/${reference}/answers/takeTariff`);
    expect(await page.getByRole('combobox').count()).toBe(2);
    await look(page, 'sites-question-ko');
    await expectReachable(page);
    await page.getByRole('combobox').first().selectOption('yes');
    await page.getByRole('combobox').last().selectOption('no');
    await page.getByRole('button', { name: '저장하고 계속하기' }).click();
    await page.waitForURL('**/tasks?saved=1');
    await page.goto(`/ko/claims/${reference}/check`);
    await look(page, 'sites-check-ko');
    const sums = await page.locator('.mg-estimate tbody tr').allInnerTexts();
    expect(sums).toHaveLength(3);
    expect(sums.at(-1)).toMatch(/^전체 2곳/);
    await page.goto(`/en/claims/${reference}/check`);
    expect((await page.locator('.mg-estimate tbody tr').last().innerText()).replaceAll(/\s+/g, ' ')).toMatch(/^All 2 places (between )?£[\d.,]+/);
    await page.goto(`/ko/claims/${reference}/check`);
    await page.getByLabel('아니요', { exact: true }).check();
    await page.getByLabel(/사실임을 확인합니다/).check();
    await page.getByRole('button', { name: '신청서 제출' }).click();
    await page.waitForURL('**/sent');
    await look(page, 'sites-sent-ko');
    expect(await page.locator('.mg-filed__reference').count()).toBe(2);
    const pdf = await page.request.get(`/ko/claims/${reference}/confirmation.pdf`);
    expect(pdf.headers()['content-type']).toBe('application/pdf');
    expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-');
    expect((await idOf(reference)).answers).toEqual(expect.objectContaining({ takeTariff: expect.any(Boolean) }));
  }, 300_000);

  it('a sent claim is amended under a new declaration, then taken back with a reason', async () => {
    await throwAway();
    const draft = await draftClaim(world);
    await uploadSales(world, draft.id);
    const { body } = await world.as<{ version: number; reference: string }>('owner', 'GET', `/v1/claims/${draft.id}`);
    expect((await submit(world, { id: draft.id, version: body.version })).status).toBe(201);
    const { reference } = body;
    expect((await idOf(reference)).state).toBe('submitted');
    const { page } = await browsing.reader({ person: 'owner' });
    await page.goto('/en/claims');
    await look(page, 'my-claims-en');
    await page.goto(`/en/claims/${reference}/answers/grossMargin`);
    await look(page, 'amend-en');
    await page.getByLabel(/Gross margin/).fill('55%');
    await page.getByRole('button', { name: 'Save and continue' }).click();
    expect(await summary(page)).toContain('Choose one');
    expect(await page.getByLabel(/Gross margin/).inputValue()).toBe('55%');
    await page.getByLabel('No', { exact: true }).check();
    await page.getByLabel(/true to the best/).check();
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await page.waitForURL(`**/claims/${reference}?done=amended`);
    expect((await idOf(reference)).answers).toEqual({ takeTariff: true, grossMargin: '55%' });
    await page.goto(`/en/claims/${reference}/withdrawal`);
    await look(page, 'withdrawal-en');
    await page.getByLabel(/Why\?/).fill('Sold the shop');
    await page.getByRole('button', { name: 'Yes, take it back' }).click();
    await page.waitForURL('**?done=withdrawn');
    expect((await idOf(reference)).state).toBe('withdrawn');
  }, 200_000);
});

describe('another claim in the way', () => {
  /** A claim of one place that stands, and a draft for it under another offer over the same time. */
  async function standing(): Promise<{ first: string; second: string }> {
    const siteId = await newSite(world);
    const first = await draftClaim(world, { siteId });
    expect((await submit(world, first)).status).toBe(201);
    const second = await draftClaim(world, { siteId, schemeId: await newScheme(world, world.world.outageId, 'default-gbp') });
    const { body } = await world.as<{ items: { id: string; reference: string }[] }>('owner', 'GET', '/v1/claims?limit=100');
    const referenceOf = (id: string): string => body.items.find((item) => item.id === id)?.reference ?? '';
    return { first: referenceOf(first.id), second: referenceOf(second.id) };
  }

  it('is said before anything is sent, with the way to it, and refused when it is sent all the same', async () => {
    const { first, second } = await standing();
    const { page } = await browsing.reader({ person: 'owner', width: 320 });
    await page.goto(`/en/claims/${second}/tasks`);
    expect(await page.locator('#clash').innerText()).toContain(`See claim ${first}`);
    for (const language of ['ko', 'fr', 'en']) {
      await page.goto(`/${language}/claims/${second}/check`);
      expect(await page.locator('#clash a').getAttribute('href')).toBe(`/${language}/claims/${first}`);
      await look(page, `in-the-way-${language}-320`);
    }
    await page.getByLabel('No', { exact: true }).check();
    await page.getByLabel(/true to the best/).check();
    const [answer] = await Promise.all([page.waitForResponse((response) => response.url().endsWith('/submission')), page.getByRole('button', { name: 'Send the claim' }).click()]);
    expect(answer.status()).toBe(409);
    expect(await summary(page)).toContain(`covers the same time (${first})`);
    await look(page, 'in-the-way-refused-en-320');
    await page.locator('.govuk-error-summary a').click();
    expect(page.url()).toContain(`/en/claims/${first}`);
  }, 200_000);

  it('is one of fifty forms sent at once; the others are told in words which', async () => {
    const siteId = await newSite(world);
    const drafts = await Promise.all(Array.from({ length: 50 }, () => draftClaim(world, { siteId })));
    const { body } = await world.as<{ items: { id: string; reference: string }[] }>('owner', 'GET', '/v1/claims?limit=100');
    const references = drafts.map(({ id }) => body.items.find((item) => item.id === id)?.reference ?? '');
    const { context } = await browsing.reader({ person: 'owner' });
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const forms: URLSearchParams[] = [];
    for (const reference of references) {
      const html = await (await fetch(`${world.url}/en/claims/${reference}/check`, { headers: { cookie } })).text();
      const hidden = [...html.split('/submission"')[1]?.matchAll(/type="hidden" name="(_csrf|seen|policy)" value="([^"]*)"/g) ?? []].map(([, name = '', value = '']): [string, string] => [name, value]);
      forms.push(new URLSearchParams([...hidden, ['paidElsewhere', 'no'], ['isTrue', 'yes']]));
    }
    const answers = await Promise.all(forms.map((form, index) => fetch(`${world.url}/en/claims/${references[index]}/submission`, {
      method: 'POST', redirect: 'manual', headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', origin: world.url }, body: form,
    })));
    const winner = references[answers.findIndex(({ status }) => status === 303)] ?? '';
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array.from({ length: 49 }, () => 409)]);
    for (const answer of answers.filter(({ status }) => status === 409)) expect(await answer.text()).toContain(`has a claim under this scheme already (${winner})`);
  }, 200_000);
});

describe('a policy that changes while somebody fills in the form', () => {
  it('is said, with what stays, what is new and what is gone; nothing is sent under rules that nobody has seen', async () => {
    await throwAway();
    const { page } = await browsing.reader({ person: 'owner' });
    const reference = await begin(page, 'en', ['Corner Café, Harbour Street']);
    await page.goto(`/en/claims/${reference}/answers/grossMargin`);
    await page.getByLabel(/Gross margin/).fill('0.5');
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await page.goto(`/en/claims/${reference}/check`);
    await publishSuccessor(world);
    await page.getByLabel('No', { exact: true }).check();
    await page.getByLabel(/true to the best/).check();
    await page.getByRole('button', { name: 'Send the claim' }).click();
    expect(await summary(page)).toContain('The rules have changed');
    expect(await page.getByLabel('No', { exact: true }).isChecked()).toBe(true);
    await page.getByRole('link', { name: 'See what changed', exact: true }).click();
    const changed = page.locator('.mg-changed');
    expect(await changed.innerText()).toMatch(/New questions\s+How many tills do you have\?[\s\S]*Your answers that remain\s+Gross margin/);
    expect(await changed.innerText()).not.toContain('published tariff');
    await look(page, 'policy-changed-en');
    await page.getByRole('button', { name: 'I have seen this' }).click();
    expect(await changed.count()).toBe(0);
    expect((await idOf(reference)).answers).toEqual({ grossMargin: '0.5' });
  }, 200_000);
});

describe('a claim under a scheme for several services', () => {
  it('begins with what the place used: with one that it did not use the whole claim would be refused', async () => {
    await newScheme(world, await recordWeek(world), 'default-gbp', { code: 'two-services' });
    const { page } = await browsing.reader({ person: 'owner' });
    await page.goto('/en/schemes/two-services/claim');
    await page.getByRole('checkbox').first().check();
    await page.getByRole('main').getByRole('button').click();
    await page.waitForURL('**/tasks');
    await page.getByRole('link', { name: 'What stopped working for you?' }).click();
    await page.waitForURL('**/services');
    expect(await page.getByRole('checkbox').count()).toBe(2);
    expect([await page.getByLabel('Card payments').isChecked(), await page.getByRole('checkbox', { checked: true }).count()]).toEqual([true, 1]);
  }, 200_000);
});
