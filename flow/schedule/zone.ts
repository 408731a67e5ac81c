/** A time on the wall of a zone, as milliseconds that a clock in UTC would show the same at. */
export type WallTime = number;

const day = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether there is a time zone of this name in the IANA database. */
export function isZone(zone: string): boolean {
  try {
    // An offset such as +01:00 is accepted by newer engines, but knows no summer time.
    return /^[A-Za-z]/.test(zone) && formatOf(zone) !== undefined;
  } catch {
    return false;
  }
}

/** What the clock on the wall shows at an instant (milliseconds since 1970). */
export function wallTimeAt(instant: number, zone: string): WallTime {
  const parts = formatOf(zone).formatToParts(instant);
  const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'), read('second'));
}

/**
 * The instants at which the wall shows this time, in order: one, none when the clock was put forward over it, two
 * when it was put back.
 */
export function instantsOf(wall: WallTime, zone: string): number[] {
  const offsets = new Set([offsetAt(wall - day, zone), offsetAt(wall + day, zone)]);
  return [...offsets]
    .map((offset) => wall - offset)
    .filter((instant) => wallTimeAt(instant, zone) === wall)
    .sort((a, b) => a - b);
}

/** Milliseconds by which the zone is ahead of UTC. */
export function offsetAt(instant: number, zone: string): number {
  const whole = Math.floor(instant / 1_000) * 1_000;
  return wallTimeAt(whole, zone) - whole;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}
