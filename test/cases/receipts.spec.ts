import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assess, receiptOf, signedText, verifyReceipt, type Receipt } from '../../src/core/assessment/index.js';
import { receiptFacts, WITHHELD } from '../../src/core/assessment/receipt-facts.js';
import { canonicalJson, sha256Hex } from '../../src/core/audit/index.js';
import { runPolicy } from '../../src/core/policy/index.js';
import type { Instant } from '../../src/core/time/index.js';
import { keySetOf, passingSigningKey, verifiesWith } from '../../src/platform/crypto/signing-key.js';
import { shippedExamples, type ShippedExample } from '../support/shipped.js';

const key = passingSigningKey();
const { keys } = keySetOf([key.x]);
const examples = shippedExamples();

const stored = ({ facts, result }: ShippedExample) => ({
  reference: 'MG-7K3P-92Q4-X', n: 1, assessedAt: 1_780_000_000_000 as Instant, facts, inputHash: sha256Hex(canonicalJson(facts)), result, resultHash: sha256Hex(canonicalJson(result)),
});

function receiptFor(example: ShippedExample): Receipt {
  const body = receiptOf(stored(example), example.policy);
  return { ...body, signature: { alg: 'EdDSA', kid: key.kid, value: key.sign(signedText(body)) } };
}

const verify = (text: string) => verifyReceipt(text, (kid, signed, signature) => verifiesWith(keys, kid, signed, signature));
const partsOf = (text: string): string[] => verify(text).map(({ part }) => part);

interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Every value of a receipt that is not made of others, with where it stands. */
function leavesOf(value: unknown, path: readonly string[] = []): Leaf[] {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return [{ path, value }];
  return Object.entries(value).flatMap(([name, member]) => leavesOf(member, [...path, name]));
}

function changed(receipt: Receipt, { path, value }: Leaf, at: number): string {
  const copy = JSON.parse(canonicalJson(receipt)) as Record<string, unknown>;
  const owner = path.slice(0, -1).reduce((member, name) => member[name] as Record<string, unknown>, copy);
  const other = (text: string): string => {
    const place = at % Math.max(1, text.length);
    return `${text.slice(0, place)}${text[place] === 'a' ? 'b' : 'a'}${text.slice(place + 1)}`;
  };
  owner[path.at(-1) ?? ''] = typeof value === 'string' ? other(value) : typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : 'a';
  return canonicalJson(copy);
}

/** The part that must be named when the leaf is changed; what only the signature covers is named by it. */
function expectedPart(receipt: Receipt, [first = '', second = '', third = '']: readonly string[]): string {
  if (first === 'schema' || first === 'kind') return 'shape';
  if (first === 'input' || first === 'policy' || first === 'engine') return first;
  if (first !== 'result') return 'signature';
  return second === 'trace' ? `result.trace.${receipt.result.trace[Number(third)]?.id ?? ''}` : `result.${second === 'cashMinor' ? 'amount' : second}`;
}

