import { SaxesParser } from 'saxes';
import { BankFileStopped } from './bank-fault.rules.js';
import { decoded, xmlEncoding, type BankSource } from './bank-text.importer.js';

/** An element by its local name: prefixes and namespaces differ from bank to bank, and some leave them out. */
export interface XmlNode {
  readonly name: string;
  readonly parent: XmlNode | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlNode[];
  text: string;
}

/** Hears of elements as they open and close. */
export interface XmlListener {
  opened(node: XmlNode): void;
  /** Whether the element was taken: it is then let go of, and its parent never shows it. */
  closed(node: XmlNode): boolean;
}

/** Bounds of what is held at once, however long the file is. */
export const XML_LIMITS = { depth: 32, heldCharacters: 8 * 1_024 * 1_024, unbrokenCharacters: 64 * 1_024 };

const SLICE = 16 * 1_024;
/** What an element costs beside its text, in characters. */
const ELEMENT_WEIGHT = 64;

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Builds elements out of a parser's events, and counts what is held. */
class Tree {
  #open: XmlNode | undefined;
  readonly #weights: number[] = [];
  #held = 0;
  #sinceEvent = 0;

  constructor(private readonly parser: SaxesParser, private readonly listener: XmlListener) {
    const stop = (): never => { throw new BankFileStopped('payouts.bank_not_xml', { line: parser.line }); };
    parser.on('error', stop);
    parser.on('doctype', () => { throw new BankFileStopped('payouts.bank_doctype'); });
    parser.on('opentag', ({ name, attributes }) => this.#begin(localName(name), attributes as Record<string, string>));
    parser.on('text', (text) => this.#say(text));
    parser.on('cdata', (text) => this.#say(text));
    parser.on('comment', () => { this.#sinceEvent = 0; });
    parser.on('closetag', () => this.#end());
  }

  /** Takes a little at a time: a parser that has said nothing for long is holding something that no bank writes. */
  write(slice: string): void {
    this.#sinceEvent += slice.length;
    this.parser.write(slice);
    if (this.#sinceEvent > XML_LIMITS.unbrokenCharacters) {
      throw new BankFileStopped('payouts.bank_unbroken', { most: XML_LIMITS.unbrokenCharacters });
    }
  }

  #weigh(weight: number): void {
    this.#held += weight;
    const last = this.#weights.length - 1;
    this.#weights[last] = (this.#weights[last] ?? 0) + weight;
    if (this.#held > XML_LIMITS.heldCharacters) throw new BankFileStopped('payouts.bank_entry_too_large', { most: XML_LIMITS.heldCharacters });
  }

  #begin(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#sinceEvent = 0;
    const node: XmlNode = { name, parent: this.#open, attributes, children: [], text: '' };
    this.#open = node;
    this.#weights.push(0);
    if (this.#weights.length > XML_LIMITS.depth) throw new BankFileStopped('payouts.bank_too_deep', { most: XML_LIMITS.depth });
    this.#weigh(Object.entries(attributes).reduce((sum, [key, value]) => sum + key.length + value.length, ELEMENT_WEIGHT));
    this.listener.opened(node);
  }

  #say(text: string): void {
    this.#sinceEvent = 0;
    // Space between elements is no content, and there may be much of it.
    if (this.#open === undefined || text.trim() === '') return;
    this.#weigh(text.length);
    this.#open.text += text;
  }

  #end(): void {
    this.#sinceEvent = 0;
    const node = this.#open;
    if (node === undefined) return;
    const weight = this.#weights.pop() ?? 0;
    this.#open = node.parent;
    if (this.listener.closed(node)) {
      this.#held -= weight;
      return;
    }
    node.parent?.children.push(node);
    const last = this.#weights.length - 1;
    if (last >= 0) this.#weights[last] = (this.#weights[last] ?? 0) + weight;
  }
}

/**
 * Reads XML as it streams by and tells `listener` of its elements; yields after every piece, so that what was made of them can be taken away.
 * Entities are never expanded but for XML's own five: a document type is refused. Throws `BankFileStopped` with `payouts.bank_not_xml`,
 * `payouts.bank_doctype`, `payouts.bank_too_deep`, `payouts.bank_unbroken`, `payouts.bank_entry_too_large` and what `decoded` throws.
 */
export async function* readXml(source: BankSource, listener: XmlListener): AsyncGenerator<void> {
  const parser = new SaxesParser({ xmlns: false });
  const tree = new Tree(parser, listener);
  for await (const text of decoded(source, xmlEncoding)) {
    for (let at = 0; at < text.length; at += SLICE) {
      tree.write(text.slice(at, at + SLICE));
      yield;
    }
  }
  parser.close();
  yield;
}
