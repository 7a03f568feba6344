import { SaxesParser } from 'saxes';
import type { StatedHead, StatedPayment } from '../../core/payments/index.js';

/** The file is not well-formed, or is not a message of payments; `line` is a line of the file. */
export class DamagedFile extends Error {
  constructor(readonly line: number) {
    super('the file cannot be read');
    this.name = 'DamagedFile';
  }
}

export type PainItem = { readonly kind: 'head'; readonly head: StatedHead } | { readonly kind: 'payment'; readonly stated: StatedPayment };

/** Texts by the path of their element below the one that is read, in the order in which they stand. */
class Texts {
  readonly #texts = new Map<string, string[]>();

  add(path: string, text: string): void {
    const before = this.#texts.get(path);
    if (before === undefined) this.#texts.set(path, [text]);
    else before.push(text);
  }

  all(path: string): readonly string[] {
    return this.#texts.get(path) ?? [];
  }

  one(...paths: readonly string[]): string | undefined {
    for (const path of paths) if (this.#texts.has(path)) return this.all(path)[0];
    return undefined;
  }
}

const account = (texts: Texts, who: 'Dbtr' | 'Cdtr') => ({
  iban: texts.one(`${who}Acct/Id/IBAN`), number: texts.one(`${who}Acct/Id/Othr/Id`), bic: texts.one(`${who}Agt/FinInstnId/BICFI`, `${who}Agt/FinInstnId/BIC`),
  clearingSystem: texts.one(`${who}Agt/FinInstnId/ClrSysMmbId/ClrSysId/Cd`), member: texts.one(`${who}Agt/FinInstnId/ClrSysMmbId/MmbId`),
});

function addressOf(texts: Texts): StatedPayment['address'] {
  const at = (name: string) => texts.one(`Cdtr/PstlAdr/${name}`);
  const lines = texts.all('Cdtr/PstlAdr/AdrLine');
  const parts = { street: at('StrtNm'), building: at('BldgNb'), postcode: at('PstCd'), town: at('TwnNm'), country: at('Ctry'), ...(lines.length === 0 ? {} : { lines }) };
  return Object.values(parts).every((part) => part === undefined) ? undefined : parts;
}

const paymentOf = (texts: Texts): StatedPayment => ({
  endToEndId: texts.one('PmtId/EndToEndId') ?? '', uetr: texts.one('PmtId/UETR'), amount: texts.one('Amt/InstdAmt') ?? '', currency: texts.one('Amt/InstdAmt/@Ccy') ?? '',
  name: texts.one('Cdtr/Nm') ?? '', account: account(texts, 'Cdtr'), address: addressOf(texts), remittance: texts.all('RmtInf/Ustrd').join('\n'),
});

const headOf = (group: Texts, batch: Texts): StatedHead => ({
  messageIds: [group.one('MsgId') ?? '', batch.one('PmtInfId') ?? ''], createdAt: group.one('CreDtTm') ?? '',
  counts: [group.one('NbOfTxs') ?? '', batch.one('NbOfTxs') ?? ''], sums: [group.one('CtrlSum') ?? '', batch.one('CtrlSum') ?? ''],
  executeOn: batch.one('ReqdExctnDt/Dt', 'ReqdExctnDt') ?? '', serviceLevel: batch.one('PmtTpInf/SvcLvl/Cd'), chargeBearer: batch.one('ChrgBr'),
  payerName: batch.one('Dbtr/Nm') ?? '', payer: account(batch, 'Dbtr'),
});

/** Follows the elements of a message; what is complete waits in `items`. */
class PainParts {
  readonly items: PainItem[] = [];
  readonly #path: string[] = [];
  readonly #group = new Texts();
  readonly #batch = new Texts();
  #payment: Texts | undefined;
  #text = '';
  #hasHead = false;
  #batches = 0;

  listen(parser: SaxesParser): void {
    parser.on('opentag', ({ name, attributes }) => this.#open(name, attributes as Record<string, string>));
    parser.on('text', (text) => {
      this.#text += text;
    });
    parser.on('closetag', ({ name }) => this.#close(name));
  }

  get isWhole(): boolean {
    return this.#hasHead && this.#batches === 1;
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#path.push(name);
    this.#text = '';
    if (name === 'PmtInf') this.#batches += 1;
    if (name === 'CdtTrfTxInf') {
      this.#head();
      this.#payment = new Texts();
    }
    for (const [key, value] of Object.entries(attributes)) this.#add(`@${key}`, value);
  }

  #close(name: string): void {
    if (this.#text.trim() !== '') this.#add(undefined, this.#text);
    this.#text = '';
    this.#path.pop();
    if (name === 'PmtInf') this.#head();
    if (name !== 'CdtTrfTxInf' || this.#payment === undefined) return;
    this.items.push({ kind: 'payment', stated: paymentOf(this.#payment) });
    this.#payment = undefined;
  }

  /** Everything about the batch stands before its first payment. */
  #head(): void {
    if (!this.#hasHead) this.items.push({ kind: 'head', head: headOf(this.#group, this.#batch) });
    this.#hasHead = true;
  }

  #add(attribute: string | undefined, text: string): void {
    const below = (depth: number) => [...this.#path.slice(depth), ...(attribute === undefined ? [] : [attribute])].join('/');
    if (this.#payment !== undefined) this.#payment.add(below(4), text);
    else if (this.#path[2] === 'GrpHdr') this.#group.add(below(3), text);
    else if (this.#path[2] === 'PmtInf') this.#batch.add(below(3), text);
  }
}

/**
 * Reads a customer credit transfer initiation by what stands in it, knowing nothing of who wrote it: the head first, then every payment.
 * Streams; expands no entities and takes no document types. Throws DamagedFile.
 */
export async function* readPain(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<PainItem> {
  const parser = new SaxesParser({ xmlns: false });
  const parts = new PainParts();
  const damaged = (): never => {
    throw new DamagedFile(parser.line);
  };
  parser.on('error', damaged);
  parser.on('doctype', damaged);
  parts.listen(parser);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decoded = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      return damaged();
    }
  };
  for await (const chunk of bytes) {
    parser.write(decoded(chunk));
    yield* parts.items.splice(0);
  }
  parser.write(decoded()).close();
  yield* parts.items.splice(0);
  if (!parts.isWhole) damaged();
}
