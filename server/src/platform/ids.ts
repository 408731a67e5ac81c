import { v7 } from 'uuid';

/** A new id: UUID v7, so that ids of one table sort by the time they were made. */
export function newId(): string {
  return v7();
}

/** The least id that can be made at an instant: all ids made before it are smaller. */
export function firstIdAt(instant: Date): string {
  const hex = instant.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** When an id was made. */
export function instantOf(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}
