import { useMe } from '../api/session.js';
import { useWorkspace } from '../api/workspace.js';
import { sections } from './sections.js';

/** The places that I may enter; the simulators only where some run. */
export function useSections() {
  const { simulators } = useMe();
  const { can } = useWorkspace();
  return sections.filter(({ title, permission }) => can(permission) && (simulators || title !== 'Simulators'));
}