describe('a receipt', () => {
  it.each(examples.map((example) => [example.title, example] as const))('of "%s" verifies, with the same outcome and amount', (_title, example) => {
    const receipt = receiptFor(example);
    expect(verify(canonicalJson(receipt))).toEqual([]);
    expect(verify(`${canonicalJson(receipt)}\n`)).toEqual([]);
    expect([receipt.result.outcome, receipt.result.cashMinor]).toEqual([example.result.outcome, example.result.cashMinor]);
  });

  it('names the part in which a value was changed, and always that it is not what was signed', () => {
    fc.assert(fc.property(fc.constantFrom(...examples), fc.nat(), fc.nat(), (example, pick, at) => {
      const receipt = receiptFor(example);
      const leaves = leavesOf(receipt);
      const leaf = leaves[pick % leaves.length] as Leaf;
      const parts = partsOf(changed(receipt, leaf, at));
      const part = expectedPart(receipt, leaf.path);
      const steps = part.startsWith('result.trace.') && leaf.path[3] === 'id' ? parts.some((name) => name.startsWith('result.trace.')) : parts.includes(part);
      expect({ leaf: leaf.path.join('.'), parts, named: steps }).toEqual({ leaf: leaf.path.join('.'), parts, named: true });
      if (part !== 'shape') expect(parts).toContain('signature');
    }), { numRuns: 400 });
  });

  it.each(['claim.reference', 'assessment.inputHash', 'engine', 'policy.hash', 'policy.document.policy', 'input.hash', 'input.facts.claim.filedAt', 'result.outcome', 'result.cashMinor',
    'result.lanes.usedForAmount', 'result.trace.0.id', 'result.trace.1.block', 'result.currency', 'signature.value', 'signature.kid'])('names the part when %s is changed', (where) => {
    const receipt = receiptFor(examples.find(({ policy, result }) => policy.document.policy === 'default-gbp' && result.outcome === 'eligible') as ShippedExample);
    const leaf = leavesOf(receipt).find(({ path }) => path.join('.') === where) as Leaf;
    const parts = partsOf(changed(receipt, leaf, 0));
    expect(where === 'result.trace.0.id' ? parts.join() : parts).toEqual(where === 'result.trace.0.id'
      ? expect.stringContaining(`result.trace.${String(leaf.value)}`) : expect.arrayContaining([expectedPart(receipt, leaf.path)]));
  });

  it('does not survive any flipped bit', () => {
    const bytes = Buffer.from(canonicalJson(receiptFor(examples[0] as ShippedExample)));
    fc.assert(fc.property(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
      expect(partsOf(flipped.toString('utf8'))).not.toEqual([]);
    }), { numRuns: 300 });
  });

  it('forged with hashes made to fit is still named, in result and signature', () => {
    const receipt = receiptFor(examples.find(({ policy, result }) => policy.document.policy === 'default-gbp' && result.outcome === 'eligible') as ShippedExample);
    const facts = { ...receipt.input.facts, claim: { ...receipt.input.facts.claim, window: { from: 0 as Instant, to: 1 as Instant } } };
    const parts = partsOf(canonicalJson({ ...receipt, input: { facts, hash: sha256Hex(canonicalJson(facts)) } }));
    expect(parts).toEqual(expect.arrayContaining(['signature', 'result.outcome', 'result.amount', 'result.lanes']));
    expect(parts).not.toContain('input');
  });

  it('is named as broken, not thrown at, whatever the text', () => {
    const texts = fc.oneof(fc.string(), fc.json(), fc.constantFrom('null', '[]', '{}', '{"schema":1}'));
    fc.assert(fc.property(texts, (text) => expect(verify(text)).not.toEqual([])));
    const receipt = receiptFor(examples[0] as ShippedExample);
    fc.assert(fc.property(fc.constantFrom('claim', 'assessment', 'policy', 'input', 'result', 'signature', 'engine'), fc.jsonValue(), (member, value) => {
      expect(verify(JSON.stringify({ ...receipt, [member]: value }))).not.toEqual([]);
    }));
  });

  it('of an unknown signer says which key is missing', () => {
    const faults = verifyReceipt(canonicalJson(receiptFor(examples[0] as ShippedExample)), () => undefined);
    expect(faults).toEqual([{ part: 'signature', detail: `no key ${key.kid} among the keys given` }]);
  });

  it('carries no id, no typed text and no reason of a person', () => {
    const example = examples.find(({ policy, facts }) => policy.document.policy === 'default-gbp' && facts.sales !== undefined) as ShippedExample;
    const { facts } = example;
    const told = {
      ...facts,
      claim: { ...facts.claim, id: 'CANARY-claim-id' }, site: { ...facts.site, id: 'CANARY-site-id' },
      merchant: { ...facts.merchant, id: 'CANARY-merchant-id', sizes: [{ measure: 'turnover', year: 2020, value: '5', currency: 'GBP', source: 'as CANARY told us' }] },
      sales: { ...(facts.sales as NonNullable<typeof facts.sales>), setId: 'CANARY-set-id' },
      inputs: { ...facts.inputs, unknownToThePolicy: { value: 'CANARY name', provenance: 'declared' as const } },
      earlier: [{ claimId: 'CANARY-earlier-id', head: 'fee', intervals: [], gross: { minor: '1', currency: 'GBP' } }],
      overrides: [{ step: 'marginShare', value: '0.5', basis: 'x', reason: 'CANARY said so' }],
      capUse: { 'default-gbp:cap:site:CANARY-site-id': '1' },
    };
    const overridden = { ...example, facts: told, result: shippedResult(told, example) };
    const text = canonicalJson(receiptFor(overridden));
    expect(text).not.toMatch(/CANARY/i);
    expect(verify(text)).toEqual([]);
  });

  it('of a claim for which a person put a figure holds both values and the reason, and comes out again', () => {
    const example = examples.find(({ policy, result }) => policy.document.policy === 'default-gbp' && result.cashMinor === '5952') as ShippedExample;
    const run = runPolicy(example.policy, example.facts);
    const basis = (run.kind === 'ran' ? run.basisOf('expected') : undefined) ?? '';
    const facts = { ...example.facts, overrides: [{ step: 'expected', value: '150.00', basis, reason: 'figure_from_evidence' }] };
    const result = shippedResult(facts, example);
    expect(result.cashMinor).toBe('6820');
    const receipt = receiptFor({ ...example, facts, result });
    expect(verify(canonicalJson(receipt))).toEqual([]);
    expect(receipt.result.trace.find(({ id }) => id === 'expected')).toMatchObject({ output: { minor: '15000' }, override: { computed: { minor: '13600' }, reason: 'figure_from_evidence' } });
    const forged = { ...receipt.input.facts, overrides: [{ ...facts.overrides[0], value: '160.00' }] };
    expect(partsOf(canonicalJson({ ...receipt, input: { facts: forged, hash: sha256Hex(canonicalJson(forged)) } }))).toContain('result.amount');
  });

  it('keeps of what was typed only figures, periods and words that the policy itself publishes', () => {
    const { policy, facts } = examples.find((example) => example.policy.document.policy === 'default-gbp') as ShippedExample;
    const about = { label: { en: '', ko: '', fr: '' }, source: 'asked', scope: 'site', required: false } as const;
    const inputs = {
      note: { ...about, type: 'text' }, trade: { ...about, type: 'text' }, phone: { ...about, type: 'text' }, margin: { ...about, type: 'ratio' }, names: { ...about, type: 'list' },
      lines: { ...about, type: 'list', fields: { holder: 'text', month: 'text', fee: 'money' } }, weeks: { ...about, type: 'series' },
    } as const;
    const typed = {
      note: 'CANARY asked me to write', trade: 'food', phone: '07700900123', margin: '0.62', names: ['CANARY', 'retail'],
      lines: [{ holder: 'CANARY', month: '2026-03', fee: '9.50', aside: 'CANARY' }, { holder: 'food', month: 'CANARY', fee: 'CANARY' }], weeks: [{ from: '2026-03-01', amount: '5.00', by: 'CANARY' }],
    };
    const kept = receiptFacts({ ...facts, inputs: Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, { value, provenance: 'declared' as const }])) }, { ...policy.document, inputs }, 'MG-1');
    expect(Object.fromEntries(Object.entries(kept.inputs).map(([name, { value }]) => [name, value]))).toEqual({
      note: WITHHELD, trade: 'food', phone: WITHHELD, margin: '0.62', names: [WITHHELD, 'retail'],
      lines: [{ holder: WITHHELD, month: '2026-03', fee: '9.50' }, { holder: 'food', month: WITHHELD, fee: WITHHELD }], weeks: [{ from: '2026-03-01', amount: '5.00' }],
    });
  });
});

