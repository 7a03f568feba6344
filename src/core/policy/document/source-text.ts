import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument, type Node, type Pair } from 'yaml';

/** A YAML document with every scalar as text: `9.76`, `NO` and `2022-09-01` stay what was written. */
export type Tree = string | null | readonly Tree[] | { readonly [key: string]: Tree };

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface SourceText {
  readonly tree: Tree;
  /** Where the value at an RFC 6901-like path (`/steps/2/with/bands`) begins; falls back to the nearest ancestor. */
  positionOf(path: string): Position;
}

export interface SourceFault extends Position {
  readonly message: string;
}

const MOST_CHARACTERS = 512_000;
const MOST_DEEP = 40;
const TOO_DEEP = `values are nested more than ${MOST_DEEP} deep`;

/** Control characters other than tab and line ends. */
// eslint-disable-next-line no-control-regex -- these are what is looked for
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/**
 * Reads YAML with the failsafe schema, keeping positions. All syntax faults in one pass; aliases, anchors, duplicate keys and
 * characters that nobody sees are refused, so that what a lawyer reads is what is run.
 * Edge: an empty file has a null tree. Lines and columns count from 1.
 */
export function readSource(text: string): { readonly source?: SourceText; readonly faults: readonly SourceFault[] } {
  if (text.length > MOST_CHARACTERS) {
    return { faults: [{ line: 1, column: 1, message: `the document is longer than ${MOST_CHARACTERS} characters` }] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, uniqueKeys: false, keepSourceTokens: false });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const faults: SourceFault[] = document.errors.map((error) => ({ ...at(error.pos[0]), message: messageOf(error) }));
  const positions = new Map<string, Position>();
  const unwrapper = new Unwrapper((path, offset) => positions.set(path, at(offset)), (offset, message) => faults.push({ ...at(offset), message }));
  const tree = unwrapper.tree(document.contents, '', 0);
  if (faults.length > 0) return { faults };
  return { source: { tree, positionOf: (path) => nearest(positions, path) }, faults };
}

/** What the parser says in its first line; where its own stack ended, what that means. */
const messageOf = ({ message, code }: { message: string; code: string }): string =>
  (message.startsWith('Maximum call stack') ? TOO_DEEP : message.split('\n')[0] ?? code);

function nearest(positions: ReadonlyMap<string, Position>, path: string): Position {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = positions.get(at);
    if (found !== undefined) return found;
    if (at === '') return { line: 1, column: 1 };
  }
}

/** Why a node is not read, whatever it holds. */
const refusalOf = (node: Node, depth: number): string | undefined => {
  if (isAlias(node) || ('anchor' in node && node.anchor !== undefined)) return 'anchors and aliases are not allowed: write the value where it is used';
  return depth > MOST_DEEP ? TOO_DEEP : undefined;
};

/** Turns nodes into a plain tree, marking where each value begins and noting what is not allowed. */
class Unwrapper {
  constructor(private readonly mark: (path: string, offset: number) => void, private readonly fault: (offset: number, message: string) => void) {}

  tree(node: Node | null, path: string, depth: number): Tree {
    const offset = node?.range?.[0] ?? 0;
    this.mark(path, offset);
    if (node === null) return null;
    const refused = refusalOf(node, depth);
    if (refused !== undefined) {
      this.fault(offset, refused);
      return null;
    }
    if (isScalar(node)) return typeof node.value === 'string' ? this.text(node.value, offset) : null;
    if (isSeq<Node>(node)) return node.items.map((item, index) => this.tree(item, `${path}/${index}`, depth + 1));
    if (!isMap<Node, Node | null>(node)) return null;
    const seen = new Set<string>();
    return Object.fromEntries(node.items.flatMap((pair) => this.member(pair, path, depth, seen)));
  }

  /** Half a character and characters that only machines see cannot be stored, hashed or read by anybody. */
  private text(value: string, offset: number): string {
    if (!value.isWellFormed() || UNSEEN.test(value)) this.fault(offset, 'a text holds half a character or a control character: write it out');
    return value;
  }

  private member(pair: Pair<Node, Node | null>, path: string, depth: number, seen: Set<string>): [string, Tree][] {
    const offset = pair.key.range?.[0] ?? 0;
    const key = isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : '__proto__';
    if (key === '__proto__') {
      this.fault(offset, 'a key is plain text');
      return [];
    }
    // Ours, for the parser compares every key with every other.
    if (seen.has(key)) this.fault(offset, `the key "${key}" stands here twice`);
    seen.add(key);
    const value = this.tree(pair.value, `${path}/${this.text(key, offset)}`, depth + 1);
    if (pair.value === null) this.mark(`${path}/${key}`, offset);
    return [[key, value]];
  }
}
