import type { Change, Effect } from '@castellan/sdk';

/**
 * What a write takes away: revokes and deletions, updates that disable somebody, and whatever else an operation does
 * that calls itself destructive. Empty: it takes nothing away.
 */
export function destructiveChanges(effect: Effect, changes: Change[], input: unknown): Change[] {
  if (effect === 'read') return [];
  const all = effect === 'destructive';
  const taken = changes.filter(
    ({ action }) => action === 'revoke' || action === 'delete' || (action === 'update' && (all || disables(input))),
  );
  // It does not say what it takes away, but that it does.
  return all && taken.length === 0 ? [{ action: 'delete' }] : taken;
}

const turnedOff = new Set(['active', 'enabled', 'isactive', 'isenabled', 'accountenabled', 'loginallowed']);
const turnedOn = new Set([
  ...['suspended', 'disabled', 'archived', 'blocked', 'locked', 'deactivated', 'terminated', 'deleted'],
  ...['issuspended', 'isdisabled', 'isarchived', 'isblocked', 'lockedout'],
]);
const states = new Set([
  'status',
  'state',
  'lifecyclestate',
  'cloudlifecyclestate',
  'accountstatus',
  'employmentstatus',
]);
const gone = new Set([
  ...['suspended', 'disabled', 'inactive', 'deactivated', 'deprovisioned', 'terminated', 'blocked', 'locked'],
  ...['archived', 'deleted', 'leaver'],
]);

/** Values deeper than this are no field of an account. */
const deepest = 8;

/** Whether a change of fields turns an account off, by the names that systems give to that. */
export function disables(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null || depth > deepest) return false;
  if (Array.isArray(value)) return value.some((item) => disables(item, depth + 1));
  const fields = Object.entries(value);
  const { path, value: set } = value as { path?: unknown; value?: unknown };
  // A change written as the path of a field and its value, as SCIM has it.
  if (typeof path === 'string') fields.push([path.split(/[./:]/).at(-1) ?? '', set]);
  return fields.some(([name, field]) => turnsOff(name, field) || disables(field, depth + 1));
}

function turnsOff(name: string, value: unknown): boolean {
  const field = name.toLowerCase().replace(/[^a-z]/g, '');
  const text = String(value).toLowerCase();
  return (
    (turnedOff.has(field) && text === 'false') ||
    (turnedOn.has(field) && text === 'true') ||
    (states.has(field) && gone.has(text))
  );
}
