import type { FlowDetail } from '@castellan/api';
import { Alert, Button, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useFlowRow } from '../editor/use-flow-row.js';
import { count } from '../ui/format.js';
import classes from './panels.module.css';
import { StepLink } from './tests/failure-list.js';
import { useStepTitles } from './tests/steps-after.js';

/** Problems that are shown; the rest is found by publishing. */
const most = 10;

/** The published version is on and no longer fits what there is now: where, and what to do. */
export function MisfitBanner() {
  const row = useFlowRow();
  const [open, setOpen] = useState(false);
  if (row === undefined || row.misfits === 0) return null;
  return (
    <Alert
      role="alert"
      radius={0}
      variant="outline"
      classNames={{ root: classes.conflict ?? '', title: classes.conflictTitle ?? '' }}
      icon={<TriangleAlert size={18} aria-hidden />}
      title={`Version ${row.published}, which is on, no longer fits this release and its connectors in ${count(row.misfits, 'place')}`}
    >
      <Text size="sm">
        A step that does not fit fails when a run comes to it, and a trigger starts nothing; steps of an imported
        connector go on with it as it was when they were published. Correct them in the draft and publish it, then retry
        the runs that failed.
      </Text>
      <Button size="compact-xs" variant="default" mt={6} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Hide the places' : 'Show the places'}
      </Button>
      {open && <Places problems={row.misfitProblems} />}
    </Alert>
  );
}

function Places({ problems }: { problems: FlowDetail['misfitProblems'] }) {
  const titleOf = useStepTitles();
  return (
    <ul className={classes.writeList} aria-label="What no longer fits">
      {problems.slice(0, most).map(({ pointer, stepId, message, fix }) => (
        <li key={`${pointer} ${message}`}>
          <Text size="sm">
            {stepId === undefined ? pointer : <StepLink id={stepId} text={titleOf(stepId)} />}: {message} {fix}
          </Text>
        </li>
      ))}
      {problems.length > most && <li>and {problems.length - most} more</li>}
    </ul>
  );
}
