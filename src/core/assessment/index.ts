export * from './assess.js';
export * from './explanation.js';
export * from './result.js';
