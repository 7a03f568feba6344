export { PoliciesModule } from './policies.module.js';
export type { PolicyPublished } from './policies.events.js';
export { PolicyCatalogue, type Publication, type PublishOptions } from './policy-catalogue.service.js';
export { PolicyImports, type FolderImport, type ImportedFile } from './policy-imports.service.js';
export { PolicyQueries, type ReadyPolicy } from './policy-queries.service.js';
export { PolicyTestRuns, type TestRun } from './policy-test-runs.service.js';
export { PolicyVersionEntity } from './policy-version.entity.js';
export type { PolicyDocumentView, PolicyView } from './views/policy-view.js';
