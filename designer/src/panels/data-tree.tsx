import { Select, Text, UnstyledButton } from '@mantine/core';
import { ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useRuns } from '../api/index.js';
import { useEditor, useEditorStore } from '../editor/editor-context.js';
import { outlineOf, titleOf } from '../editor/outline.js';
import { describeType } from '../forms/completion.js';
import { useFormScope } from '../forms/form-scope.js';
import { type DataPath, jsonataPath } from '../forms/path.js';
import { RunStatusBadge } from '../status/statuses.js';
import { relativeTime } from '../ui/format.js';
import classes from './panels.module.css';
import { useFocusedField } from './settings-scope.js';

/** Branches with more members than this show a part of them. */
const mostMembers = 60;

/** What expressions see here: a click on a value puts its path into the field that was edited last. */
export function DataTree() {
  const { data } = useFormScope();
  const flow = useEditor((state) => state.flow);
  const focused = useFocusedField();
  const titles = useMemo(
    () => new Map([...outlineOf(flow).places.values()].map((place) => [place.id, titleOf(place)])),
    [flow],
  );
  const [told, setTold] = useState<string | null>(null);
  const pick = (path: DataPath) => {
    if (focused.current === null) {
      setTold('Click into a field of Settings first, then choose its value here.');
      return;
    }
    focused.current.insert(path);
    setTold(`${jsonataPath(path)} was put into the field.`);
  };
  return (
    <>
      <SamplePicker />
      <Text size="xs" c="dimmed">
        A click puts the value’s path into the field that you edited last.
      </Text>
      <ul className={classes.tree} aria-label="Data">
        {Object.entries(data)
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => (
            <Branch key={name} name={name} value={value} path={[name]} titles={titles} onPick={pick} />
          ))}
      </ul>
      {told !== null && (
        <Text size="xs" c="dimmed" role="status">
          {told}
        </Text>
      )}
    </>
  );
}

interface BranchProps {
  name: string;
  value: unknown;
  path: DataPath;
  titles: ReadonlyMap<string, string>;
  onPick: (path: DataPath) => void;
}

function Branch({ name, value, path, titles, onPick }: BranchProps) {
  const [open, setOpen] = useState(path.length === 1 && path[0] !== 'run');
  const inside = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const isStep = path.length === 2 && path[0] === 'steps';
  const label = isStep ? (titles.get(name) ?? name) : name;
  return (
    <li>
      <div className={classes.treeLine}>
        {inside.length > 0 ? (
          <UnstyledButton
            className={classes.treeToggle}
            aria-expanded={open}
            aria-label={`${open ? 'Close' : 'Open'} ${label}`}
            onClick={() => setOpen(!open)}
          >
            <ChevronRight size={12} className={classes.chevron} data-open={open || undefined} />
          </UnstyledButton>
        ) : (
          <span className={classes.treeToggle} />
        )}
        <UnstyledButton className={classes.treeValue} title={jsonataPath(path)} onClick={() => onPick(path)}>
          <span className={classes.treeName}>{label}</span>
          <span className={classes.treeType}>{describeType(value)}</span>
        </UnstyledButton>
      </div>
      {open && inside.length > 0 && (
        <ul>
          {inside.slice(0, mostMembers).map(([key, inner]) => (
            <Branch
              key={key}
              name={key}
              value={inner}
              path={[...path, Array.isArray(value) ? Number(key) : key]}
              titles={titles}
              onPick={onPick}
            />
          ))}
          {inside.length > mostMembers && <li className={classes.treeType}>and {inside.length - mostMembers} more</li>}
        </ul>
      )}
    </li>
  );
}

/** Which data expressions are tried on: the catalogue's examples, or one of the last runs. */
export function SamplePicker() {
  const store = useEditorStore();
  const flowId = useEditor((state) => state.flowId);
  const sample = useEditor((state) => state.sample);
  const { data: runs = [] } = useRuns({ flowId, limit: 20 });
  const examples = { value: '', label: 'Examples' };
  return (
    <Select
      size="xs"
      aria-label="Data to try on"
      data={[
        examples,
        ...runs.map((run) => ({
          value: run.id,
          label: `Run of ${relativeTime(run.createdAt, Date.now())}${run.businessKey === null ? '' : ` · ${run.businessKey}`}`,
        })),
      ]}
      renderOption={({ option }) => {
        const run = runs.find(({ id }) => id === option.value);
        return (
          <span className={classes.sampleOption}>
            {run !== undefined && <RunStatusBadge status={run.status} plain />} {option.label}
          </span>
        );
      }}
      value={sample.from === 'run' ? sample.runId : ''}
      allowDeselect={false}
      onChange={(runId) => store.setState({ sample: runId ? { from: 'run', runId } : { from: 'examples' } })}
    />
  );
}
