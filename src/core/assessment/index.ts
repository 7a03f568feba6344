export * from './assess.js';
export * from './explanation.js';
export { forMerchant, receiptOf, signedText, type Receipt, type ReceiptBody, type ReceiptSignature, type StoredAssessment } from './receipt.js';
export * from './result.js';
export { verifyReceipt, type ReceiptFault, type SignatureCheck } from './verify-receipt.js';
