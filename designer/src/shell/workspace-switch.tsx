import { Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { useMe } from '../api/session.js';
import { useWorkspace } from '../api/workspace.js';
import { systemLetters, systemTone } from '../systems/system-tile.js';
import { LetterTile } from '../ui/letter-tile.js';
import { RailButton } from './rail-button.js';

/** The workspace's name, and the others that I am a member of. */
export function WorkspaceSwitch({ open }: { open: boolean }) {
  const { workspaces } = useMe();
  const here = useWorkspace();
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <RailButton
          open={open}
          title={open ? here.name : `Workspace ${here.name}`}
          icon={<LetterTile letters={systemLetters(here.name)} tone={systemTone(here.id)} size={22} />}
        />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Workspaces</Menu.Label>
        {workspaces.map(({ id, name, role }) => (
          <Menu.Item
            key={id}
            renderRoot={(props) => <Link {...props} to="/w/$ws" params={{ ws: id }} />}
            rightSection={id === here.id ? <Check size={16} aria-label="This one" /> : role}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item renderRoot={(props) => <Link {...props} to="/w/$ws/settings" params={{ ws: here.id }} />}>
          New workspace
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
