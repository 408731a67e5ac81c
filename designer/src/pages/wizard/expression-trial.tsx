import type { TemplateDetail } from '@castellan/api';
import { List, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEvaluation } from '../../api/expressions.js';
import { inline } from '../../ui/format.js';
import { type Choices, draftOf, sampleContext } from './installation.js';

interface Props {
  source: string;
  template: TemplateDetail;
  choices: Choices;
}

/** What an expression gives on each of the template's samples. */
export function ExpressionTrial({ source, template, choices }: Props) {
  return (
    <List listStyleType="none" mt={4} aria-label="What it gives on the samples">
      {template.samples.map((sample) => (
        <List.Item key={sample.title}>
          <Trial source={source} sample={sample} template={template} choices={choices} />
        </List.Item>
      ))}
    </List>
  );
}

function Trial(props: Props & { sample: TemplateDetail['samples'][number] }) {
  const { source, sample, template, choices } = props;
  const [tried] = useDebouncedValue(source, 300);
  const { data, error } = useEvaluation(
    { jsonata: tried },
    sampleContext(sample, draftOf(template), choices),
    tried.trim() !== '',
  );
  const refused = error?.message ?? data?.error?.message;
  return (
    <Text size="sm" className="break-anywhere">
      <Text span size="sm" c="dimmed">
        {sample.title}:{' '}
      </Text>
      {refused ? (
        <Text span size="sm" c="var(--state-failed)">
          {refused}
        </Text>
      ) : (
        <Text span size="sm" ff="monospace">
          {data ? resultText(data.value) : '…'}
        </Text>
      )}
    </Text>
  );
}

function resultText(value: unknown): string {
  return value === undefined || value === null ? 'nothing' : inline(value);
}
