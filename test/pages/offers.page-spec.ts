import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { Browsing, expectGood, type Reader } from '../support/browser.js';
import { claimAt, claimOf, type Claim } from '../support/claims.js';
import { withholdTax } from '../support/taxed.js';
import { ifMatch, openWorld, type World } from '../support/world.js';

const TERMS = 'Synthetic terms: we pay what the policy gives; you keep every other right.';
const RELEASE = 'With this payment you give up every further claim for the loss of 13 October 2026.';
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const offered = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend', world.tokens.reviewer], ['award', world.tokens.approver]);

let world: World;
let browsing: Browsing;
let owner: Client;

async function releaseIs(body: string): Promise<void> {
  const { body: { version } } = await world.as<{ version: number }>('policyAuthor', 'GET', `/v1/schemes/${world.world.schemeId}`);
  expect((await world.as('policyAuthor', 'PATCH', `/v1/schemes/${world.world.schemeId}`, { body: { texts: [{ kind: 'release', language: 'en', body }] }, ...ifMatch(version) })).status).toBe(200);
}

beforeAll(async () => {
  world = await openWorld({ consume: true, config: { autoDecisionDelaySeconds: 90 * 86_400 } });
  browsing = await Browsing.of(world.url);
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  await withholdTax(world);
  await releaseIs(RELEASE);
});
afterAll(async () => {
  await browsing.close();
  await owner.end();
  await world.close();
});

describe('what a merchant sees before accepting in full', () => {
  let claim: Claim;
  let reader: Reader;
  const offer = (): Promise<string> => reader.page.locator('.mg-offer').innerText();

  it('is the sum granted, what is withheld and what arrives, the terms, and what is given up', async () => {
    claim = await offered();
    reader = await browsing.reader({ person: 'owner' });
    const { page } = reader;
    await page.goto(`/en/claims/${claim.reference}`);
    expect(await page.locator('.mg-offer__sum').innerText()).toBe('£40.62');
    for (const said of ['Granted £42.00. Of this £1.38 is withheld as tax and paid to the tax office; £40.62 reaches the business.', TERMS, RELEASE, 'The offer stands to the end of']) {
      expect(await offer()).toContain(said);
    }
    expect(await page.getByRole('button', { name: 'Accept £40.62 in full' }).count()).toBe(1);
    await expectGood(reader, 'offer-in-full');
  });

  it('is what is accepted: both texts by their hashes, and no other', async () => {
    const { page } = reader;
    expect([await page.locator('input[name="termsHash"]').inputValue(), await page.locator('input[name="releaseHash"]').inputValue()]).toEqual([hashOf(TERMS), hashOf(RELEASE)]);
    await page.getByLabel('I have read the terms above and accept them').check();
    // It gives up more than the page said: nothing is accepted until it was read.
    const more = `${RELEASE} And for every outage after it.`;
    await releaseIs(more);
    await page.getByRole('button', { name: 'Accept £40.62 in full' }).click();
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('The terms have changed since you opened the page.');
    expect([(await claimOf(world, claim.id)).state, (await offer()).includes(more)]).toEqual(['offered', true]);
    await page.getByLabel('I have read the terms above and accept them').check();
    await page.getByRole('button', { name: 'Accept £40.62 in full' }).click();
    expect(await page.locator('.govuk-notification-banner').innerText()).toContain('You have accepted the offer');
    expect((await owner.query('SELECT kind, terms_hash, release_hash FROM acceptance WHERE claim_id = $1', [claim.id])).rows).toEqual([{ kind: 'in_full', terms_hash: hashOf(TERMS), release_hash: hashOf(more) }]);
  });

  it('names the same sum on account, where nothing is given up', async () => {
    const other = await offered();
    const { page } = reader;
    await page.goto(`/en/claims/${other.reference}`);
    await page.getByRole('link', { name: 'Take £40.62 on account and object for the rest' }).click();
    const said = await page.locator('main').innerText();
    expect([said.includes('You sign no release.'), said.includes(RELEASE), await page.locator('input[name="releaseHash"]').count()]).toEqual([true, false, 0]);
  });
});
