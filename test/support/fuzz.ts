import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import type { PolicyFault } from '../../src/core/policy/index.js';

/** A document as it is read: maps, lists and texts. */
type Node = string | null | Node[] | { [key: string]: Node };

export const POLICY_FILES = readdirSync('policies').filter((file) => file.endsWith('.yaml') && file !== 'reasons.yaml');
export const policyYaml = (file: string): string => readFileSync(`policies/${file}`, 'utf8');

const nested = (depth: number): Node => {
  let node: Node = 'deep';
  for (let level = 0; level < depth; level += 1) node = level % 2 === 0 ? [node] : { steps: node };
  return node;
};

/** What a hand, a tool or an enemy might put in the place of a value. */
const WEIRD: readonly Node[] = [
  '', ' ', 'null', 'NaN', '-1', '0', '-0', '1e999', '9'.repeat(80), `0.${'0'.repeat(30)}1`, '1/0', '0/1', '-5/3', '100000000000%', '999999999999999.99', '-999999999999999',
  '$', '$inputs.', '$inputs.nothing', '$params.cap', '$facts.claim.from', '$facts.__proto__', '$facts.constructor', '$inputs.constructor', '$params.toString', '$__proto__', '$constructor', '$cash', '$row.x',
  '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'a\u0000b', '\ud800', '\u202e', '2026-02-30', '0000-00-00', '9999-12-31', '+010000-01-01', '2026-03-03T09:00Z/2026-03-03T08:00Z',
  '25:00', '-1 hours', '1 fortnight', '99999999999999999999 hours', 'GBP', 'JPY', 'XXX', 'GBP per claim', 'eligible', 'each', 'band', 'true', 'false',
  [], {}, [[]], [null], null, { __proto__x: 'y' }, { constructor: 'x' }, { toString: 'x' }, nested(4), nested(60), Array.from({ length: 300 }, (_, index) => String(index)),
];

/** Every place of a tree, as the keys that lead to it. */
function places(node: Node, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof node !== 'object' || node === null) return [path];
  const keys = Array.isArray(node) ? node.map((_, index) => index) : Object.keys(node);
  return [path, ...keys.flatMap((key) => places((node as Record<string | number, Node>)[key] ?? null, [...path, key]))];
}

const at = (root: Node, path: readonly (string | number)[]): Node => path.reduce<Node>((node, key) => (node as Record<string | number, Node>)[key] ?? null, root);

interface Change {
  readonly place: number;
  readonly other: number;
  readonly what: 'drop' | 'weird' | 'repeat' | 'rename' | 'swap' | 'add';
  readonly value: Node;
}

function changed(root: Node, { place, other, what, value }: Change): void {
  const all = places(root).slice(1);
  const path = all[place % all.length] ?? [];
  const [parent, key] = [at(root, path.slice(0, -1)) as Record<string | number, Node>, path.at(-1) as string | number];
  const own = parent[key] ?? null;
  const put = (name: string | number, node: Node): void => void Object.defineProperty(parent, name, { value: structuredClone(node), enumerable: true, configurable: true, writable: true });
  switch (what) {
    case 'drop': if (Array.isArray(parent)) parent.splice(key as number, 1); else delete parent[key]; return;
    case 'weird': put(key, value); return;
    case 'repeat': if (Array.isArray(parent)) parent.push(structuredClone(own)); else put(`${key}2`, own); return;
    case 'rename': if (!Array.isArray(parent)) { delete parent[key]; put(typeof value === 'string' && value !== '' ? value : 'x', own); } return;
    case 'swap': put(key, at(root, all[other % all.length] ?? [])); return;
    case 'add': if (Array.isArray(parent)) parent.push(structuredClone(value)); else put('extra', value); return;
  }
}

const changes = fc.array(fc.record({
  place: fc.nat(), other: fc.nat(), what: fc.constantFrom('drop', 'weird', 'weird', 'repeat', 'rename', 'swap', 'add'), value: fc.constantFrom(...WEIRD),
}), { minLength: 1, maxLength: 4 });

/** A shipped policy with a few places changed: still YAML, no longer sound. Without its examples it is quick to check. */
export const brokenPolicies = (files: readonly string[], keepExamples: boolean): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...files), changes).map(([file, list]) => {
    const root = parse(policyYaml(file), { schema: 'failsafe' }) as { [key: string]: Node };
    if (!keepExamples) root['examples'] = (root['examples'] as Node[]).slice(0, 1);
    for (const change of list) changed(root, change);
    return stringify(root, { aliasDuplicateObjects: false });
  });

/** What is wrong with faults as answers to a person: no place, no words, or the words of the machine. */
export const poorFaults = (faults: readonly PolicyFault[]): readonly PolicyFault[] => faults.filter(({ line, column, message }) => !(line > 0 && column > 0 && message.length > 10)
  || /Cannot (read|convert|destructure|mix)|is not a function|is not iterable|is a undefined|call stack|canonical form|BigInt/.test(message));
