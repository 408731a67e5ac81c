import { Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { LogOut, UserRound } from 'lucide-react';
import { useMe, useSignOut } from '../api/session.js';
import { RailButton } from './rail-button.js';

export function AccountMenu({ open }: { open: boolean }) {
  const { user } = useMe();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const leave = () => signOut.mutate(undefined, { onSuccess: () => void navigate({ to: '/sign-in' }) });
  return (
    <Menu position="right-end" width={240}>
      <Menu.Target>
        <RailButton open={open} title={open ? user.name : 'Account'} icon={<UserRound size={20} aria-hidden />} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.name}
          <br />
          {user.email}
        </Menu.Label>
        <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
