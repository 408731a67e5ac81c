import { CloseButton, Text, TextInput, UnstyledButton } from '@mantine/core';
import { ChevronRight, Search } from 'lucide-react';
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import { boxKindOf } from '../canvas/box-data.js';
import { paletteFormat } from '../canvas/gestures.js';
import { useCatalog } from '../editor/catalog.js';
import { useEditor } from '../editor/editor-context.js';
import { SystemTile } from '../systems/system-tile.js';
import {
  groupPalette,
  isTriggerItem,
  type PaletteGroup,
  type PaletteItem,
  paletteItems,
  searchPalette,
} from './palette-items.js';
import classes from './panels.module.css';

interface PaletteProps {
  /** What can be added here: nothing can lead to a trigger. */
  only?: 'steps' | 'triggers' | undefined;
  /** Whether items can be dragged to their place. */
  draggable?: boolean;
  autoFocus?: boolean;
  onPick: (item: PaletteItem) => void;
  onClose?: () => void;
}

/** Everything that can be added, with a search; arrow keys and Enter choose, a drag puts it in its place. */
export function Palette({ only, draggable = false, autoFocus = false, onPick, onClose }: PaletteProps) {
  const catalog = useCatalog();
  const needsTrigger = useEditor((state) => Object.keys(state.flow.triggers ?? {}).length === 0);
  const slots = useEditor((state) => state.flow.connections);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const [folded, setFolded] = useState<Record<string, boolean>>({});
  const list = useRef<HTMLDivElement>(null);
  const listId = useId();
  const found = useMemo(() => {
    const items = paletteItems(catalog).filter(
      (item) => only === undefined || (only === 'triggers') === isTriggerItem(item),
    );
    const groups = groupPalette(searchPalette(items, query));
    // A flow begins with a trigger: while it has none, the general ones come first.
    return needsTrigger ? groups.toSorted((a, b) => generalTriggersFirst(a) - generalTriggersFirst(b)) : groups;
  }, [catalog, query, only, needsTrigger]);
  // There are more systems than anybody uses: only those of this flow are open, until something is searched for.
  const used = new Set(Object.values(slots ?? {}).map(({ connector }) => connector));
  const isOpen = ({ title, system }: PaletteGroup) =>
    query.trim() !== '' || !(folded[system ?? title] ?? (system !== undefined && !used.has(system)));
  const flat = found.filter(isOpen).flatMap(({ items }) => items);

  // The list moves when a key or the search asks for it, and else stays as the person scrolled it.
  const activate = (index: number) => {
    setActive(index);
    document.getElementById(`${listId}-${index}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') activate(Math.min(flat.length - 1, active + 1));
    else if (event.key === 'ArrowUp') activate(Math.max(0, active - 1));
    else if (event.key === 'Enter' && flat[active] !== undefined) onPick(flat[active]);
    else if (event.key === 'Escape') onClose?.();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={classes.palette}>
      <TextInput
        aria-label="Search steps"
        placeholder="Search steps"
        leftSection={<Search size={16} />}
        rightSection={onClose === undefined ? null : <CloseButton size="sm" aria-label="Close" onClick={onClose} />}
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={flat[active] === undefined ? undefined : `${listId}-${active}`}
        value={query}
        // The list was asked for by a key or a click just now, to be searched at once.
        autoFocus={autoFocus}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setActive(0);
          list.current?.scrollTo({ top: 0 });
        }}
      />
      <div id={listId} ref={list} role="listbox" aria-label="Steps to add" className={classes.paletteList}>
        {found.map((group) => (
          <fieldset key={group.system ?? group.title} className={classes.paletteSet} aria-label={group.title}>
            <GroupHead
              group={group}
              open={isOpen(group)}
              onToggle={() => {
                setFolded({ ...folded, [group.system ?? group.title]: isOpen(group) });
                setActive(-1);
              }}
            />
            {isOpen(group) &&
              group.items.map((item) => {
                const index = flat.indexOf(item);
                return (
                  <PaletteOption
                    key={item.id}
                    id={`${listId}-${index}`}
                    item={item}
                    active={index === active}
                    draggable={draggable}
                    onPick={() => onPick(item)}
                  />
                );
              })}
          </fieldset>
        ))}
        {found.length === 0 && (
          <Text size="sm" c="dimmed" p="sm">
            Nothing of that name.
          </Text>
        )}
      </div>
    </div>
  );
}

function generalTriggersFirst({ system, items: [first] }: PaletteGroup): number {
  return system === undefined && first !== undefined && isTriggerItem(first) ? 0 : 1;
}

/** The heading of a group, by which a pointer folds it. By keyboard and by ear the search leads to what is folded. */
function GroupHead({ group, open, onToggle }: { group: PaletteGroup; open: boolean; onToggle: () => void }) {
  const { title, system, items } = group;
  return (
    <UnstyledButton className={classes.paletteGroup} tabIndex={-1} aria-hidden onClick={onToggle}>
      <ChevronRight size={14} aria-hidden className={classes.paletteFold} data-open={open || undefined} />
      {system !== undefined && <SystemTile id={system} title={title} size={18} />}
      <span className={classes.paletteGroupTitle}>{title}</span>
      {!open && <span>{items.length}</span>}
    </UnstyledButton>
  );
}

interface PaletteOptionProps {
  id: string;
  item: PaletteItem;
  active: boolean;
  draggable: boolean;
  onPick: () => void;
}

function PaletteOption({ id, item, active, draggable, onPick }: PaletteOptionProps) {
  return (
    <UnstyledButton
      id={id}
      role="option"
      aria-selected={active}
      tabIndex={-1}
      className={classes.paletteItem}
      title={item.summary}
      draggable={draggable}
      onDragStart={(event) => {
        event.dataTransfer.setData(paletteFormat, JSON.stringify(item));
        event.dataTransfer.effectAllowed = 'copy';
      }}
      onClick={onPick}
    >
      <ItemTile item={item} />
      <span className={classes.paletteWords}>
        <span>{item.title}</span>
        {item.effect === 'destructive' && <span className={classes.destructive}>destructive</span>}
        {item.system !== undefined && isTriggerItem(item) && <span className={classes.starts}>starts a flow</span>}
      </span>
    </UnstyledButton>
  );
}

function ItemTile({ item }: { item: PaletteItem }) {
  if (item.system !== undefined) return <SystemTile id={item.system.id} title={item.system.title} size={22} />;
  const made = 'step' in item.make ? item.make.step : item.make.trigger;
  const Icon = boxKindOf({ kind: made.kind as never, isTrigger: isTriggerItem(item) })?.icon;
  return <span className={classes.paletteIcon}>{Icon !== undefined && <Icon size={15} aria-hidden />}</span>;
}
