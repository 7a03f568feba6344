export * from './catalogue.js';
export * from './refusal.js';
