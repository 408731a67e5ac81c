import type { Catalog, OpalAppRead, OpalAppServes } from '@castellan/api';
import { namedOperation } from '@castellan/flow';
import { Autocomplete, Group, Select, Text } from '@mantine/core';
import { useId } from 'react';
import classes from '../connections/connections.module.css';
import { guessedSource, listOperations, placesIn } from './source-choices.js';

export type Source = NonNullable<OpalAppServes['reads'][keyof OpalAppServes['reads']]>;

interface Props {
  read: OpalAppRead;
  source: Source | undefined;
  catalog: Catalog | undefined;
  disabled: boolean;
  onChange(source: Source | undefined): void;
}

/** Who serves one list: nobody, a flow, or a system by one of its lists, whose fields are put in their places. */
export function ReadSource({ read, source, catalog, disabled, onChange }: Props) {
  const heading = useId();
  const served =
    source === undefined ? null : source.by === 'flow' ? `flow:${source.flowId}` : `by:${source.connectionId}`;
  const connections = (catalog?.connections ?? []).map(({ id, name }) => ({ value: `by:${id}`, label: name }));
  const flows = (catalog?.flows ?? []).map(({ id, name }) => ({ value: `flow:${id}`, label: name }));

  function choose(value: string | null) {
    if (value === null) onChange(undefined);
    else if (value.startsWith('flow:')) onChange({ by: 'flow', flowId: value.slice('flow:'.length) });
    else onChange({ by: 'connection', connectionId: value.slice('by:'.length), operation: '', input: {}, fields: {} });
  }

  return (
    <section aria-labelledby={heading} className={`card ${classes.sheet}`}>
      <Group align="flex-start">
        <Text fw={500} w={220} id={heading}>
          {read.title}
        </Text>
        <Select
          aria-label={`Who serves: ${read.title}`}
          placeholder="Nobody"
          data={[
            { group: 'Systems', items: connections },
            { group: 'Flows', items: flows },
          ]}
          value={served}
          onChange={choose}
          disabled={disabled}
          clearable
          w={260}
        />
        {source?.by === 'connection' && (
          <System read={read} source={source} catalog={catalog} disabled={disabled} onChange={onChange} />
        )}
      </Group>
    </section>
  );
}

type BySystem = Extract<Source, { by: 'connection' }>;

function System({ read, source, catalog, disabled, onChange }: Omit<Props, 'source'> & { source: BySystem }) {
  const connector = catalog?.connections.find(({ id }) => id === source.connectionId)?.connector;
  const operations = listOperations(catalog?.connectors.find(({ id }) => id === connector)?.operations ?? []);
  const operation = namedOperation(operations, source.operation);
  const inputs = Object.keys((operation?.input.properties ?? {}) as object);
  return (
    <>
      <Select
        aria-label={`List for: ${read.title}`}
        placeholder="Which list?"
        data={operations.map(({ id, title }) => ({ value: id, label: title }))}
        value={operation ? source.operation : null}
        onChange={(id) => {
          const chosen = operations.find((one) => one.id === id);
          if (chosen) onChange({ ...source, ...guessedSource(read, chosen) });
        }}
        disabled={disabled}
        allowDeselect={false}
        searchable
        w={260}
      />
      {operation && (
        <Group gap="sm" w="100%">
          {read.of && (
            <Select
              label={read.of === 'resourceId' ? 'Takes the resource’s id' : 'Takes the group’s id'}
              data={inputs}
              value={source.argument ?? null}
              onChange={(argument) => onChange({ ...source, ...(argument === null ? {} : { argument }) })}
              disabled={disabled}
              allowDeselect={false}
              withAsterisk
              w={200}
            />
          )}
          {Object.entries(read.fields).map(([name, { title, required }]) => (
            <Autocomplete
              key={name}
              label={title}
              placeholder="/place"
              data={placesIn(operation)}
              value={source.fields[name] ?? ''}
              onChange={(place) => {
                const { [name]: _, ...others } = source.fields;
                onChange({ ...source, fields: place === '' ? others : { ...others, [name]: place } });
              }}
              disabled={disabled}
              withAsterisk={required ?? false}
              w={200}
            />
          ))}
        </Group>
      )}
    </>
  );
}
