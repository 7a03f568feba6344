import type { PolicyFault, PolicyFaultCode } from './fault.js';
import type { SourceText, Tree } from './source-text.js';

/** A cursor over a source tree that notes every departure from the expected shape and goes on. */
export class TreeReader {
  constructor(
    private readonly source: SourceText,
    private readonly faults: PolicyFault[],
    readonly path = '',
    readonly tree: Tree = source.tree,
  ) {}

  fault(code: PolicyFaultCode, message: string, path = this.path): void {
    this.faults.push({ code, message, path, ...this.source.positionOf(path) });
  }

  at(key: string): TreeReader {
    const member = isMap(this.tree) ? (this.tree[key] ?? null) : null;
    return new TreeReader(this.source, this.faults, `${this.path}/${key}`, member);
  }

  has(key: string): boolean {
    return isMap(this.tree) && this.tree[key] !== undefined;
  }

  /** Notes keys that are not expected; the message lists those that are. */
  only(keys: readonly string[]): this {
    for (const key of Object.keys(isMap(this.tree) ? this.tree : {})) {
      if (!keys.includes(key)) {
        this.fault('policy.unknown_key', `"${key}" is not known here; expected ${keys.join(', ')}`, `${this.path}/${key}`);
      }
    }
    return this;
  }

  text(): string {
    if (typeof this.tree === 'string' && this.tree.trim() !== '') return this.tree.trim();
    this.fault(this.tree === null ? 'policy.missing' : 'policy.shape', `${this.name()} needs a text`);
    return '';
  }

  optionalText(): string | undefined {
    return this.tree === null ? undefined : this.text();
  }

  oneOf<T extends string>(choices: readonly T[]): T {
    const text = this.text();
    if ((choices as readonly string[]).includes(text)) return text as T;
    if (text !== '') this.fault('policy.shape', `${this.name()} is "${text}"; it must be one of ${choices.join(', ')}`);
    return choices[0] as T;
  }

  items(): TreeReader[] {
    if (this.tree === null) return [];
    if (!Array.isArray(this.tree)) {
      this.fault('policy.shape', `${this.name()} must be a list`);
      return [];
    }
    return this.tree.map((item: Tree, index) => new TreeReader(this.source, this.faults, `${this.path}/${index}`, item));
  }

  members(): [string, TreeReader][] {
    if (this.tree === null) return [];
    if (!isMap(this.tree)) {
      this.fault('policy.shape', `${this.name()} must be a map of names to values`);
      return [];
    }
    return Object.keys(this.tree).map((key) => [key, this.at(key)]);
  }

  record<T>(read: (member: TreeReader) => T): Record<string, T> {
    return Object.fromEntries(this.members().map(([key, member]) => [key, read(member)]));
  }

  texts(): string[] {
    return this.items().map((item) => item.text());
  }

  private name(): string {
    return this.path === '' ? 'the document' : this.path.slice(1).replaceAll('/', '.');
  }
}

export const isMap = (tree: Tree): tree is { readonly [key: string]: Tree } =>
  typeof tree === 'object' && tree !== null && !Array.isArray(tree);
