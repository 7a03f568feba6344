export * from './faults.js';
export { tieKey } from './largest-remainder.js';
export * from './late-share.js';
export * from './plan.js';
export { shareFund } from './share-fund.js';
