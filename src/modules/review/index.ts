export { ClaimArchives } from './claim-archives.service.js';
export { ClaimOverrides } from './claim-overrides.service.js';
export { OverrideQueries, type OverrideList } from './override-queries.service.js';
export type { OverrideView } from './views/override-view.js';
export { Casework } from './casework.service.js';
export type { Verdict } from './verdict-checks.service.js';
export { ClaimWithdrawal } from './claim-withdrawal.service.js';
export { Offers, type Acceptance } from './offers.service.js';
export { ReviewModule } from './review.module.js';
