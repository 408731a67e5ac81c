import type { Permission } from '@castellan/api';
import {
  Activity,
  CircleCheckBig,
  Contact,
  FlaskConical,
  FolderSync,
  House,
  Inbox,
  LayoutTemplate,
  type LucideIcon,
  Megaphone,
  Plug,
  ScrollText,
  Settings,
  Table2,
  Users,
  UsersRound,
  Workflow,
} from 'lucide-react';

/** A place of a workspace, with the pages elsewhere that belong to it. */
export interface Section {
  to: string;
  title: string;
  icon: LucideIcon;
  permission: Permission;
  also?: readonly string[];
}

/** The places of a workspace, in the order of the rail. */
export const sections = [
  { to: '/w/$ws', title: 'Home', icon: House, permission: 'flow:read' },
  { to: '/w/$ws/flows', title: 'Flows', icon: Workflow, permission: 'flow:read' },
  { to: '/w/$ws/runs', title: 'Runs', icon: Activity, permission: 'run:read' },
  { to: '/w/$ws/approvals', title: 'Approvals', icon: CircleCheckBig, permission: 'approval:read' },
  { to: '/w/$ws/people', title: 'People', icon: Contact, permission: 'directory:read' },
  { to: '/w/$ws/teams', title: 'Teams', icon: UsersRound, permission: 'directory:read' },
  { to: '/w/$ws/arrivals', title: 'Arrivals', icon: Inbox, permission: 'run:read' },
  { to: '/w/$ws/events', title: 'Events', icon: Megaphone, permission: 'connection:read' },
  {
    to: '/w/$ws/connections',
    title: 'Connections',
    icon: Plug,
    permission: 'connection:read',
    also: ['/w/$ws/connectors', '/w/$ws/opal-apps'],
  },
  { to: '/w/$ws/integrations', title: 'Integrations', icon: FolderSync, permission: 'integration:read' },
  { to: '/w/$ws/tables', title: 'Tables', icon: Table2, permission: 'table:read' },
  { to: '/w/$ws/templates', title: 'Templates', icon: LayoutTemplate, permission: 'template:read' },
  { to: '/w/$ws/simulators', title: 'Simulators', icon: FlaskConical, permission: 'simulator:read' },
  { to: '/w/$ws/members', title: 'Members', icon: Users, permission: 'member:read' },
  { to: '/w/$ws/audit', title: 'Audit', icon: ScrollText, permission: 'audit:read' },
  { to: '/w/$ws/settings', title: 'Settings', icon: Settings, permission: 'workspace:read' },
] as const satisfies Section[];
