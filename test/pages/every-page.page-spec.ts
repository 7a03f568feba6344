import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { PAGE } from '../../src/platform/http/metadata.js';
import { Browsing, expectAccessible, expectFits, expectWords, keepPicture, type Reader } from '../support/browser.js';
import { draftClaim, openWorld, submit, uploadSales, type Person, type World } from '../support/world.js';

interface Seen {
  /** The route this is, as the handler declares it. */
  readonly route: string;
  readonly person?: Person;
  readonly address: (at: Places) => string;
}

interface Places { readonly offered: string; readonly fund: string }

/** Every page there is, by somebody who may read it. A page that is not listed here fails the last test. */
const PAGES: Readonly<Record<string, Seen>> = {
  home: { route: '/', address: () => '' },
  'sign-in': { route: '/sign-in', address: () => '/sign-in' },
  outage: { route: '/outages/:code', address: () => '/outages/harbourline-2026-10-13' },
  'outage-asked': { route: '/outages/:code', address: () => '/outages/harbourline-2026-10-13?service=harbourline.payments&day=2026-10-13&time=11:05' },
  scheme: { route: '/schemes/:code', address: () => '/schemes/harbourline-2026-10' },
  claims: { route: '/claims/', person: 'owner', address: () => '/claims' },
  'claim-offered': { route: '/claims/:reference', person: 'owner', address: ({ offered }) => `/claims/${offered}` },
  decline: { route: '/claims/:reference/decline', person: 'owner', address: ({ offered }) => `/claims/${offered}/decline` },
  queue: { route: '/work/', person: 'reviewer', address: () => '/work?queue=offered' },
  'queue-empty': { route: '/work/', person: 'approver', address: () => '/work?queue=decision' },
  'case-offered': { route: '/work/:reference', person: 'reviewer', address: ({ offered }) => `/work/${offered}` },
  funds: { route: '/funds/', person: 'finance', address: () => '/funds' },
  fund: { route: '/funds/:id', person: 'finance', address: ({ fund }) => `/funds/${fund}` },
};
/** Leads on at once and shows nothing of its own. */
const WITHOUT_A_FACE = ['/start'];

let world: World;
let browsing: Browsing;
let places: Places;
const readers = new Map<string, Reader>();

beforeAll(async () => {
  world = await openWorld();
  const draft = await draftClaim(world);
  await uploadSales(world, draft.id);
  await submit(world, draft);
  const { body } = await world.as<{ reference: string }>('owner', 'GET', `/v1/claims/${draft.id}`);
  places = { offered: body.reference, fund: world.world.fundId };
  browsing = await Browsing.of(world.url);
});
afterAll(async () => {
  await browsing.close();
  await world.close();
});

async function readerFor(person: Person | undefined, width: number): Promise<Reader> {
  const key = `${person ?? 'anybody'} ${width}`;
  const kept = readers.get(key) ?? await browsing.reader({ width, ...(person === undefined ? {} : { person }) });
  readers.set(key, kept);
  return kept;
}

describe.each(Object.entries(PAGES))('the page "%s"', (name, { person, address }) => {
  it.each([['en', 1280], ['ko', 1280], ['fr', 1280], ['en', 320], ['ko', 320], ['fr', 320]] as const)('in %s, %i wide, can be read by everybody', async (language, width) => {
    const { page, complaints } = await readerFor(person, width);
    const answer = await page.goto(`/${language}${address(places)}`);
    expect(answer?.status()).toBe(200);
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    expect(await page.locator('h1').count()).toBe(1);
    await expectWords(page);
    await expectAccessible(page);
    await expectFits(page);
    await keepPicture(page, `${name}-${language}-${width}`);
    expect(complaints.splice(0)).toEqual([]);
  });
});

describe('pages that say no', () => {
  it.each([
    ['nothing there', undefined, '/nothing', 404], ['somebody else\'s claim', 'owner', '/claims/MG-0000-0000-0', 404], ['staff only', 'owner', '/work', 403],
    ['a time that does not exist', undefined, '/outages/harbourline-2026-10-13?day=2026-02-30&time=11:05', 422],
  ] as const)('%s: in words, in every language', async (name, person, address, status) => {
    const { page, complaints } = await readerFor(person, 320);
    for (const language of ['en', 'ko', 'fr']) {
      const answer = await page.goto(`/${language}${address}`);
      expect(answer?.status()).toBe(status);
      await expectWords(page);
      await expectAccessible(page);
      await expectFits(page);
      await keepPicture(page, `no-${name.replaceAll(/\W+/g, '-')}-${language}`);
    }
    expect(complaints.splice(0)).toEqual([]);
  });
});

describe('the list of pages', () => {
  it('is complete', () => {
    const declared = [...world.app.get(ModulesContainer).values()].flatMap(({ controllers }) => [...controllers.values()].flatMap(({ metatype }) => {
      if (Reflect.getMetadata(PAGE, metatype as object) !== true) return [];
      const [base = ''] = [Reflect.getMetadata(PATH_METADATA, metatype as object) as string[] | string].flat();
      const prototype = (metatype as { prototype: Record<string, unknown> }).prototype;
      return Object.getOwnPropertyNames(prototype).flatMap((name) => {
        const handler = Object.getOwnPropertyDescriptor(prototype, name)?.value as object | undefined;
        if (handler === undefined || Reflect.getMetadata(METHOD_METADATA, handler) !== RequestMethod.GET || !base.startsWith('en')) return [];
        return [`${base.slice(2)}/${(Reflect.getMetadata(PATH_METADATA, handler) as string).replace(/^\//, '')}`];
      });
    }));
    expect(declared.length).toBeGreaterThan(8);
    const listed = new Set([...Object.values(PAGES).map(({ route }) => route), ...WITHOUT_A_FACE]);
    expect(declared.filter((route) => !listed.has(route))).toEqual([]);
  });
});
