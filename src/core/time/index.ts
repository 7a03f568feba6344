export * from './calendar.js';
export * from './deadline.js';
export * from './instant.js';
export * from './interval.js';
export * from './opening-hours.js';
export * from './timeline.js';
export * from './window-map.js';
export * from './zone.js';
