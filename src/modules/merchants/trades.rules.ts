/** The trades by which the shipped policies tell businesses apart, in their own system. A test holds the list to the policies. */
export const TRADE_SYSTEM = 'makegood';
export const TRADES = ['food', 'retail', 'services', 'transport', 'wholesale', 'other'] as const;
export type Trade = (typeof TRADES)[number];
