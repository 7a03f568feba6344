import { describe, expect, it } from '@jest/globals';
import { KNOWN_FILES, layoutBytes } from '../support/till-files.js';
import { mutantsOf } from '../support/till-mutations.js';

/** A thousand for each layout and encoding take ten minutes: `TILL_MUTATIONS=1000`. */
const COUNT = Number(process.env['TILL_MUTATIONS'] ?? '60');

describe('till exports, changed in one to three ways and written in every encoding', () => {
  for (const known of KNOWN_FILES) {
    (layoutBytes(known.name) === undefined ? it.skip : it)(`${known.name} is read as the same, or a message says what is wrong`, async () => {
      const { same, told, silent } = await mutantsOf(known, COUNT);
      expect(silent).toEqual([]);
      expect(Math.min(same, told)).toBeGreaterThan(COUNT / 4);
    }, 20 * 60_000);
  }
});
