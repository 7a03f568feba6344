import { currency, type CurrencyCode } from '../../../core/money/index.js';
import type { BankEncoding } from './bank-text.importer.js';

/** What a word in a result file says. `paid` is a booking: a profile has it only where the file itself is the record of the money. */
export type ResultWord = 'received' | 'accepted' | 'rejected' | 'paid' | 'returned';

/** How a table of results looks. Data, since banks change their columns. */
export interface ResultFileProfile {
  readonly key: string;
  readonly encoding: BankEncoding;
  readonly delimiter: ',' | ';' | '\t';
  readonly currency: CurrencyCode;
  /** What separates thousands in amounts, where anything does. */
  readonly thousands?: ',' | '.' | ' ';
  /** Headings under which each thing may stand; the first that a file has counts. */
  readonly columns: {
    readonly reference: readonly string[];
    readonly status: readonly string[];
    readonly amount: readonly string[];
    readonly reason?: readonly string[];
    readonly on?: readonly string[];
  };
  readonly words: Readonly<Record<string, ResultWord>>;
  /** Reasons in the bank's words, as codes of ISO 20022. */
  readonly reasonCodes?: Readonly<Record<string, string>>;
}

const PLAIN = {
  encoding: 'utf-8', delimiter: ',',
  columns: { reference: ['payment_reference', 'reference'], status: ['status', 'result'], amount: ['amount'], reason: ['reason'], on: ['applied_on', 'date'] },
  reasonCodes: { unknown_number: 'BE06', contract_ended: 'AC04', contract_stopped: 'AC06' },
} as const;

/**
 * Where a corporate bank in Korea carries out a bulk transfer at once, its result file is the record of the debits. Our payment reference comes
 * back in whichever key column the upload had. Headings of keys and amounts: upload layouts seen in public code, 2022–2026; headings and words
 * of results differ by bank and are to be compared with a file of the bank before its first use.
 */
export const koreanBulkResult: ResultFileProfile = {
  key: 'kr-bulk-result', encoding: 'cp949', delimiter: ',', currency: currency('KRW'), thousands: ',',
  columns: {
    reference: ['CMS코드', '업체사용Key', '입금인코드', 'CMS/모집인코드'], status: ['처리결과', '이체결과', '결과'], amount: ['입금액', '이체금액'],
    reason: ['오류내용', '불능사유', '사유'], on: ['처리일자', '이체일자', '거래일자'],
  },
  words: { 정상: 'paid', 정상처리: 'paid', 완료: 'paid', 성공: 'paid', 오류: 'rejected', 불능: 'rejected', 실패: 'rejected', 대기: 'received', 처리중: 'accepted', 반환: 'returned' },
  reasonCodes: { '예금주 불일치': 'BE01', 예금주불일치: 'BE01', 계좌번호오류: 'AC01', '계좌번호 오류': 'AC01', 해지계좌: 'AC04', 거래정지계좌: 'AC06', 잔액부족: 'AM04', 입금불가계좌: 'AG01' },
};

/** Credits on bills, as the billing system says what it applied. */
export const billCreditResult = (code: CurrencyCode): ResultFileProfile => ({
  ...PLAIN, key: 'bill-credit-result', currency: code,
  words: { applied: 'paid', scheduled: 'accepted', received: 'received', refused: 'rejected', reversed: 'returned' },
});

/** Benefits in kind, valued, as whoever grants them says what was granted. */
export const benefitResult = (code: CurrencyCode): ResultFileProfile => ({
  ...PLAIN, key: 'benefit-result', currency: code,
  words: { granted: 'paid', scheduled: 'accepted', received: 'received', refused: 'rejected', withdrawn: 'returned' },
});
