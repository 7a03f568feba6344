import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { PAGE } from '../../src/platform/http/metadata.js';
import { Browsing, expectAccessible, expectFits, expectWords, keepPicture } from '../support/browser.js';
import { openStory, type Story } from '../support/story.js';
import { ELSEWHERE, ENTRANCE, FILES, OF_MERCHANTS, OF_STAFF, WITHOUT_A_FACE, staff } from '../support/page-list.js';

let world: Story;
let browsing: Browsing;
beforeAll(async () => {
  world = await openStory();
  browsing = await Browsing.of(world.url);
});
afterAll(async () => {
  await browsing.close();
  await world.close();
});

describe('pages that say no', () => {
  it.each([
    ['nothing there', undefined, '/nothing', 404], ['somebody else\'s claim', staff('owner'), '/claims/MG-0000-0000-0', 404], ['staff only', staff('owner'), '/work', 403],
    ['policies are for staff', staff('owner'), '/policies', 403], ['no policy of that name', staff('policyAuthor'), '/policies/nothing', 404], ['no version of that number', staff('policyAuthor'), '/policies/default-krw/versions/99', 404],
    ['writing is for authors', staff('reviewer'), '/policies/default-gbp/versions/2/edit', 403],
    ['a time that does not exist', undefined, '/outages/harbourline-2026-10-13?day=2026-02-30&time=11:05', 422],
  ] as const)('%s: in words, in every language', async (name, email, address, status) => {
    const { page, complaints } = await browsing.reader({ width: 320, ...(email === undefined ? {} : { email }) });
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
    const listed = new Set([...Object.values({ ...ENTRANCE, ...OF_MERCHANTS, ...OF_STAFF }).map(({ route }) => route), ...WITHOUT_A_FACE, ...ELSEWHERE, ...FILES]);
    expect(declared.filter((route) => !listed.has(route))).toEqual([]);
  });
});
