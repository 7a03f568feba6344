export * from './assess.js';
export { counterfactuals, type Change, type Counterfactuals, type Goal, type Untried } from './counterfactual.js';
export { sayCounterfactuals, type SaidCounterfactuals } from './counterfactual-words.js';
export * from './explanation.js';
export { forMerchant, receiptOf, signedText, type Receipt, type ReceiptBody, type ReceiptSignature, type StoredAssessment } from './receipt.js';
export { receiptFacts } from './receipt-facts.js';
export * from './result.js';
export { verifyReceipt, type ReceiptFault, type SignatureCheck } from './verify-receipt.js';
export { readable, traceDocument, type TraceDocument, type TracedStep } from './trace-document.js';
