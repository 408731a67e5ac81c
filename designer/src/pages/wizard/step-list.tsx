import { UnstyledButton } from '@mantine/core';
import { Check } from 'lucide-react';
import type { wizardSteps } from '../../search.js';
import classes from './wizard.module.css';

type Step = (typeof wizardSteps)[number];

const titles: Record<Step, string> = {
  about: 'What it does',
  connections: 'Connections',
  settings: 'Settings',
  check: 'Check',
};

interface Props {
  present: Step | 'done';
  /** Steps that are filled in. */
  marks: Partial<Record<Step, boolean>>;
  onGo(step: Step): void;
}

/** The four steps of the wizard; any may be opened at any time until the flow is installed. */
export function StepList({ present, marks, onGo }: Props) {
  const steps = Object.entries(titles) as [Step, string][];
  const at = present === 'done' ? steps.length : steps.findIndex(([step]) => step === present);
  return (
    <nav aria-label="Steps of the installation">
      <ol className={classes.steps}>
        {steps.map(([step, title], index) => {
          const done = index < at && marks[step] !== false;
          return (
            <li key={step}>
              <UnstyledButton
                className={classes.stepButton}
                aria-current={step === present ? 'step' : undefined}
                disabled={present === 'done'}
                onClick={() => onGo(step)}
              >
                <span className={classes.mark} data-done={done || undefined}>
                  {done ? <Check size={14} aria-label="done" /> : index + 1}
                </span>
                {title}
              </UnstyledButton>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
