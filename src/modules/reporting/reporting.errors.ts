import { defineCatalogue } from '../../core/errors/index.js';

export const REPORTING_ERRORS = defineCatalogue({
  'reporting.not_found': { kind: 'missing', title: 'No such report', detail: 'There is no report "{name}". GET /v1/reports lists them.' },
  'reporting.span_empty': { kind: 'meaning', title: 'The time asked for is empty', detail: 'It has to end after it begins.' },
});
