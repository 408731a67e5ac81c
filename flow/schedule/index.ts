export { type Calendar, type Clock, type ClockFields, clockOf } from './calendar.js';
export { type ClockChange, clockChanges } from './clock-changes.js';
export { readCron } from './cron.js';
export { isFire, lastFires, nextFires } from './fires.js';
export { utcCalendars } from './utc-calendars.js';
export { clockChangeWords, clockWords, durationWords, months, weekdays } from './words.js';
export { isZone } from './zone.js';
