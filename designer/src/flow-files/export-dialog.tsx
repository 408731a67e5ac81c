import { Button, Group, Loader, Modal, Stack, Text, Textarea } from '@mantine/core';
import { Download } from 'lucide-react';
import { useExportedFlow } from '../api/index.js';
import { CopyButton } from '../ui/copy-button.js';
import { Failure } from '../ui/failure.js';
import { saveFile } from '../ui/save-file.js';
import { fileName } from './file-name.js';
import classes from './flow-files.module.css';

interface ExportDialogProps {
  opened: boolean;
  onClose: () => void;
  flow: { id: string; name: string | undefined };
  /** Whether the server holds the draft as it is shown; until then the file would be an older one. */
  saved?: boolean;
}

/** The saved draft of a flow with its test cases, as text to be copied or as a file. */
export function ExportDialog(props: ExportDialogProps) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title="Export the flow"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {props.opened && <Exported {...props} />}
    </Modal>
  );
}

function Exported({ flow, saved = true }: ExportDialogProps) {
  const { data, error, refetch } = useExportedFlow(flow.id, { enabled: saved });
  if (error !== null)
    return <Failure what="The flow cannot be exported" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loader size="sm" aria-label={saved ? 'Exporting' : 'Saving'} />;
  const text = `${JSON.stringify(data, null, 2)}\n`;
  return (
    <Stack gap="md">
      <Text size="sm">
        The draft with its test cases. Connections of this workspace and secrets are not in it, and flows that it starts
        only by name: who imports it chooses both there.
      </Text>
      <Textarea
        aria-label="The flow as text"
        readOnly
        value={text}
        minRows={8}
        maxRows={20}
        autosize
        classNames={{ input: classes.text ?? '' }}
      />
      <Group justify="flex-end" gap="xs">
        <CopyButton value={text} title="Copy the text" label="Copy" />
        <Button leftSection={<Download size={16} aria-hidden />} onClick={() => saveFile(fileName(flow.name), text)}>
          Save as a file
        </Button>
      </Group>
    </Stack>
  );
}
