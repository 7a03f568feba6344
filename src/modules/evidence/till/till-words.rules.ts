import type { RecordKind } from '../../../core/sales/index.js';
import { nameKey, type TillRole } from './till-mapping.rules.js';
import { remembering } from './till-remembered.rules.js';

const words = (text: string): string[] => text.split('|').map(nameKey);

/** Names columns go by in tills of many makes, by the part they play; of several in one header the first listed wins. */
const COLUMN_NAMES: Readonly<Partial<Record<TillRole, readonly string[]>>> = {
  at: words('at|from|timestamp|datetime|date time|date/time|date & time|created at|transaction date/time|order date/time|closed at|paid at|created (utc)|매출일시|거래일시|승인일시|결제일시|판매일시|주문일시|일시|Datum/Uhrzeit|Zeitpunkt|date et heure|date/heure|horodatage'),
  to: words('to|until|period end|bis|종료시각|종료일시|jusqu’à|fin'),
  date: words('date|transaction date|sale date|business date|order date|거래일자|거래일|매출일자|매출일|승인일자|승인일|판매일자|판매일|결제일자|결제일|영업일자|날짜|일자|작성일자|Datum|Belegdatum|Buchungsdatum|date de vente|date de transaction|jour'),
  time: words('time|transaction time|sale time|order time|거래시간|거래시각|승인시간|승인시각|매출시간|판매시간|결제시간|시간|시각|Uhrzeit|Zeit|heure'),
  month: words('승인년월|매출년월|년월|거래년월|귀속년월|month|Monat|mois'),
  zone: words('time zone|timezone|zone|tz|시간대|Zeitzone|fuseau horaire'),
  amount: words('amount|net sales|total|gross|gross sales|total amount|sale amount|sales|총금액|승인금액|거래금액|결제금액|매출금액|판매금액|매출액|매출|합계금액|금액|Brutto|Bruttobetrag|Betrag|Gesamtbetrag|Umsatz|Summe|montant ttc|montant|total ttc'),
  tip: words('tip|tips|gratuity|봉사료|Trinkgeld|pourboire'),
  kind: words('kind|type|event type|transaction type|거래구분|승인구분|거래유형|구분|취소여부|Vorgang|Buchungsart|Belegart|type de transaction|nature'),
  status: words('status|financial status|transaction status|payment status|거래상태|결제상태|상태|Zahlungsstatus|statut'),
  refunded: words('refunded amount|amount refunded|refunded|환불금액|Erstattet|montant remboursé'),
  id: words('id|transaction id|transaction no|receipt number|receipt no|receipt|order id|승인번호|거래번호|전표번호|영수증번호|주문번호|Belegnummer|Bonnummer|Transaktionsnummer|numéro de ticket|n° ticket|numéro'),
  refundOf: words('refund of|refund_of|original transaction id|original receipt|원승인번호|원거래번호|Ursprungsbeleg|ticket d’origine|ticket d\'origine'),
  currency: words('currency|통화|통화코드|Währung|devise'),
};

/** Other names that headers of tills are full of: they tell a header row from a title, and play no part. */
const OTHER_NAMES = new Set(words([
  'tax|discounts|fees|fee|net|net total|total collected|source|card|card brand|cash|staff|staff name|device name|location|customer|customer name|customer id|details|description',
  'item|category|qty|quantity|sku|name|email|subtotal|shipping|taxes|note|notes|payment id|payment method|카드사|가맹점번호|카드번호|할부|매입일자|수수료|입금예정일|입금예정금액',
  '공급가액|부가세|부가가치세|세액|발행구분|신분확인뒷4자리|용도구분|비고|건수|상품명|품목|수량|단가|할인|결제수단|매장|매장명|점포|단말기|매출액계|신용카드결제',
  'Zahlungsart|MwSt|USt|Netto|Artikel|Menge|Kasse|Filiale|Bediener|mode de paiement|tva|montant ht|total ht|article|quantité|caisse',
].join('|')));

const ROLE_OF = new Map(Object.entries(COLUMN_NAMES).flatMap(([role, names]) => names.map((name) => [name, role as TillRole] as const)));

