import { bindCalledFlows, type FlowFile } from '@castellan/flow';
import { Button, FileButton, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { Upload } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useCatalog } from '../api/connections.js';
import { type Bindings, CalledFlows } from './called-flows.js';
import { fileWords } from './file-words.js';
import classes from './flow-files.module.css';
import { likelyFlows } from './likely-flows.js';
import { parsedFile } from './parsed-file.js';

interface ImportDialogProps {
  opened: boolean;
  onClose: () => void;
  /** What becomes of the flow that is read. */
  lead: ReactNode;
  verb: string;
  busy?: boolean;
  failure?: ReactNode;
  onImport: (file: FlowFile) => void;
}

/** Takes a flow out of a file or of pasted text; what it holds stands before the button. */
export function ImportDialog(props: ImportDialogProps) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title="Import a flow"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {props.opened && <ImportForm {...props} />}
    </Modal>
  );
}

function ImportForm({ onClose, lead, verb, busy = false, failure, onImport }: ImportDialogProps) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<Bindings>({});
  const here = useCatalog().data?.flows ?? [];
  const read = text.trim() === '' ? null : parsedFile(text);
  const bindings = read !== null && 'file' in read ? { ...likelyFlows(read.file, here), ...chosen } : {};
  const imported = ({ file }: { file: FlowFile }) => onImport({ ...file, flow: bindCalledFlows(file.flow, bindings) });
  const take = async (file: File | null) => {
    if (file !== null) setText(await file.text());
  };
  return (
    <Stack gap="md">
      <Text size="sm">{lead}</Text>
      <FileButton accept="application/json,.json" onChange={(file) => void take(file)}>
        {(props) => (
          <Button {...props} variant="default" w="fit-content" leftSection={<Upload size={16} aria-hidden />}>
            Choose a file
          </Button>
        )}
      </FileButton>
      <Textarea
        label="Or paste its text"
        value={text}
        minRows={8}
        maxRows={16}
        autosize
        spellCheck={false}
        classNames={{ input: classes.text ?? '' }}
        error={read !== null && 'why' in read && `It holds no flow: ${read.why} Take what Export made.`}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {read !== null && 'file' in read && (
        <>
          <Text size="sm" role="status">
            {fileWords(read.file)}
          </Text>
          <CalledFlows file={read.file} bindings={bindings} onBind={setChosen} />
        </>
      )}
      {failure}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button
          loading={busy}
          disabled={read === null || 'why' in read}
          onClick={() => read !== null && 'file' in read && imported(read)}
        >
          {verb}
        </Button>
      </Group>
    </Stack>
  );
}
