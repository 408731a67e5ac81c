import { Select, Text, TextInput, UnstyledButton } from '@mantine/core';
import { ChevronRight, Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useFlowRuns } from '../api/index.js';
import { useEditor, useEditorStore } from '../editor/editor-context.js';
import { outlineOf, titleOf } from '../editor/outline.js';
import { carryPath } from '../forms/dragged-path.js';
import { useFormScope } from '../forms/form-scope.js';
import { type DataPath, jsonataPath } from '../forms/path.js';
import { RunStatusBadge } from '../status/statuses.js';
import { relativeTime } from '../ui/format.js';
import { type DataRow, findRows, rowsOf } from './data-rows.js';
import classes from './panels.module.css';
import { useFocusedField } from './settings-scope.js';

/** Branches with more members than this show a part of them. */
const mostMembers = 60;
/** Places that a search lists. */
const mostFound = 60;

/** What expressions see here: a click puts a path at the cursor of the field that was edited last, a drag into any. */
export function DataTree() {
  const { data, shape } = useFormScope();
  const flow = useEditor((state) => state.flow);
  const focused = useFocusedField();
  const [search, setSearch] = useState('');
  const [told, setTold] = useState<string | null>(null);
  const titles = useMemo(
    () => new Map([...outlineOf(flow).places.values()].map((place) => [place.id, titleOf(place)])),
    [flow],
  );
  const rows = useMemo(() => rowsOf(data, shape), [data, shape]);
  const wanted = search.trim();
  const found = useMemo(() => (wanted === '' ? undefined : findRows(rows, wanted, mostFound)), [rows, wanted]);
  const pick = (path: DataPath) => {
    if (focused.current === null) {
      setTold('Click into a field first, then choose its value here.');
      return;
    }
    focused.current.insert(path);
    setTold(`${jsonataPath(path)} was put into the field.`);
  };
  return (
    <>
      <div className={classes.dataHead}>
        <SamplePicker />
        <TextInput
          size="xs"
          aria-label="Search the data"
          placeholder="Search names and values"
          leftSection={<Search size={14} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      </div>
      <Text size="xs" c="dimmed" role="status">
        {told ?? 'A click puts a path at the cursor of the field that you edited last; a drag puts it into any field.'}
      </Text>
      {found === undefined ? (
        <ul className={classes.tree} aria-label="Data">
          {rows.map((row) => (
            <Branch key={row.name} row={row} titles={titles} onPick={pick} />
          ))}
        </ul>
      ) : (
        <ul className={classes.tree} aria-label="Found in the data">
          {found.map((row) => (
            <li key={row.path.join('.')}>
              <Row row={row} label={jsonataPath(row.path)} onPick={pick} />
            </li>
          ))}
          {found.length === 0 && <li className={classes.treeType}>Nothing has “{wanted}” in it.</li>}
        </ul>
      )}
    </>
  );
}

interface BranchProps {
  row: DataRow;
  titles: ReadonlyMap<string, string>;
  onPick: (path: DataPath) => void;
}

function Branch({ row, titles, onPick }: BranchProps) {
  const { path, name } = row;
  const [open, setOpen] = useState(path.length === 1 && path[0] !== 'run' && path[0] !== 'vars');
  const isStep = path.length === 2 && path[0] === 'steps';
  const label = isStep ? (titles.get(name) ?? name) : name;
  const inside = open && row.hasInside ? row.inside() : [];
  return (
    <li>
      <div className={classes.treeLine}>
        {row.hasInside ? (
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
        <Row row={row} label={label} onPick={onPick} />
      </div>
      {inside.length > 0 && (
        <ul>
          {inside.slice(0, mostMembers).map((each) => (
            <Branch key={each.name} row={each} titles={titles} onPick={onPick} />
          ))}
          {inside.length > mostMembers && <li className={classes.treeType}>and {inside.length - mostMembers} more</li>}
        </ul>
      )}
    </li>
  );
}

/** One value: pressed, it goes into the field; its title says what is known of it. */
function Row({ row, label, onPick }: { row: DataRow; label: string; onPick: (path: DataPath) => void }) {
  const path = jsonataPath(row.path);
  return (
    <UnstyledButton
      className={classes.treeValue}
      data-absent={row.absent || undefined}
      title={row.known === undefined ? path : `${path}: ${row.known}`}
      draggable
      onDragStart={(event) => carryPath(event, row.path)}
      onClick={() => onPick(row.path)}
    >
      <span className={classes.treeName}>{label}</span>
      <span className={classes.treeType}>{row.detail}</span>
    </UnstyledButton>
  );
}

/** Which data expressions are tried on: the catalogue's examples, or one of the last runs. */
function SamplePicker() {
  const store = useEditorStore();
  const sample = useEditor((state) => state.sample);
  const runs = useFlowRuns(useEditor((state) => state.flowId));
  return (
    <Select
      size="xs"
      aria-label="Data to try on"
      data={[
        { value: '', label: 'Examples' },
        ...runs.map((run) => ({
          value: run.id,
          label: [
            `${run.mode === 'test' ? 'Test' : 'Run'} of ${relativeTime(run.createdAt, Date.now())}`,
            run.businessKey,
          ]
            .filter(Boolean)
            .join(' · '),
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
