export { SchemeEntity } from './scheme.entity.js';
export { SchemePlanning, type SchemeEdit, type SchemePlan } from './scheme-planning.service.js';
export { SchemeQueries, type SchemeFacts } from './scheme-queries.service.js';
export type { SchemeTold, SchemeTopic } from './schemes.events.js';
export { SchemesModule } from './schemes.module.js';
export type { SchemeStatus, SchemeText, TextKind } from './schemes.rules.js';
export type { SchemeView } from './views/scheme-view.js';
