export * from './document.js';
export * from './fault.js';
export { readPolicy, step as readStep, texts, type ReadPolicy } from './read.js';
export { TreeReader, isMap } from './reader.js';
export { readSource, type SourceText, type Tree } from './source-text.js';
