export * from './canonical-json.js';
export * from './chain.js';
export * from './digest.js';
