import type { InputDefinition } from './document/index.js';

const WEEKDAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];

/** The weekday a period of whole weeks begins on, Monday 1; 0 for what has no such period. */
export const firstDay = ({ period }: InputDefinition): number => (period === undefined ? 0 : WEEKDAYS.indexOf(period.slice(5, 8)) + 1);

/** One sum of the week that holds the event, and not a series of weeks to compare it with. */
export const isLossWeek = (definition: InputDefinition): boolean => definition.source === 'sales' && definition.range === undefined && firstDay(definition) > 0;
