import type { TestFailure } from '@castellan/api';
import { undoOf } from '@castellan/flow';
import { Text, UnstyledButton } from '@mantine/core';
import { useEditor, useEditorStore } from '../../editor/editor-context.js';
import { goTo } from '../../editor/editor-store.js';
import { outlineOf, titleOf } from '../../editor/outline.js';
import { DifferenceTable } from '../../ui/difference-table.js';
import { inline } from '../../ui/format.js';
import panels from '../panels.module.css';
import classes from './tests.module.css';

/** Failures that are shown; a case that fails at the start fails everywhere after. */
const most = 10;

const titles = { before: 'Expected', after: 'Got' };

/** What a test case expected and did not get: a sentence each, the two values, and the way to the step. */
export function FailureList({ failures }: { failures: TestFailure[] }) {
  if (failures.length === 0) return null;
  return (
    <ul className={classes.failures} aria-label="What differs">
      {failures.slice(0, most).map((failure) => (
        <li key={`${failure.stepId} ${failure.message}`}>
          <Text size="sm">
            {failure.message}. <StepLink id={failure.stepId} />
          </Text>
          <Difference failure={failure} />
        </li>
      ))}
      {failures.length > most && <li>and {failures.length - most} more</li>}
    </ul>
  );
}

/** The two values: place by place where they have places, else one under the other. */
function Difference({ failure: { expected, actual } }: { failure: TestFailure }) {
  if (expected === undefined || actual === undefined) return null;
  if (hasPlaces(expected) || hasPlaces(actual)) {
    return <DifferenceTable before={expected} after={actual} titles={titles} />;
  }
  return (
    <dl className={classes.values}>
      <dt>{titles.before}</dt>
      <dd>{inline(expected)}</dd>
      <dt>{titles.after}</dt>
      <dd>{inline(actual)}</dd>
    </dl>
  );
}

const hasPlaces = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Opens the step, where the flow has it; of what is taken back the step that is. */
export function StepLink({ id, text }: { id: string | null; text?: string }) {
  const store = useEditorStore();
  const own = id?.startsWith(undoOf('')) ? id.slice(undoOf('').length) : id;
  const place = useEditor((state) => (own === null ? undefined : outlineOf(state.flow).places.get(own)));
  if (place === undefined) return text ?? null;
  return (
    <UnstyledButton
      className={panels.textButton}
      style={{ fontSize: 'inherit' }}
      onClick={() => goTo(store, { id: place.id, pointer: place.pointer })}
    >
      {text ?? `Open “${titleOf(place)}”`}
    </UnstyledButton>
  );
}
