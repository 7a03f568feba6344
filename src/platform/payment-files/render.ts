import { painDocument, tableRow, type BatchHeader, type PaymentInstruction, type PaymentProfile, type TableProfile, type TextChange } from '../../core/payments/index.js';
import { csvLine } from '../../core/text/index.js';
import { eucKr, utf8 } from './pieces.js';
import { workbook } from './workbook-writer.js';

export interface RenderOptions {
  /** Told after every thousand payments, and at the end. */
  readonly onProgress?: (payments: number) => void;
  /** Told of every text that the file holds otherwise than it was given, with the reference of its payment; the payer has none. */
  readonly onChange?: (change: TextChange, reference?: string) => void;
}

const STEP = 1_000;

async function* counted(instructions: AsyncIterable<PaymentInstruction>, { onProgress }: RenderOptions): AsyncGenerator<PaymentInstruction> {
  let done = 0;
  for await (const instruction of instructions) {
    yield instruction;
    done += 1;
    if (done % STEP === 0) onProgress?.(done);
  }
  if (done % STEP !== 0) onProgress?.(done);
}

async function* rows(profile: TableProfile, header: BatchHeader, instructions: AsyncIterable<PaymentInstruction>, { onChange }: RenderOptions): AsyncGenerator<readonly string[]> {
  yield profile.columns.map((column) => column.header);
  let line = 0;
  for await (const instruction of instructions) {
    line += 1;
    const { cells, changes } = tableRow(profile, header, instruction, line);
    if (onChange !== undefined) for (const change of changes) onChange(change, instruction.endToEndId);
    yield cells;
  }
}

async function* csv(lines: AsyncIterable<readonly string[]>, mark: string): AsyncGenerator<string> {
  yield mark;
  for await (const cells of lines) yield csvLine(cells);
}

async function* typed(profile: TableProfile, lines: AsyncIterable<readonly string[]>): AsyncGenerator<readonly { readonly type: 'text' | 'number'; readonly text: string }[]> {
  let isTitle = true;
  for await (const cells of lines) {
    const type = isTitle ? (): 'text' => 'text' : (place: number) => profile.columns[place]?.type ?? 'text';
    yield cells.map((text, place) => ({ type: type(place), text }));
    isTitle = false;
  }
}

/**
 * The file of a batch as its profile has it, in pieces, in constant memory. The same profile, head and payments give the same bytes, on
 * every machine. Judges nothing: `BatchCheck` sees each payment before it, `verifyPaymentFile` the file after.
 */
export function renderPaymentFile(profile: PaymentProfile, header: BatchHeader, instructions: AsyncIterable<PaymentInstruction>, options: RenderOptions = {}): AsyncGenerator<Uint8Array> {
  const payments = counted(instructions, options);
  if (profile.format === 'pain') return utf8(painDocument(profile, header, payments, options.onChange ?? (() => undefined)));
  const lines = rows(profile, header, payments, options);
  if (profile.format === 'xlsx') return workbook(typed(profile, lines));
  return profile.encoding === 'euc-kr' ? eucKr(csv(lines, '')) : utf8(csv(lines, '\ufeff'));
}

/** What the file is called at its end, and what it is when it is handed out. */
export const mediaOf = ({ format }: PaymentProfile): { readonly extension: string; readonly type: string } => ({
  pain: { extension: 'xml', type: 'application/xml' },
  csv: { extension: 'csv', type: 'text/csv' },
  xlsx: { extension: 'xlsx', type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' },
} as const)[format];
