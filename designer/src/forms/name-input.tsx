import { TextInput } from '@mantine/core';
import { useState } from 'react';

/** The name of a field of an object. It is taken when it is whole: half a name would be another field. */
export function NameInput({
  name,
  readOnly,
  onRename,
}: {
  name: string;
  readOnly: boolean;
  onRename: (to: string) => void;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  return (
    <TextInput
      size="xs"
      flex={1}
      aria-label={`Name of ${name}`}
      value={draft ?? name}
      readOnly={readOnly}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={() => {
        if (draft !== null) onRename(draft.trim());
        setDraft(null);
      }}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  );
}
