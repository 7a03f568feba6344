import { formatMoney } from '../money/index.js';
import { neutralText } from '../text/index.js';
import type { BatchHeader, PaymentInstruction, TextChange } from './instruction.js';
import { KOREAN_BANKS } from './korean-banks.js';
import { eucKrBytes } from './ks-x-1001.js';
import type { Column, ColumnValue, TableProfile } from './profile.js';
import { stateAccount } from './stated-payment.js';

interface Source {
  readonly header: BatchHeader;
  readonly instruction: PaymentInstruction;
  readonly line: number;
}

const account = ({ instruction }: Source, profile: TableProfile) => stateAccount(instruction.payee.account, profile);
const address = ({ instruction }: Source) => instruction.payee.address;

const VALUES: Readonly<Record<Exclude<ColumnValue, 'constant' | 'empty'>, (source: Source, profile: TableProfile) => string | undefined>> = {
  line: ({ line }) => line.toString(),
  own_key: ({ instruction }) => instruction.endToEndId,
  uetr: ({ instruction }) => instruction.uetr,
  amount: ({ instruction }) => formatMoney(instruction.amount),
  currency: ({ instruction }) => instruction.amount.currency,
  execute_on: ({ header }) => header.executeOn,
  batch: ({ header }) => header.messageId,
  holder: ({ instruction }) => instruction.payee.name,
  account: (source, profile) => account(source, profile).iban ?? account(source, profile).number,
  iban: (source, profile) => account(source, profile).iban,
  bic: (source, profile) => account(source, profile).bic,
  bank_code: (source, profile) => account(source, profile).member,
  bank_name: (source, profile) => KOREAN_BANKS[account(source, profile).member ?? ''],
  clearing_system: (source, profile) => account(source, profile).clearingSystem,
  remittance: ({ instruction }) => instruction.remittance,
  payer: ({ header }) => header.debtor.name,
  phone: ({ instruction }) => instruction.payee.phone,
  street: (source) => address(source)?.street,
  building: (source) => address(source)?.building,
  postcode: (source) => address(source)?.postcode,
  town: (source) => address(source)?.town,
  country: (source) => address(source)?.country,
};

function valueOf(column: Column, source: Source, profile: TableProfile): string {
  if (column.value === 'empty') return '';
  if (column.value === 'constant') return column.words ?? '';
  return VALUES[column.value](source, profile) ?? '';
}

/** Length in the unit that the bank counts by. Edge: 한 is one character and two bytes of EUC-KR. */
export const lengthOf = (text: string, unit: NonNullable<Column['most']>['unit']): number => (unit === 'characters' ? [...text].length : eucKrBytes(text));

function cut(text: string, { length, unit }: NonNullable<Column['most']>): string {
  let kept = '';
  for (const character of text) {
    if (lengthOf(kept + character, unit) > length) break;
    kept += character;
  }
  return kept;
}

/**
 * The cells of one payment in the order of the columns. Texts are neutral (no spreadsheet computes them) and cut where the column says so;
 * both are told as changes. Amounts are decimal text by ISO 4217, without thousands separators. `line` counts from 1.
 */
export function tableRow(profile: TableProfile, header: BatchHeader, instruction: PaymentInstruction, line: number): { readonly cells: readonly string[]; readonly changes: readonly TextChange[] } {
  const changes: TextChange[] = [];
  const cells = profile.columns.map((column) => {
    const text = valueOf(column, { header, instruction, line }, profile).normalize('NFC');
    if (column.type === 'number') return text;
    const neutral = neutralText(text);
    const isTooLong = column.most !== undefined && column.overflow === 'cut' && lengthOf(neutral, column.most.unit) > column.most.length;
    const kept = isTooLong ? cut(neutral, column.most) : neutral;
    for (const why of [...(neutral === text ? [] : ['formula' as const]), ...(isTooLong ? ['cut' as const] : [])]) changes.push({ line, field: column.header, from: text, to: kept, why });
    return kept;
  });
  return { cells, changes };
}
