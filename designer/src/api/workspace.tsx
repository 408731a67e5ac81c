import { type Permission, type Role, rolePermissions } from '@castellan/api';
import { createContext, type ReactNode, useContext, useMemo } from 'react';

/** The workspace of the page, and what I may do in it. */
export interface MyWorkspace {
  id: string;
  name: string;
  role: Role;
  can(permission: Permission): boolean;
}

const WorkspaceContext = createContext<MyWorkspace | null>(null);

export function WorkspaceProvider(props: { id: string; name: string; role: Role; children: ReactNode }) {
  const { id, name, role, children } = props;
  const workspace = useMemo(
    () => ({ id, name, role, can: (permission: Permission) => rolePermissions[role].includes(permission) }),
    [id, name, role],
  );
  return <WorkspaceContext.Provider value={workspace}>{children}</WorkspaceContext.Provider>;
}

/** The workspace of the page; every page below `/w/$ws` has one. */
export function useWorkspace(): MyWorkspace {
  const workspace = useContext(WorkspaceContext);
  if (workspace === null) throw new Error('useWorkspace is for pages below /w/$ws, which WorkspaceProvider wraps.');
  return workspace;
}
