import { canonicalJson, sha256Hex } from '../audit/index.js';
import { recompile, type ReasonCatalogue } from '../policy/index.js';
import { assess, ENGINE } from './assess.js';
import { forMerchant, signedText, type Receipt } from './receipt.js';
import type { AssessmentResult } from './result.js';

/**
 * What is broken: `text` (not JSON, or not its canonical form), `shape`, `engine`, `signature`, `input`, `policy`,
 * `recomputation`, or a part of the result: `result.outcome`, `result.amount`, `result.lanes`, `result.trace.<step>` …
 */
export interface ReceiptFault {
  readonly part: string;
  readonly detail: string;
}

/** Whether the key signed the text; undefined when there is no such key. */
export type SignatureCheck = (kid: string, text: string, signature: string) => boolean | undefined;

const fault = (part: string, detail: string): ReceiptFault => ({ part, detail });

/** Which reasons have words was checked when the policy was published; no figure depends on them. */
const NO_WORDS = { en: '', ko: '', fr: '' } as const;
const anyReason: ReasonCatalogue = new Proxy({}, { get: () => NO_WORDS, getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: NO_WORDS }) });

/**
 * Checks a receipt from its text and the signer's public keys alone: form, engine, signature, the hashes of input and policy, and
 * then the result by working it out again. Every broken part is named; none means that the amount follows from what is stated.
 *
 * A result is worked out again only from an input and a policy that are whole. Never throws, whatever the text.
 * Edge: a receipt of another engine is not recomputed: each engine's own verifier does that.
 */
export function verifyReceipt(text: string, check: SignatureCheck): readonly ReceiptFault[] {
  const receipt = readReceipt(text);
  if ('part' in receipt) return [receipt];
  const whole = [...engineFaults(receipt), ...inputFaults(receipt), ...policyFaults(receipt)];
  return [...textFaults(text, receipt), ...signatureFaults(receipt, check), ...whole, ...(whole.length === 0 ? resultFaults(receipt) : [])];
}

const MEMBERS = ['schema', 'kind', 'engine', 'claim', 'assessment', 'policy', 'input', 'result', 'signature'];
const PARTS: Readonly<Record<string, readonly string[]>> = {
  policy: ['key', 'version', 'hash', 'document'], input: ['hash', 'facts'], signature: ['alg', 'kid', 'value'],
  result: ['outcome', 'cashMinor', 'lanes', 'trace', 'findings'],
};

function readReceipt(text: string): Receipt | ReceiptFault {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return fault('text', 'the file is not JSON');
  }
  const lacks = (value: unknown, names: readonly string[]): string | undefined =>
    (typeof value !== 'object' || value === null || Array.isArray(value) ? names[0] : names.find((name) => !(name in value)));
  const missing = lacks(read, MEMBERS);
  if (missing !== undefined) return fault('shape', `"${missing}" is missing`);
  const receipt = read as Receipt;
  if ((receipt.schema as number) !== 1 || (receipt.kind as string) !== 'makegood.receipt') return fault('shape', 'this is not a receipt of schema 1');
  for (const [part, names] of Object.entries(PARTS)) {
    const lacking = lacks((read as Record<string, unknown>)[part], names);
    if (lacking !== undefined) return fault('shape', `"${part}.${lacking}" is missing`);
  }
  return Array.isArray(receipt.result.trace) && Array.isArray(receipt.result.findings) ? receipt : fault('shape', '"result" is not a result');
}

function canonical(value: unknown): string | undefined {
  try {
    return canonicalJson(value);
  } catch {
    return undefined;
  }
}

const textFaults = (text: string, receipt: Receipt): ReceiptFault[] =>
  (canonical(receipt) === text.replace(/\n$/, '') ? [] : [fault('text', 'the file is not canonical JSON (RFC 8785): it was edited or written anew')]);

function signatureFaults({ signature, ...body }: Receipt, check: SignatureCheck): ReceiptFault[] {
  const text = canonical(body) === undefined ? undefined : signedText(body);
  const good = text !== undefined && (signature.alg as string) === 'EdDSA' && Object.keys(signature).length === 3
    ? check(String(signature.kid), text, String(signature.value)) : false;
  if (good === true) return [];
  return [fault('signature', good === undefined ? `no key ${String(signature.kid)} among the keys given` : 'the signature is not of this text')];
}

const engineFaults = ({ engine, input }: Receipt): ReceiptFault[] => [
  ...(engine === ENGINE ? [] : [fault('engine', `made by engine ${engine}, and this verifier is of ${ENGINE}: take verify-receipt ${engine}`)]),
  ...(input.facts.engine === engine ? [] : [fault('engine', `the input was frozen for engine ${String(input.facts.engine)}, the receipt says ${engine}`)]),
];

const hashOf = (value: unknown): string | undefined => {
  const text = canonical(value);
  return text === undefined ? undefined : sha256Hex(text);
};

const inputFaults = ({ input }: Receipt): ReceiptFault[] =>
  (hashOf(input.facts) === input.hash ? [] : [fault('input', 'the frozen facts do not have the hash that is stated for them')]);

function policyFaults({ policy, input: { facts } }: Receipt): ReceiptFault[] {
  const found: ReceiptFault[] = [];
  if (hashOf(policy.document) !== policy.hash) found.push(fault('policy', 'the policy does not have the hash that is stated for it'));
  const frozen = facts.policy as Partial<typeof facts.policy> | undefined;
  const same = frozen?.hash === policy.hash && frozen.key === policy.key && frozen.version === policy.version && policy.document.policy === policy.key;
  if (!same) found.push(fault('policy', 'the policy is not the one that the input was frozen for'));
  return found;
}

/** What the members of a result are called when they are named as broken. */
const NAMES: Readonly<Record<string, string>> = { cashMinor: 'amount' };

function resultFaults({ result, policy, input }: Receipt): ReceiptFault[] {
  let again: AssessmentResult;
  try {
    const run = assess(input.facts, recompile(policy.document, anyReason));
    if (run.kind !== 'assessed') return [fault('recomputation', 'the input lacks sums of sales that the policy asks for')];
    again = forMerchant(run.result);
  } catch (error) {
    return [fault('recomputation', `the policy does not run on the input: ${error instanceof Error ? error.message : String(error)}`)];
  }
  const { trace: found, ...rest } = again;
  const { trace: stated, ...said } = result;
  const members = [...new Set([...Object.keys(rest), ...Object.keys(said)])] as (keyof typeof rest)[];
  return [
    ...members.filter((name) => canonical(rest[name]) !== canonical(said[name])).map((name) =>
      fault(`result.${NAMES[name] ?? name}`, `the receipt says ${shortened(said[name])}; worked out again it is ${shortened(rest[name])}`)),
    ...traceFaults(found, stated),
  ];
}

function traceFaults(found: AssessmentResult['trace'], stated: AssessmentResult['trace']): ReceiptFault[] {
  const steps = [...new Set([...found, ...stated].map((node) => String((node as Partial<typeof node> | null)?.id)))];
  const of = (trace: AssessmentResult['trace'], id: string): string =>
    trace.filter((node) => String((node as Partial<typeof node> | null)?.id) === id).map((node) => canonical(node) ?? '').join();
  const changed = steps.filter((id) => of(found, id) !== of(stated, id)).map((id) => fault(`result.trace.${id}`, 'the step as stated is not the step as it runs'));
  const order = changed.length === 0 && canonical(found) !== canonical(stated);
  return order ? [fault('result.trace', 'the steps are not in the order in which they run')] : changed;
}

const shortened = (value: unknown): string => {
  const text = canonical(value) ?? 'nothing';
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
};
