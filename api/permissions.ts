/** What a person or a token may do. A route names one of these; the guard knows no other rule. */
export const permissions = [
  'flow:read',
  'flow:write',
  'flow:publish',
  'flow:run',
  'flow:delete',
  'run:read',
  'run:operate',
  'run:clear',
  'run:evidence',
  'connection:read',
  'connection:use',
  'connection:write',
  'approval:read',
  'approval:decide',
  'table:read',
  'table:write',
  'integration:read',
  'integration:sync',
  'integration:write',
  'directory:read',
  'team:write',
  'template:read',
  'template:install',
  'simulator:read',
  'simulator:reset',
  'member:read',
  'member:write',
  'audit:read',
  'workspace:read',
  'workspace:write',
] as const;
export type Permission = (typeof permissions)[number];

export const roles = ['viewer', 'operator', 'builder', 'approver', 'admin'] as const;
export type Role = (typeof roles)[number];

const view: Permission[] = [
  'flow:read',
  'run:read',
  'connection:read',
  'approval:read',
  'table:read',
  'integration:read',
  'template:read',
  'simulator:read',
  'workspace:read',
  'member:read',
];
const operate: Permission[] = [
  ...view,
  'flow:run',
  'run:operate',
  'run:evidence',
  'integration:sync',
  'directory:read',
];
const build: Permission[] = [
  ...operate,
  'flow:write',
  'flow:publish',
  'flow:delete',
  'connection:use',
  'table:write',
  'template:install',
  'simulator:reset',
];

/** The one table of who may do what (the Members page shows it, a test walks it). */
export const rolePermissions: Record<Role, readonly Permission[]> = {
  viewer: view,
  operator: operate,
  builder: build,
  approver: [...view, 'approval:decide', 'run:evidence', 'directory:read'],
  admin: permissions,
};
