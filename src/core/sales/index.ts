export * from './comparables.js';
export * from './sales-line.js';
