import { type SchemaField, schemaFields } from '@castellan/api';
import { Code, ScrollArea, Table, Text } from '@mantine/core';
import classes from './field-table.module.css';
import { inline } from './format.js';

interface Props {
  /** What the fields are of, for those who cannot see it. */
  label: string;
  schema: Record<string, unknown>;
  /** Says of each field whether it must be given. */
  given?: boolean;
}

/** The fields of a schema, to read. */
export function FieldTable({ label, schema, given = false }: Props) {
  const fields = schemaFields(schema);
  if (fields.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No fields.
      </Text>
    );
  }
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0 }}>
      <Table aria-label={label} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Field</Table.Th>
            <Table.Th>Type</Table.Th>
            {given && <Table.Th>Needed</Table.Th>}
            <Table.Th>What it is</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map((field) => (
            <Table.Tr key={field.path}>
              <Table.Td className={classes.name}>
                <Code>{field.path}</Code>
              </Table.Td>
              <Table.Td>{field.type}</Table.Td>
              {given && <Table.Td>{field.required ? 'yes' : 'no'}</Table.Td>}
              <Table.Td>{describe(field, given)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

function describe({ title, description, secret, default: usual }: SchemaField, given: boolean): string {
  const parts = [
    description ?? (given ? title : undefined),
    secret && 'Secret.',
    usual !== undefined && `Default: ${inline(usual)}.`,
  ];
  return parts.filter(Boolean).join(' ');
}
