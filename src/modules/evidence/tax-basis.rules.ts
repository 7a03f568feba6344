/** Whether amounts hold value added tax (`gross`) or not. */
export const TAX_BASES = ['net_of_tax', 'gross'] as const;
export type TaxBasis = (typeof TAX_BASES)[number];