/** How many cells of a row are names that a header of a till has. */
export const knownNames = (row: readonly string[], alsoKnown: ReadonlySet<string>): number =>
  row.filter((cell) => {
    const key = nameKey(cell);
    return key !== '' && (ROLE_OF.has(key) || OTHER_NAMES.has(key) || alsoKnown.has(key));
  }).length;

/** Which column of a header nobody knows seems to play which part. */
export function guessColumns(header: readonly string[]): Partial<Record<TillRole, string>> {
  const byKey = new Map([...header].reverse().map((name) => [nameKey(name), name]));
  const found: Partial<Record<TillRole, string>> = {};
  for (const [role, names] of Object.entries(COLUMN_NAMES) as [TillRole, readonly string[]][]) {
    const name = names.find((one) => byKey.has(one));
    if (name !== undefined) found[role] = byKey.get(name) ?? name;
  }
  if (found.at !== undefined) {
    delete found.date;
    delete found.time;
  }
  if (found.date !== undefined || found.at !== undefined) delete found.month;
  return found;
}

/** What a line is, by the word of its kind or status column. `none`: no sale came of it, such as a declined card. */
export type LineKind = RecordKind | 'none' | 'refunded';

const KIND_WORDS: Readonly<Record<LineKind, readonly string[]>> = {
  sale: words('sale|sales|payment|paid|charge|captured|complete|completed|succeeded|success|approved|closed|partially_refunded|partially refunded|partially_paid|fulfilled|승인|정상|정상승인|매출|판매|결제|결제완료|완료|신용승인|N|Verkauf|Zahlung|bezahlt|Umsatz|vente|paiement|payé|encaissement'),
  refund: words('refund|return|returned|credit|승인취소|취소|취소승인|환불|반품|매출취소|부분취소|신용취소|Y|Erstattung|Rückgabe|Retoure|Gutschrift|remboursement|retour|avoir'),
  void: words('void|voided|reversal|reversed|canceled|cancelled|무효|Storno|storniert|annulation|annulé|annulée'),
  refunded: words('refunded|fully refunded|환불완료|erstattet|remboursé'),
  none: words('failed|declined|pending|authorized|incomplete|expired|uncaptured|requires_payment_method|blocked|실패|거절|승인거절|대기|오류|fehlgeschlagen|abgelehnt|offen|échoué|refusé|en attente'),
};

const KIND_OF = new Map(Object.entries(KIND_WORDS).flatMap(([kind, list]) => list.map((word) => [word, kind as LineKind] as const)));

export const kindOfWord = (text: string): LineKind | undefined => KIND_OF.get(keyOf(text));

const keyOf = remembering(nameKey);

/** Words that cannot stand on the line of a sale, in whatever column: one nobody mapped would turn money taken back into sales. */
const TAKEN_BACK = new Set([
  'refund', 'refunded', 'void', 'voided', 'reversal', 'cancelled', 'canceled', '승인취소', '취소', '취소승인', '환불', '반품', '매출취소', '신용취소', '무효',
  'storno', 'storniert', 'erstattung', 'gutschrift', 'remboursement', 'remboursé', 'annulation', 'annulé', 'failed', 'declined', '거절', '승인거절',
]);
const LONGEST_TAKEN_BACK = 13;

export const saysTakenBack = (cell: string): boolean => cell.length > 1 && cell.length <= LONGEST_TAKEN_BACK && !(cell.charCodeAt(0) >= 0x21 && cell.charCodeAt(0) <= 0x40) && isTakenBack(cell);

const isTakenBack = remembering((cell) => TAKEN_BACK.has(cell.normalize('NFC').trim().toLowerCase()));

const TOTAL_WORDS = new Set(words(
  'total|totals|grand total|sum|sub total|subtotal|합계|총계|소계|총합계|누계|계|총 합계|Summe|Gesamt|Gesamtsumme|Zwischensumme|total général|sous-total|totaux'));

/** Whether the first words of a row say that it adds up others: `합계`, `Total`, `Total (31 rows)`. */
export const isTotalWord = (text: string): boolean => !startsWithFigure(text) && TOTAL_WORDS.has(nameKey(text.replace(/[(:：\d].*$/u, '')));

const startsWithFigure = (text: string): boolean => text.charCodeAt(0) >= 0x30 && text.charCodeAt(0) <= 0x39;
