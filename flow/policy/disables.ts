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

/**
 * Whether a change of fields turns an account off, by the names that systems give to that. `mayBe` says of a value that
 * it is not known yet: a switch that it sets counts as turned off.
 */
export function disables(value: unknown, mayBe: (value: unknown) => boolean = () => false, depth = 0): boolean {
  if (typeof value !== 'object' || value === null || depth > deepest) return false;
  if (Array.isArray(value)) return value.some((item) => disables(item, mayBe, depth + 1));
  const fields = Object.entries(value);
  const { path, value: set } = value as { path?: unknown; value?: unknown };
  // A change written as the path of a field and its value, as SCIM has it.
  if (typeof path === 'string') fields.push([path.split(/[./:]/).at(-1) ?? '', set]);
  return fields.some(([name, field]) => turnsOff(name, field, mayBe) || disables(field, mayBe, depth + 1));
}

function turnsOff(name: string, value: unknown, mayBe: (value: unknown) => boolean): boolean {
  const field = name.toLowerCase().replace(/[^a-z]/g, '');
  const text = String(value).toLowerCase();
  return (
    (turnedOff.has(field) && (text === 'false' || mayBe(value))) ||
    (turnedOn.has(field) && (text === 'true' || mayBe(value))) ||
    (states.has(field) && gone.has(text))
  );
}
