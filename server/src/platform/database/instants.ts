/** SQL for an instant as JSON writes it: ISO 8601 in UTC, with milliseconds. */
export const isoInstant = (sql: string): string =>
  `to_char(${sql} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
