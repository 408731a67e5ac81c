export { Database } from './database.js';
export { isUnavailable, isUniqueViolation } from './database-errors.js';
export { isoInstant } from './instants.js';
export { IntakeDatabase } from './intake-database.js';
export { type NotificationHandler, Notifications, notificationLimit, notify } from './notifications.js';
export { dropEmptyMonths } from './partitions.js';
export { type Prepared, prepared, type Sql, type Transaction } from './sql.js';
