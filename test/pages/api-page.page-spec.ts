import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browsing } from '../support/browser.js';
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

describe('the API page', () => {
  it('loads under the content security policy, signs a person in, and calls what they may', async () => {
    const { page, complaints } = await browsing.reader();
    await page.goto('/docs');
    const only = (tag: string) => page.getByPlaceholder('Filter by tag').fill(tag);
    await only('sessions');
    await page.locator('#operations-tag-sessions').click();
    const signIn = page.locator('#operations-sessions-Sessions_signIn');
    await signIn.getByRole('button', { name: 'post ​/v1​/sessions' }).or(signIn.locator('.opblock-summary-control')).first().click();
    await signIn.getByRole('button', { name: 'Try it out' }).click();
    await signIn.locator('textarea').fill(JSON.stringify({ email: 'owner@corner-cafe.example', password: 'makegood demo 2026' }));
    await signIn.getByRole('button', { name: 'Execute' }).click();
    const answer = await signIn.locator('.live-responses-table .response-col_description .microlight').first().innerText();
    const { token } = JSON.parse(answer) as { token: string };
    await page.getByRole('button', { name: 'Authorize' }).first().click();
    await page.locator('.auth-container input').fill(token);
    await page.locator('.auth-btn-wrapper').getByRole('button', { name: 'Apply credentials' }).or(page.locator('.auth-btn-wrapper button.authorize')).first().click();
    await page.locator('.auth-btn-wrapper button.btn-done').click();
    await only('claims');
    await page.locator('#operations-tag-claims').click();
    const list = page.locator('#operations-claims-Claims_list');
    await list.locator('.opblock-summary-control').first().click();
    await list.getByRole('button', { name: 'Try it out' }).click();
    await list.getByRole('button', { name: 'Execute' }).click();
    expect(await list.locator('.live-responses-table .response-col_status').last().innerText()).toContain('200');
    expect(complaints).toEqual([]);
  });
});
