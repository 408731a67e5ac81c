import { Kbd, Menu } from '@mantine/core';
import { type CommandContext, commands } from '../editor/commands.js';
import { shortcutWords } from '../editor/shortcut.js';
import classes from './panels.module.css';

interface CanvasMenuProps {
  at: { x: number; y: number };
  context: CommandContext;
  onClose: () => void;
}

/** The commands of the canvas at the place of the right click. */
export function CanvasMenu({ at, context, onClose }: CanvasMenuProps) {
  return (
    <Menu opened onClose={onClose} position="bottom-start" shadow="md" width={240}>
      <Menu.Target>
        <span className={classes.menuAnchor} style={{ left: at.x, top: at.y }} />
      </Menu.Target>
      <Menu.Dropdown>
        {commands
          .filter((command) => command.inMenu)
          .map((command) => (
            <Menu.Item
              key={command.id}
              disabled={!command.isEnabled(context)}
              rightSection={<Kbd size="xs">{shortcutWords(command.shortcuts[0] ?? '')}</Kbd>}
              onClick={() => command.run(context)}
            >
              {command.title}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}
