export { AssessmentQueries, type AssessmentFigure, type AssessmentSheet, type AssessmentSummary, type StandingAssessment } from './assessment-queries.service.js';
export type { AssessmentCompleted } from './assessments.events.js';
export { AssessmentsModule } from './assessments.module.js';
export { Receipts } from './receipts.service.js';
export { AssessmentRuns, KnownSums, settleRuns, type ReadSums, type RunRequest, type SettledRun } from './assessment-runs.service.js';
export type { AssessedClaim } from './assessment-store.service.js';
export { ClaimAssessment } from './claim-assessment.service.js';
export { FactsLoader, type LoadedFacts } from './facts-loader.service.js';
export { AssessmentVerification, type Recomputed } from './assessment-verification.service.js';
