export { RecoveriesModule } from './recoveries.module.js';
export { RecoveryCasework } from './recovery-casework.service.js';
export { RecoveryQueries } from './recovery-queries.service.js';
export { RecoveryRequests, type RecoveryReceipt } from './recovery-requests.service.js';
export { RecoveryStops, type StoppableRecovery } from './recovery-stops.service.js';
export { RECOVERY_KINDS, type RecoveryKind } from './recovery.machine.js';
export type { RecoveryDetail, RecoveryView } from './views/recovery-view.js';
export { RecoveryDocuments, type RecoveryPapers } from './recovery-documents.service.js';
