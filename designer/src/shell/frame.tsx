import { Burger, Drawer } from '@mantine/core';
import { useHotkeys, useLocalStorage } from '@mantine/hooks';
import { Outlet, useLocation, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useMe } from '../api/session.js';
import { WorkspaceProvider } from '../api/workspace.js';
import { useWorkspaceStream } from '../api/workspace-stream.js';
import { openShortcuts, type Shortcut, ShortcutSheet, useShortcutList } from '../ui/shortcuts.js';
import { AddressBanner, LostBanner } from './banners.js';
import classes from './frame.module.css';
import { Rail } from './rail.js';
import { NotFoundPage } from './route-failure.js';
import { SearchDialog } from './search-dialog.js';

const shortcuts: Shortcut[] = [
  { keys: 'Ctrl+K', title: 'Search pages and flows' },
  { keys: '?', title: 'This sheet' },
];

/** What surrounds every page of a workspace: the rail, the banner, search, the sheet of shortcuts. */
export function Frame() {
  const { ws } = useParams({ from: '/w/$ws' });
  const mine = useMe().workspaces.find(({ id }) => id === ws);
  if (mine === undefined) return <NotFoundPage />;
  return (
    <WorkspaceProvider id={mine.id} name={mine.name} role={mine.role}>
      <FramedPage ws={ws} />
    </WorkspaceProvider>
  );
}

function FramedPage({ ws }: { ws: string }) {
  const [open, setOpen] = useLocalStorage({ key: 'castellan-rail', defaultValue: false });
  const path = useLocation({ select: ({ pathname }) => pathname });
  // The menu of small screens belongs to the path it was opened at, so that following a link closes it.
  const [menuAt, setMenuAt] = useState<string | null>(null);
  const menu = menuAt === path;
  const close = () => setMenuAt(null);
  useWorkspaceStream(ws);
  useShortcutList('Everywhere', shortcuts);
  useHotkeys([
    ['shift+?', openShortcuts],
    ['?', openShortcuts],
  ]);
  return (
    <div className={classes.frame} data-open={open || undefined}>
      <a href="#page" className={classes.skip}>
        Skip to the page
      </a>
      <div className={classes.rail}>
        <Rail open={open} onToggle={() => setOpen(!open)} />
      </div>
      <header className={classes.bar}>
        <Burger size="sm" opened={menu} onClick={() => setMenuAt(menu ? null : path)} aria-label="Menu" />
        <strong>Castellan</strong>
      </header>
      <Drawer opened={menu} onClose={close} size={260} title="Castellan" padding="xs">
        <Rail open onToggle={close} />
      </Drawer>
      <div className={classes.content}>
        <LostBanner />
        <AddressBanner />
        <main id="page" tabIndex={-1} className={classes.page}>
          <Outlet />
        </main>
      </div>
      <SearchDialog />
      <ShortcutSheet />
    </div>
  );
}
