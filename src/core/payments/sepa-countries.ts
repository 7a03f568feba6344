/** Countries and territories whose IBANs the SEPA credit transfer reaches. Source: European Payments Council, EPC409-09, with Albania, Montenegro, Moldova, North Macedonia (2025) and Serbia (2026). */
export const SEPA_COUNTRIES: { readonly asOf: string; readonly ibanPrefixes: ReadonlySet<string> } = {
  asOf: '2026-11-01',
  ibanPrefixes: new Set(
    ('AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM VA').split(' '),
  ),
};
