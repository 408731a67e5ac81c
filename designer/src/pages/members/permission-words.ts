import type { Permission } from '@castellan/api';

const verbs: Record<string, string> = {
  read: 'See',
  write: 'Change',
  publish: 'Publish and switch',
  run: 'Start',
  delete: 'Delete',
  operate: 'Cancel, pause and resume',
  clear: 'Remove the data of',
  use: 'Test and read choices with',
  decide: 'Decide',
  install: 'Install',
  reset: 'Reset',
};

const things: Record<string, string> = {
  flow: 'flows',
  run: 'runs',
  connection: 'connections',
  approval: 'approvals',
  template: 'templates',
  simulator: 'simulators',
  member: 'members',
  audit: 'the audit',
  workspace: 'the workspace',
};

/** A permission in words: `Publish and switch flows`. */
export function permissionWords(permission: Permission): string {
  const [thing = '', verb = ''] = permission.split(':');
  return `${verbs[verb] ?? verb} ${things[thing] ?? thing}`;
}
