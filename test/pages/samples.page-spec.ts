import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { instant } from '../../src/core/time/index.js';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { call, FixedClock } from '../support/app.js';
import { Browsing, expectGood } from '../support/browser.js';
import { cause, claimOf, newPerson, newSite, type Claim } from '../support/claims.js';
import { draftClaim, openWorld, submit, type World } from '../support/world.js';

const clock = new FixedClock(instant(Date.parse('2026-11-01T12:00:00Z')));
let world: World;
let browsing: Browsing;
let claim: Claim;

const said = (page: Page): Promise<string> => page.locator('main').innerText();

/** A claim filed in a period of which everything is drawn, and decided by two people. */
beforeAll(async () => {
  world = await openWorld({ clock });
  expect((await world.as('supervisor', 'POST', '/v1/sampling-periods', { body: { from: '2026-11-02T00:00:00Z', to: '2026-11-04T00:00:00Z', rate: '1' } })).status).toBe(201);
  clock.moveTo(instant(Date.parse('2026-11-03T12:00:00Z')));
  // Sessions ended meanwhile.
  for (const person of ['owner', 'reviewer', 'approver', 'administrator'] as const) {
    (world.tokens as Record<string, string>)[person] = (await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email: DEMO_PEOPLE[person].email, password: DEMO_PASSWORD } })).body.token;
  }
  const draft = await draftClaim(world, { siteId: await newSite(world) });
  expect((await submit(world, draft)).status).toBe(201);
  expect((await cause(world, world.tokens.reviewer, 'recommend', await claimOf(world, draft.id))).status).toBe(201);
  expect((await cause(world, world.tokens.approver, 'award', await claimOf(world, draft.id))).status).toBe(201);
  claim = await claimOf(world, draft.id);
  browsing = await Browsing.of(world.url);
});
afterAll(async () => {
  await browsing.close();
  await world.close();
});

it('the decision of a sampled claim is looked at by somebody who had no part in it, with the keyboard alone, once', async () => {
  const decider = await browsing.reader({ person: 'approver' });
  await decider.page.goto(`/en/work/${claim.reference}`);
  expect(await said(decider.page)).toContain('waits for a second look by somebody who had no part');
  expect(await decider.page.getByRole('button', { name: 'Record what you found' }).count()).toBe(0);

  const { email } = await newPerson(world, ['reviewer']);
  const reader = await browsing.reader({ email });
  const { page } = reader;
  await page.goto(`/en/work/${claim.reference}`);
  await expectGood(reader, 'second-look');
  await page.getByRole('button', { name: 'Record what you found' }).press('Enter');
  // The summary takes the focus; only then does the keyboard go on.
  const faultOf = (field: string) => page.locator(`.govuk-error-summary:focus a[href="#${field}"]`).waitFor();
  await faultOf('look');
  await page.getByLabel('No, otherwise').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Too short');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await faultOf('lookReason');
  expect([await page.getByLabel('No, otherwise').isChecked(), await page.inputValue('#lookReason')]).toEqual([true, 'Too short']);
  await page.fill('#lookReason', 'The till was open for longer than the working says.');
  await page.locator('#lookReason').press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.locator('.govuk-notification-banner--success').innerText()).toContain('What you found is recorded.');
  expect(await page.locator('section[aria-labelledby="sample"]').innerText()).toMatch(/Disagrees[\s\S]*Somebody and reviewer[\s\S]*The till was open for longer/i);
  expect(await page.getByRole('button', { name: 'Record what you found' }).count()).toBe(0);
  await expectGood(reader, 'second-look-said');
}, 90_000);
