import { ScrollArea, Tooltip } from '@mantine/core';
import { Link, useMatchRoute } from '@tanstack/react-router';
import { Keyboard, PanelLeftClose, PanelLeftOpen, Search } from 'lucide-react';
import { useApprovals } from '../api/approvals.js';
import { useWorkspace } from '../api/workspace.js';
import { openShortcuts } from '../ui/shortcuts.js';
import { AccountMenu } from './account-menu.js';
import classes from './rail.module.css';
import { RailButton } from './rail-button.js';
import { SchemeToggle } from './scheme-toggle.js';
import { openSearch } from './search-dialog.js';
import { useSections } from './use-sections.js';
import { WorkspaceSwitch } from './workspace-switch.js';

/** The rail on the left: 56 px with icons, or 220 px with names. */
export function Rail({ open, onToggle }: { open: boolean; onToggle(): void }) {
  const { id: ws } = useWorkspace();
  const sections = useSections();
  const isAt = useMatchRoute();
  const toDecide = useApprovals({ status: 'open', mine: true }).data?.length ?? 0;
  const Toggle = open ? PanelLeftClose : PanelLeftOpen;
  return (
    <div className={classes.rail} data-open={open || undefined}>
      <WorkspaceSwitch open={open} />
      <RailButton open={open} title="Search" icon={<Search size={20} aria-hidden />} onClick={openSearch} />
      <ScrollArea className={classes.places} type="never">
        <nav aria-label="Places">
          {sections.map(({ to, title, icon: Icon, ...section }) => {
            const also: readonly string[] = 'also' in section ? section.also : [];
            const count = title === 'Approvals' ? toDecide : 0;
            return (
              <Tooltip key={to} label={title} position="right" disabled={open}>
                <Link
                  to={to}
                  params={{ ws }}
                  className={classes.item}
                  data-here={also.some((page) => isAt({ to: page, fuzzy: true })) || undefined}
                  activeOptions={{ exact: to === '/w/$ws', includeSearch: false }}
                  aria-label={count > 0 ? `${title}, ${count} waiting for you` : title}
                >
                  <Icon size={20} aria-hidden />
                  {open && <span className={classes.name}>{title}</span>}
                  {count > 0 && <span className={classes.count}>{count > 49 ? '50+' : count}</span>}
                </Link>
              </Tooltip>
            );
          })}
        </nav>
      </ScrollArea>
      <SchemeToggle open={open} />
      <RailButton open={open} title="Shortcuts" icon={<Keyboard size={20} aria-hidden />} onClick={openShortcuts} />
      <AccountMenu open={open} />
      <RailButton
        open={open}
        title={open ? 'Close the menu' : 'Open the menu'}
        icon={<Toggle size={20} aria-hidden />}
        onClick={onToggle}
      />
    </div>
  );
}
