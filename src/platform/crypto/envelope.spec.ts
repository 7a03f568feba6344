import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readConfig } from '../config/config.js';
import { blindIndex, openText, rewrap, sealText, type SealedPlace } from './envelope.js';
import { addSealTo, freshKeys, keyFileIn, keyTextOf, readKeyring, withFreshSeal } from './keyring.js';
import { Vault } from './vault.js';

const folder = mkdtempSync(join(tmpdir(), 'makegood-keys-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { seals: [key], index } = readKeyring(freshKeys());
const { seals: [other] } = readKeyring(freshKeys());
const place: SealedPlace = { table: 'payee_account', column: 'account', rowId: '1', merchantId: 'm' };
const NUMBER = 'DE89370400440532013000';

describe('a sealed value', () => {
  it('opens where it was sealed, and holds nothing of what it says', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const envelope = sealText(text, place, key);
      expect(openText(envelope, place, key)).toBe(text.toWellFormed());
      if (text.length > 3) expect(envelope.sealed.includes(Buffer.from(text))).toBe(false);
    }));
    expect(sealText(NUMBER, place, key).sealed).not.toEqual(sealText(NUMBER, place, key).sealed);
  });

  it('does not open in another table, column, row or for another merchant', () => {
    const envelope = sealText(NUMBER, place, key);
    for (const change of [{ table: 'x' }, { column: 'x' }, { rowId: '2' }, { merchantId: 'n' }, { rowId: '1","m', merchantId: '' }]) {
      expect(openText(envelope, { ...place, ...change }, key)).toBeUndefined();
    }
  });

  it('does not open when one bit of it, or of its key, is another, nor with parts of two rows', () => {
    const envelope = sealText(NUMBER, place, key);
    fc.assert(fc.property(fc.constantFrom('sealed' as const, 'wrappedKey' as const), fc.nat(), fc.integer({ min: 0, max: 7 }), (part, at, bit) => {
      const bytes = Buffer.from(envelope[part]);
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit);
      expect(openText({ ...envelope, [part]: bytes }, place, key)).toBeUndefined();
    }));
    expect(openText({ ...envelope, wrappedKey: sealText(NUMBER, place, key).wrappedKey }, place, key)).toBeUndefined();
    expect(openText({ ...envelope, sealed: Buffer.alloc(5, 1) }, place, key)).toBeUndefined();
    expect(openText(envelope, place, other)).toBeUndefined();
  });

  it('opens under a new key after its own was wrapped anew, without being touched', () => {
    const envelope = sealText(NUMBER, place, key);
    const renewed = rewrap(envelope, place, key, other);
    expect(renewed?.keyId).toBe(other.id);
    expect(openText({ sealed: envelope.sealed, ...renewed ?? envelope }, place, other)).toBe(NUMBER);
    expect(rewrap(envelope, { ...place, rowId: '2' }, key, other)).toBeUndefined();
  });
});

describe('the blind index', () => {
  it('is equal for equal numbers only, and is another under another key', () => {
    const number = fc.stringMatching(/^[A-Z]{2}\d{2}[A-Z0-9]{1,30}$/);
    fc.assert(fc.property(number, number, (a, b) => blindIndex(a, index).equals(blindIndex(b, index)) === (a === b)));
    fc.assert(fc.property(number, (a) => blindIndex(a, index).equals(blindIndex(a, index)) && !blindIndex(a, index).equals(blindIndex(a, key))));
  });
});

describe('keys', () => {
  it('are read from lines or commas, newest first, each under a name that follows from it', () => {
    const text = freshKeys();
    const ring = readKeyring(text.replaceAll('\n', ','));
    expect(readKeyring(text)).toEqual(ring);
    const turned = readKeyring(withFreshSeal(text));
    expect(turned.seals.map(({ id }) => id)).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), ring.seals[0].id]);
    expect(turned.index).toEqual(ring.index);
  });

  it.each(['', 'seal:abc', freshKeys().replace('index', 'seal'), `${freshKeys()}${freshKeys()}`, `${freshKeys()}password`])('that cannot be used are refused without being named (%#)', (text) => {
    expect(() => readKeyring(text)).toThrow(/^the keys are not/);
  });

  it('are made once in a data directory, for its owner alone, however many start at the same time; a new one goes in front', async () => {
    const file = keyFileIn(join(folder, 'data'));
    const texts = await Promise.all([1, 2, 3, 4].map(() => keyTextOf(file)));
    expect(new Set(texts).size).toBe(1);
    await addSealTo(file);
    const [before, after] = [readKeyring(texts[0] ?? ''), readKeyring(await keyTextOf(file))];
    expect(after.seals.slice(1)).toEqual(before.seals);
    expect(after.seals[0]).not.toEqual(before.seals[0]);
    expect(readdirSync(join(folder, 'data'))).toEqual(['account-keys.txt']);
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  });

  it('that another process put in front are found while the server runs; one that is gone is named in the refusal', async () => {
    const config = { ...readConfig({ NODE_ENV: 'test' }), dataDirectory: join(folder, 'running') };
    const [running, command] = [new Vault(config), new Vault(config)];
    const first = await running.seal(NUMBER, place);
    expect(await command.addSeal()).toBe(true);
    const second = await command.seal(NUMBER, place);
    expect(await running.open(second, place)).toEqual({ ok: true, value: NUMBER });
    expect(await command.open(first, place)).toEqual({ ok: true, value: NUMBER });
    const stranger = new Vault({ ...config, dataDirectory: join(folder, 'stranger') });
    expect(await stranger.open(first, place)).toMatchObject({ ok: false, refusal: { code: 'vault.key_missing', params: { keyId: first.keyId } } });
    expect(await running.open(first, { ...place, rowId: '2' })).toMatchObject({ ok: false, refusal: { code: 'vault.altered' } });
  });

  it('in a file that is gone or spoilt stop the start with words instead of being made anew', async () => {
    const config = { ...readConfig({ NODE_ENV: 'test' }), keysFile: join(folder, 'nowhere.txt') };
    await expect(new Vault(config).onApplicationBootstrap()).rejects.toThrow(/MAKEGOOD_KEYS_FILE cannot be read as keys/);
    writeFileSync(keyFileIn(folder), 'seal:torn');
    await expect(new Vault({ ...config, keysFile: undefined, dataDirectory: folder }).onApplicationBootstrap()).rejects.toThrow(/does not hold keys any more.*from a copy/);
  });

  it('are demanded by production, and never repeated by its complaint', () => {
    const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://makegood_app:x@localhost/makegood' };
    expect(() => readConfig(production)).toThrow(/MAKEGOOD_KEYS or MAKEGOOD_KEYS_FILE is required in production/);
    expect(readConfig({ ...production, MAKEGOOD_KEYS: freshKeys() }).keys).toContain('seal:');
    expect(() => readConfig({ ...production, MAKEGOOD_KEYS: 'seal:c2VjcmV0' })).toThrow(/^(?!.*c2VjcmV0).*MAKEGOOD_KEYS must hold/s);
  });
});
