export { EvidenceModule } from './evidence.module.js';
export type { SalesUploaded } from './evidence.events.js';
export { SalesImports, type Alongside, type SalesUpload } from './sales-imports.service.js';
export { SalesQueries, type SalesHeader } from './sales-queries.service.js';
export { SalesSetEntity } from './sales-set.entity.js';
export { SalesSets, type CoverageConfirmation } from './sales-sets.service.js';
export { readUploadOptions, type TaxBasis, type UploadOptions } from './upload-options.rules.js';
export type { SalesSetView } from './views/sales-set-view.js';
