export * from './comparables.js';
export * from './coverage.js';
export * from './refunds.js';
export * from './sales-line.js';
