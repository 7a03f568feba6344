import { currency, type CurrencyCode } from '../../../core/money/index.js';
import type { TaxBasis } from '../tax-basis.rules.js';
import { columnName, nameKey, type TillColumns, type TillRole } from './till-mapping.rules.js';

/** A layout somebody's till is known to write: its names and the parts they play. */
export interface TillLayout {
  readonly code: string;
  /** Where the layout was seen. */
  readonly source: string;
  /** Names a header must have, all of them, to be of this layout. */
  readonly needs: readonly string[];
  readonly columns: TillColumns;
  readonly basis?: TaxBasis;
  readonly zone?: string;
  readonly currency?: CurrencyCode;
}

const KRW = currency('KRW');

/** What amounts hold is stated here only where the issuer's own documents say it; otherwise it is asked. */
export const TILL_LAYOUTS: readonly TillLayout[] = [
  {
    code: 'plain', source: 'the template of this portal', needs: ['at', 'amount'],
    columns: { at: 'at', to: 'to', kind: 'kind', amount: 'amount', id: 'id', refundOf: 'refund_of', currency: 'currency' },
  },
  {
    code: 'plain', source: 'the template of this portal, totals', needs: ['from', 'to', 'amount'],
    columns: { at: 'from', to: 'to', kind: 'kind', amount: 'amount', id: 'id', refundOf: 'refund_of', currency: 'currency' },
  },
  {
    code: 'square-transactions', source: 'Square Dashboard, Transactions CSV (55 columns in 2026)',
    needs: ['Date', 'Time', 'Time Zone', 'Net Sales', 'Event Type', 'Transaction ID'],
    // Net sales: after discounts, without tax and tips. The zone is a column of its own.
    columns: { date: 'Date', time: 'Time', zone: 'Time Zone', amount: 'Net Sales', tax: 'Tax', kind: 'Event Type', id: 'Transaction ID' },
    basis: 'net_of_tax',
  },
  {
    code: 'shopify-orders', source: 'Shopify Admin, orders_export.csv (one line per item)',
    needs: ['Name', 'Financial Status', 'Created at', 'Total', 'Currency'],
    columns: { at: 'Created at', amount: 'Total', tax: 'Taxes', status: 'Financial Status', refunded: 'Refunded Amount', id: 'Name', currency: 'Currency' },
    basis: 'gross',
  },
  {
    code: 'stripe-payments', source: 'Stripe Dashboard, unified payments export',
    needs: ['id', 'Created (UTC)', 'Amount', 'Amount Refunded', 'Status'],
    columns: { at: 'Created (UTC)', amount: 'Amount', status: 'Status', refunded: 'Amount Refunded', id: 'id', currency: 'Currency' },
    basis: 'gross', zone: 'UTC',
  },
  {
    code: 'hometax-cash-receipts', source: 'HomeTax 현금영수증 매출내역 조회', needs: ['매출일시', '총금액', '승인번호', '거래구분'],
    // 총금액 = 공급가액 + 부가세 + 봉사료: the service charge comes off.
    columns: { at: '매출일시', amount: '총금액', tip: '봉사료', tax: '부가세', kind: '거래구분', id: '승인번호' },
    basis: 'gross', zone: 'Asia/Seoul', currency: KRW,
  },
  {
    code: 'hometax-card-monthly', source: 'HomeTax 신용카드 매출자료 조회', needs: ['승인년월', '매출액계'],
    columns: { month: '승인년월', amount: '매출액계' }, basis: 'gross', zone: 'Asia/Seoul', currency: KRW,
  },
  {
    code: 'agent-monthly', source: 'HomeTax 판매(결제)대행 매출자료', needs: ['매출년월', '금액'],
    columns: { month: '매출년월', amount: '금액' }, basis: 'gross', zone: 'Asia/Seoul', currency: KRW,
  },
  {
    code: 'hometax-tax-invoices', source: 'HomeTax 전자세금계산서 목록', needs: ['작성일자', '공급가액', '세액', '합계금액'],
    columns: { date: '작성일자', amount: '합계금액', tax: '세액', id: '승인번호' }, basis: 'gross', zone: 'Asia/Seoul', currency: KRW,
  },
  {
    code: 'kr-card-approvals', source: '여신금융협회 cardsales.or.kr, VAN and acquirer approval lists', needs: ['거래일자', '거래시간', '승인금액', '승인번호', '승인구분'],
    columns: { date: '거래일자', time: '거래시간', amount: '승인금액', kind: '승인구분', id: '승인번호' },
    basis: 'gross', zone: 'Asia/Seoul', currency: KRW,
  },
  {
    code: 'eu-pos-de', source: 'German tills (semicolon, windows-1252)', needs: ['Datum', 'Uhrzeit', 'Belegnummer', 'Brutto'],
    columns: { date: 'Datum', time: 'Uhrzeit', amount: 'Brutto', tax: 'MwSt', id: 'Belegnummer', currency: 'Währung' }, basis: 'gross',
  },
  {
    code: 'excel-ko', source: 'Excel "Unicode text" kept by hand', needs: ['날짜', '시간', '매출'],
    columns: { date: '날짜', time: '시간', amount: '매출' },
  },
];

export const LAYOUT_NAMES: ReadonlySet<string> = new Set(TILL_LAYOUTS.flatMap(({ needs, columns }) => [...needs, ...Object.values(columns)]).map(nameKey));

/** The layout that asks for most of what the header has, with only the columns that are there, by the file's own names. */
export function layoutOf(header: readonly string[]): { readonly layout: TillLayout; readonly columns: TillColumns } | undefined {
  const byKey = new Map(header.map((name) => [nameKey(name), columnName(name)]));
  const [layout] = TILL_LAYOUTS.filter(({ needs }) => needs.every((name) => byKey.has(nameKey(name)))).sort((a, b) => b.needs.length - a.needs.length);
  if (layout === undefined) return undefined;
  const there = (Object.entries(layout.columns) as [TillRole, string][])
    .flatMap(([role, name]) => (byKey.has(nameKey(name)) ? [[role, byKey.get(nameKey(name)) ?? name] as const] : []));
  return { layout, columns: Object.fromEntries(there) };
}
