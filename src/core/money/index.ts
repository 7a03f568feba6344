export * from './allocate.js';
export * from './amount.js';
export * from './currency.js';
export * from './money.js';
export * from './ratio.js';
export * from './rounding.js';
