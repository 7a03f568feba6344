import type { PaymentProfile } from './profile.js';
import type { ResultLayout } from './result-layout.js';
import csvBenefit from './shipped/csv-benefit.json' with { type: 'json' };
import csvBillCredit from './shipped/csv-bill-credit.json' with { type: 'json' };
import csvGeneric from './shipped/csv-generic.json' with { type: 'json' };
import isoGeneric03 from './shipped/iso-generic-03.json' with { type: 'json' };
import isoGeneric09 from './shipped/iso-generic-09.json' with { type: 'json' };
import hana from './shipped/kr-bulk-hana.json' with { type: 'json' };
import hana2 from './shipped/kr-bulk-hana-2.json' with { type: 'json' };
import kb from './shipped/kr-bulk-kb.json' with { type: 'json' };
import kbank from './shipped/kr-bulk-kbank.json' with { type: 'json' };
import shinhan from './shipped/kr-bulk-shinhan.json' with { type: 'json' };
import suhyup from './shipped/kr-bulk-suhyup.json' with { type: 'json' };
import sepa03 from './shipped/sepa-sct-03.json' with { type: 'json' };
import sepa09 from './shipped/sepa-sct-09.json' with { type: 'json' };
import xlsxGeneric from './shipped/xlsx-generic.json' with { type: 'json' };

/** Profiles to start from, as the documents they are: an operator copies one to a paying account and corrects it to what the bank says. */
export const SHIPPED_PROFILES: readonly { readonly id: string }[] = [
  sepa09, sepa03, isoGeneric09, isoGeneric03, hana, hana2, shinhan, suhyup, kbank, kb, xlsxGeneric, csvGeneric, csvBillCredit, csvBenefit,
];

/** How results of files under a profile look. A profile that says nothing of it has what the shipped one of the same name says. */
export function resultLayoutOf({ id, results }: Pick<PaymentProfile, 'id' | 'results'>): ResultLayout | undefined {
  const shipped = SHIPPED_PROFILES.find((profile) => profile.id === id) as Partial<Pick<PaymentProfile, 'results'>> | undefined;
  return results ?? shipped?.results;
}
