import { Collapse, UnstyledButton } from '@mantine/core';
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { problemsAt, useFormScope } from '../forms/form-scope.js';
import classes from './panels.module.css';

interface SectionProps {
  title: string;
  /** What is set inside, in a few words, while it is closed. */
  summary?: string;
  /** Places inside: a problem there, or one that is asked for, opens the section. */
  pointers?: string[];
  initiallyOpen?: boolean;
  children: ReactNode;
}

/** Settings that are seldom needed, behind their title. */
export function Section({ title, summary, pointers = [], initiallyOpen = false, children }: SectionProps) {
  const { problems, wanted } = useFormScope();
  const [chosen, setChosen] = useState<boolean | null>(null);
  const needed = pointers.some(
    (pointer) =>
      wanted === pointer || wanted?.startsWith(`${pointer}/`) || problemsAt(problems, pointer, true).length > 0,
  );
  const open = chosen ?? (needed || initiallyOpen);
  return (
    <fieldset className={classes.section} aria-label={title}>
      <UnstyledButton className={classes.sectionHead} aria-expanded={open} onClick={() => setChosen(!open)}>
        <ChevronRight size={14} className={classes.chevron} data-open={open || undefined} aria-hidden />
        <span className={classes.sectionTitle}>{title}</span>
        {!open && summary !== undefined && <span className={classes.sectionSummary}>{summary}</span>}
      </UnstyledButton>
      <Collapse expanded={open}>
        <div className={classes.sectionBody}>{open && children}</div>
      </Collapse>
    </fieldset>
  );
}
