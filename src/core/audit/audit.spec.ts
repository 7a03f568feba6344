import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHAIN_START, canonicalJson, chainHash, sha256Hex, verifyChain, type ChainLink } from './index.js';

describe('canonical JSON', () => {
  it('sorts keys, drops what is undefined and keeps nothing else', () => {
    expect(canonicalJson({ b: [1, null, true], a: undefined, Z: '€\n' })).toBe('{"Z":"€\\n","b":[1,null,true]}');
  });

  it.each([[1.5], [Number.NaN], [2 ** 53], ['\ud800'], [1n], [undefined]])('%p has no canonical form', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it('sorts names by UTF-16 code unit, as RFC 8785 (3.2.3) publishes it', () => {
    const published = '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}';
    expect(canonicalJson(JSON.parse(published))).toBe('{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}');
  });

  it('writes texts and literals as RFC 8785 (3.2.2) publishes them', () => {
    const published = '{"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}';
    expect(canonicalJson(JSON.parse(published))).toBe('{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
  });

  it.each([
    ['0000000000000000', '0'], ['8000000000000000', '0'], ['433fffffffffffff', '9007199254740991'], ['c33fffffffffffff', '-9007199254740991'], ['3ff0000000000000', '1'],
  ])('writes the number with the bits %s as RFC 8785 would', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  it.each([['0000000000000001'], ['4340000000000000'], ['444b1ae4d6e2ef50'], ['3eb0c6f7a0b5ed8d'], ['41b3de4355555553'], ['7fffffffffffffff'], ['7ff0000000000000']])(
    'refuses the number with the bits %s of RFC 8785 (Appendix B): it is no safe integer, and nothing here is measured in fractions', (bits) => {
      expect(() => canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toThrow(TypeError);
    });

  it('refuses a name with a lone surrogate, as well as a text', () => {
    expect(() => canonicalJson({ '\udc00': 1 })).toThrow(TypeError);
  });

  it('is the same for the same value, and reads back', () => {
    const json = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null), fc.array(tie('value')),
        fc.dictionary(fc.string().filter((key) => key !== '__proto__'), tie('value'))),
    })).value;
    fc.assert(fc.property(json, (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }));
  });
});

describe('a chain', () => {
  const chain = (length: number): ChainLink[] => {
    const links: ChainLink[] = [];
    for (let n = 1; n <= length; n += 1) {
      const entry = { aggregateType: 'claim', aggregateId: 'c1', n, at: n * 1000, actor: 'u1', action: 'claim.moved', data: { step: n } };
      const prevHash = links.at(-1)?.hash ?? CHAIN_START;
      links.push({ ...entry, prevHash, hash: chainHash(prevHash, entry) });
    }
    return links;
  };
  const links = chain(5);
  const head = { count: 5, hash: links[4]?.hash ?? '' };
  const kinds = (changed: ChainLink[]): string[] => verifyChain(changed, head).map(({ kind }) => kind);

  it('that nobody touched is whole', () => {
    expect(kinds(links)).toEqual([]);
    expect(verifyChain([], { count: 0, hash: CHAIN_START })).toEqual([]);
  });

  it('shows an edit, a removal, an insertion, a swap and a cut tail', () => {
    const edited = links.map((link) => (link.n === 3 ? { ...link, data: { step: 99 } } : link));
    expect(kinds(edited)).toEqual(['edited']);
    expect(kinds(links.filter(({ n }) => n !== 3))).toContain('missing');
    expect(kinds([...links.slice(0, 2), links[1] as ChainLink, ...links.slice(2)])).toContain('out_of_order');
    expect(kinds([links[1], links[0], ...links.slice(2)] as ChainLink[])).not.toEqual([]);
    expect(kinds(links.slice(0, 4))).toEqual(['cut_tail']);
    expect(kinds([])).toEqual(['cut_tail']);
  });

  it('cannot be rehashed from the middle without moving its head', () => {
    const forged = chain(5).map((link) => ({ ...link, data: { step: link.n === 2 ? 77 : link.n } }));
    let before = CHAIN_START;
    const rehashed = forged.map((link) => {
      const relinked = { ...link, prevHash: before, hash: chainHash(before, link) };
      before = relinked.hash;
      return relinked;
    });
    expect(verifyChain(rehashed, head)).toEqual([{ n: 6, kind: 'cut_tail' }]);
  });

  it('uses SHA-256', () => {
    expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});
