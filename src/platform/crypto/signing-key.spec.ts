import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { keySetOf, passingSigningKey, readSigningKey, signingKeyIn, thumbprintOf, verifiesWith } from './signing-key.js';

/** RFC 8037, appendix A: the key, its thumbprint, and a signature over a text. */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const X = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
const SIGNED = 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc';
const SIGNATURE = 'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg';
const published = readSigningKey(Buffer.from(`302e020100300506032b657004220420${SEED}`, 'hex').toString('base64'));

const folder = mkdtempSync(join(tmpdir(), 'makegood-key-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a signing key', () => {
  it('signs as RFC 8037 publishes it, under the thumbprint of RFC 7638', () => {
    expect(published.x).toBe(X);
    expect(published.kid).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
    expect(published.sign(SIGNED)).toBe(SIGNATURE);
    expect(verifiesWith([{ x: X }], thumbprintOf(X), SIGNED, SIGNATURE)).toBe(true);
  });

  it('that is not the one named, or a text that is not the one signed, does not verify', () => {
    const other = passingSigningKey();
    expect(verifiesWith([{ x: other.x }], published.kid, SIGNED, SIGNATURE)).toBeUndefined();
    expect(verifiesWith([{ x: other.x }], other.kid, SIGNED, SIGNATURE)).toBe(false);
    expect(verifiesWith([{ x: X }], published.kid, `${SIGNED}.`, SIGNATURE)).toBe(false);
    expect(verifiesWith([{ x: X }], published.kid, SIGNED, `${SIGNATURE}=`)).toBe(false);
    expect(verifiesWith([{ x: 'no key' }, {}], thumbprintOf('no key'), SIGNED, SIGNATURE)).toBe(false);
  });

  it('is made once in a data directory, for its owner alone, however many start at the same time', async () => {
    const keys = await Promise.all([1, 2, 3, 4].map(() => signingKeyIn(join(folder, 'data'))));
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(1);
    expect(readdirSync(join(folder, 'data'))).toEqual(['receipt-key.pem']);
    expect((statSync(join(folder, 'data', 'receipt-key.pem')).mode & 0o777).toString(8)).toBe('600');
  });

  it('that cannot be used is refused without being named', () => {
    expect(() => readSigningKey('c2VjcmV0')).toThrow(/^the signing key is not/);
  });

  it('is published without its private part', () => {
    expect(Object.keys(keySetOf([X]).keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });
});
