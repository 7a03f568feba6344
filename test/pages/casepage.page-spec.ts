import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browsing, expectAccessible, expectFits, expectWords, keepPicture } from '../support/browser.js';
import { cause, claimOf, newSite, type Claim, type RequestedEvent } from '../support/claims.js';
import { draftClaim, openWorld, submit, uploadSales, type Person, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;
const claims = new Map<string, Claim>();

/** A claim with sales at a place of its own, or without; taken by people to where it should stand. */
async function claimAt(withSales: boolean, ...path: readonly (readonly [RequestedEvent, Person])[]): Promise<Claim> {
  const draft = await draftClaim(world, { siteId: await newSite(world), ...(withSales ? {} : { answers: {} }) });
  if (withSales) expect((await uploadSales(world, draft.id)).status).toBe(201);
  expect((await submit(world, draft)).status).toBe(201);
  for (const [event, person] of path) expect((await cause(world, world.tokens[person], event, await claimOf(world, draft.id))).status).toBe(201);
  return claimOf(world, draft.id);
}

beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: 3_600 } });
  claims.set('submitted', await claimAt(true));
  claims.set('in_review', await claimAt(true, ['pull', 'reviewer']));
  claims.set('recommended', await claimAt(true, ['pull', 'reviewer'], ['recommend', 'reviewer']));
  claims.set('offered', await claimAt(true, ['pull', 'reviewer'], ['recommend', 'reviewer'], ['award', 'approver']));
  claims.set('rejected', await claimAt(false, ['pull', 'reviewer'], ['recommend_refusal', 'reviewer'], ['refuse', 'approver']));
  browsing = await Browsing.of(world.url);
});
afterAll(async () => {
  await browsing.close();
  await world.close();
});

const referenceOf = (state: string): string => claims.get(state)?.reference ?? '';

describe.each([
  ['submitted', 'reviewer', 'Take it out of the rule’s hands'], ['in_review', 'reviewer', 'Go to your recommendation'], ['recommended', 'approver', 'Go to your decision'],
  ['offered', 'reviewer', 'There is nothing for you to do here now.'], ['rejected', 'approver', 'There is nothing for you to do here now.'],
] as const)('a claim that is %s', (state, person, next) => {
  it('says what is next without scrolling, and can be read by everybody', async () => {
    expect(claims.get(state)?.state).toBe(state);
    const { page, complaints } = await browsing.reader({ person });
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`/en/work/${referenceOf(state)}`);
    const act = page.locator('.mg-case-top__act').getByText(next);
    const box = await act.boundingBox();
    expect((box?.y ?? 9_999) + (box?.height ?? 0)).toBeLessThanOrEqual(800);
    await expectAccessible(page);
    await expectFits(page);
    await expectWords(page);
    await keepPicture(page, `case-${state}-en-1280`);
    await page.setViewportSize({ width: 320, height: 800 });
    await page.goto(`/ko/work/${referenceOf(state)}`);
    await expectFits(page);
    await expectAccessible(page);
    await expectWords(page);
    await keepPicture(page, `case-${state}-ko-320`);
    expect(complaints).toEqual([]);
  });
});

it('lays two claims with the same sales side by side, and keeps what is said of them', async () => {
  const { page } = await browsing.reader({ person: 'reviewer', scripts: false });
  await page.goto(`/en/work/${referenceOf('in_review')}`);
  expect(await page.locator('section:has(> #signals)').innerText()).toContain('Sales of this claim are in another claim’s file as well.');
  const pair = page.locator('.mg-pair', { has: page.getByRole('link', { name: referenceOf('recommended') }) });
  expect(await pair.locator('table').innerText()).toMatch(/Business[^]*Corner[^]*Services\s+Card payments\s+Card payments[^]*Sent/);
  // The only pair that nobody has judged stands open.
  expect(await page.locator('.mg-pair details[open]').count()).toBe(await page.locator('.mg-pair').count() === 1 ? 1 : 0);
  if (await page.locator('.mg-pair').count() > 1) await pair.locator('summary').click();
  await pair.getByRole('button', { name: 'Record this' }).click();
  expect(await page.locator('.govuk-error-summary').innerText()).toContain('Choose or fill in something here');
  await pair.getByLabel('Not a duplicate').check();
  await pair.getByRole('button', { name: 'Record this' }).click();
  expect(await pair.getByLabel('Not a duplicate').isChecked()).toBe(true);
  await pair.getByLabel('Why?').fill('Two shops, one till.');
  await pair.getByRole('button', { name: 'Record this' }).click();
  expect(await page.locator('.govuk-notification-banner').innerText()).toContain('recorded');
  expect(await pair.innerText()).toMatch(/not a duplicate[^]*Two shops, one till\./i);
  expect(await page.locator('.mg-timeline').innerText()).toMatch(/Called not a duplicate[^]*Two shops, one till\.[^]*Looked at/);
});

it('tells what the merchant answered and declared, and who decides only the outcome that was recommended', async () => {
  const { page } = await browsing.reader({ person: 'approver' });
  await page.goto(`/en/work/${referenceOf('recommended')}`);
  expect(await page.locator('section:has(> #said)').innerText()).toMatch(/tariff[^]*Yes[^]*Paid or claimed elsewhere\s+No/i);
  const outcomes = page.locator('section:has(> #decide) input[name=outcome]');
  expect([await outcomes.count(), await outcomes.first().inputValue()]).toEqual([1, 'award']);
  // No reason is offered whose sentence has a gap that nothing fills.
  expect(await page.locator('section:has(> #decide)').textContent()).not.toMatch(/\{\w+\}/);
});

it('keeps what was written in a form that somebody else\'s step has overtaken', async () => {
  const claim = await claimAt(true, ['pull', 'reviewer']);
  const { page } = await browsing.reader({ person: 'reviewer' });
  await page.goto(`/en/work/${claim.reference}`);
  await page.locator('section:has(> #recommend) textarea[name=note]').fill('The till of the bar was seen.');
  expect((await cause(world, world.tokens.reviewer, 'recommend', await claimOf(world, claim.id))).status).toBe(201);
  await page.getByRole('button', { name: 'Send recommendation' }).click();
  expect(await page.locator('.govuk-error-summary').innerText()).toContain('changed while you were looking');
  expect(await page.locator('.mg-kept').innerText()).toContain('The till of the bar was seen.');
  await expectAccessible(page);
});

it('shows the working as a tree, and the chart with its band', async () => {
  const { page } = await browsing.reader({ person: 'reviewer' });
  await page.goto(`/en/work/${referenceOf('in_review')}`);
  const rows = page.locator('.mg-chart tbody tr');
  expect(await rows.count()).toBe(7);
  expect(await page.locator('.mg-chart__band').count()).toBe(7);
  await page.locator('.mg-tree > li > details > summary').first().focus();
  await page.keyboard.press('Enter');
  expect(await page.locator('.mg-tree__about').first().isVisible()).toBe(true);
  expect(await page.locator('.mg-tree__below .mg-tree__below').count()).toBeGreaterThan(0);
  await expectAccessible(page);
});
