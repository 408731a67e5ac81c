import type { TestCoverage } from '@castellan/api';
import { Progress, Text } from '@mantine/core';
import { useEditor } from '../../editor/editor-context.js';
import panels from '../panels.module.css';
import { StepLink } from './failure-list.js';
import { useStepTitles } from './steps-after.js';

/** How many of the ways through the flow the test cases go, and which they do not; the canvas marks the same. */
export function CoverageList() {
  const coverage = useEditor(({ tested }) => tested?.coverage ?? null);
  if (coverage === null || coverage.of === 0) return null;
  const { reached, of } = coverage;
  return (
    <section aria-label="Coverage">
      <Text size="sm" fw={600}>
        {reached === of ? `All ${of} ways are taken` : `${reached} of ${of} ways are taken`}
      </Text>
      <Progress value={(100 * reached) / of} aria-label="Ways taken" my={6} />
      <Missed coverage={coverage} />
    </section>
  );
}

function Missed({ coverage: { steps, ports } }: { coverage: TestCoverage }) {
  const titleAt = useStepTitles();
  // The ports of a step to which no test case comes say nothing more.
  const missed = ports.filter(({ stepId }) => !steps.includes(stepId));
  if (steps.length + missed.length === 0) return null;
  return (
    <ul className={panels.writeList}>
      {missed.map(({ stepId, port }) => (
        <li key={`${stepId} ${port}`}>
          <Text size="sm" span>
            None leaves <StepLink id={stepId} text={titleAt(stepId)} /> by {port}
          </Text>
        </li>
      ))}
      {steps.map((step) => (
        <li key={step}>
          <Text size="sm" span>
            None comes to <StepLink id={step} text={titleAt(step)} />
          </Text>
        </li>
      ))}
    </ul>
  );
}
