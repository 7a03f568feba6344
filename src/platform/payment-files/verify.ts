import { fault, WrittenCheck, type BatchHeader, type Findings, type PaymentFault, type PaymentInstruction, type PaymentProfile, type TableProfile, type Written } from '../../core/payments/index.js';
import { DamagedFile, readPain } from './pain-reader.js';
import { findSchema, SchemaCheck, type SchemaSettings } from './pain-schema.js';
import { readTable } from './table-reader.js';

/** What is known of a written file. It may leave when `findings` counts nothing; `schema` is recorded with it. */
export interface Verification {
  readonly findings: Findings;
  /** `none`: the format has no schema. `not_checked`: it has one, which is not here. */
  readonly schema: 'valid' | 'invalid' | 'not_checked' | 'none';
}

export interface WrittenFile {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The batch's payments once more, in their order. */
  readonly instructions: AsyncIterable<PaymentInstruction>;
}

async function* tapped(bytes: AsyncIterable<Uint8Array>, schema: SchemaCheck | undefined): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    await schema?.take(chunk);
    yield chunk;
  }
}

async function* painPayments(bytes: AsyncIterable<Uint8Array>, check: WrittenCheck): AsyncGenerator<Written> {
  for await (const item of readPain(bytes)) {
    if (item.kind === 'head') check.head(item.head);
    else yield item;
  }
}

async function* tablePayments(profile: TableProfile, bytes: AsyncIterable<Uint8Array>, check: WrittenCheck): AsyncGenerator<Written> {
  let isTitle = true;
  for await (const cells of readTable(profile, bytes)) {
    if (isTitle) check.titles(cells);
    else yield { kind: 'row', cells };
    isTitle = false;
  }
  if (isTitle) throw new DamagedFile(1);
}

/** Every payment of the file beside its instruction. */
async function sideBySide(check: WrittenCheck, written: AsyncIterable<Written>, instructions: AsyncIterable<PaymentInstruction>): Promise<PaymentFault[]> {
  const expected = instructions[Symbol.asyncIterator]();
  try {
    for await (const payment of written) {
      const next = await expected.next();
      check.take(payment, next.done === true ? undefined : next.value);
    }
    return [];
  } catch (error) {
    if (error instanceof DamagedFile) return [fault('payments.file_damaged', { line: error.line })];
    throw error;
  } finally {
    await expected.return?.();
  }
}

/**
 * Reads a written file again and judges it: by its schema, by the rules that a schema does not know, and line by line against what was to
 * be paid. Shares nothing with the writer but the profile. In constant memory beside the references.
 */
export async function verifyPaymentFile(profile: PaymentProfile, header: BatchHeader, { bytes, instructions }: WrittenFile, settings: SchemaSettings): Promise<Verification> {
  const check = new WrittenCheck(profile, header);
  if (profile.format !== 'pain') return concluded(check, await sideBySide(check, tablePayments(profile, bytes, check), instructions), 'none');
  const { schema, faults } = await findSchema(profile.message, settings);
  const byschema = schema === undefined ? undefined : new SchemaCheck(profile.message, schema);
  const damage = await sideBySide(check, painPayments(tapped(bytes, byschema), check), instructions);
  if (byschema === undefined) return concluded(check, [...faults, ...damage], 'not_checked');
  const invalid = damage.length > 0 ? [] : await byschema.finish();
  return concluded(check, [...damage, ...invalid], damage.length + invalid.length > 0 ? 'invalid' : 'valid');
}

function concluded(check: WrittenCheck, others: readonly PaymentFault[], schema: Verification['schema']): Verification {
  const { count, faults } = check.finish();
  return { findings: { count: count + others.length, faults: [...others, ...faults] }, schema };
}
