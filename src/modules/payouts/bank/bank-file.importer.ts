import type { BankReport, MessageKind } from '../../../core/payments/reconcile-reports.js';
import type { Refusal } from '../../../core/errors/index.js';
import { AccountEntriesReader } from './account-entries.importer.js';
import { BankFileStopped } from './bank-fault.rules.js';
import type { BankFileFault } from './bank-files.errors.js';
import type { Decimals } from './bank-node.rules.js';
import type { BankSource } from './bank-text.importer.js';
import { readXml, type XmlListener, type XmlNode } from './bank-xml.importer.js';
import { PaymentStatusReader } from './payment-status.importer.js';

export type SchemaValid = 'yes' | 'no' | 'not_checked';

/** How a file's reading ended. After `refused` nothing of it counts. */
export type BankFileEnd =
  | { readonly report: 'end'; readonly schemaValid: SchemaValid; readonly reportCount: number; readonly faultCount: number }
  | { readonly report: 'refused'; readonly refusal: Refusal<BankFileFault> };

export interface BankFileOptions {
  readonly decimals: Decimals;
  /** Told at the end what was read: whether it keeps to its schema is written down beside, and refuses nothing. */
  readonly checkSchema?: (message: { readonly kind: MessageKind; readonly version: string | undefined }) => Promise<SchemaValid>;
}

type MessageReader = Pick<XmlListener, 'closed'> & { finish?(): void };

/** The element that is a message, by its local name. */
const MESSAGES = { CstmrPmtStsRpt: 'pain.002', BkToCstmrDbtCdtNtfctn: 'camt.054', BkToCstmrStmt: 'camt.053' } as const;

/** Envelopes such as the business header's add a few levels. */
const DEEPEST_MESSAGE = 5;

function versionOf(node: XmlNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  const namespaces = Object.entries(node.attributes).filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:')).map(([, value]) => value).join(' ');
  return /(?:pain|camt)\.\d{3}\.\d{3}\.(\d{2})/u.exec(namespaces)?.[1] ?? versionOf(node.parent);
}

const depthOf = (node: XmlNode): number => (node.parent === undefined ? 1 : 1 + depthOf(node.parent));

/** Finds the message in a file and hands its elements to the reader of its kind. */
class Dispatcher implements XmlListener {
  readonly reports: BankReport[] = [];
  message: { readonly kind: MessageKind; readonly version: string | undefined; readonly node: XmlNode; readonly reader: MessageReader } | undefined;
  #seen = '';
  #isInside = false;

  constructor(private readonly decimals: Decimals) {}

  opened(node: XmlNode): void {
    if (this.message !== undefined || depthOf(node) > DEEPEST_MESSAGE) return;
    if (!Object.hasOwn(MESSAGES, node.name)) {
      if (depthOf(node) <= 2) this.#seen = node.name.slice(0, 40);
      return;
    }
    const [kind, version] = [MESSAGES[node.name as keyof typeof MESSAGES], versionOf(node)];
    const emit = (report: BankReport): void => { this.reports.push(report); };
    const reader = kind === 'pain.002' ? new PaymentStatusReader(emit, this.decimals, version) : new AccountEntriesReader(emit, this.decimals, kind, version);
    this.message = { kind, version, node, reader };
    this.#isInside = true;
  }

  closed(node: XmlNode): boolean {
    if (this.message === undefined || !this.#isInside) return false;
    if (node !== this.message.node) return this.message.reader.closed(node);
    this.#isInside = false;
    return false;
  }

  finish(): NonNullable<Dispatcher['message']> {
    if (this.message === undefined) throw new BankFileStopped('payouts.bank_unknown_message', { found: this.#seen });
    this.message.reader.finish?.();
    return this.message;
  }
}

/** Reports in batches as large as a piece of the file, so that nobody pays for each. The last report is the end. */
async function* pieces(source: BankSource, { decimals, checkSchema }: BankFileOptions): AsyncGenerator<readonly (BankReport | BankFileEnd)[]> {
  const dispatcher = new Dispatcher(decimals);
  let [reportCount, faultCount] = [0, 0];
  const taken = (): BankReport[] => {
    const reports = dispatcher.reports.splice(0);
    reportCount += reports.length;
    faultCount += reports.filter(({ report }) => report === 'fault').length;
    return reports;
  };
  try {
    for await (const _ of readXml(source, dispatcher)) if (dispatcher.reports.length > 0) yield taken();
    const { kind, version } = dispatcher.finish();
    yield taken();
    const schemaValid = await (checkSchema?.({ kind, version }) ?? 'not_checked');
    yield [{ report: 'end', schemaValid, reportCount, faultCount }];
  } catch (error) {
    if (!(error instanceof BankFileStopped)) throw error;
    yield [{ report: 'refused', refusal: error.refusal }];
  }
}

/**
 * Reads pain.002, camt.054 or camt.053, whichever it is, leniently and in constant memory: by local names, in any order of elements, with or
 * without namespaces. Never throws for what is in a file: the last report is `end`, or `refused` with one of `payouts.bank_*`, after which
 * nothing that came before counts. What one entry cannot have read of it is a `fault` report in its place.
 */
export async function* readBankMessage(source: BankSource, options: BankFileOptions): AsyncGenerator<BankReport | BankFileEnd> {
  for await (const reports of pieces(source, options)) yield* reports;
}