function shippedResult(facts: ShippedExample['facts'], { policy }: ShippedExample): ShippedExample['result'] {
  const run = assess(facts, policy);
  if (run.kind !== 'assessed') throw new Error('asks for sales');
  return run.result;
}

describe('verify-receipt, the bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'makegood-verifier-test-'));
  const clean = join(folder, 'clean');
  beforeAll(() => {
    execFileSync(process.execPath, ['scripts/verifier.mjs', join(folder, 'built')], { env: {} });
    execFileSync('mkdir', [clean]);
    const [file = ''] = readdirSync(join(folder, 'built'));
    copyFileSync(join(folder, 'built', file), join(clean, 'verify-receipt.mjs'));
    writeFileSync(join(clean, 'jwks.json'), JSON.stringify({ keys }));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (text: string) => {
    writeFileSync(join(clean, 'receipt.json'), text);
    const { status, stdout } = spawnSync(process.execPath, ['verify-receipt.mjs', 'receipt.json', '--keys', 'jwks.json'], { cwd: clean, env: {}, encoding: 'utf8' });
    return { status, stdout };
  };

  it('works out a receipt again in a folder with nothing but Node, and names a changed amount', () => {
    const example = examples.find(({ result }) => result.outcome === 'eligible' && BigInt(result.cashMinor ?? '0') > 0n) as ShippedExample;
    const receipt = receiptFor(example);
    const whole = run(canonicalJson(receipt));
    expect(whole).toEqual({ status: 0, stdout: expect.stringContaining(`eligible, ${example.result.cashMinor} minor units`) });
    const raised = run(canonicalJson({ ...receipt, result: { ...receipt.result, cashMinor: '99999999' } }));
    expect(raised.status).toBe(1);
    expect(raised.stdout).toMatch(/signature: .*\n.*result\.amount: the receipt says "99999999"/);
  });

  it('explains itself without arguments, and says when it could not check', () => {
    const bare = spawnSync(process.execPath, ['verify-receipt.mjs'], { cwd: clean, env: {}, encoding: 'utf8' });
    expect(bare).toMatchObject({ status: 2, stderr: expect.stringContaining('--keys jwks.json') });
    expect(spawnSync(process.execPath, ['verify-receipt.mjs', 'absent.json', '--keys', 'jwks.json'], { cwd: clean, env: {} }).status).toBe(2);
  });
});
