export { Casework, type Verdict } from './casework.service.js';
export { Offers, type Acceptance } from './offers.service.js';
export { ReviewModule } from './review.module.js';
