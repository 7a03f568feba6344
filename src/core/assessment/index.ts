export * from './assess.js';
export * from './result.js';
