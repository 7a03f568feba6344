export { AssessmentQueries, type AssessmentFigure, type AssessmentSheet, type AssessmentSummary, type StandingAssessment } from './assessment-queries.service.js';
export type { AssessmentCompleted } from './assessments.events.js';
export { AssessmentsModule } from './assessments.module.js';
export { Receipts } from './receipts.service.js';
