import { Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { Evaluation } from '../api/index.js';
import { useFormScope } from './form-scope.js';
import classes from './forms.module.css';

/** Milliseconds after the last key before the server is asked. */
const pause = 400;
/** Characters of a value that are shown. */
const shownLength = 400;

/** What a computed value gives on the chosen sample; asked for when the typing pauses. */
export function useEvaluation(value: unknown, enabled: boolean): Evaluation | undefined {
  const scope = useFormScope();
  const [settled] = useDebouncedValue(JSON.stringify(value), pause);
  const { data } = useQuery({
    queryKey: ['evaluate', settled, scope.sampleKey],
    queryFn: () => scope.evaluate(JSON.parse(settled) as unknown),
    enabled: enabled && settled !== undefined,
    staleTime: 60_000,
    retry: false,
    placeholderData: (previous) => previous,
  });
  return enabled ? data : undefined;
}

/** The value in grey with what it looks like and the time that it took, or the error in red with its place. */
export function ValuePreview({ evaluation }: { evaluation: Evaluation | undefined }) {
  if (evaluation === undefined) return null;
  if (!evaluation.ok) {
    return (
      <Text size="xs" className={classes.previewError} role="status">
        {errorText(evaluation.error)}
      </Text>
    );
  }
  return (
    <div>
      <Text size="xs" className={classes.preview} role="status">
        <span className={classes.previewSign}>=</span>
        {evaluation.value === undefined ? 'nothing on this sample' : shorten(written(evaluation.value))}
      </Text>
      <Text size="xs" c="dimmed" className={classes.previewFacts}>
        {evaluation.shape !== undefined && `${evaluation.shape} · `}
        {duration(evaluation.milliseconds)}
      </Text>
    </div>
  );
}

function errorText(error: Evaluation['error']): string {
  if (error === undefined) return 'The expression has no value on this sample.';
  const { message, line, column } = error;
  if (line === undefined || column === undefined) return message;
  return line === 1 ? `${message} (character ${column})` : `${message} (line ${line}, character ${column})`;
}

const duration = (milliseconds: number): string =>
  `${milliseconds.toLocaleString('en', { maximumFractionDigits: 1 })} ms`;

/** A text of several lines is shown as it reads, everything else as JSON. */
function written(value: unknown): string {
  return typeof value === 'string' && value.includes('\n') ? value : JSON.stringify(value);
}

function shorten(text: string): string {
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
