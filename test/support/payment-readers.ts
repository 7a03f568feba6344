import { parse } from 'csv-parse/sync';
import { XMLParser } from 'fast-xml-parser';
import iconv from 'iconv-lite';
import { fromBufferPromise } from 'yauzl';

/** What somebody else's reader finds in a file of payments, figures as they are written. */
export interface FoundFile {
  readonly counts: readonly string[];
  readonly sums: readonly string[];
  readonly payments: readonly { readonly id: string; readonly amount: string; readonly currency: string; readonly account: string; readonly bank: string; readonly name: string }[];
}

type Tree = Record<string, unknown>;
const at = (tree: unknown, ...path: string[]): string => {
  const found = path.reduce<unknown>((node, name) => (node as Tree | undefined)?.[name], tree);
  return typeof found === 'string' ? found : '';
};

/** A message read into a tree by fast-xml-parser: no code of ours. */
export function foundInPain(xml: string): FoundFile {
  const parser = new XMLParser({ ignoreAttributes: false, parseTagValue: false, parseAttributeValue: false, trimValues: false, isArray: (name) => name === 'CdtTrfTxInf' });
  const { Document } = parser.parse(xml) as { Document: { CstmrCdtTrfInitn: { GrpHdr: Tree; PmtInf: Tree & { CdtTrfTxInf: Tree[] } } } };
  const { GrpHdr, PmtInf } = Document.CstmrCdtTrfInitn;
  return {
    counts: [at(GrpHdr, 'NbOfTxs'), at(PmtInf, 'NbOfTxs')], sums: [at(GrpHdr, 'CtrlSum'), at(PmtInf, 'CtrlSum')],
    payments: PmtInf.CdtTrfTxInf.map((payment) => ({
      id: at(payment, 'PmtId', 'EndToEndId'), amount: at(payment, 'Amt', 'InstdAmt', '#text'), currency: at(payment, 'Amt', 'InstdAmt', '@_Ccy'),
      account: at(payment, 'CdtrAcct', 'Id', 'IBAN') || at(payment, 'CdtrAcct', 'Id', 'Othr', 'Id'), bank: at(payment, 'CdtrAgt', 'FinInstnId', 'ClrSysMmbId', 'MmbId'), name: at(payment, 'Cdtr', 'Nm'),
    })),
  };
}

/** As much of a profile's document as somebody has to know who gets its files. */
interface FileLayout {
  readonly format: string;
  readonly encoding?: string;
  readonly currencies: readonly string[] | string;
  readonly columns?: readonly { readonly header: string; readonly value: string }[];
}

export type FoundPayment = Pick<FoundFile['payments'][number], 'id' | 'amount' | 'currency' | 'account'>;

/** The rows of a table by its titles; what it has no column for is what was said when it was handed over. */
function foundByTitle({ columns = [], currencies }: FileLayout, [titles = [], ...rows]: readonly (readonly string[])[]): FoundPayment[] {
  const cell = (row: readonly string[], ...values: readonly string[]): string =>
    columns.filter(({ value }) => values.includes(value)).map(({ header }) => row[titles.indexOf(header)] ?? '').find((text) => text !== '') ?? '';
  return rows.map((row) => ({ id: cell(row, 'own_key'), amount: cell(row, 'amount'), currency: cell(row, 'currency') || (currencies[0] ?? ''), account: cell(row, 'account', 'iban') }));
}

/** Every payment of a file under a profile, found by readers that share no code with its writer. */
export async function foundIn(document: object, bytes: Buffer): Promise<FoundPayment[]> {
  const layout = document as FileLayout;
  if (layout.format === 'pain') return foundInPain(bytes.toString()).payments.map(({ id, amount, currency, account }) => ({ id, amount, currency, account }));
  return foundByTitle(layout, layout.format === 'csv' ? foundInCsv(bytes, layout.encoding === 'euc-kr' ? 'euc-kr' : 'utf-8') : rowsOf(await foundInWorkbook(bytes)));
}

/** The cells of a sheet in rows; columns are named by one letter, as no file has more than 26. */
function rowsOf(cells: ReadonlyMap<string, FoundCell>): string[][] {
  const rows: string[][] = [];
  for (const [at, { text }] of cells) {
    const [row, place] = [Number.parseInt(at.slice(1), 10) - 1, at.charCodeAt(0) - 65];
    (rows[row] ??= [])[place] = text;
  }
  return rows.map((row) => Array.from(row, (text: string | undefined) => text ?? ''));
}

/** The sum of amounts as they are written, in the same decimals; added up as whole numbers. */
export function writtenSum(amounts: readonly string[]): string {
  const decimals = amounts[0]?.split('.')[1]?.length ?? 0;
  const sum = amounts.reduce((total, amount) => total + BigInt(amount.replace('.', '')), 0n).toString().padStart(decimals + 1, '0');
  return decimals === 0 ? sum : `${sum.slice(0, -decimals)}.${sum.slice(-decimals)}`;
}

/** The rows of a CSV file, its titles first. */
export const foundInCsv = (bytes: Buffer, encoding: 'utf-8' | 'euc-kr'): string[][] => parse(iconv.decode(bytes, encoding));

/** A cell by its type in the sheet: `inlineStr` is text, `n` a number. */
export interface FoundCell {
  readonly type: string;
  readonly text: string;
}

/** The cells of a workbook by their addresses, unpacked by yauzl and read into a tree. */
export async function foundInWorkbook(bytes: Buffer): Promise<Map<string, FoundCell>> {
  const zip = await fromBufferPromise(bytes);
  const parts = new Map<string, string>();
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    parts.set(entry.fileName, Buffer.concat(chunks).toString());
  }
  const parser = new XMLParser({ ignoreAttributes: false, parseTagValue: false, parseAttributeValue: false, trimValues: false, isArray: (name) => name === 'row' || name === 'c' });
  const { worksheet } = parser.parse(parts.get('xl/worksheets/sheet1.xml') ?? '') as { worksheet: { sheetData: { row: { c?: (Tree & { '@_r': string; '@_t'?: string })[] }[] } } };
  return new Map(worksheet.sheetData.row.flatMap(({ c = [] }) => c.map((cell) => [cell['@_r'], { type: cell['@_t'] ?? 'n', text: at(cell, 'v') || at(cell, 'is', 't', '#text') || at(cell, 'is', 't') }] as const)));
}
