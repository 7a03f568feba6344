/**
 * Countries and territories whose IBANs the SEPA credit transfer reaches; Guernsey, Jersey and the Isle of Man have those of GB, French territories those of FR. Source: European
 * Payments Council, EPC409-09 v8.0 of 24 December 2025: with Albania, Montenegro, Moldova and North Macedonia (October 2025) and Serbia (May 2026).
 */
export const SEPA_COUNTRIES: { readonly asOf: string; readonly ibanPrefixes: ReadonlySet<string> } = {
  asOf: '2025-12-24',
  ibanPrefixes: new Set(
    ('AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM VA').split(' '),
  ),
};
