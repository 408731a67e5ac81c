import { calledFlowsOf, type FlowFile } from '@castellan/flow';
import { Select, Stack, Text } from '@mantine/core';
import { useCatalog } from '../api/connections.js';

export type Bindings = Record<string, string | null>;

interface CalledFlowsProps {
  file: FlowFile;
  bindings: Bindings;
  onBind: (bindings: Bindings) => void;
}

/** Asks which flow of this workspace stands for each that the file's flow starts. */
export function CalledFlows({ file, bindings, onBind }: CalledFlowsProps) {
  const flows = useCatalog().data?.flows;
  const called = calledFlowsOf(file.flow);
  if (called.length === 0 || flows === undefined) return null;
  return (
    <Stack gap="xs">
      <Text size="sm">It starts other flows. Choose which of this workspace they are:</Text>
      {called.map((id) => (
        <Select
          key={id}
          label={`For “${file.flows[id] ?? id}”`}
          placeholder="Choose later, in its settings"
          data={flows.map((flow) => ({ value: flow.id, label: flow.name }))}
          value={bindings[id] ?? null}
          clearable
          searchable
          onChange={(flow) => onBind({ ...bindings, [id]: flow })}
        />
      ))}
    </Stack>
  );
}
