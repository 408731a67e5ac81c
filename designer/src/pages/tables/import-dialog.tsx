import type { ImportReport, TableInfo } from '@castellan/api';
import { Button, Checkbox, FileInput, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useImportCsv } from '../../api/tables.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';

interface Props {
  table: TableInfo;
  onClose(): void;
}

/** Takes a CSV file in, after it was shown what that would do. */
export function ImportDialog({ table, onClose }: Props) {
  const take = useImportCsv(table.id);
  const [chosen, setChosen] = useState<{ file: File | null; times: number }>({ file: null, times: 0 });
  const [csv, setCsv] = useState<string>();
  const [replace, setReplace] = useState(false);
  const report = take.data;

  function preview(text: string | undefined, replacing: boolean) {
    if (text !== undefined) take.mutate({ csv: text, preview: true, replace: replacing });
  }

  async function choose(file: File | null) {
    take.reset();
    setChosen({ file, times: chosen.times + 1 });
    const text = file === null ? undefined : await file.text();
    setCsv(text);
    preview(text, replace);
  }

  return (
    <Modal opened onClose={onClose} title={`Take a CSV file into ${table.name}`} size="lg">
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          Its first line names columns, by name or title; {titles(table)} must be among them. Columns that it does not
          have stay as they are.
        </Text>
        <FileInput
          // A new one each time: the same file, mended, can be chosen again.
          key={chosen.times}
          value={chosen.file}
          label="File"
          placeholder="Choose a file"
          accept=".csv,text/csv"
          clearable
          onChange={(file) => void choose(file)}
        />
        <Checkbox
          label="Remove rows that the file does not have"
          checked={replace}
          onChange={(event) => {
            setReplace(event.currentTarget.checked);
            preview(csv, event.currentTarget.checked);
          }}
        />
        {take.error && <Failure what="The file cannot be taken in" error={take.error} />}
        {report && <Report report={report} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {report?.done ? 'Close' : 'Cancel'}
          </Button>
          {!report?.done && (
            <Button
              loading={take.isPending}
              disabled={!report || report.problemCount > 0 || csv === undefined}
              onClick={() => take.mutate({ csv: csv ?? '', preview: false, replace })}
            >
              Take it in
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

const titles = ({ columns, key }: TableInfo): string =>
  key.map((name) => columns.find((column) => column.name === name)?.title ?? name).join(', ');

function Report({ report }: { report: ImportReport }) {
  const { created, changed, same, removed, problems, problemCount, done } = report;
  if (problemCount > 0) {
    return (
      <Stack gap="xs">
        <Text size="sm" role="status">
          {count(problemCount, 'problem')}: nothing is taken in until the file is mended.
        </Text>
        <Table aria-label="Problems of the file">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Line</Table.Th>
              <Table.Th>Column</Table.Th>
              <Table.Th>Problem</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {problems.map(({ line, column, message }) => (
              <Table.Tr key={`${line} ${column} ${message}`}>
                <Table.Td>{line}</Table.Td>
                <Table.Td>{column ?? '–'}</Table.Td>
                <Table.Td>{message}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Stack>
    );
  }
  return (
    <Text size="sm" role="status">
      {done ? 'Taken in: ' : 'It would: '}
      {done
        ? `${created} added, ${changed} changed, ${removed} removed, ${same} were so already.`
        : `add ${created}, change ${changed}, remove ${removed}; ${same} are so already.`}
    </Text>
  );
}
