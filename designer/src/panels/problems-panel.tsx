import type { Problem } from '@castellan/flow';
import { Text, UnstyledButton } from '@mantine/core';
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { triggerOf } from '../canvas/to-react-flow.js';
import { useEditor, useEditorStore } from '../editor/editor-context.js';
import { goTo } from '../editor/editor-store.js';
import { outlineOf, titleOf } from '../editor/outline.js';
import { EmptyState } from '../ui/empty-state.js';
import classes from './panels.module.css';
import { SidePanel } from './side-panel.js';

/** Everything that is wrong, errors first; a click leads to the field. */
export function ProblemsPanel() {
  const store = useEditorStore();
  const problems = useEditor((state) => state.problems);
  const ordered = problems.toSorted((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
  return (
    <SidePanel label="Problems" head={<strong>Problems</strong>} onClose={() => store.setState({ side: null })}>
      {ordered.length === 0 ? (
        <EmptyState drawing={<CircleCheck size={32} color="var(--state-succeeded)" aria-hidden />}>
          Nothing is wrong. The flow can be published.
        </EmptyState>
      ) : (
        <ul className={classes.list}>
          {ordered.map((problem) => (
            <li key={`${problem.pointer} ${problem.code} ${problem.message}`}>
              <ProblemLine problem={problem} />
            </li>
          ))}
        </ul>
      )}
    </SidePanel>
  );
}

export function ProblemLine({ problem, onOpen }: { problem: Problem; onOpen?: () => void }) {
  const store = useEditorStore();
  const flow = useEditor((state) => state.flow);
  const id = problem.stepId ?? triggerOf(problem.pointer);
  const place = id === undefined ? undefined : outlineOf(flow).places.get(id);
  const Icon = problem.severity === 'error' ? CircleX : TriangleAlert;
  return (
    <UnstyledButton
      className={classes.line}
      onClick={() => {
        goTo(store, { id, pointer: problem.pointer, way: problem.way?.map((stop) => stop.id) });
        onOpen?.();
      }}
    >
      <Icon size={16} className={classes[problem.severity]} role="img" aria-label={problem.severity} />
      <span>
        <Text size="sm" component="span" display="block">
          {place !== undefined && <strong>{titleOf(place)}: </strong>}
          {problem.message}
        </Text>
        <Text size="xs" c="dimmed" component="span" display="block">
          {problem.fix} <code>{problem.pointer}</code>
        </Text>
      </span>
    </UnstyledButton>
  );
}
