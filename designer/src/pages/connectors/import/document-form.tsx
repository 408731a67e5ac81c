import { largestDocument } from '@castellan/api';
import { Button, FileInput, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useBeginImport } from '../../../api/connector-imports.js';
import { useWorkspace } from '../../../api/workspace.js';
import { Failure } from '../../../ui/failure.js';

/** Takes a document from a file or an address, and goes on to what is in it. */
export function DocumentForm({ into }: { into?: string }) {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const begin = useBeginImport();
  const [from, setFrom] = useState<'file' | 'url'>('file');
  const [file, setFile] = useState<File | null>(null);
  const [url, setUrl] = useState('');
  const [problem, setProblem] = useState<string>();

  function submit(event: FormEvent) {
    event.preventDefault();
    const found = problemOf(from, file, url);
    setProblem(found);
    if (found) return;
    const source = from === 'file' && file ? { file, into } : { url: url.trim(), into };
    const onSuccess = ({ id }: { id: string }) =>
      void navigate({ to: '/w/$ws/connectors/import/$importId', params: { ws, importId: id } });
    begin.mutate(source, { onSuccess });
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {begin.error && <Failure what="Not begun" error={begin.error} />}
        <SegmentedControl
          aria-label="Where the document is"
          data={[
            { value: 'file', label: 'A file' },
            { value: 'url', label: 'An address' },
          ]}
          value={from}
          onChange={(next) => {
            setFrom(next as 'file' | 'url');
            setProblem(undefined);
          }}
          maw={280}
        />
        {from === 'file' ? (
          <FileInput
            label="Document"
            description="OpenAPI 3.0 or 3.1, in JSON or YAML, up to 20 MB."
            placeholder="Choose a file"
            accept=".json,.yaml,.yml,application/json,application/yaml"
            value={file}
            onChange={setFile}
            error={problem}
            clearable
          />
        ) : (
          <TextInput
            label="Address of the document"
            description="The server fetches it, by the rules for all that leaves it."
            placeholder="https://api.example.com/openapi.yaml"
            type="url"
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            error={problem}
          />
        )}
        <Group>
          <Button type="submit" loading={begin.isPending}>
            Read it
          </Button>
          {begin.isPending && (
            <Text size="sm" c="dimmed">
              Sending the document
            </Text>
          )}
        </Group>
      </Stack>
    </form>
  );
}

function problemOf(from: 'file' | 'url', file: File | null, url: string): string | undefined {
  if (from === 'url') return URL.canParse(url.trim()) ? undefined : 'Give a whole address, with https.';
  if (!file) return 'Choose a file.';
  if (file.size === 0) return 'The file is empty.';
  return file.size > largestDocument ? 'The file is larger than 20 MB. Leave out what is not needed.' : undefined;
}
